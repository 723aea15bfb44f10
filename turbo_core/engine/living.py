"""Living documents on disk: what they are made from is gathered, and only their marked regions are written.

Knows the places; what a region holds is the business of ``turbo_core.report.living``.
"""

from __future__ import annotations

import difflib
import secrets
import threading
from collections.abc import Iterable, Sequence
from importlib import import_module
from pathlib import Path
from typing import Final

from msgspec import Struct

from turbo_core.engine.earlier import EarlierRuns
from turbo_core.engine.handbooks import handbook
from turbo_core.engine.view import view
from turbo_core.errors import StorageFailed
from turbo_core.journal import history
from turbo_core.journal.files import storage
from turbo_core.model import Event, RunInfo, RunView
from turbo_core.report.handbook import Handbook
from turbo_core.report.known import Known, PastLine
from turbo_core.report.own import Own
from turbo_core.report.regions import closing, find, opening, replaced
from turbo_core.settings_table import Living
from turbo_core.workflow.definition import Actions, Workflow

LOOK_BACK: Final = 20
"""How many runs of a workflow documents are made from; entries of older ones stay as they are."""
_ENDED: Final = ("succeeded", "failed", "cancelled", "parked")


class Page(Struct, frozen=True, kw_only=True):
    """One document as it stands and as it should be. ``problem`` says why that cannot be told; else it is empty."""

    name: str
    path: Path
    before: str | None = None
    after: str = ""
    problem: str = ""

    @property
    def stale(self) -> bool:
        """Whether it is not up to date."""
        return bool(self.problem) or self.before != self.after

    def difference(self) -> str:
        """What would change, as a unified difference without its head."""
        lines = difflib.unified_diff((self.before or "").splitlines(), self.after.splitlines(), lineterm="", n=1)
        return "\n".join([*lines][2:])


def page(living: Living, project: Path, known: Known, own: Own) -> Page:
    """One document, read and made anew.

    Args:
        living: what is declared.
        project: what its path is relative to.
        known: what it is made from.
        own: the project's templates.
    """
    path = project / living.path
    fresh = f"# {living.name.replace('_', ' ').capitalize()}\n\n{opening(living.name)}\n{closing(living.name)}\n"
    try:
        if not path.resolve().is_relative_to(project.resolve()):
            raise ValueError("it lies outside of the project")
        before = path.read_bytes().decode() if path.exists() else None
        text = fresh if before is None else before
        start, end = find(text, living.name)
        after = replaced(text, living.name, _content(living.kind, known, text[start:end], own))
    except (OSError, ValueError) as error:
        return Page(name=living.name, path=path, problem=str(error))
    return Page(name=living.name, path=path, before=before, after=after)


def _content(kind: str, known: Known, before: str, own: Own) -> str:
    # By name: the template engine costs what a project without such documents does not need.
    text: str = import_module("turbo_core.report.living").content(kind, known, before, own)
    return text


def write(made: Page) -> None:
    """Write a document whole or not at all; it keeps its mode.

    Raises:
        StorageFailed: it cannot be written.
    """
    target = made.path.resolve()
    scratch = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    with storage(target):
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            scratch.write_bytes(made.after.encode())
            if target.exists():
                scratch.chmod(target.stat().st_mode & 0o777)
            scratch.replace(target)
        finally:
            scratch.unlink(missing_ok=True)


def gathered(earlier: EarlierRuns, workflow: str, book: Handbook | None, current: RunView | None = None) -> Known:
    """What is known of runs: from the history, and of the current run, which the history may not have yet.

    Args:
        earlier: the runs of the project.
        workflow: whose runs are read.
        book: explains it.
        current: a run of this process.
    """
    project = earlier.project
    names = dict.fromkeys([*history.workflows(project), *([current.workflow] if current else [])])
    past = {run.id: run for name in names for run in _past(project, name)}
    lines = {run.id: _line(run) for run in past.values()}
    views = [earlier.view(run) for run in past.values() if run.workflow == workflow]
    runs = {run.id: run for run in views if run is not None}
    if current is not None:
        lines[current.id] = _line_of(current)
        if current.workflow == workflow:
            runs[current.id] = current
    return Known(past=_newest(lines.values()), runs=tuple(runs[name] for name in sorted(runs, reverse=True)), book=book)


def _newest(lines: Iterable[PastLine]) -> tuple[PastLine, ...]:
    return tuple(sorted(lines, key=lambda line: line.id, reverse=True))


def _past(project: Path, workflow: str) -> list[history.PastRun]:
    return [past for past in history.past_runs(project, workflow, LOOK_BACK) if past.outcome in _ENDED]


def _line(past: history.PastRun) -> PastLine:
    return PastLine(id=past.id, workflow=past.workflow, at=past.created, outcome=past.outcome, actor=past.actor)


def _line_of(run: RunView) -> PastLine:
    return PastLine(id=run.id, workflow=run.workflow, at=run.created_at, outcome=run.outcome, actor=run.actor)


class Scribe:
    """Writes the living documents of one run: at the end of each phase, and at its end.

    Args:
        documents: what is declared.
        project: the folder that their paths are relative to.
        own: the project's templates.
        workflow: of the run.
        actions: knows what plugins say of their actions.
        earlier: the runs that some kinds of documents tell of.
    """

    def __init__(
        self, documents: Sequence[Living], project: Path, own: Own, workflow: Workflow, actions: Actions, earlier: EarlierRuns
    ) -> None:
        self._documents = [living for living in documents if not living.workflow or living.workflow == workflow.name]
        self._project, self._own = project, own
        self._workflow, self._actions = workflow, actions
        self._earlier = earlier
        self._turn = threading.Lock()
        self._closed = False

    @property
    def wanted(self) -> bool:
        """Whether there is something to write."""
        return bool(self._documents)

    def track(self, event: Event, run: RunInfo) -> None:
        """An observer: writes when a phase of the run itself is done."""
        if event.kind == "phase.closed" and not event.task:
            with self._turn:
                if not self._closed:
                    self._write(view(self._earlier.fold(run.folder), run.folder))

    def close(self, run: RunView) -> dict[str, str]:
        """Write for the last time; gives what went wrong, by the name of the document."""
        with self._turn:
            self._closed = True
            return self._write(run)

    def _write(self, run: RunView) -> dict[str, str]:
        if not self._documents:
            return {}
        known = gathered(self._earlier, run.workflow, handbook(self._workflow, self._actions), run)
        problems: dict[str, str] = {}
        for made in (page(living, self._project, known, self._own) for living in self._documents):
            try:
                if made.stale and not made.problem:
                    write(made)
            except StorageFailed as error:
                problems[made.name] = str(error)
            problems |= {made.name: f"{made.path.name}: {made.problem}"} if made.problem else {}
        return problems
