"""The namespace ``slack``: what a workflow can post by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from turbo_core import ActionFailed, Context, action

from turbo_plugin_slack.blocks import Post, blocks, fallback
from turbo_plugin_slack.ground import channel_of, told, workspace_of
from turbo_plugin_slack.settings import Settings
from turbo_plugin_slack.web import Place, Workspace, place_of

turbo_settings = Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """A message that is there.

    Attributes:
        channel: the id of its channel.
        ts: its time stamp, which is its name there.
        reference: both, as ``thread`` takes it.
    """

    channel: str
    ts: str
    reference: str


@action(risk="change")
def post(
    context: Context, subject: str, body: str = "", *, channel: str = "", audience: str = "team", thread: str = ""
) -> Posted:
    """Post a message to Slack; its undo deletes it.

    Args:
        subject: the headline.
        body: Markdown.
        channel: the id of a channel; that of the audience if not given.
        audience: whose channel the settings name.
        thread: the reference of the message that this one answers.
    """
    told_of = Post(title=subject, body=body, footer=f"run {context.run} · {context.task}")
    with told():
        spot = _spot(context.settings(Settings), channel, audience, thread)
        made = spot.workspace.post(spot.channel, fallback(told_of), blocks(told_of), key=context.key, thread=spot.thread)
    return _posted(made)


@post.plan
def _(context: Context, subject: str, channel: str, audience: str) -> str:
    return f"post {subject!r} to {channel or f'the channel of the audience {audience!r}'}"


@post.undo
def _(context: Context, channel: str, audience: str, thread: str, outputs: dict[str, Any]) -> None:
    with told():
        spot = _spot(context.settings(Settings), channel, audience, thread)
        made = place_of(outputs.get("reference", "")) or spot.workspace.find(spot.channel, context.key, thread=spot.thread)
        if made is not None:
            spot.workspace.delete(made)


@post.probe
def _(context: Context, channel: str, audience: str, thread: str) -> Posted | bool | None:
    try:
        with told():
            spot = _spot(context.settings(Settings), channel, audience, thread)
            found = spot.workspace.find(spot.channel, context.key, thread=spot.thread)
    except ActionFailed:
        return None
    return _posted(found) if found else False


@dataclass(frozen=True, slots=True, kw_only=True)
class _Spot:
    """Where a message is, or will be."""

    workspace: Workspace
    channel: str
    thread: str


def _spot(settings: Settings, channel: str, audience: str, thread: str) -> _Spot:
    root = place_of(thread)
    if root is not None:
        return _Spot(workspace=workspace_of(settings), channel=root.channel, thread=root.ts)
    return _Spot(workspace=workspace_of(settings), channel=channel or channel_of(settings, audience), thread="")


def _posted(made: Place) -> Posted:
    return Posted(channel=made.channel, ts=made.ts, reference=str(made))
