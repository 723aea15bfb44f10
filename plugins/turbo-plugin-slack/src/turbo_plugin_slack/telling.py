"""A message of the host as a post of Slack, and where it goes: a new message, or news in the thread of an incident."""

from __future__ import annotations

from turbo_core import Message

from turbo_plugin_slack.blocks import Post, blocks, fallback
from turbo_plugin_slack.interactions import Asked, Field, carried
from turbo_plugin_slack.web import Workspace, place_of


def post_of(message: Message) -> Post:
    """What is said."""
    times = {"times so far": str(message.count)} if message.count > 1 else {}
    question = message.question
    until = {"answer by": question.until} if question is not None and question.until else {}
    return Post(
        title=message.subject,
        body=message.body,
        level=message.level,
        over=message.kind == "recovery" or (message.closes and message.level in ("debug", "info")),
        fields={**message.fields, **times, **until},
        links=message.links,
        footer=" · ".join(part for part in (f"run {message.run}", message.task, message.at) if part),
        question=_carried(message),
    )


def deliver(message: Message, workspace: Workspace, channel: str) -> str:
    """Post a message; gives its reference, or that of the thread that it belongs to.

    News of a thread change its first message, which always tells how things are, and stand below it as well.
    """
    post = post_of(message)
    text, told = fallback(post), blocks(post)
    root = place_of(message.reference)
    if root is None:
        return str(workspace.post(channel, text, told, key=message.key, at=message.at))
    workspace.post(root.channel, text, told, key=message.key, at=message.at, thread=root.ts)
    workspace.update(root, text, told)
    return str(root)


def _carried(message: Message) -> str:
    question = message.question
    if question is None:
        return ""
    fields = tuple(
        Field(
            name=each.name,
            type=each.type,
            description=each.description,
            default=each.default,
            required=each.required,
            choices=each.choices,
        )
        for each in question.fields
    )
    asked = Asked(run=message.run, task=message.task, token=question.token, fields=fields, comment=question.comment)
    return carried(asked)
