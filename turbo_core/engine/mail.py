"""Between the journal and the channels: an event becomes what a channel gets, what came of it becomes a fact. Pure."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from turbo_core.engine.ports import Delivered, Faulted, Withheld
from turbo_core.engine.state import State
from turbo_core.messages import FormField, Message, QuestionForm
from turbo_core.model import Draft, Event
from turbo_core.words import JSON


def message_of(state: State, event: Event, mask: Callable[[str], str]) -> Message:
    """What a channel gets of a queued message, without any secret."""
    body = event.body
    return Message(
        key=body["key"],
        run=event.run,
        task=event.task,
        kind=body["kind"],
        level=body["level"],
        subject=mask(body["subject"]),
        body=mask(body["body"]),
        fields={mask(name): mask(value) for name, value in body["fields"].items()},
        at=event.at,
        audience=body.get("audience", "team"),
        links={mask(title): mask(link) for title, link in body.get("links", {}).items()},
        thread=body.get("thread", ""),
        closes=body.get("closes", False),
        question=_form(state, event),
    )


def _form(state: State, event: Event) -> QuestionForm | None:
    """How the question can be answered; ``None`` if it asks nothing (any more)."""
    form = event.body.get("form")
    node = state.nodes.get(event.task)
    if form is None or node is None or node.asked.get("bound") != form["token"] or "answer" in node.asked:
        return None
    fields = tuple(_field(entry) for entry in form["fields"])
    return QuestionForm(token=form["token"], who=tuple(form["who"]), until=form["until"], fields=fields, comment=form["comment"])


def _field(entry: Mapping[str, JSON]) -> FormField:
    return FormField(
        name=entry["name"],
        type=entry["type"],
        description=entry["description"],
        default=entry["default"],
        required=entry["required"],
        choices=tuple(entry["choices"] or ()),
    )


def delivered(happening: Delivered) -> Draft:
    """The fact that a channel took a message, or did not."""
    if not happening.fault:
        body: dict[str, JSON] = {"key": happening.key, "channel": happening.channel, "reference": happening.reference}
        return Draft(kind="message.delivered", body=body)
    fault = {"key": happening.key, "channel": happening.channel, "message": happening.fault, "final": happening.final}
    return Draft(kind="message.failed", body=fault)


def given_up(state: State, dead: Collection[str]) -> list[Draft]:
    """The facts that messages to channels that fail are not sent by this run any more: `turbo messages resend` does."""
    return [
        delivered(Delivered(key=key, channel=channel, fault="the channel failed until the run ended", final=True))
        for key, event in state.messages.items()
        for channel in event.body["to"]
        if channel in dead and channel not in state.receipts[key]
    ]


def withheld(happening: Withheld) -> Draft:
    """The fact that a message is not sent by itself."""
    body = {"key": happening.key, "channel": happening.channel, "act": happening.act, "why": happening.why}
    return Draft(kind="message.withheld", body=body)


def acknowledged(state: State, key: str, who: str) -> list[Draft]:
    """The fact that a person has seen a message; the first one counts."""
    if key not in state.messages or key in state.acknowledged:
        return []
    return [Draft(kind="message.acknowledged", task=state.messages[key].task, actor=who, body={"key": key})]


def faulty(state: State, happening: Faulted) -> list[Draft]:
    """The fact that a plugin raised where nothing depends on it; told once for each of its hooks."""
    if (happening.plugin, happening.hook) in state.faults:
        return []
    body: dict[str, JSON] = {"plugin": happening.plugin, "hook": happening.hook, "message": happening.message}
    return [Draft(kind="plugin.faulty", body=body)]
