"""Events as short sentences for a watcher: one for each fact that matters, none for the rest.

Reads the event and the progress up to it (the event itself included). Knows no stream and no colour.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, TypeAlias

from msgspec import Struct

from turbo_core.model import Event
from turbo_core.report.decisions import figure
from turbo_core.report.foretelling import foretold
from turbo_core.report.looks import words
from turbo_core.report.progress import Progress
from turbo_core.report.text import between, clock, cut, duration, one_line, plural
from turbo_core.words import JSON

_LONG: Final = 400
_SKIPPED: Final = {
    "condition": "its condition is false",
    "empty": "its matrix is empty",
    "stopped": "the run is stopping",
    "not_selected": "it was not selected",
}


class Fact(Struct, frozen=True, kw_only=True):
    """What there is to say: the look that it has, the task that it is about (empty: the run), a harmless line of text."""

    state: str
    address: str
    text: str


_Told: TypeAlias = "tuple[str, str] | None"
_Teller: TypeAlias = Callable[[Event, Progress], _Told]


def narrate(event: Event, progress: Progress) -> Fact | None:
    """The fact that an event tells, or ``None`` if it needs no words."""
    teller = _TELLERS.get(event.kind)
    told = teller(event, progress) if teller else None
    return Fact(state=told[0], address=one_line(event.task), text=one_line(told[1], _LONG)) if told else None


def _join(*parts: str) -> str:
    return ": ".join(part for part in parts if part)


def _names(names: JSON) -> str:
    return cut(", ".join(str(name) for name in names or ()), 120)


def _run_created(event: Event, _: Progress) -> _Told:
    by = f" by {event.actor}" if event.actor else ""
    return "running", f"run {event.run} of {event.body.get('workflow', '')} started{by}"


def _run_taken(event: Event, _: Progress) -> _Told:
    lost = event.body.get("lost")
    return (
        ("running", _join(f"run {event.run} taken up again", f"lost {_names(lost)}" if lost else "")) if event.epoch > 1 else None
    )


def _run_round(event: Event, _: Progress) -> _Told:
    return "retry", f"round {event.round}: {plural(len(event.body.get('reset', ())), 'task')} again"


def _run_stopping(event: Event, _: Progress) -> _Told:
    return "failed", f"the run stops because {event.body.get('because') or 'a task'} failed"


def _run_cancelling(event: Event, _: Progress) -> _Told:
    return "cancelled", _join("cancelling" + (" at once" if event.body.get("force") else ""), event.body.get("reason", ""))


def _run_parked(event: Event, _: Progress) -> _Told:
    alone = event.body.get("unattended")
    hint = f"; without a process nobody is told again of {_names(alone)}: turbo wait {event.run}" if alone else ""
    return "parked", f"the run waits for people: {_names(event.body.get('waiting'))}{hint}"


def _run_ended(event: Event, progress: Progress) -> _Told:
    outcome = event.body["outcome"]
    took = f" in {duration(between(progress.started_at, event.at))}" if progress.started_at else ""
    counts = event.body.get("summary", "").removeprefix(f"{progress.workflow} {outcome}: ")
    return outcome, _join(f"run {outcome}{took}", counts)


def _phase_opened(event: Event, progress: Progress) -> _Told:
    phase = progress.phases.get(event.body["phase"]) if not event.task else None
    return "running", f"phase {event.body['phase']}" + (f", {plural(phase.total, 'task')}" if phase and phase.total else "")


def _phase_closed(event: Event, progress: Progress) -> _Told:
    if event.body.get("stage", "phases") != "phases":
        # The steps at the end have told of themselves; often there are none.
        return None
    phase = progress.phases.get(event.body["phase"]) if not event.task else None
    counts = ", ".join(f"{count} {words(state)}" for state, count in phase.counts.items()) if phase else ""
    return (phase.state if phase else "succeeded"), _join(f"phase {event.body['phase']} done", counts)


def _task_expanded(event: Event, _: Progress) -> _Told:
    return "running", plural(len(event.body.get("cells", ())), "cell")


def _task_skipped(event: Event, _: Progress) -> _Told:
    reason: str = event.body.get("reason", "")
    need = f"{event.body.get('by') or 'what it needs'} did not succeed"
    return "skipped", _join("skipped", need if reason == "need" else _SKIPPED.get(reason, reason))


def _task_ended(event: Event, progress: Progress) -> _Told:
    row, body = progress.row(event.task), event.body
    took = f" in {duration(progress.seconds(event))}" if row.started_at else ""
    same = ", unchanged" if body.get("unchanged") else ""
    why = (body.get("message") or body.get("failure") or "") if body["state"] != "succeeded" else ""
    return row.state, _join(f"{words(row.state)}{took}{same}", why)


def _task_asking(event: Event, _: Progress) -> _Told:
    return "asking", _join("asks", event.body.get("message", ""))


def _key_wanted(event: Event, _: Progress) -> _Told:
    return "pending", f"waits for {event.body.get('key', '')}"


def _attempt_started(event: Event, progress: Progress) -> _Told:
    again = f" attempt {event.attempt}" if event.attempt > 1 else ""
    return "running", _join(f"started{again}", progress.row(event.task).title)


def _attempt_delayed(event: Event, progress: Progress) -> _Told:
    failed = _join(f"attempt {event.attempt or progress.row(event.task).attempt} failed", progress.row(event.task).failure)
    wait, reason = duration(between(event.at, event.body.get("due", ""))), str(event.body.get("reason", ""))
    return "retry", f"{failed}; the next one in {wait}" + (f" ({reason})" if reason and reason not in failed else "")


def _lost_answered(event: Event, _: Progress) -> _Told:
    return "info", f"answered {event.body.get('answer', '')} by {event.body.get('by') or event.actor}"


def _gate_asked(event: Event, _: Progress) -> _Told:
    body = event.body
    who = _names(body.get("who")) or "anyone"
    score = f"score {figure(body.get('score'))}" if body.get("criteria") else ""
    until = f"until {clock(body['due'])}" if body.get("due") else ""
    aside = ", ".join(part for part in (score, until) if part)
    asked = " ".join(part for part in (body.get("question", ""), body.get("message", "")) if part)
    text = f"asks {who}: {asked}" + (f" ({aside})" if aside else "")
    return "asking", f"{text}; turbo approve {event.run} {event.task}"


def _gate_answered(event: Event, _: Progress) -> _Told:
    body = event.body
    by = body.get("by") or event.actor
    if not body.get("accepted", True):
        return "warning", _join(f"the answer of {by} does not count", body.get("why", ""))
    return "info", _join(f"{'approved' if body.get('approve') else 'rejected'} by {by}", body.get("comment", ""))


def _gate_decided(event: Event, _: Progress) -> _Told:
    body = event.body
    weighed = f" with score {figure(body.get('score'))}, confidence {figure(body.get('confidence'))}"
    scores = weighed if body.get("criteria") else ""
    return str(body["decision"]), _join(f"{body['decision']}{scores}", body.get("reason", ""))


def _failure_decided(event: Event, _: Progress) -> _Told:
    if not event.body.get("by", True):
        # Nobody had an opinion, so the run stops, which it tells itself.
        return None
    return "info", _join(f"on failure: {event.body.get('answer', '')}", event.body.get("reason", ""))


def _undo_wanted(event: Event, _: Progress) -> _Told:
    return "retry", f"undoes {plural(len(event.body.get('tasks', ())), 'task')}"


def _undo_ended(event: Event, _: Progress) -> _Told:
    return event.body["state"], _join(words(event.body["state"]), event.body.get("message", ""))


def _message_failed(event: Event, _: Progress) -> _Told:
    body = event.body
    if not body.get("final"):
        return None
    return "warning", _join(f"a message could not be delivered to {body.get('channel', '')}", body.get("message", ""))


def _run_forecast(event: Event, _: Progress) -> _Told:
    return "info", f"usually takes {foretold(event.body.get('seconds') or {}, event.body.get('unknown') or ())}"


def _anomaly_found(event: Event, _: Progress) -> _Told:
    return "warning", str(event.body.get("message", ""))


def _documents_written(event: Event, _: Progress) -> _Told:
    faults = [f"the documents of {plugin} are not complete: {told}" for plugin, told in event.body.get("faults", {}).items()]
    wrote = f"wrote {_names(event.body.get('names'))}"
    return ("warning", "; ".join([wrote, *faults])) if faults else ("info", wrote)


def _plugin_faulty(event: Event, _: Progress) -> _Told:
    body = event.body
    return "warning", _join(f"the plugin {body.get('plugin', '')} failed in {body.get('hook', '')}", body.get("message", ""))


def _message_acknowledged(event: Event, _: Progress) -> _Told:
    return "info", f"{event.actor} has seen the message"


_TELLERS: Final[Mapping[str, _Teller]] = {
    "run.created": _run_created,
    "run.taken": _run_taken,
    "run.round": _run_round,
    "run.stopping": _run_stopping,
    "run.cancelling": _run_cancelling,
    "run.parked": _run_parked,
    "run.ended": _run_ended,
    "phase.opened": _phase_opened,
    "phase.closed": _phase_closed,
    "task.expanded": _task_expanded,
    "task.skipped": _task_skipped,
    "task.ended": _task_ended,
    "task.asking": _task_asking,
    "key.wanted": _key_wanted,
    "attempt.started": _attempt_started,
    "attempt.delayed": _attempt_delayed,
    "lost.answered": _lost_answered,
    "gate.asked": _gate_asked,
    "gate.answered": _gate_answered,
    "gate.decided": _gate_decided,
    "failure.decided": _failure_decided,
    "undo.wanted": _undo_wanted,
    "undo.ended": _undo_ended,
    "message.failed": _message_failed,
    "anomaly.found": _anomaly_found,
    "run.forecast": _run_forecast,
    "documents.written": _documents_written,
    "plugin.faulty": _plugin_faulty,
    "message.acknowledged": _message_acknowledged,
}
