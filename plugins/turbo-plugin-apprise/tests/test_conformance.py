"""What Turbo promises of every plugin with a channel and with actions, checked with this one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from secrets import token_hex
from typing import Any, ClassVar

import pytest
from turbo_core.testing import ActionSuite, ChannelSuite, HttpServer


class Service:
    """A service that speaks JSON, as set for the plugin."""

    settings: Mapping[str, Any]
    import_budget = 250  # Apprise, and with it requests

    @pytest.fixture(autouse=True)
    def _with_a_service(self, turbo_http: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
        # The host of the suite and the plugin remember secrets and deliveries; so each test has names of its own.
        mark = token_hex(8)
        url = f"{turbo_http.url.replace('http://', 'json://')}/{mark}"
        monkeypatch.setenv(f"SERVICES_{mark}", f"{url}/all\non-call={url}/pager")
        self.settings = {"services": f"SERVICES_{mark}"}
        self.server = turbo_http


class TestChannel(Service, ChannelSuite):
    plugin = "apprise"

    def state(self, project: Path) -> object:
        return [(request.path, request.body) for request in self.server.requests]

    def break_down(self) -> None:
        self.server.close()


class TestActions(Service, ActionSuite):
    plugin = "apprise"
    examples: ClassVar[Mapping[str, Mapping[str, Any]]] = {"apprise.notify": {"subject": "built", "body": "**all** of it"}}

    def state(self, project: Path) -> object:
        """What was said, once: these services take no key, so what a person reads (run and task stand in it) has to do."""
        return {(request.path, request.body) for request in self.server.requests}
