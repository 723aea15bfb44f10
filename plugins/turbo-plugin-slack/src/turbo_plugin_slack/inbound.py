"""Interactions that come by HTTP, for those who have a server with a public address in place of Socket Mode.

An `Inbound` is mounted by whoever has that server: it gets headers and body, and knows nothing of HTTP, and nothing of Turbo.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Final
from urllib.parse import parse_qs

from slack_sdk.signature import SignatureVerifier

from turbo_plugin_slack.faults import SlackFault
from turbo_plugin_slack.interactions import Click, Submission, read

LIMIT: Final = 1_048_576
"""Bytes of a body at most."""


class Inbound:
    """Verifies what comes in.

    Args:
        signing_secret: that of the app.

    Raises:
        ValueError: it is empty.
    """

    def __init__(self, signing_secret: str) -> None:
        self._verifier = SignatureVerifier(signing_secret)

    def verify(self, headers: Mapping[str, str], body: bytes) -> Click | Submission | None:
        """Verify one request, and read it; ``None`` if it is not about a question of ours.

        Args:
            headers: of the request, in any case.
            body: exactly as it came.

        Raises:
            SlackFault: it is not signed by Slack within the last five minutes, or cannot be read; answer with 401.
        """
        try:
            if len(body) > LIMIT or not self._verifier.is_valid_request(body, dict(headers)):
                raise SlackFault("the request is not signed by Slack within the last five minutes")
            return read(json.loads(parse_qs(body.decode())["payload"][0]))
        except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
            raise SlackFault("the request cannot be read", why=str(error)) from error
