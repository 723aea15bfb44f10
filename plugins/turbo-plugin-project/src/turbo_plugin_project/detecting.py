"""Which projects a tree holds, what they are, and what they build upon. Decides nothing that does not stand in the tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase, translate
from functools import cache
from typing import Final

from turbo_plugin_project.manifests import MANIFESTS, read
from turbo_plugin_project.tables.frameworks import FRAMEWORKS
from turbo_plugin_project.tables.kinds import EXAMPLES, FIXTURES, KINDS, MONOREPO
from turbo_plugin_project.tables.signature import Clue, Framework
from turbo_plugin_project.tree import Tree
from turbo_plugin_project.values import Dependency, Evidence, Project, Role, Trait

_EVIDENCE: Final = 5
_WEIGHT_OF_SCOPE: Final = {"run": 0.95, "dev": 0.85}
_ENOUGH: Final = 0.85
_ROOTS: Final = tuple(kind for kind in KINDS if kind.roots)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What a tree holds: its projects, what holds them together, and all that their manifests need."""

    projects: list[Project]
    monorepo: list[Trait]
    dependencies: list[Dependency]


def detect(tree: Tree) -> Found:
    """Look at a tree.

    A folder is a project if it holds a file that says so; the root is one in any case, if it holds anything that is known.
    """
    needs = list(dependencies(tree))
    by_project: dict[str, list[Dependency]] = {}
    for need in needs:
        by_project.setdefault(need.project, []).append(need)
    projects = [_project(tree, folder, by_project.get(folder or ".", [])) for folder in _folders(tree)]
    held = [trait for kind in MONOREPO if (trait := _judged(kind.name, clues(tree, "", kind.clues)))]
    kept = [project for project in projects if project.types]
    monorepo = held if sum(project.role == "project" for project in kept) > 1 else []
    return Found(projects=kept, monorepo=_sorted(monorepo), dependencies=needs)


def dependencies(tree: Tree) -> Iterator[Dependency]:
    """What all manifests of a tree name."""
    for file in tree.files:
        if any(fnmatchcase(file.name, pattern) for pattern in MANIFESTS):
            ecosystem, needs = read(file.name, tree.text(file.path))
            for need in needs:
                yield Dependency(
                    project=file.folder or ".",
                    ecosystem=ecosystem,
                    name=need.name,
                    version=need.version,
                    scope=need.scope,
                    path=file.path,
                    line=need.line,
                )


def owner(projects: Iterable[str], path: str) -> str:
    """The project that a path lies in: the deepest of these folders above it, else the root."""
    roots = frozenset(projects)
    folder = path.rpartition("/")[0]
    while folder and folder not in roots:
        folder = folder.rpartition("/")[0]
    return folder or "."


def _folders(tree: Tree) -> list[str]:
    """The folders that may be projects: the root, and those with a file that makes one. Asks names only."""
    names = [re.compile(translate(clue.file)) for kind in _ROOTS for clue in kind.clues if "/" not in clue.file]
    any_of = re.compile("|".join(one.pattern for one in names))
    nested = [clue.file.partition("/")[0][1:] for kind in _ROOTS for clue in kind.clues if "/" in clue.file]
    found = {file.folder for file in tree.files if any_of.match(file.name)}
    found |= {folder.rpartition("/")[0] for folder in tree.folders if folder.endswith(tuple(nested))}
    return sorted({folder for folder in found if folder == "" or _makes_a_project(tree, folder)} | {""})


def _makes_a_project(tree: Tree, folder: str) -> bool:
    """More than a part of the project above: a list of requirements alone, or a part of a build, is none."""
    return any(weight >= _ENOUGH for kind in _ROOTS for weight, _ in clues(tree, folder, kind.clues))


def _project(tree: Tree, folder: str, needs: Sequence[Dependency]) -> Project:
    types = [trait for kind in KINDS if (trait := _judged(kind.name, clues(tree, folder, kind.clues)))]
    frameworks = [trait for one in FRAMEWORKS if (trait := _judged(one.name, _framework(tree, folder, one, needs)))]
    types = _sorted(types)
    return Project(
        path=folder or ".",
        name=_name(tree, folder, types),
        role=role(folder),
        types=types,
        frameworks=_sorted(frameworks),
    )


def role(folder: str) -> Role:
    """What a folder's place says about it. A name with braces is filled in by a generator."""
    if "{{" in folder:
        return "fixture"
    parts = {part.lower() for part in folder.split("/")}
    return "fixture" if parts & FIXTURES else "example" if parts & EXAMPLES else "project"


def _framework(tree: Tree, folder: str, one: Framework, needs: Sequence[Dependency]) -> Iterator[tuple[float, Evidence]]:
    for need in needs:
        if need.ecosystem == one.ecosystem and any(fnmatchcase(need.name, pattern) for pattern in one.packages):
            told = f"needs {need.name} {need.version}".strip()
            yield _WEIGHT_OF_SCOPE.get(need.scope, 0.6), Evidence(path=need.path, line=need.line, what=told)
    yield from clues(tree, folder, one.clues)


def clues(tree: Tree, folder: str, wanted: Sequence[Clue]) -> Iterator[tuple[float, Evidence]]:
    """What of some clues is there in a folder (empty for the root), with its weight."""
    for clue in wanted:
        inner, _, name = clue.file.rpartition("/")
        for place in _places(tree, folder, inner):
            for file in tree.folders.get(place, ()):
                if fnmatchcase(file.name, name):
                    seen = _seen(tree, file.path, clue.holds)
                    if seen:
                        yield clue.weight, seen


def _places(tree: Tree, folder: str, inner: str) -> list[str]:
    below = "/".join(part for part in (folder, inner) if part)
    if "*" not in inner:
        return [below]
    return [one for one in tree.folders if fnmatchcase(one, below) and one.count("/") == below.count("/")]


def _seen(tree: Tree, path: str, holds: str) -> Evidence | None:
    if not holds:
        return Evidence(path=path, line=0, what="the file is there")
    for number, line in enumerate(tree.text(path, 1 << 17).splitlines(), 1):
        if _compiled(holds).search(line):
            return Evidence(path=path, line=number, what=line.strip()[:120])
    return None


@cache
def _compiled(pattern: str) -> re.Pattern[str]:
    return re.compile(pattern)


def _judged(name: str, clues: Iterable[tuple[float, Evidence]]) -> Trait | None:
    """Clues count as independent: the doubt that is left is the product of their doubts."""
    found = sorted(clues, key=lambda clue: (-clue[0], clue[1].path, clue[1].line))
    if not found:
        return None
    doubt = 1.0
    for weight, _ in found[:_EVIDENCE]:
        doubt *= 1 - weight
    return Trait(name=name, confidence=round(min(1 - doubt, 0.999), 3), evidence=[evidence for _, evidence in found[:_EVIDENCE]])


def _sorted(traits: Iterable[Trait]) -> list[Trait]:
    return sorted(traits, key=lambda trait: (-trait.confidence, trait.name))


def _name(tree: Tree, folder: str, types: Sequence[Trait]) -> str:
    titles = {kind.name: kind.title for kind in KINDS if kind.title}
    for trait in types:
        for evidence in trait.evidence if trait.name in titles else ():
            if found := re.search(titles[trait.name], tree.text(evidence.path, 1 << 17), re.MULTILINE):
                return found[1]
    return folder.rpartition("/")[2] or tree.root.resolve().name
