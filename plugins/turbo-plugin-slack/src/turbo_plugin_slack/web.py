"""The Web API of Slack, as far as it is needed, and incoming webhooks. Knows nothing of Turbo.

A message carries its key in its metadata, so that one whose receipt was lost is found again and not posted twice.
"""

from __future__ import annotations

import logging
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError, SlackClientError
from slack_sdk.webhook import WebhookClient

from turbo_plugin_slack.blocks import Block
from turbo_plugin_slack.faults import SlackBlind, SlackFault, SlackUnavailable

EVENT: Final = "turbo_message"
_EARLIER: Final = 120.0
"""Seconds by which our clock may be ahead of Slack's."""
_LATER: Final = frozenset(
    {
        "ratelimited",
        "rate_limited",
        "internal_error",
        "fatal_error",
        "service_unavailable",
        "request_timeout",
        "team_added_to_org",
    }
)
_BLIND: Final = frozenset({"missing_scope", "not_in_channel", "channel_not_found", "no_permission", "thread_not_found"})
"""Why a bot that may post cannot look for what it has posted."""
_STEPS: Final[Mapping[str, str]] = {
    "invalid_auth": "set 'token' to a bot token of this workspace",
    "not_authed": "set 'token' to a bot token of this workspace",
    "account_inactive": "install the app again, and renew 'token'",
    "token_revoked": "install the app again, and renew 'token'",
    "missing_scope": "give the app the scope that Slack names, and install it again",
    "not_in_channel": "invite the app to the channel: /invite @NAME",
    "channel_not_found": "set the id of the channel (C…), and invite the app to it",
}

SILENT: Final = logging.getLogger(__name__)
"""slack_sdk tells errors to a log as well as to us; in a command's output they would stand twice."""
SILENT.addHandler(logging.NullHandler())
SILENT.propagate = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A message: its channel, and the time stamp that is its name there."""

    channel: str
    ts: str

    def __str__(self) -> str:
        return f"{self.channel}/{self.ts}"


def place_of(reference: str) -> Place | None:
    """The message that a receipt names, or ``None`` if it names none."""
    channel, _, ts = reference.partition("/")
    return Place(channel=channel, ts=ts) if channel and ts else None


class Workspace:
    """A workspace as a bot sees it.

    Args:
        token: the bot's.
        api_url: the address of the Web API.
        timeout: seconds for one request.
    """

    def __init__(self, token: str, *, api_url: str, timeout: int) -> None:
        self.client = WebClient(token, base_url=api_url, timeout=timeout, logger=SILENT, retry_handlers=[])

    def post(self, channel: str, text: str, told: Sequence[Block], *, key: str, at: str = "", thread: str = "") -> Place:
        """Post a message, unless there is one with this key.

        Args:
            channel: its id.
            text: for notifications.
            told: its blocks.
            key: the same when it is posted again.
            at: not posted before this time (ISO 8601); empty: nobody knows.
            thread: the time stamp of the message that it answers; empty: none.
        """
        with suppress(SlackBlind):
            found = self.find(channel, key, at=at, thread=thread)
            if found is not None:
                return found
        with explained("chat.postMessage"):
            answer = self.client.chat_postMessage(
                channel=channel,
                text=text,
                blocks=list(told),
                thread_ts=thread or None,
                metadata={"event_type": EVENT, "event_payload": {"key": key}},
                unfurl_links=False,
                unfurl_media=False,
            )
        return Place(channel=str(answer["channel"]), ts=str(answer["ts"]))

    def find(self, channel: str, key: str, *, at: str = "", thread: str = "") -> Place | None:
        """The message with a key among the latest hundred; ``None`` if there is none.

        Raises:
            SlackBlind: the bot may not look.
        """
        oldest = str(datetime.fromisoformat(at).timestamp() - _EARLIER) if at else None
        try:
            with explained("conversations.history"):
                more: dict[str, Any] = {"channel": channel, "limit": 100, "oldest": oldest, "include_all_metadata": True}
                ask = self.client.conversations_replies if thread else self.client.conversations_history
                answer = ask(ts=thread, **more) if thread else ask(**more)
        except SlackFault as fault:
            if fault.why.partition(" ")[0] in _BLIND:
                raise SlackBlind(fault.what, where=fault.where, why=fault.why, next_step=fault.next_step) from fault
            raise
        for message in answer["messages"]:
            if message.get("metadata", {}).get("event_payload", {}).get("key") == key:
                return Place(channel=channel, ts=str(message["ts"]))
        return None

    def update(self, place: Place, text: str, told: Sequence[Block]) -> None:
        """Change what a message says."""
        with explained("chat.update"):
            self.client.chat_update(channel=place.channel, ts=place.ts, text=text, blocks=list(told))

    def delete(self, place: Place) -> None:
        """Delete a message; if it is gone, that is well."""
        try:
            with explained("chat.delete"):
                self.client.chat_delete(channel=place.channel, ts=place.ts)
        except SlackFault as fault:
            if not fault.why.startswith("message_not_found"):
                raise

    def whisper(self, place: Place, user: str, text: str) -> None:
        """Tell something to one person only."""
        with explained("chat.postEphemeral"):
            self.client.chat_postEphemeral(channel=place.channel, user=user, text=text)

    def open(self, trigger: str, view: Mapping[str, Any]) -> None:
        """Show a form to the person who has just clicked."""
        with explained("views.open"):
            self.client.views_open(trigger_id=trigger, view=dict(view))


def post_by_webhook(url: str, text: str, told: Sequence[Block], *, timeout: int) -> None:
    """Post a message by an incoming webhook. It has no name there, so nothing can be added to it."""
    client = WebhookClient(url, timeout=timeout, logger=SILENT, retry_handlers=[])
    with explained("incoming webhook"):
        answer = client.send(text=text, blocks=list(told))
    if answer.status_code != 200:
        later = answer.status_code == 429 or answer.status_code >= 500
        kind = SlackUnavailable if later else SlackFault
        step = "try again later" if later else "renew the webhook, and the secret of 'webhook_url'"
        raise kind(f"Slack answers {answer.status_code}", where="incoming webhook", why=answer.body[:200], next_step=step)


@contextmanager
def explained(method: str) -> Iterator[None]:
    """Tell what slack_sdk raises inside as a fault.

    Raises:
        SlackUnavailable: no connection, a busy server, or too many requests.
        SlackFault: any other refusal.
    """
    try:
        yield
    except SlackApiError as error:
        raise _refused(method, error.response) from error
    except (SlackClientError, OSError, ValueError) as error:
        raise SlackUnavailable("Slack could not be reached", where=method, why=str(error), next_step="try again later") from error


def _refused(method: str, answer: Any) -> SlackFault:
    code = str(answer.get("error", "")) or f"status {answer.status_code}"
    needed = f" ({answer['needed']})" if answer.get("needed") else ""
    if code in _LATER or answer.status_code == 429 or answer.status_code >= 500:
        return SlackUnavailable("Slack asks for patience", where=method, why=code, next_step="try again later")
    step = _STEPS.get(code, "look the word up in Slack's description of the method")
    return SlackFault("Slack refused", where=method, why=f"{code}{needed}", next_step=step)
