"""What was expected, held against what came: every difference, with the sentences of `turbo why` that explain it. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any, Final

from msgspec import Struct

from turbo_core.model import MessageView
from turbo_core.report.text import as_text
from turbo_core.testing.cases.result import SimulatedRun
from turbo_core.testing.cases.shape import ExpectShape, MessageShape, SpanShape
from turbo_core.words import JSON
from turbo_core.workflow.units import format_duration


class Miss(Struct, frozen=True, kw_only=True):
    """One expectation that was not met. ``why`` holds what explains it, a sentence each."""

    key: str
    expected: str
    found: str
    why: tuple[str, ...] = ()

    def __str__(self) -> str:
        return f"{self.key}: expected {self.expected}, found {self.found}"


def misses(expected: ExpectShape, run: SimulatedRun) -> list[Miss]:
    """Every expectation that the run does not meet, in the order of the reference."""
    return [miss for key in ExpectShape.model_fields if key in expected.model_fields_set for miss in _CHECKS[key](expected, run)]


# ---------------------------------------------------------------- the run as a whole


def _outcome(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    if run.outcome != expected.outcome:
        culprits = (*run.failed, *run.waiting)
        why = dict.fromkeys([run.view.summary, *map(run.why, culprits), *run.refusals])
        yield Miss(key="outcome", expected=expected.outcome, found=run.outcome, why=tuple(filter(None, why)))


def _exit_code(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    if run.exit_code != expected.exit_code:
        yield Miss(key="exit_code", expected=str(expected.exit_code), found=str(run.exit_code), why=(run.view.summary,))


def _outputs(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    for name, value in expected.outputs.items():
        found = run.outputs.get(name)
        if not _same(found, value):
            yield Miss(key=f"outputs.{name}", expected=_json(value), found=_json(found))


def _same(left: JSON, right: JSON) -> bool:
    """Equal, and of one type: true is no 1."""
    if isinstance(left, Mapping) and isinstance(right, Mapping):
        return left.keys() == right.keys() and all(_same(left[key], right[key]) for key in left)
    if isinstance(left, list) and isinstance(right, list):
        return len(left) == len(right) and all(map(_same, left, right))
    return bool(left == right) and isinstance(left, bool) == isinstance(right, bool)


def _json(value: JSON) -> str:
    return as_text(value) if not isinstance(value, str) else f"'{value}'"


def _duration(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    wanted, found = expected.duration, format_duration(run.seconds)
    if not isinstance(wanted, SpanShape):
        if run.seconds != wanted:
            yield Miss(key="duration", expected=format_duration(wanted), found=found)
        return
    if "at_least" in wanted.model_fields_set and run.seconds < wanted.at_least:
        yield Miss(key="duration", expected=f"at least {format_duration(wanted.at_least)}", found=found)
    if "at_most" in wanted.model_fields_set and run.seconds > wanted.at_most:
        yield Miss(key="duration", expected=f"at most {format_duration(wanted.at_most)}", found=found)


def _parked(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    wanted = expected.parked
    if isinstance(wanted, bool):
        fits = wanted == (run.outcome == "parked")
    else:
        fits = {run.address(name) for name in wanted} == {*run.waiting}
    if not fits:
        told = str(wanted).lower() if isinstance(wanted, bool) else _list(wanted) or "nobody waits"
        yield Miss(key="parked", expected=told, found=_list(run.waiting) if run.waiting else run.outcome, why=run.refusals)


# ---------------------------------------------------------------- which tasks


def _path(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    steps = [[item] if isinstance(item, str) else item for item in expected.path]
    at, fits = 0, True
    for step in steps:
        fits = fits and sorted(run.path[at : at + len(step)]) == sorted(step)
        at += len(step)
    if not fits or at != len(run.path):
        wanted = [name for step in steps for name in step]
        strange = [*(name for name in run.path if name not in wanted), *(name for name in wanted if name not in run.path)]
        told = " → ".join(step[0] if len(step) == 1 else f"({', '.join(step)})" for step in steps)
        yield Miss(key="path", expected=told or "no task", found=" → ".join(run.path) or "no task", why=_reasons(run, strange))


def _ran(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    for name in expected.ran:
        if run.address(name) not in run.ran:
            yield Miss(key=f"ran.{name}", expected="it ran", found=_state(run, name), why=_reasons(run, [name]))


def _not_ran(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    for name in expected.not_ran:
        if run.address(name) in run.ran:
            yield Miss(key=f"not_ran.{name}", expected="it did not run", found=_state(run, name), why=_reasons(run, [name]))


def _undone(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    wanted = {run.address(name) for name in expected.undone}
    if wanted != run.undone:
        strange = sorted(wanted ^ run.undone)
        found = _list(sorted(run.undone)) or "nothing"
        yield Miss(key="undone", expected=_list(expected.undone) or "nothing", found=found, why=_reasons(run, strange))


def _each(key: str, of: Callable[[SimulatedRun], Mapping[str, object]]) -> Callable[[ExpectShape, SimulatedRun], Iterator[Miss]]:
    """The check of an expectation that gives each task one word."""

    def check(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
        found = of(run)
        for name, wanted in getattr(expected, key).items():
            address = run.address(name)
            if found.get(address) != wanted:
                told = str(found[address]) if address in found else _state(run, name)
                yield Miss(key=f"{key}.{name}", expected=str(wanted), found=told, why=_reasons(run, [name]))

    return check


def _retries(run: SimulatedRun) -> Mapping[str, object]:
    return {task: count - 1 for task, count in run.attempts.items()}


def _scores(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    for name, wanted in expected.scores.items():
        found = run.scores.get(run.address(name))
        if found is None or _rounded(found, wanted) != wanted:
            told = _state(run, name) if found is None else str(found)
            yield Miss(key=f"scores.{name}", expected=str(wanted), found=told, why=_reasons(run, [name]))


def _rounded(found: JSON, like: Decimal) -> Decimal:
    return Decimal(found).quantize(like, rounding=ROUND_HALF_EVEN)


# ---------------------------------------------------------------- messages


def _messages(expected: ExpectShape, run: SimulatedRun) -> Iterator[Miss]:
    sent = _list([f"'{message.subject}'" for message in run.messages]) or "no message"
    if not expected.messages and run.messages:
        yield Miss(key="messages", expected="no message", found=sent)
    for index, wanted in enumerate(expected.messages):
        shape = wanted if isinstance(wanted, MessageShape) else MessageShape(contains=wanted)
        if not any(_fits(shape, message, run) for message in run.messages):
            yield Miss(key=f"messages[{index}]", expected=_told(shape), found=sent)


def _fits(shape: MessageShape, message: MessageView, run: SimulatedRun) -> bool:
    written, texts = shape.model_fields_set, (message.subject, message.body)
    return (
        ("contains" not in written or any(shape.contains in text for text in texts))
        and ("is_" not in written or shape.is_ in texts)
        and ("level" not in written or shape.level == message.level)
        and ("task" not in written or run.address(shape.task) == message.task)
    )


def _told(shape: MessageShape) -> str:
    written = shape.model_dump(exclude_unset=True, by_alias=True)
    return "a message with " + ", ".join(f"{key} '{value}'" for key, value in written.items())


# ---------------------------------------------------------------- words


def _state(run: SimulatedRun, name: str) -> str:
    task = run.tasks.get(run.address(name))
    if task is None:
        return "no task or single cell of that name"
    return f"{task.state}{f' ({task.failure or task.reason})' if task.failure or task.reason else ''}"


def _reasons(run: SimulatedRun, names: Sequence[str]) -> tuple[str, ...]:
    return tuple(filter(None, (run.why(run.address(name)) for name in names)))


def _list(names: Sequence[str]) -> str:
    return ", ".join(names)


_CHECKS: Final[Mapping[str, Callable[[ExpectShape, SimulatedRun], Iterator[Any]]]] = {
    "outcome": _outcome,
    "exit_code": _exit_code,
    "path": _path,
    "ran": _ran,
    "not_ran": _not_ran,
    "skipped": _each("skipped", lambda run: run.skipped),
    "retried": _each("retried", _retries),
    "failed": _each("failed", lambda run: run.failed),
    "decisions": _each("decisions", lambda run: run.decisions),
    "scores": _scores,
    "messages": _messages,
    "outputs": _outputs,
    "undone": _undone,
    "duration": _duration,
    "parked": _parked,
}
