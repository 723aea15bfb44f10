"""What a project sets for Slack, under ``[plugins.slack]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from turbo_core import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """As whom to post, and where.

    Attributes:
        token: a bot token (xoxb-…). With it there are threads, updates and buttons.
        app_token: an app-level token (xapp-…); with it people can answer by button.
        webhook_url: the address of an incoming webhook, which is a secret too; it counts where there is no token.
        channel: the id of the channel (C…) of every message whose audience has none of its own.
        audiences: the channels of some audiences: audience = id of a channel.
        api_url: the address of the Web API, with a slash at its end.
        timeout: seconds for one request.
    """

    token: Secret | None = None
    app_token: Secret | None = None
    webhook_url: Secret | None = None
    channel: str = ""
    audiences: Mapping[str, str] = field(default_factory=dict)
    api_url: str = "https://slack.com/api/"
    timeout: int = 30

    def __post_init__(self) -> None:
        """Refuse an address to which no method could be added."""
        if not self.api_url.endswith("/"):
            raise ValueError("'api_url' ends with a slash")
        if not 1 <= self.timeout <= 600:
            raise ValueError("'timeout' is from 1 to 600 seconds")
