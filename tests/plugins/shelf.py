"""Real, small distributions for tests: modules and a ``dist-info`` folder each, as an installer leaves them."""

from __future__ import annotations

import base64
import hashlib
import json
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from textwrap import dedent

import pytest

from turbo_core.model import Question
from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.loading import Plugins
from turbo_core.plugins.names import Names, Selection, find
from turbo_core.plugins.trials import Trials

QUESTION = Question(kind="gate", run="r", task="t", text="fit?")
HOOKS = dedent("""
    from turbo_core import hookimpl, Opinion

    @hookimpl
    def turbo_decide(question):
        return Opinion(name=__name__, score=1, reason=question.text)
""")
ACTIONS = dedent("""
    from dataclasses import dataclass
    from turbo_core import Context, action

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Greeting:
        text: str

    @action(risk="read", idempotent=True)
    def greet(context: Context, name: str, times: int = 1) -> Greeting:
        \"\"\"Greet somebody.

        Args:
            name: who is greeted.
        \"\"\"
        context.log(f"greeting {name}")
        return Greeting(text=f"hello {name}" * times)
""")


@dataclass(frozen=True)
class Shelf:
    """A folder of installed distributions and a folder of caches."""

    folder: Path
    caches: Path

    def install(
        self,
        distribution: str,
        modules: Mapping[str, str],
        points: Mapping[str, Mapping[str, str]],
        *,
        version: str = "1.0",
        origin: object = None,
    ) -> Path:
        """Install a distribution; ``modules`` maps a module's name to its text. Returns its ``dist-info`` folder."""
        info = self.folder / f"{distribution.replace('-', '_')}-{version}.dist-info"
        info.mkdir(parents=True)
        lines = [self._record(self.folder / f"{name}.py", dedent(text)) for name, text in modules.items()]
        told = "".join(
            f"[{group}]\n" + "".join(f"{name} = {value}\n" for name, value in each.items()) for group, each in points.items()
        )
        lines.append(self._record(info / "METADATA", f"Metadata-Version: 2.1\nName: {distribution}\nVersion: {version}\n"))
        lines.append(self._record(info / "entry_points.txt", told))
        if origin is not None:
            lines.append(self._record(info / "direct_url.json", json.dumps(origin)))
        (info / "RECORD").write_text("\n".join([*lines, f"{info.name}/RECORD,,", ""]))
        return info

    def plugin(self, name: str, text: str = HOOKS, *, group: str = "turbo.plugins", version: str = "1.0") -> str:
        """Install ``turbo-plugin-NAME`` with one module and one entry point. Returns the module's name."""
        module = f"turbo_shelf_{name}"
        self.install(f"turbo-plugin-{name}", {module: text}, {group: {name: module}}, version=version)
        return module

    def settle(self) -> None:
        """Let the folder look as if it had been left alone for a while."""
        os.utime(self.folder, (1_700_000_000, 1_700_000_000))

    def names(self) -> Names:
        return find(self.caches, [str(self.folder)])

    def plugins(self, selection: Selection | None = None, *, limit: float = 60.0) -> Plugins:
        names = self.names()
        return Plugins(names, Trials(self.caches, environment=names.environment, limit=limit), selection or Selection())

    def catalog(self) -> Catalog:
        return Catalog(self.plugins())

    def python(self, code: str) -> str:
        """Run code in a fresh interpreter that sees the shelf; what it printed."""
        boot = f"import sys; sys.path.insert(0, {str(self.folder)!r})\n"
        done = subprocess.run(
            [sys.executable, "-c", boot + dedent(code)], capture_output=True, text=True, check=False, timeout=100
        )
        assert done.returncode == 0, done.stderr
        return done.stdout.strip()

    def _record(self, file: Path, text: str) -> str:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
        digest = base64.urlsafe_b64encode(hashlib.sha256(text.encode()).digest()).rstrip(b"=").decode()
        return f"{file.relative_to(self.folder)},sha256={digest},{len(text)}"


@pytest.fixture
def shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Shelf]:
    """A folder of plugins that this process sees, and forgets at the end."""
    folder = tmp_path / "site"
    folder.mkdir()
    monkeypatch.syspath_prepend(str(folder))
    before = set(sys.modules)
    yield Shelf(folder=folder, caches=tmp_path / "caches")
    for name in set(sys.modules) - before:
        if name.startswith("turbo_shelf_"):
            del sys.modules[name]
