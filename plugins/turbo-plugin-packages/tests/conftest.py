"""The driver of a manager that exists here only, and a project in its care. Nothing is downloaded."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from turbo_core import Context, HookAnswer

PAPER = Path(__file__).parent / "paper"
sys.path.append(str(PAPER))  # as if it were installed, for the conformance suite as well

NEEDS = {"alpha": "", "beta": ""}
LOCK = {"alpha": "1.0.0", "beta": "1.0.0", "gamma": "1.0.0"}
SHELF: dict[str, dict[str, dict[str, Any]]] = {
    "alpha": {
        "1.0.0": {"licence": "MIT", "needs": {"gamma": ""}},
        "1.0.1": {"licence": "MIT", "needs": {"gamma": ""}},
        "1.2.0": {"licence": "MIT", "needs": {"gamma": ""}},
        "2.0.0": {"licence": "MIT", "needs": {"gamma": ""}},
    },
    "beta": {"1.0.0": {"licence": "Apache-2.0 OR GPL-2.0-only"}, "1.1.0": {"licence": "Apache-2.0"}},
    "gamma": {"1.0.0": {}, "1.0.5": {}},
    "delta": {"1.0.0": {"licence": "GPL-3.0-only"}},
}


@dataclass
class Paper:
    """A project in the care of ``paper``, and the driver as the host would ask it."""

    folder: Path
    settings: dict[type, object] = field(default_factory=dict)

    @property
    def context(self) -> Context:
        return Context(
            run="r",
            task="t",
            attempt=1,
            project=self.folder,
            key="k",
            ask_hook=_ask,
            read_settings=lambda type_: self.settings.get(type_) or type_(),
        )

    def write(self, **files: object) -> None:
        """Write files of JSON; ``paper_lock`` is ``paper.lock.json``."""
        for name, told in files.items():
            (self.folder / f"{name.replace('_', '.')}.json").write_text(json.dumps(told, indent=1, sort_keys=True) + "\n")

    def read(self, name: str) -> Any:
        return json.loads((self.folder / name).read_text())

    def files(self) -> dict[str, str]:
        """All files, as text."""
        return {str(path.relative_to(self.folder)): path.read_text() for path in self.folder.rglob("*") if path.is_file()}


def _ask(hook: str, /, **arguments: object) -> list[HookAnswer]:
    driver = __import__("paper_driver")
    wanted = {name: value for name, value in arguments.items() if name != "group" or hook == "turbo_packages_plan"}
    value = getattr(driver, hook)(**wanted)
    return [] if value is None else [HookAnswer(plugin="paper", value=value)]


def fill(folder: Path) -> Paper:
    """Make a project."""
    paper = Paper(folder)
    paper.write(paper={"name": "thing", "needs": NEEDS}, paper_lock=LOCK, shelf=SHELF)
    return paper


@pytest.fixture
def paper(tmp_path: Path) -> Paper:
    (tmp_path / "project").mkdir()
    return fill(tmp_path / "project")


@pytest.fixture
def context(paper: Paper) -> Context:
    return paper.context


@pytest.fixture
def undo(context: Context) -> Callable[..., None]:
    """Takes an action back."""

    def undone(action: Any, **given: object) -> None:
        action.undoer(context, **{"folder": ".", "manager": ""} | given)

    return undone
