"""What is particular to a project or a machine when pages are made, as a value; it knows no template engine."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Final, TypeAlias

from msgspec import Struct

Find: TypeAlias = Callable[[str], str]
"""The project's own text of a template, by its name; empty if there is none."""


def _none(_name: str) -> str:
    return ""


class Own(Struct, frozen=True, kw_only=True):
    """What is particular to a project or a machine: its templates, and a folder for what the engine has compiled."""

    find: Find = _none
    compiled: Path | None = None

    @property
    def brings(self) -> bool:
        """Whether there may be templates of its own."""
        return self.find is not _none


BUILT_IN: Final = Own()
