"""What Turbo promises of every plugin with a channel and with actions, checked with this one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from turbo_core.testing import ActionSuite, ChannelSuite

from .fake_slack import APP, BOT, FakeSlack


class InSlack:
    """The small Slack, as set for the plugin."""

    settings: Mapping[str, Any]

    @pytest.fixture(autouse=True)
    def _with_slack(self, slack: FakeSlack, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("BOT_TOKEN", BOT)
        monkeypatch.setenv("APP_TOKEN", APP)
        self.slack = slack
        self.settings = {
            "token": "BOT_TOKEN",
            "app_token": "APP_TOKEN",
            "channel": "C0TEAM",
            "audiences": {"on-call": "C0ONCALL"},
            "api_url": slack.api_url,
        }

    def state(self, project: Path) -> object:
        return [dict(message) for message in self.slack.messages]


class TestChannel(InSlack, ChannelSuite):
    plugin = "slack"
    import_budget = 200  # slack_sdk, and with it what Python has for HTTP, TLS and websockets

    def break_down(self) -> None:
        self.slack.close()


class TestActions(InSlack, ActionSuite):
    plugin = "slack"
    import_budget = 200  # slack_sdk, and with it what Python has for HTTP, TLS and websockets
    examples: ClassVar[Mapping[str, Mapping[str, Any]]] = {"slack.post": {"subject": "built", "body": "**all** of it"}}
