"""What several looks come to together: projects that need each other, health, and a workflow."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence

from turbo_plugin_project.detecting import Found, role
from turbo_plugin_project.health import Known, parts, recommendations, score
from turbo_plugin_project.looking import Look
from turbo_plugin_project.requirements import packages
from turbo_plugin_project.results import Edge, Health, Proof, Seen
from turbo_plugin_project.suggesting import chosen, written
from turbo_plugin_project.values import Command, Dependency, Project

_LOW = 0.8
_SHOWN = 10


def seen(project: Project) -> Seen:
    """A project as one row."""
    return Seen(
        path=project.path,
        name=project.name,
        role=project.role,
        types=[trait.name for trait in project.types],
        frameworks=[trait.name for trait in project.frameworks],
    )


def proofs(found: Found, limit: int) -> list[Proof]:
    """What speaks for all that is said of the first projects."""
    traits = [(".", trait) for trait in found.monorepo]
    traits += [(one.path, trait) for one in found.projects[:limit] for trait in (*one.types, *one.frameworks)]
    return [
        Proof(
            project=path, name=trait.name, confidence=trait.confidence, path=evidence.path, line=evidence.line, what=evidence.what
        )
        for path, trait in traits
        for evidence in trait.evidence
    ]


def internal(found: Found) -> list[Edge]:
    """Which projects name another one of the same folder as what they need."""
    by_name = {_plain(project.name): project.path for project in found.projects if project.role == "project"}
    edges = [
        Edge(source=one.project, target=by_name[name], name=one.name, path=one.path, line=one.line)
        for one in found.dependencies
        if (name := _plain(one.name.rpartition(":")[2])) in by_name
        and by_name[name] != one.project
        and role(one.project) == "project"
    ]
    return sorted(edges, key=lambda edge: (edge.source, edge.target, edge.path, edge.line))


def _plain(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def shared(needs: Sequence[Dependency]) -> list[str]:
    """What several projects need in different versions."""
    asked: dict[tuple[str, str], dict[str, list[str]]] = {}
    for need in needs:
        if need.scope != "build" and need.version:
            asked.setdefault((need.ecosystem, need.name), {}).setdefault(need.version, []).append(need.project)
    different = {key: versions for key, versions in asked.items() if len(versions) > 1}
    return [
        f"{name} ({ecosystem}): "
        + ", ".join(f"{version} in {', '.join(dict.fromkeys(where))}" for version, where in sorted(versions.items()))
        for (ecosystem, name), versions in sorted(different.items())
        if len({one for where in versions.values() for one in where}) > 1
    ]


def judged(known: Known) -> Health:
    """The health of a project."""
    found = parts(known)
    low = sorted((part for part in found if part.score < _LOW), key=lambda part: part.score)
    files = known.metrics.files
    total = score(found)
    told = f"{len(found) - len(low)} of {len(found)} parts are good" + (
        f"; the lowest is {low[0].name}: {low[0].reason}" if low else ""
    )
    return Health(
        score=total,
        confidence=round(1 - known.metrics.skipped / files, 4) if files else 0.0,
        reason=told,
        evidence=[f"{part.name}: {part.reason}" for part in low[:_SHOWN]],
        parts=found,
        recommendations=recommendations(found),
    )


def workflow(look: Look, commands: Sequence[Command]) -> tuple[str, list[Command]]:
    """The text of a workflow for what was looked at, and the commands in it."""
    projects = look.found.projects
    picked = chosen(commands, projects)
    here = next((project.name for project in projects if project.path == "."), look.tree.root.name)
    return written(here, picked, _packages(look, picked)), picked


def _packages(look: Look, picked: Sequence[Command]) -> Mapping[str, list[str]]:
    """For each project of Python that pip can install: what it is told."""
    found = {}
    installed = {one.project for one in picked if one.purpose == "install" and one.argv[:1] == ["python3"]}
    for project in sorted(installed):
        prefix = "" if project == "." else f"{project}/"
        near = [path for path in look.tree.paths if path.startswith(prefix) and path[len(prefix) :].count("/") <= 1]
        texts = {path[len(prefix) :]: look.tree.text(path) for path in near if path.endswith((".txt", ".toml", ".ini", ".py"))}
        found[project] = packages(texts, [one.argv for one in picked if one.project == project])
    return found
