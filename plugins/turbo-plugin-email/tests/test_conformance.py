"""What Turbo promises of every plugin with a channel and with actions, checked with this one."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from turbo_core.testing import ActionSuite, ChannelSuite

from .conftest import Post


class Mailbox:
    """A mailbox that keeps one mail of each name, as most do."""

    settings: Mapping[str, Any]

    @pytest.fixture(autouse=True)
    def _with_a_server(self, start: Callable[..., Post]) -> None:
        self.post = start()
        self.settings = {
            "host": "127.0.0.1",
            "port": self.post.port,
            "security": "none",
            "sender": "Turbo <turbo@example.org>",
            "to": ["team@example.org"],
            "audiences": {"on-call": ["pager@example.org"]},
        }

    def state(self, project: Path) -> object:
        return self.post.mailbox()


class TestChannel(Mailbox, ChannelSuite):
    plugin = "email"

    def break_down(self) -> None:
        self.post.close()


class TestActions(Mailbox, ActionSuite):
    plugin = "email"
    examples: ClassVar[Mapping[str, Mapping[str, Any]]] = {"email.send": {"subject": "built", "attachments": ["a.txt"]}}

    def prepare(self, project: Path) -> None:
        (project / "a.txt").write_text("log")
