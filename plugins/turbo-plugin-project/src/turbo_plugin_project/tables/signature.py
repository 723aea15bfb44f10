"""What a type or a framework is known by. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Clue:
    """A file that speaks for something.

    Attributes:
        file: its name as a shell pattern; with a ``/`` its path from the project's folder.
        holds: a regular expression that a line must match; empty if the file alone is enough.
        weight: how far it speaks for it, from 0 to 1.
    """

    file: str
    holds: str = ""
    weight: float = 0.9


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """A type of project.

    Attributes:
        name: what it is called.
        clues: what speaks for it; each by itself.
        roots: a folder with such a file is a project of its own; else it only says more about one.
        title: a regular expression whose group is the project's name, in the file of the first clue.
    """

    name: str
    clues: tuple[Clue, ...]
    roots: bool = True
    title: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Framework:
    """A framework, a tool of tests or a system of builds.

    Attributes:
        name: what it is called.
        ecosystem: whose packages these are; as in `Dependency`.
        packages: names of packages as shell patterns; a project that names one builds upon it.
        clues: files that speak for it.
    """

    name: str
    ecosystem: str = ""
    packages: tuple[str, ...] = ()
    clues: tuple[Clue, ...] = ()
