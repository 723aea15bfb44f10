"""A run as one compact Markdown page: what happened and why, failures first.

Foreign text is made harmless and escaped here, so that it can neither draw nor link nor break a table.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Final

from turbo_core.differences import Comparison
from turbo_core.model import DecisionView, MessageView, RunView, TaskView
from turbo_core.report import decisions, tree
from turbo_core.report.anomalies import listed
from turbo_core.report.critical import critical_path
from turbo_core.report.foretelling import held
from turbo_core.report.looks import look, words
from turbo_core.report.resources import resources
from turbo_core.report.tails import LogTail
from turbo_core.report.text import as_text, duration, one_line, size, tail_lines, when
from turbo_core.words import JSON

_SPECIAL: Final = re.compile(r"([\\`*_{}\[\]<>#|~!&])")
_BAR: Final = 24
_LINES: Final = 12
_TAIL: Final = 8_192
_PACES: Final = 20


def render(run: RunView, log_tail: LogTail) -> str:
    """The whole page.

    Args:
        run: the run as a value.
        log_tail: path of a log and a limit in characters to the end of its text.
    """
    happened = (
        _head(run),
        _failures(run, log_tail),
        _changes(run.compared),
        _foreseen(run),
        _phases(run),
        _decisions(run),
        _messages(run),
    )
    parts = (*happened, _acts(run), _faults(run), _resources(run), _environment(run))
    return "\n".join(line for part in parts for line in part).rstrip() + "\n"


def escaped(text: str) -> str:
    """Foreign text on one line, shown as it is."""
    return _SPECIAL.sub(r"\\\1", one_line(text))


def _head(run: RunView) -> Iterator[str]:
    yield f"# {look(run.outcome).symbol} {escaped(run.workflow)} {run.outcome}"
    yield from ("", f"**{escaped(run.summary)}**", "")
    facts = {
        "Run": run.id,
        "Project": run.project,
        "By": run.actor,
        "Started": when(run.created_at),
        "Took": duration(run.seconds),
        "Tasks": tree.counted(tree.leaves(run.phases)),
        "Exit code": "" if run.exit_code is None else str(run.exit_code),
        "Round": str(run.round) if run.round > 1 else "",
        "Anomalies": listed(run.anomalies),
    }
    yield from (f"- {name}: {escaped(value)}" for name, value in facts.items() if value)
    yield ""


def _failures(run: RunView, log_tail: LogTail) -> Iterator[str]:
    failed = tree.failures(run.phases)
    if failed:
        yield from ("## Failures", "")
    for task in failed:
        yield from (f"### {escaped(task.address)}", "", escaped(task.why or task.reason), "")
        attempt = tree.last_log(task)
        lines = tail_lines(log_tail(attempt.log, _TAIL), _LINES) if attempt else []
        if lines:
            yield from (*_fenced(lines), "")


def _fenced(lines: Sequence[str]) -> Iterator[str]:
    """A code block whose fence is longer than any in the text."""
    longest = max((len(found) for line in lines for found in re.findall("`+", line)), default=0)
    fence = "`" * max(longest + 1, 3)
    yield from (f"{fence}text", *lines, fence)


def _changes(found: Comparison | None) -> Iterator[str]:
    if found is None:
        return
    then, now = found.seconds.before, found.seconds.after
    yield from ("## Changes since the last good run", "")
    yield f"{escaped(found.before)} of {when(found.before_at)} took {duration(then)}, this one {duration(now)}."
    yield from ("",) if found.count else ("Nothing else differs.", "")
    parts = {
        "task": found.states,
        "input": found.inputs,
        "plugin": found.plugins,
        "": found.surroundings,
        "output": found.outputs,
    }
    changes = ((f"{part} {change.name}", change.before, change.after) for part, listed in parts.items() for change in listed)
    paces = ((f"duration of {pace.name}", duration(pace.before), duration(pace.after)) for pace in found.durations[:_PACES])
    yield from _table(("What", "Then", "Now"), [*changes, *paces])


def _foreseen(run: RunView) -> Iterator[str]:
    if run.foreseen is None and not run.anomalies:
        return
    yield from ("## As foreseen?", "")
    if run.foreseen is not None:
        yield from (escaped(held(run)), "")
    rows = ((one.task, one.what, one.message, when(one.at)) for one in run.anomalies)
    yield from _table(("Task", "Anomaly", "What was found", "When"), rows)


def _phases(run: RunView) -> Iterator[str]:
    yield from ("## Tasks", "")
    rows = (_row(phase.name, task) for phase in run.phases for top in phase.tasks for task in tree.family(top))
    yield from _table(("Phase", "Task", "State", "Took", "Attempts", "Why"), rows)


def _row(phase: str, task: TaskView) -> tuple[str, ...]:
    state = tree.shown_state(task)
    said = f"{words(state)}{', unchanged' if task.unchanged else ''}{f', {words(task.undo)}' if task.undo else ''}"
    took = duration(task.seconds) if task.started_at else ""
    return phase, task.address, f"{look(state).symbol} {said}", took, str(len(task.attempts) or ""), task.why or task.reason


def _decisions(run: RunView) -> Iterator[str]:
    if run.decisions:
        yield from ("## Decisions", "")
    for decision in run.decisions:
        yield from _decision(decision)


def _decision(decision: DecisionView) -> Iterator[str]:
    yield from (f"### {escaped(decision.question)}", "")
    by = f" by {escaped(decision.by)}" if decision.by else ""
    score = f": score {decisions.figure(decision.score)} (accept {decisions.figure(decision.accept)})"
    weighed = f"{score}, confidence {decisions.figure(decision.confidence)}" if decision.criteria else ""
    yield f"**{escaped(decision.decision)}**{by}{weighed}."
    yield from (escaped(decision.reason), "")
    if decision.comment:
        yield from (f"> {escaped(decision.comment)}", "")
    if decision.criteria:
        yield from _criteria(decision)


def _criteria(decision: DecisionView) -> Iterator[str]:
    yield from _table(
        ("Criterion", "Weight", "Score", "Confidence", "Weight x score", "Reason"),
        (
            (
                row.criterion.name,
                str(row.criterion.weight),
                decisions.figure(row.criterion.score),
                decisions.figure(row.criterion.confidence),
                decisions.bar(row, _BAR),
                decisions.remark(row.criterion),
            )
            for row in decisions.rows(decision)
        ),
    )


def _messages(run: RunView) -> Iterator[str]:
    if run.messages:
        yield from ("## Messages", "", *(_message(message) for message in run.messages), "")


def _message(message: MessageView) -> str:
    receipts = ", ".join(f"{channel}: {receipt}" for channel, receipt in message.receipts.items())
    body = f": {escaped(message.body)}" if message.body else ""
    return f"- {when(message.at)} {message.level} **{escaped(message.subject)}**{body} ({escaped(receipts)})"


def _acts(run: RunView) -> Iterator[str]:
    if run.acts:
        yield from ("## Who did what", "")
    rows = ((when(act.at), act.actor, act.what, act.task, act.reason, act.source) for act in run.acts)
    yield from _table(("When", "Who", "What", "Task", "Why", "From where"), rows)


def _faults(run: RunView) -> Iterator[str]:
    if run.faults:
        yield from ("## Faults of plugins", "")
    yield from _table(
        ("Plugin", "Moment", "What was said"), ((fault.plugin, fault.moment, fault.message) for fault in run.faults)
    )


def _resources(run: RunView) -> Iterator[str]:
    used = resources(run)
    if used is None:
        return
    yield from ("## Resources", "")
    yield f"{duration(used.cpu)} of processor time, at most {size(used.memory)} of memory in one attempt."
    path = critical_path(run)
    if len(path) > 1:
        took = duration(sum(task.seconds for task in path))
        yield f"Critical path, {took}: {escaped(', '.join(task.address for task in path))}."
    yield ""


def _environment(run: RunView) -> Iterator[str]:
    yield from ("## Environment", "")
    facts = {
        "Turbo": run.core_version,
        "Machine": run.host,
        "Containment": run.containment,
        "Workflow digest": run.digest,
        **_prefixed(run),
    }
    yield from _table(("What", "Value"), facts.items())


def _prefixed(run: RunView) -> Mapping[str, str]:
    groups: Sequence[tuple[str, Mapping[str, JSON]]] = (
        ("plugin", dict(sorted(run.plugins.items()))),
        ("input", run.inputs),
        ("output", run.outputs),
    )
    return {f"{group} {name}": as_text(value) for group, values in groups for name, value in values.items()}


def _table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    """A table with a blank line after it; nothing if there are no rows."""
    body = [f"| {' | '.join(escaped(cell) for cell in row)} |" for row in rows]
    if body:
        yield from (f"| {' | '.join(header)} |", f"|{' --- |' * len(header)}", *body, "")
