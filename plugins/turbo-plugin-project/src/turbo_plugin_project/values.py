"""What is found out about a project. Values only."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Role: TypeAlias = Literal["project", "example", "fixture"]
Purpose: TypeAlias = Literal["install", "lint", "format", "types", "test", "build", "run", "docs", "package"]
Verdict: TypeAlias = Literal["verified", "failed", "unverifiable", "untried"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """What speaks for a finding.

    Attributes:
        path: the file or folder, relative to the folder that was looked at.
        line: from 1 on; 0 if the file itself is the evidence.
        what: what stands there.
    """

    path: str
    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Trait:
    """A type or a framework of a project.

    Attributes:
        name: what it is called.
        confidence: from 0 to 1.
        evidence: what speaks for it, the strongest first.
    """

    name: str
    confidence: float
    evidence: list[Evidence]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """One project of a repository.

    Attributes:
        path: its folder, relative to the folder that was looked at; `.` is that folder.
        name: what its manifest calls it, else its folder's name.
        role: `project`, or `example` or `fixture` where its folder says so.
        types: what it is, the surest first.
        frameworks: what it builds upon, the surest first.
    """

    path: str
    name: str
    role: Role
    types: list[Trait]
    frameworks: list[Trait]


@dataclass(frozen=True, slots=True, kw_only=True)
class Language:
    """A language of a project.

    Attributes:
        name: what it is called.
        files: how many.
        size: their bytes.
        share: of all bytes of code, from 0 to 1.
    """

    name: str
    files: int
    size: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """How something is done in a project.

    Attributes:
        project: the folder where it is called.
        purpose: `install`, `lint`, `format`, `types`, `test`, `build`, `run`, `docs` or `package`.
        argv: the command.
        path: the file that says so.
        line: where in it; 0 if it is enough that the file is there.
        what: what stands there.
        confidence: from 0 to 1.
        state: `verified` by a dry run, `failed` in it, `unverifiable` here, or `untried`.
        checked: the dry run.
        said: what came of it.
    """

    project: str
    purpose: Purpose
    argv: list[str]
    path: str
    line: int
    what: str
    confidence: float
    state: Verdict = "untried"
    checked: str = ""
    said: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependency:
    """Something that a manifest names.

    Attributes:
        project: the folder of the manifest.
        ecosystem: whose name it is, such as `python` or `node`.
        name: as it is written.
        version: the requirement; empty if there is none.
        scope: `run`, `dev`, `build` or `optional`.
        path: the manifest.
        line: where in it; 0 if that is not known.
    """

    project: str
    ecosystem: str
    name: str
    version: str
    scope: str
    path: str
    line: int
