"""What people are told of a run: events in, messages to queue out, by the rules of the settings. It sends nothing.

Everything it says follows from the state, the events, and which incidents of earlier runs are open: so it can be simulated.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from turbo_core.engine.nodes import Node
from turbo_core.engine.state import State
from turbo_core.engine.times import between, seconds
from turbo_core.errors import UsageError
from turbo_core.model import Draft, Event
from turbo_core.telling.policy import TEAM, Policy, Route, routes
from turbo_core.telling.wording import OWN, Wording
from turbo_core.words import JSON
from turbo_core.workflow.units import format_duration

MOST: Final = 20
"""So many failures of one run are told one by one; the message of its end tells of all."""
SILENT: Final = Policy()
ESCALATED: Final = "/escalated"
"""What the key of a message ends with that went to another audience because nobody had heard the first one."""
LEVEL_OF: Final = {"succeeded": "info", "cancelled": "warning", "failed": "error"}


class Occasion(Struct, frozen=True, kw_only=True):
    """Something to tell. ``facts`` are what its template reads, beside the run and the task."""

    kind: str
    level: str
    task: str
    facts: Mapping[str, JSON]
    thread: str = ""
    closes: bool = False


class Herald:
    """What one runner tells.

    Args:
        policy: what is sent to whom.
        wording: the words.
        incidents: the threads of earlier runs that are open.
    """

    def __init__(self, policy: Policy = SILENT, wording: Wording | None = None, incidents: Collection[str] = ()) -> None:
        self._policy = policy
        self._wording = wording or Wording(OWN)
        self._plain = Wording(OWN)
        self._incidents = set(incidents)
        self._kinds = {kind for rule in policy.rules for kind in rule.kinds}
        self._failures = 0
        self._told_at = ""
        self._told_part = 0
        self._expected = 0.0
        self._tellers: Mapping[str, Callable[[State, Event], Iterator[Occasion]]] = {
            "run.created": self._started,
            "attempt.delayed": self._failed,
            "task.ended": self._ended,
            "run.ended": self._finished,
            "anomaly.found": self._anomaly,
        }

    def routed(self, state: State, drafts: Iterable[Draft]) -> Iterator[Draft]:
        """The same drafts; a message that is not addressed yet becomes one for each audience."""
        for draft in drafts:
            if draft.kind == "message.queued" and "audience" not in draft.body:
                yield from self._addressed(state, draft)
            else:
                yield draft

    def tell(self, state: State, events: Iterable[Event]) -> list[Draft]:
        """The messages that events are worth."""
        drafts: list[Draft] = []
        for event in events:
            if event.kind == "gate.decided":
                drafts += self._decided(state, event)
            elif self._kinds and event.kind in self._tellers:
                for occasion in self._tellers[event.kind](state, event):
                    drafts += self._queued(state, event, occasion)
        return drafts

    # ------------------------------------------------------------ escalation

    def deadline(self, state: State) -> float | None:
        """When the next message is escalated, as POSIX time; ``None`` if none will be."""
        waits = [due for due, _event in self._unheard(state)]
        return min(waits, default=None)

    def overdue(self, state: State, now: float) -> list[Draft]:
        """The messages that nobody has answered or acknowledged in time, for another audience."""
        escalation = self._policy.escalation
        if escalation is None:
            return []
        channels = [*escalation.channels] or [channel for channel in state.channels if channel != "terminal"]
        drafts = []
        for due, event in self._unheard(state):
            if due <= now:
                body = {
                    **event.body,
                    "key": f"{event.body['key']}{ESCALATED}",
                    "level": "alert",
                    "audience": escalation.audience,
                    "to": channels,
                }
                drafts.append(Draft(kind="message.queued", task=event.task, body=body))
        return drafts

    def left_alone(self, state: State) -> list[str]:
        """The gates whose questions would be escalated if a process stayed."""
        return [event.task for event in _unanswered(state)] if self._policy.escalation else []

    def _unheard(self, state: State) -> list[tuple[float, Event]]:
        escalation = self._policy.escalation
        if escalation is None:
            return []
        urgent = any(rule.escalate for rule in self._policy.rules)
        unheard = [*_unanswered(state), *(self._unseen(state) if urgent else ())]
        return [(seconds(event.at) + escalation.after, event) for event in unheard]

    def _unseen(self, state: State) -> list[Event]:
        """The first message of each incident that a rule wants to be escalated, that is open, and that nobody has seen."""
        found: dict[str, Event] = {}
        seen: set[str] = set()
        for key, event in state.messages.items():
            body = event.body
            incident = body.get("thread") or key.removesuffix(ESCALATED)
            if body.get("closes"):
                found.pop(incident, None)
                seen.discard(incident)
            elif key.endswith(ESCALATED) or key in state.acknowledged:
                seen.add(incident)
            elif self._is_urgent(state, body):
                found.setdefault(incident, event)
        return [event for incident, event in found.items() if incident not in seen]

    def _is_urgent(self, state: State, body: Mapping[str, JSON]) -> bool:
        kind, level, name = body["kind"], body["level"], state.workflow.name
        return kind != "question" and any(rule.escalate and rule.fits(kind, level, name) for rule in self._policy.rules)

    # ------------------------------------------------------------ occasions

    def _started(self, state: State, event: Event) -> Iterator[Occasion]:
        yield Occasion(kind="started", level="info", task="", facts={})

    def _failed(self, state: State, event: Event) -> Iterator[Occasion]:
        """An attempt failed, and another one follows."""
        outcome = state.nodes[event.task].attempts[-1].outcome or {}
        yield from self._failure(state, event.task, "warning", outcome.get("failure") or "", outcome.get("message", ""))

    def _ended(self, state: State, event: Event) -> Iterator[Occasion]:
        node = state.nodes[event.task]
        if event.body["state"] == "failed" and not _is_told_elsewhere(node):
            level = "warning" if node.tolerated else "error"
            yield from self._failure(state, event.task, level, node.failure, node.message)
        thread = _thread(state, event.task)
        if event.body["state"] == "succeeded" and thread in self._incidents:
            self._incidents.discard(thread)
            yield Occasion(kind="recovery", level="info", task=event.task, facts={}, thread=thread, closes=True)
        if "progress" in self._kinds:
            yield from self._progress(state, event)

    def _anomaly(self, _state: State, event: Event) -> Iterator[Occasion]:
        yield Occasion(kind="anomaly", level="warning", task=event.task, facts=dict(event.body))

    def _failure(self, state: State, task: str, level: str, failure: str, message: str) -> Iterator[Occasion]:
        thread = _thread(state, task)
        if thread not in self._incidents:
            self._failures += 1
        if self._failures <= MOST:
            self._incidents.add(thread)
            facts: dict[str, JSON] = {"failure": failure, "message": message, "attempts": len(state.nodes[task].attempts)}
            yield Occasion(kind="failure", level=level, task=task, facts=facts, thread=thread)

    def _finished(self, state: State, event: Event) -> Iterator[Occasion]:
        outcome = str(event.body["outcome"])
        summary = str(event.body["summary"]).removeprefix(f"{state.workflow.name} {outcome}: ")
        facts: dict[str, JSON] = {"summary": summary, "seconds": between(state.created_at, event.at)}
        yield Occasion(kind="finished", level=LEVEL_OF.get(outcome, "info"), task="", facts=facts)

    def _progress(self, state: State, event: Event) -> Iterator[Occasion]:
        pace = self._policy.progress
        if between(self._told_at or state.created_at, event.at) < pace.every:
            return
        nodes = state.root.nodes.values()
        done, total = sum(node.final for node in nodes), len(nodes)
        spent = between(state.created_at, event.at)
        expected = spent * total / done if done else 0.0
        moved = self._expected and abs(expected - self._expected) > pace.moved * self._expected
        part = 4 * done // total
        if done == total or not (part > self._told_part or moved):
            return
        self._told_at, self._told_part, self._expected = event.at, part, expected
        left = format_duration(round(expected - spent)) if expected > spent else ""
        yield Occasion(kind="progress", level="info", task="", facts={"done": done, "total": total, "left": left})

    # ------------------------------------------------------------ messages

    def _decided(self, state: State, event: Event) -> list[Draft]:
        """What was decided, for those who were asked, and for those whom rules name."""
        body, node = event.body, state.nodes[event.task]
        thread = question_thread(state, event.task) if node.asked else ""
        names = ("decision", "question", "reason", "by", "comment", "score", "confidence")
        known = {**node.gate, **node.asked, **body}
        facts = {name: known.get(name, "") for name in names}
        level = "info" if body["decision"] == "accepted" else "warning"
        occasion = Occasion(kind="decision", level=level, task=event.task, facts=facts, thread=thread, closes=bool(thread))
        wanted: dict[str, dict[str, None]] = {}
        asked = [other.body for other in state.messages.values() if thread and other.body.get("thread") == thread]
        addressed = [(told["audience"], told["to"]) for told in asked]
        addressed += [(route.audience, route.channels) for route in self._routes(state, "decision", level)]
        for audience, channels in addressed:
            wanted.setdefault(audience, {}).update(dict.fromkeys(channel for channel in channels if channel != "terminal"))
        found = [Route(audience=audience, channels=tuple(channels)) for audience, channels in wanted.items() if channels]
        return [self._draft(state, event, occasion, route) for route in found]

    def _queued(self, state: State, event: Event, occasion: Occasion) -> list[Draft]:
        # A recovery goes wherever the failure went.
        kind, level = ("failure", "alert") if occasion.kind == "recovery" else (occasion.kind, occasion.level)
        found = self._routes(state, kind, level)
        if occasion.kind == "recovery":
            found += _escalated_to(state, occasion.thread, {route.audience for route in found})
        return [self._draft(state, event, occasion, route) for route in found]

    def _routes(self, state: State, kind: str, level: str, to: Iterable[str] = ()) -> list[Route]:
        workflow = state.workflow.name
        return routes(self._policy, kind=kind, level=level, workflow=workflow, to=[*to], channels=state.channels)

    def _draft(self, state: State, event: Event, occasion: Occasion, route: Route) -> Draft:
        subject, text = self._words(state, occasion, route.audience)
        body: dict[str, JSON] = {
            "key": f"{event.run}/{event.seq}/{occasion.kind}/{route.audience}",
            "kind": occasion.kind,
            "level": occasion.level,
            "subject": subject,
            "body": text,
            "fields": {},
            "to": list(route.channels),
            "audience": route.audience,
            "thread": occasion.thread,
            "closes": occasion.closes,
        }
        return Draft(kind="message.queued", task=occasion.task, body=body)

    def _words(self, state: State, occasion: Occasion, audience: str) -> tuple[str, str]:
        run = {
            "id": state.run,
            "workflow": state.workflow.name,
            "description": state.workflow.description,
            "project": state.project.name,
            "actor": state.actor,
            "started": state.created_at,
            "outcome": state.outcome or "running",
        }
        head = {"run": run, "kind": occasion.kind, "level": occasion.level, "audience": audience, "task": occasion.task}
        facts = head | dict(occasion.facts)
        try:
            return self._wording.words(occasion.kind, audience, facts)
        except UsageError as error:
            # A template that fails keeps nobody from learning what happened.
            subject, body = self._plain.words(occasion.kind, audience, facts)
            return subject, f"{body}\n\n{error.what}: {error.why}"

    def _addressed(self, state: State, draft: Draft) -> Iterator[Draft]:
        """A message of the workflow itself, or a question."""
        body = draft.body
        named = () if set(body["to"]) == set(state.channels) else body["to"]
        found = self._routes(state, body["kind"], body["level"], named)
        for number, route in enumerate(found):
            key = body["key"] if not number else f"{body['key']}/{route.audience}"
            told = {**body, "key": key, "audience": route.audience, "to": list(route.channels)}
            yield replace(draft, body=told)
        if not found:  # it still is a fact that it was said
            yield replace(draft, body={**body, "audience": TEAM})


def _thread(state: State, task: str) -> str:
    return f"{state.workflow.name}/{task}"


def question_thread(state: State, task: str) -> str:
    """The thread of a gate's question, which the decision closes."""
    return f"{state.run}/{state.round}/{task}"


def _unanswered(state: State) -> list[Event]:
    """The questions that are open, that nobody has acknowledged, and that were not escalated yet."""
    asked = [(node.address, node.asked.get("bound")) for node in state.asking if "answer" not in node.asked]
    return [
        event
        for key, event in (state.messages.items() if asked else ())
        if event.body["kind"] == "question"
        and not key.endswith(ESCALATED)
        and f"{key}{ESCALATED}" not in state.messages
        and key not in state.acknowledged
        and (event.task, event.body.get("form", {}).get("token")) in asked
    ]


def _escalated_to(state: State, thread: str, known: Collection[str]) -> list[Route]:
    """Where an incident was escalated to, beside the audiences that are known."""
    found = {
        event.body["audience"]: tuple(event.body["to"])
        for key, event in state.messages.items()
        if key.endswith(ESCALATED) and event.body["thread"] == thread and event.body["audience"] not in known
    }
    return [Route(audience=audience, channels=channels) for audience, channels in found.items()]


def _is_told_elsewhere(node: Node) -> bool:
    """Whether a failure is only that of a part of the task, or a decision."""
    return bool(node.parts) or node.failure in {"child", "rejected", "expired"}
