"""A copy of the project in which changes are tried. Owns the copy; knows no manager."""

from __future__ import annotations

import shutil
from collections.abc import Iterable
from pathlib import Path
from typing import Final

NEVER: Final = (".git", ".hg", ".svn", ".turbo")
"""Folders that no trial needs; the first are large, the last is Turbo's own."""


class Scratch:
    """A copy of a project.

    Args:
        root: where the copy is; it shall not be there yet.
        project: what is copied, whole, so that parts of a project which need each other find each other.
        folder: the folder of the project that matters.
        leave_out: names of folders that are not copied; what a trial makes of them stays until the next trial.
    """

    def __init__(self, root: Path, project: Path, folder: Path, leave_out: Iterable[str]) -> None:
        self.root, self.project = root, project.resolve()
        self.folder = root / folder.resolve().relative_to(self.project)
        self._made = frozenset(leave_out)
        self._left_out = self._made | {*NEVER}

    def refresh(self) -> None:
        """Make the copy as the project is now; only what was left out stays as trials have made it."""
        self._clear(self.root)
        self._copy(self.project, self.root)

    def _clear(self, folder: Path) -> None:
        """Remove all files, and folders unless they hold what was left out."""
        for path in [*folder.iterdir()] if folder.is_dir() else []:
            if path.is_dir() and not path.is_symlink():
                if path.name not in self._made:
                    self._clear(path)
                    if not any(path.iterdir()):
                        path.rmdir()
            else:
                path.unlink()

    def _copy(self, source: Path, target: Path) -> None:
        ignored = shutil.ignore_patterns(*self._left_out)
        shutil.copytree(source, target, symlinks=True, ignore=ignored, dirs_exist_ok=True)
