"""A question to a person: the fact that it is asked, the message that carries it, and what an answer to it is bound to. Pure.

Gates ask, and so do tasks that may not start without a person's yes; answers come back on one path for both (`answers`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

import msgspec

from turbo_core.engine.nodes import Node
from turbo_core.engine.state import State
from turbo_core.engine.values import fields
from turbo_core.model import Draft
from turbo_core.words import JSON


def question(state: State, node: Node, body: Mapping[str, JSON]) -> list[Draft]:
    """The facts that a question is asked, with ``body`` as ``gate.asked`` keeps it, and that its message is queued."""
    message: dict[str, JSON] = {
        "key": f"{state.run}/{state.round}/{node.address}/asked/{state.seq}",
        "kind": "question",
        "level": "warning",
        "subject": str(body["question"]),
        "body": body["message"],
        "fields": {"Answer": f"turbo approve {state.run} {node.address}   or   turbo reject {state.run} {node.address}"},
        "to": list(state.channels),
        "thread": f"{state.run}/{state.round}/{node.address}",
        "form": {
            "token": body["bound"],
            "who": body["who"],
            "until": body["due"],
            "fields": body["fields"],
            "comment": body["comment"],
        },
    }
    return [
        Draft(kind="gate.asked", task=node.address, body=body),
        Draft(kind="message.queued", task=node.address, body=message),
    ]


def binding(state: State, node: Node, final: list[str]) -> str:
    """A digest of what an answer is about: run, round, workflow, inputs, and the outputs that were final when it was asked.

    For a task that asks before it starts, what it would run with is part of it.
    """
    facts: list[JSON] = [
        state.run,
        state.round,
        node.address,
        state.created["digest"],
        dict(state.root.inputs),
        {address: state.nodes[address].outputs for address in final},
    ]
    if node.task.kind != "decide":
        facts.append({name: node.values[name] for name in fields(node.task) if name in node.values})
    text = msgspec.json.encode(facts, order="sorted")
    return hashlib.sha256(b"turbo/bound/v1\0" + text).hexdigest()
