"""What the actions give, beside the values that they are made of."""

from __future__ import annotations

from dataclasses import dataclass

from turbo_plugin_project.health import Part, Recommendation
from turbo_plugin_project.structure import Module, Need
from turbo_plugin_project.values import Command, Dependency, Evidence, Language, Role


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """One project of a folder.

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
    types: list[str]
    frameworks: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """What speaks for a type or a framework of a project.

    Attributes:
        project: the project's folder.
        name: the type or framework, or what holds several projects together.
        confidence: from 0 to 1: all that speaks for it together.
        path: the file that does.
        line: where in it; 0 if it is enough that the file is there.
        what: what stands there.
    """

    project: str
    name: str
    confidence: float
    path: str
    line: int
    what: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Detection:
    """What a folder holds.

    Attributes:
        kind: the surest type of the project in the folder itself; `unknown` if there is none.
        monorepo: what holds several projects together; empty if there is one only.
        count: how many projects there are.
        projects: the first of them.
        evidence: what speaks for what is said of these.
        files: how many files were looked at.
    """

    kind: str
    monorepo: list[str]
    count: int
    projects: list[Seen]
    evidence: list[Proof]
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Shares:
    """The languages of a folder.

    Attributes:
        main: the one with the largest share; empty if there is no code.
        languages: all of them, the largest first.
        size: the bytes of all code.
    """

    main: str
    languages: list[Language]
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """How the projects of a folder are installed, checked, tested, built and run.

    Attributes:
        commands: for each project and purpose the surest first.
        verified: how many a dry run has passed.
        failed: how many it has not.
        unverifiable: how many could not be tried here.
    """

    commands: list[Command]
    verified: int
    failed: int
    unverifiable: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Architecture:
    """The architecture of a folder.

    Attributes:
        modules: the lowest layer first: files, or folders where there are too many files to be seen at once.
        needs: what they need of each other, with the first import.
        layers: how many layers there are.
        cycles: files, or folders in languages that compile folders, that need each other in a circle; a shortest way around each.
        entries: where programs begin.
        unresolved: how many imports name nothing here: packages of others, mostly.
        mermaid: the graph, as Mermaid.
    """

    modules: list[Module]
    needs: list[Need]
    layers: int
    cycles: list[list[str]]
    entries: list[Evidence]
    unresolved: int
    mermaid: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Picture:
    """A picture that was written: its `path`, how many `modules` and `needs` it shows, and the `digest` (SHA-256) of the file."""

    path: str
    modules: int
    needs: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Edge:
    """One project of the folder needs another.

    Attributes:
        source: the folder of the one.
        target: the folder of the other.
        name: by what name it is needed.
        path: the manifest that says so.
        line: where in it.
    """

    source: str
    target: str
    name: str
    path: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Dependencies:
    """What the manifests of a folder name.

    Attributes:
        count: how many names, each once for each project.
        dependencies: the first of them.
        internal: which projects of the folder need each other.
        shared: packages that several projects need, with the different versions that they ask for.
    """

    count: int
    dependencies: list[Dependency]
    internal: list[Edge]
    shared: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Health:
    """How healthy a project is, as gates weigh it.

    Attributes:
        score: from 0 to 1: the weighted mean of the parts.
        confidence: from 0 to 1: how much of the source could be read.
        reason: one sentence.
        evidence: the parts that are low.
        parts: each with its score, weight and reason.
        recommendations: what would raise the score, by what is gained.
    """

    score: float
    confidence: float
    reason: str
    evidence: list[str]
    parts: list[Part]
    recommendations: list[Recommendation]


@dataclass(frozen=True, slots=True, kw_only=True)
class Suggestion:
    """A workflow that was written.

    Attributes:
        path: the file.
        tasks: how many tasks it has, without the gate.
        verified: how many of their commands a dry run has passed.
        digest: the SHA-256 of the file.
        text: what was written.
    """

    path: str
    tasks: int
    verified: int
    digest: str
    text: str
