"""What Turbo promises of every plugin with a channel and with actions, checked with this one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from turbo_core.testing import ActionSuite, ChannelSuite, HttpServer

from .conftest import KEY


class Receiver:
    """A receiver that does as the standard says: what it has by that name, it takes and drops."""

    settings: Mapping[str, Any]

    @pytest.fixture(autouse=True)
    def _with_a_receiver(self, turbo_http: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("HOOK_KEY", KEY)
        self.server = turbo_http
        self.settings = {
            "url": f"{turbo_http.url}/team",
            "audiences": {"on-call": f"{turbo_http.url}/on-call"},
            "signing_key": "HOOK_KEY",
            "allow": ["127.0.0.1"],
        }

    def state(self, project: Path) -> object:
        return {request.headers["webhook-id"]: (request.path, request.body) for request in reversed(self.server.requests)}


class TestChannel(Receiver, ChannelSuite):
    plugin = "webhook"
    import_budget = 170  # urllib3, and with it what Python has for HTTP and TLS

    def break_down(self) -> None:
        self.server.close()


class TestActions(Receiver, ActionSuite):
    plugin = "webhook"
    import_budget = 170
    examples: ClassVar[Mapping[str, Mapping[str, Any]]] = {"webhook.post": {"data": {"built": True}}}
