"""Earlier runs of a project as values: each is read once, as long as nothing is added to it."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from turbo_core.engine.state import State
from turbo_core.engine.view import view
from turbo_core.errors import TurboError
from turbo_core.journal.history import PastRun
from turbo_core.journal.runs import run_folder
from turbo_core.model import RunView


class EarlierRuns:
    """The earlier runs of one project.

    Args:
        project: the folder in whose ``.turbo`` the runs are.
        fold: gives the state of the run in a folder.
    """

    def __init__(self, project: Path, fold: Callable[[Path], State]) -> None:
        self.project = project
        self.fold = fold
        self._known: dict[tuple[str, str], RunView | None] = {}

    def view(self, past: PastRun) -> RunView | None:
        """The run that a line of the history tells of; ``None`` if it is gone or cannot be read."""
        key = (past.id, past.ended)
        if key not in self._known:
            self._known[key] = self._read(past.id)
        return self._known[key]

    def _read(self, run: str) -> RunView | None:
        folder = run_folder(self.project, run)
        try:
            return view(self.fold(folder), folder) if folder.is_dir() else None
        except TurboError:
            return None
