"""What every plugin promises, whatever its kind: it loads, says what it is, costs little, and uses only what is public."""

from __future__ import annotations

import hashlib
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import ClassVar

import pytest

import turbo_core
from turbo_core.plugins.names import RESERVED, Entry
from turbo_core.testing.conformance.checks import check, require
from turbo_core.testing.conformance.host import Host, host
from turbo_core.testing.conformance.sources import private_uses, sources
from turbo_core.words import JSON

_IMPORTS = """
import json, sys
sys.path[:] = json.loads(sys.argv[1])
import turbo_core.actions, turbo_core.hookspecs
before = set(sys.modules)
__import__(sys.argv[2])
told = sys.__stdout__
told.write(json.dumps(sorted(set(sys.modules) - before)))
"""


class PluginSuite:
    """The checks for all kinds. The suites of the kinds inherit it; a plugin's tests inherit those.

    Attributes:
        plugin: the name of the plugin's entry points.
        settings: what is set for the plugin, as its table would hold it. A secret is a variable of the environment.
        import_budget: how many modules importing an entry point may load, beside those of the host.
        project: the folder that stands for a project in the test that is running, and its current folder.
    """

    plugin: ClassVar[str] = ""
    settings: Mapping[str, JSON] = {}
    import_budget: ClassVar[int] = 150
    project: Path

    @pytest.fixture(autouse=True)
    def _in_a_project(self, turbo_home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.project = tmp_path / "conformance"
        self.project.mkdir()
        monkeypatch.chdir(self.project)

    def prepare(self, project: Path) -> None:
        """Make what the checks need in an empty project. Override it if the plugin needs anything."""

    def state(self, project: Path) -> object:
        """What the plugin may change, as a value that can be compared. All files of the project, unless overridden."""
        return contents(project)

    @property
    def host(self) -> Host:
        """The installed plugins, with what is set for this one."""
        return host(self.plugin, self.settings)

    @property
    def entries(self) -> Sequence[Entry]:
        """The entry points of the plugin."""
        return self.host.entries(self.plugin)

    @check("bronze")
    def test_it_is_installed_and_loads(self) -> None:
        """Each entry point passes its trial import."""
        aside = [str(told) for told in self.host.names.problems if f": {self.plugin} = " in told.entry_point]
        require(not aside, f"the plugin {self.plugin!r} is set aside: {'; '.join(aside)}", "mend that first")
        require(
            self.entries,
            f"no installed plugin is named {self.plugin!r}",
            "install it (pip install -e .), and set 'plugin' to the name of its entry point",
        )
        for entry in self.entries:
            verdict = self.host.verdict(entry)
            require(not verdict.cause, f"{entry.group}: {entry.name} = {entry.value}: {verdict.cause}", verdict.next_step)

    @check("bronze")
    def test_its_name_is_free(self) -> None:
        """Its name is that of no core command, so that `turbo NAME` can mean it."""
        require(self.plugin not in RESERVED, f"{self.plugin!r} is a command of Turbo itself", "choose another name")

    @check("bronze")
    def test_it_says_what_it_is(self) -> None:
        """Its distribution has a summary and a licence, and says which versions of the host it needs."""
        for distribution in {entry.distribution for entry in self.entries}:
            told = metadata.metadata(distribution)
            name = f"the distribution {distribution}"
            require(told.get_all("Summary"), f"{name} has no summary", "write 'description' in pyproject.toml")
            licensed = [told.get_all(field) for field in ("License-Expression", "License", "License-File")]
            require(any(licensed), f"{name} has no licence", "write 'license' in pyproject.toml, for example \"MIT\"")
            needs = [need for need in metadata.requires(distribution) or [] if need.replace("_", "-").startswith("turbo-core")]
            require(
                needs and ("<" in needs[0] or "==" in needs[0] or "~=" in needs[0]),
                f"{name} does not say up to which version of turbo-core it works",
                f'depend on "turbo-core>={turbo_core.__version__},<NEXT"',
            )

    @check("silver")
    def test_it_uses_public_names_only(self) -> None:
        """It imports from the host what `turbo_core` itself offers, and nothing else."""
        files = sorted({file for entry in self.entries for file in sources(entry.module)})
        uses = [use for file in files for use in private_uses(file, turbo_core.__all__)]
        require(
            not uses,
            f"it reaches into the host: {', '.join(uses)}",
            f"import from turbo_core; it has {', '.join(turbo_core.__all__)}",
        )

    @check("silver")
    def test_its_import_is_cheap(self) -> None:
        """Importing an entry point loads few modules: large libraries are imported where they are used."""
        for entry in self.entries:
            loaded = modules_loaded_by(entry.module)
            most = ", ".join(
                f"{name} ({count})" for name, count in Counter(one.partition(".")[0] for one in loaded).most_common(3)
            )
            require(
                len(loaded) <= self.import_budget,
                f"importing {entry.module} loads {len(loaded)} modules, and may load {self.import_budget}; most are of {most}",
                "import what is large inside the functions that use it, or raise 'import_budget' and say why",
            )


def modules_loaded_by(module: str) -> list[str]:
    """The modules that importing one loads in a fresh interpreter, beside those of the host."""
    command = [sys.executable, "-c", _IMPORTS, json.dumps(sys.path), module]
    ended = subprocess.run(command, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    require(ended.returncode == 0, f"importing {module} fails: {ended.stderr[-1000:].strip()}", "mend that first")
    found: list[str] = json.loads(ended.stdout[ended.stdout.rindex("[") :])
    return found


def contents(folder: Path) -> dict[str, JSON]:
    """Every file, folder and link below a folder, with a digest of what it holds."""
    return {path.relative_to(folder).as_posix(): _content(path) for path in sorted(folder.rglob("*"))}


def _content(path: Path) -> str:
    if path.is_symlink():
        return f"-> {path.readlink()}"
    return hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else "folder"


def difference(before: object, after: object) -> str:
    """In a few words, what is not the same in two states."""
    if not isinstance(before, dict) or not isinstance(after, dict):
        return f"{before!r} became {after!r}"
    gone, new = before.keys() - after.keys(), after.keys() - before.keys()
    changed = {name for name in before.keys() & after.keys() if before[name] != after[name]}
    told = [("new", new), ("gone", gone), ("changed", changed)]
    return "; ".join(f"{word}: {', '.join(map(str, sorted(names)))}" for word, names in told if names)
