"""The verdict on one case: it passed, it failed, or it could not be run; and how that is told to people."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from shlex import quote
from typing import Literal, TypeAlias

from msgspec import Struct

from turbo_core.errors import TurboError
from turbo_core.model import PhaseView, TaskView
from turbo_core.report.looks import look
from turbo_core.report.text import one_line
from turbo_core.report.tree import shown_state
from turbo_core.testing.cases.case import Case
from turbo_core.testing.cases.expecting import Miss, misses
from turbo_core.testing.cases.result import SimulatedRun
from turbo_core.testing.cases.running import run_case
from turbo_core.workflow.units import format_duration

Grade: TypeAlias = Literal["passed", "failed", "broken"]


class Verdict(Struct, frozen=True, kw_only=True):
    """What came of a case. A broken one has no run: ``fault`` tells why. ``seconds`` are those of a real clock."""

    case: Case
    run: SimulatedRun | None
    misses: tuple[Miss, ...] = ()
    fault: str = ""
    seconds: float = 0.0

    @property
    def grade(self) -> Grade:
        """In one word."""
        if self.run is None:
            return "broken"
        return "failed" if self.misses else "passed"

    @property
    def title(self) -> str:
        """What is wrong, in one line; empty if nothing is."""
        return self.fault.partition("\n")[0] or "; ".join(map(str, self.misses))

    def explain(self, *, unicode: bool = True) -> str:
        """Everything that helps to see why it did not pass."""
        if self.run is None:
            return self.fault
        return "\n".join([*map(_told, self.misses), *_path(self.run, unicode=unicode)])

    @property
    def alone(self) -> str:
        """The command that runs only this case."""
        return f"turbo test {quote(self.case.id)}"


def judge(case: Case, folder: Path) -> Verdict:
    """Run a case, and hold what came against what was expected.

    Args:
        case: the case.
        folder: an empty folder.
    """
    begun = time.perf_counter()
    try:
        run = run_case(case, folder)
    except TurboError as error:
        parts = (error.what, f"why: {error.why}" if error.why else "", f"next: {error.next_step}" if error.next_step else "")
        return Verdict(case=case, run=None, fault="\n".join(filter(None, parts)), seconds=time.perf_counter() - begun)
    missed = tuple(misses(case.given.expect, run))
    return Verdict(case=case, run=run, misses=missed, seconds=time.perf_counter() - begun)


def _told(miss: Miss) -> str:
    return "\n".join([one_line(str(miss)), *(f"    {one_line(reason, 300)}" for reason in miss.why)])


def _path(run: SimulatedRun, *, unicode: bool) -> Iterator[str]:
    yield f"the run took {format_duration(run.seconds)} of simulated time:"
    for phase in run.view.phases:
        yield from _phase(phase, "  ", unicode=unicode)
    yield from (f"  {one_line(refusal)}" for refusal in run.refusals)


def _phase(phase: PhaseView, indent: str, *, unicode: bool) -> Iterator[str]:
    yield f"{indent}{phase.name}"
    for task in phase.tasks:
        yield from _task(task, f"{indent}  ", unicode=unicode)


def _task(task: TaskView, indent: str, *, unicode: bool) -> Iterator[str]:
    sign = look(shown_state(task)).mark(unicode=unicode)
    # A task that went as everybody expects needs no sentence.
    plain = task.state == "succeeded" and len(task.attempts) < 2 and task.kind != "decide" and not task.unchanged
    yield f"{indent}{sign} {task.name if plain else one_line(task.why, 300)}"
    for cell in task.cells:
        yield from _task(cell, f"{indent}  ", unicode=unicode)
    for phase in task.phases:
        yield from _phase(phase, f"{indent}  ", unicode=unicode)
