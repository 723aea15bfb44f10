"""What people do in Slack: its payloads -> values, and the form that it shows. Knows neither Turbo nor the network.

A button carries what its answer binds to (run, task, token), and which form belongs to it; so nothing has to be remembered.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from typing import Any, Final

from turbo_plugin_slack.blocks import APPROVE, REJECT, Block, cut, line
from turbo_plugin_slack.web import Place

FORM: Final = "turbo.form"
COMMENT: Final = "turbo.comment"
CARRIED: Final = 1_900
"""Characters that a button carries at most."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Field:
    """One field of a form; ``type`` as in a workflow's inputs."""

    name: str
    type: str = "string"
    description: str = ""
    default: Any = None
    required: bool = False
    choices: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """What is asked.

    Attributes:
        run: who asks.
        task: the address of the gate.
        token: binds the answer to what was asked.
        fields: of the form; empty: there is none.
        comment: ``optional`` or ``required``.
        shortened: the form was too long for a button, so only a terminal can give the answer.
    """

    run: str
    task: str
    token: str
    fields: tuple[Field, ...] = ()
    comment: str = "optional"
    shortened: bool = False

    @property
    def needs_form(self) -> bool:
        """Whether a click alone is no answer."""
        return bool(self.fields) or self.comment == "required"


@dataclass(frozen=True, slots=True, kw_only=True)
class Click:
    """Somebody clicked a button of a message.

    Attributes:
        asked: what the button carries.
        approve: which button it is.
        user: who: the id of a user.
        trigger: lets a form be opened, for three seconds.
        place: the message.
        blocks: what the message says.
    """

    asked: Asked
    approve: bool
    user: str
    trigger: str
    place: Place
    blocks: list[Block]


@dataclass(frozen=True, slots=True, kw_only=True)
class Submission:
    """Somebody sent the form; ``place`` is the message that its button was in."""

    asked: Asked
    approve: bool
    user: str
    place: Place
    comment: str = ""
    values: Mapping[str, Any] = field(default_factory=dict)


def carried(asked: Asked) -> str:
    """What is asked, as a button carries it."""
    told = json.dumps(asdict(asked), separators=(",", ":"), default=str)
    if len(told) <= CARRIED:
        return told
    short = Asked(run=asked.run, task=asked.task, token=asked.token, shortened=True)
    return json.dumps(asdict(short), separators=(",", ":"))


def read(payload: Mapping[str, Any]) -> Click | Submission | None:
    """What a payload of Slack says; ``None`` if it is not about a question of ours.

    Raises:
        ValueError: it is of ours and cannot be read.
    """
    try:
        if payload.get("type") == "block_actions":
            return _click(payload)
        if payload.get("type") == "view_submission" and payload["view"]["callback_id"] == FORM:
            return _submission(payload)
    except (KeyError, TypeError, IndexError) as error:
        raise ValueError(f"a payload of Slack lacks {error}") from error
    return None


def form(click: Click) -> dict[str, Any]:
    """The form that belongs to a click."""
    carried_on = {"asked": asdict(click.asked), "approve": click.approve, "place": asdict(click.place)}
    fields = [_input(each) for each in click.asked.fields] if click.approve else []
    verb = "Approve" if click.approve else "Reject"
    return {
        "type": "modal",
        "callback_id": FORM,
        "private_metadata": json.dumps(carried_on, separators=(",", ":"), default=str),
        "title": _label(verb, 24),
        "submit": _label(verb, 24),
        "close": _label("Cancel", 24),
        "blocks": [{"type": "section", "text": _label(click.asked.task, 2000)}, *fields, _comment(click.asked)],
    }


def _click(payload: Mapping[str, Any]) -> Click | None:
    action = payload["actions"][0]
    if action.get("action_id") not in (APPROVE, REJECT):
        return None
    return Click(
        asked=_asked(json.loads(action["value"])),
        approve=action["action_id"] == APPROVE,
        user=str(payload["user"]["id"]),
        trigger=str(payload.get("trigger_id", "")),
        place=Place(channel=str(payload["channel"]["id"]), ts=str(payload["message"]["ts"])),
        blocks=list(payload["message"].get("blocks", [])),
    )


def _submission(payload: Mapping[str, Any]) -> Submission:
    carried_on = json.loads(payload["view"]["private_metadata"])
    asked = _asked(carried_on["asked"])
    state = payload["view"]["state"]["values"]
    given = {each.name: _value(each, state[each.name][each.name]) for each in asked.fields if each.name in state}
    return Submission(
        asked=asked,
        approve=bool(carried_on["approve"]),
        user=str(payload["user"]["id"]),
        place=Place(**carried_on["place"]),
        comment=str(state.get(COMMENT, {}).get(COMMENT, {}).get("value") or ""),
        values={name: value for name, value in given.items() if value is not None},
    )


def _asked(told: Mapping[str, Any]) -> Asked:
    fields = tuple(Field(**{**each, "choices": tuple(each.get("choices", ()))}) for each in told.get("fields", ()))
    return Asked(**{**told, "fields": fields})


def _input(each: Field) -> Block:
    element: dict[str, Any] = {"type": "plain_text_input", "action_id": each.name}
    choices = [True, False] if each.type == "boolean" else list(each.choices)
    if choices:
        options = [_option(choice) for choice in choices]
        element = {"type": "static_select", "action_id": each.name, "options": options}
        if each.default in choices:
            element["initial_option"] = _option(each.default)
    elif each.default is not None:
        element["initial_value"] = each.default if isinstance(each.default, str) else json.dumps(each.default)
    block = {"type": "input", "block_id": each.name, "element": element, "label": _label(each.name, 2000)}
    hint = {"hint": _label(each.description, 2000)} if each.description else {}
    return {**block, **hint, "optional": not each.required}


def _comment(asked: Asked) -> Block:
    element = {"type": "plain_text_input", "action_id": COMMENT, "multiline": True}
    optional = asked.comment != "required"
    return {"type": "input", "block_id": COMMENT, "element": element, "label": _label("Comment", 24), "optional": optional}


def _option(choice: Any) -> dict[str, Any]:
    return {"text": _label(choice if isinstance(choice, str) else json.dumps(choice), 75), "value": json.dumps(choice)}


def _value(each: Field, state: Mapping[str, Any]) -> Any:
    """What was typed or chosen. What is no text of that type stays text: the host tells the person what is wrong with it."""
    if state.get("type") == "static_select":
        chosen = state.get("selected_option")
        return json.loads(chosen["value"]) if chosen else None
    text = state.get("value")
    if text is None or each.type in ("string", "path", "choice"):
        return text
    try:
        return json.loads(text)
    except ValueError:
        return text


def _label(text: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": cut(line(text), limit) or "…", "emoji": True}
