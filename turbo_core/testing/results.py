"""What came of a command or of a run in process, as one value that explains itself when a test fails.

Owns the wording of that explanation. It reads journals and logs, and starts nothing.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from textwrap import indent

from msgspec import Struct, field

from turbo_core.journal import logs
from turbo_core.model import DecisionView, Event, MessageView, RunView, TaskView
from turbo_core.report.text import cut, one_line, strip_controls
from turbo_core.report.tree import failures, last_log, walk
from turbo_core.words import JSON

_TAIL = 4_000
_LINES = 30


class HookCall(Struct, frozen=True, kw_only=True):
    """One call of a hook of one plugin: what it was asked, and what it answered or raised."""

    plugin: str
    hook: str
    arguments: Mapping[str, object]
    answer: object = None
    error: BaseException | None = None


class Result(Struct, frozen=True, kw_only=True):
    """How a command or a run ended.

    Attributes:
        title: the command line, or the workflow that was played.
        exit_code: as in the table of exit codes.
        out: standard output; empty for a run in process.
        err: standard error; empty for a run in process.
        events: the journal of the run that was started or taken further; empty if there was none.
        view: that run as a value, ``None`` if there was none.
        hooks: the calls of hooks, in their order; known for runs in process only.
    """

    title: str
    exit_code: int
    out: str = ""
    err: str = ""
    events: tuple[Event, ...] = ()
    view: RunView | None = None
    hooks: tuple[HookCall, ...] = field(default=())

    @property
    def ok(self) -> bool:
        """The exit code is 0."""
        return self.exit_code == 0

    @property
    def run(self) -> RunView:
        """The run that was started or taken further.

        Raises:
            AssertionError: there was none.
        """
        if self.view is None:
            raise AssertionError(f"no run was started or taken further\n{self.explain()}")
        return self.view

    @property
    def tasks(self) -> Mapping[str, TaskView]:
        """Every task of the run by its address, cells and nested ones too."""
        return {task.address: task for task in walk(self.run.phases)}

    @property
    def outputs(self) -> Mapping[str, Mapping[str, JSON]]:
        """The outputs of each task by its address."""
        return {address: task.outputs for address, task in self.tasks.items()}

    @property
    def messages(self) -> tuple[MessageView, ...]:
        """What was communicated."""
        return self.run.messages

    @property
    def decisions(self) -> Mapping[str, DecisionView]:
        """What was decided, by the address of the gate."""
        return {decision.task: decision for decision in self.run.decisions}

    def log(self, task: str) -> str:
        """The output of the last attempt of a task; empty if it has none.

        Raises:
            KeyError: the run has no such task.
        """
        attempt = last_log(self.tasks[task])
        return logs.tail(self.run.folder, attempt.log, _TAIL) if attempt else ""

    def calls(self, hook: str) -> list[HookCall]:
        """The calls of one hook."""
        return [call for call in self.hooks if call.hook == hook]

    def explain(self) -> str:
        """What happened, first failure first, for a person who reads a failed test."""
        return "\n".join(self._explanation())

    def __str__(self) -> str:
        return self.explain()

    def __repr__(self) -> str:
        failed = self._failed()
        why = f"; {failed[0].address}: {one_line(failed[0].why)}" if failed else f"; {one_line(self.err)}" if self.err else ""
        return f"<{self.title}: exit {self.exit_code}{cut(why, 150)}>"

    def _failed(self) -> list[TaskView]:
        return failures(self.view.phases) if self.view else []

    def _explanation(self) -> Iterator[str]:
        run = f", run {self.view.id} {self.view.outcome}" if self.view else ""
        yield f"{self.title}: exit {self.exit_code}{run}"
        for task in self._failed():
            yield f"  {task.address}: {task.why}"
            yield from _quoted("log", self.log(task.address))
        yield from _quoted("standard error", self.err)
        yield from _quoted("standard output", self.out)


def _quoted(title: str, text: str) -> Iterator[str]:
    lines = strip_controls(text).strip("\n").splitlines()
    if lines:
        yield f"  {title}:"
        yield from (["    | ..."] if len(lines) > _LINES else [])
        yield indent("\n".join(lines[-_LINES:]), "    | ", lambda _line: True)
