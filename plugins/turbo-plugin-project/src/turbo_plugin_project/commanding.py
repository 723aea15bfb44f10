"""How the projects of a tree are installed, checked, tested, built and run: what they say themselves, then what is usual."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from turbo_plugin_project.detecting import clues
from turbo_plugin_project.tables.recipes import PURPOSES, RECIPES, SCRIPTS, Recipe, Script, Trial
from turbo_plugin_project.tree import Tree
from turbo_plugin_project.values import Command, Evidence, Project, Purpose

_NO_TESTS = re.compile(r"no test specified")


@dataclass(frozen=True, slots=True)
class Inferred:
    """A command, how it is tried, and the target that it asks for."""

    command: Command
    trial: Trial
    target: str = ""


def infer(tree: Tree, projects: Sequence[Project]) -> list[Inferred]:
    """The commands of projects: for each purpose of a project the surest first."""
    found = [one for project in projects for one in _of(tree, project)]
    order = {
        purpose: at
        for at, purpose in enumerate(("install", "format", "lint", "types", "test", "build", "run", "docs", "package"))
    }
    paths = {project.path: at for at, project in enumerate(projects)}
    return sorted(
        found, key=lambda one: (paths[one.command.project], order[one.command.purpose], -one.command.confidence, one.command.argv)
    )


def _of(tree: Tree, project: Project) -> Iterator[Inferred]:
    folder = "" if project.path == "." else project.path
    for script in SCRIPTS:
        yield from _scripts(tree, project.path, folder, script)
    kinds = {trait.name for trait in project.types}
    for recipe in RECIPES:
        if recipe.kind in kinds and (why := _applies(tree, folder, recipe, project)):
            command = Command(
                project=project.path,
                purpose=recipe.purpose,
                argv=list(recipe.argv),
                path=why.path,
                line=why.line,
                what=why.what,
                confidence=recipe.confidence,
            )
            yield Inferred(command, recipe.trial)


def _applies(tree: Tree, folder: str, recipe: Recipe, project: Project) -> Evidence | None:
    if any(clues(tree, folder, recipe.unless)):
        return None
    if recipe.when:
        return next((evidence for _, evidence in clues(tree, folder, recipe.when)), None)
    return next(trait.evidence[0] for trait in project.types if trait.name == recipe.kind)


def _scripts(tree: Tree, path: str, folder: str, script: Script) -> Iterator[Inferred]:
    file = f"{folder}/{script.file}" if folder else script.file
    if file not in tree.paths:
        return
    text = tree.text(file)
    seen = set[Purpose]()
    for name, line, what in _named(text, script):
        purpose = next((purpose for pattern, purpose in PURPOSES if re.search(pattern, name, re.IGNORECASE)), None)
        if purpose is None or purpose in seen or _NO_TESTS.search(what):
            continue
        seen.add(purpose)
        command = Command(
            project=path,
            purpose=purpose,
            argv=[part.replace("{target}", name) for part in script.argv],
            path=file,
            line=line,
            what=what[:120],
            confidence=script.confidence,
        )
        yield Inferred(command, script.trial, name)


def _named(text: str, script: Script) -> Iterator[tuple[str, int, str]]:
    """The names in a file of scripts: each with its line, and what stands there. Short names come first."""
    lines = text.splitlines()
    if not script.form.startswith("json:"):
        found = (
            (match[1], number, line.strip()) for number, line in enumerate(lines, 1) if (match := re.match(script.names, line))
        )
        yield from sorted(found, key=lambda one: (len(one[0]), one[1]))
        return
    try:
        table = json.loads(text).get(script.form.removeprefix("json:"), {})
    except (ValueError, AttributeError, RecursionError):
        return
    for name in sorted(table if isinstance(table, dict) else (), key=lambda name: (len(name), name)):
        line = next((number for number, line in enumerate(lines, 1) if re.search(rf'"{re.escape(name)}"\s*:\s*["\[{{]', line)), 0)
        yield name, line, f"{name}: {table[name]}"
