"""Clicks and forms over Socket Mode: a connection that this side opens, so that no public address is needed.

slack_sdk holds the connection, and opens it anew when it breaks. What an answer means is decided by whoever gives `Decide`: this
module knows nothing of Turbo.
"""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from typing import Any, Final

from slack_sdk import WebClient
from slack_sdk.socket_mode import SocketModeClient
from slack_sdk.socket_mode.client import BaseSocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.socket_mode.response import SocketModeResponse

from turbo_plugin_slack.blocks import answered, safe
from turbo_plugin_slack.faults import SlackFault
from turbo_plugin_slack.interactions import COMMENT, Click, Submission, form, read
from turbo_plugin_slack.web import SILENT, Workspace, explained

Decide = Callable[[Click | Submission], str]
"""Takes an answer; gives an empty text if it counts, else a sentence that says why not."""

_PING: Final = 5.0
"""Seconds between two looks at the connection."""


def listen(workspace: Workspace, app_token: str, decide: Decide, ended: threading.Event) -> None:
    """Take answers until ``ended`` is set.

    Args:
        workspace: where the questions are.
        app_token: opens the connection.
        decide: takes each answer, from any thread.
        ended: the end.

    Raises:
        SlackFault: the connection cannot be opened.
    """
    web = WebClient(app_token, base_url=workspace.client.base_url, timeout=workspace.client.timeout, logger=SILENT)
    client = SocketModeClient(app_token, logger=logging.getLogger(SILENT.name), web_client=web, ping_interval=_PING)
    client.socket_mode_request_listeners.append(Ear(workspace, decide))
    try:
        with explained("apps.connections.open"):
            client.connect()
        ended.wait()
    finally:
        client.close()


class Ear:
    """What happens with each request of Slack.

    Args:
        workspace: where to show forms and say what became of an answer.
        decide: takes the answers.
    """

    def __init__(self, workspace: Workspace, decide: Decide) -> None:
        self._workspace = workspace
        self._decide = decide

    def __call__(self, client: BaseSocketModeClient, request: SocketModeRequest) -> None:
        """Serve one request. Slack waits three seconds for its confirmation, so that comes before anything slow."""
        try:
            heard = read(request.payload) if request.type == "interactive" else None
        except ValueError:
            heard = None  # it is confirmed, for Slack would only send it again
        if isinstance(heard, Submission):
            _confirm(client, request, self._submitted(heard))
            return
        _confirm(client, request)
        if heard is not None:
            with suppress(SlackFault):  # whoever clicked sees that nothing happened, and can click again
                self._clicked(heard)

    def _clicked(self, click: Click) -> None:
        if click.asked.shortened:
            why = f"this form is too long for Slack; type: turbo approve {click.asked.run} {click.asked.task}"
            self._workspace.whisper(click.place, click.user, safe(why, 2000))
        elif click.asked.needs_form:
            self._workspace.open(click.trigger, form(click))
        else:
            why = self._decide(click)
            if why:
                self._workspace.whisper(click.place, click.user, safe(why, 2000))
            else:
                verb = "Approved" if click.approve else "Rejected"
                told = answered(click.blocks, f"{verb} by <@{click.user}>")
                self._workspace.update(click.place, verb, told)

    def _submitted(self, submission: Submission) -> Mapping[str, Any] | None:
        """What the form is to show: the reason of a refusal, or nothing, and then it closes."""
        why = self._decide(submission)
        return {"response_action": "errors", "errors": {COMMENT: why[:2000]}} if why else None


def _confirm(client: BaseSocketModeClient, request: SocketModeRequest, payload: Mapping[str, Any] | None = None) -> None:
    client.send_socket_mode_response(SocketModeResponse(request.envelope_id, dict(payload) if payload else None))
