"""The actions of the namespace: a look at the project becomes what they give."""

from __future__ import annotations

from collections import Counter

from turbo_core import Context, action

from turbo_plugin_project import drawing, knowing, measuring, writing
from turbo_plugin_project import health as judging
from turbo_plugin_project.looking import Look, place
from turbo_plugin_project.measuring import Metrics
from turbo_plugin_project.results import (
    Architecture,
    Dependencies,
    Detection,
    Health,
    Picture,
    Shares,
    Suggestion,
    Ways,
)
from turbo_plugin_project.trying import tried
from turbo_plugin_project.values import Command

__all__ = ["architecture", "commands", "dependencies", "detect", "draw", "health", "languages", "metrics", "suggest"]

_FILES = 200_000
_SECONDS = 60.0
_MODULES = 60


@action(risk="read", idempotent=True)
def detect(context: Context, folder: str = ".", limit: int = 100, files: int = _FILES) -> Detection:
    """Tell what projects a folder holds, of what type they are and what they build upon, with the evidence.

    Args:
        folder: where, relative to the project.
        limit: how many projects are given on.
        files: how many files are looked at, at most.
    """
    look = Look(context, folder, files)
    found = look.found
    here = next((project for project in found.projects if project.path == "."), None)
    return Detection(
        kind=here.types[0].name if here else "unknown",
        monorepo=[trait.name for trait in found.monorepo],
        count=len(found.projects),
        projects=[knowing.seen(project) for project in found.projects[:limit]],
        evidence=knowing.proofs(found, limit),
        files=len(look.tree.files),
    )


@action(risk="read", idempotent=True)
def languages(context: Context, folder: str = ".", files: int = _FILES) -> Shares:
    """Tell which languages the code of a folder is written in, by their share of all bytes.

    Args:
        folder: where, relative to the project.
        files: how many files are looked at, at most.
    """
    found = measuring.shares(Look(context, folder, files).sizes())
    return Shares(main=found[0].name if found else "", languages=found, size=sum(one.size for one in found))


@action(risk="read")
def commands(context: Context, folder: str = ".", verify: bool = True, seconds: float = _SECONDS, files: int = _FILES) -> Ways:
    """Tell how the projects of a folder are installed, checked, tested, built and run, and try it dry.

    A dry run lets the project's own tools read its build files, which may evaluate what stands in them.

    Args:
        folder: where, relative to the project.
        verify: try each command by a dry run.
        seconds: how long a dry run may take.
        files: how many files are looked at, at most.
    """
    found = _commands(Look(context, folder, files), verify=verify, seconds=seconds)
    states = Counter(one.state for one in found)
    return Ways(commands=found, verified=states["verified"], failed=states["failed"], unverifiable=states["unverifiable"])


def _commands(look: Look, *, verify: bool, seconds: float) -> list[Command]:
    inferred = look.inferred
    root = place(look.context.project, look.folder)
    return tried(root, inferred, seconds) if verify else [one.command for one in inferred]


@action(risk="read", idempotent=True)
def architecture(
    context: Context, folder: str = ".", tests: bool = False, modules: int = _MODULES, files: int = _FILES
) -> Architecture:
    """Tell of which modules a folder consists, what they need of each other, and where they do so in circles.

    Args:
        folder: where, relative to the project.
        tests: tests, examples and benchmarks count as well.
        modules: how many modules there may be; folders are joined until there are no more.
        files: how many files are looked at, at most.
    """
    found = Look(context, folder, files).structure(modules, tests=tests)
    return Architecture(
        modules=found.modules,
        needs=found.needs,
        layers=len({one.layer for one in found.modules}),
        cycles=found.cycles,
        entries=found.entries[:100],
        unresolved=found.unresolved,
        mermaid=drawing.mermaid(found),
    )


@action(risk="change", idempotent=True)
def draw(
    context: Context,
    folder: str = ".",
    file: str = "architecture.html",
    tests: bool = False,
    modules: int = _MODULES,
    overwrite: bool = False,
    files: int = _FILES,
) -> Picture:
    """Draw the architecture of a folder as a page, a picture or Mermaid: by the ending `.html`, `.svg` or `.mmd`.

    Args:
        folder: where, relative to the project.
        file: where to, relative to the project.
        tests: tests, examples and benchmarks count as well.
        modules: how many modules there may be; folders are joined until there are no more.
        overwrite: replace a file that is there; the undo brings it back.
        files: how many files are looked at, at most.
    """
    look = Look(context, folder, files)
    found = look.structure(modules, tests=tests)
    text = drawing.drawn(file, found, f"The architecture of {look.tree.root.name}")
    writing.write(context, file, text, overwrite=overwrite)
    return Picture(path=file, modules=len(found.modules), needs=len(found.needs), digest=writing.digest(text))


@draw.plan
def _(context: Context, folder: str, file: str) -> str:
    return f"draw the architecture of {folder} into {file}"


@draw.undo
def _(context: Context, file: str) -> None:
    writing.take_back(context, file)


@action(risk="read", idempotent=True)
def dependencies(context: Context, folder: str = ".", limit: int = 1000, files: int = _FILES) -> Dependencies:
    """Tell what the manifests of a folder name, and which of its projects need each other.

    Args:
        folder: where, relative to the project.
        limit: how many are given on.
        files: how many files are looked at, at most.
    """
    found = Look(context, folder, files).found
    return Dependencies(
        count=len(found.dependencies),
        dependencies=found.dependencies[:limit],
        internal=knowing.internal(found),
        shared=knowing.shared(found.dependencies),
    )


@action(risk="read", idempotent=True)
def metrics(context: Context, folder: str = ".", limit: int = 20, files: int = _FILES) -> Metrics:
    """Measure the code of a folder: size, complexity, duplication, tests.

    Args:
        folder: where, relative to the project.
        limit: how many of the worst functions and files are named.
        files: how many files are looked at, at most.
    """
    look = Look(context, folder, files)
    return measuring.measure(look.survey.sources, look.survey.unread, limit)


@action(risk="read")
def health(context: Context, folder: str = ".", verify: bool = True, seconds: float = _SECONDS, files: int = _FILES) -> Health:
    """Judge the health of a project by its parts, and recommend what would raise it.

    Args:
        folder: where, relative to the project.
        verify: try each command by a dry run.
        seconds: how long a dry run may take.
        files: how many files are looked at, at most.
    """
    look = Look(context, folder, files)
    found = look.structure(_MODULES, tests=False)
    known = judging.Known(
        tree=look.tree,
        projects=look.found.projects,
        commands=_commands(look, verify=verify, seconds=seconds),
        dependencies=look.found.dependencies,
        metrics=measuring.measure(look.survey.sources, look.survey.unread, 1),
        cycles=found.cycles,
        modules=len(found.modules),
    )
    return knowing.judged(known)


@action(risk="change", idempotent=True)
def suggest(
    context: Context,
    folder: str = ".",
    file: str = "turbo.yaml",
    overwrite: bool = False,
    verify: bool = True,
    seconds: float = _SECONDS,
    files: int = _FILES,
) -> Suggestion:
    """Write a ready workflow for a project: prepare, check, test, build, and a gate that says whether it is fit for release.

    Args:
        folder: where, relative to the project; the workflow is meant to be run there.
        file: where to, relative to that folder.
        overwrite: replace a file that is there; the undo brings it back.
        verify: try each command by a dry run, and leave out those that fail.
        seconds: how long a dry run may take.
        files: how many files are looked at, at most.
    """
    look = Look(context, folder, files)
    text, tasks = knowing.workflow(look, _commands(look, verify=verify, seconds=seconds))
    path = writing.below(folder, file)
    writing.write(context, path, text, overwrite=overwrite)
    return Suggestion(
        path=path,
        tasks=len(tasks),
        verified=sum(one.state == "verified" for one in tasks),
        digest=writing.digest(text),
        text=text,
    )


@suggest.plan
def _(context: Context, folder: str, file: str) -> str:
    return f"write a workflow for {folder} into {writing.below(folder, file)}"


@suggest.undo
def _(context: Context, folder: str, file: str) -> None:
    writing.take_back(context, writing.below(folder, file))
