"""What Turbo promises of every plugin with a channel and with actions, checked with this one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

import pytest
from turbo_core.testing import ActionSuite, ChannelSuite

from turbo_plugin_jira.adf import document
from turbo_plugin_jira.site import Site

from .fake_jira import TOKEN, FakeJira


class InJira:
    """The small Jira, as set for the plugin."""

    settings: Mapping[str, Any]
    import_budget = 330  # the library for Jira, and with it requests

    @pytest.fixture(autouse=True)
    def _with_jira(self, jira: FakeJira, site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setenv("JIRA_TOKEN", TOKEN)
        self.jira = jira
        self.site = site
        self.settings = {"url": jira.url, "token": "JIRA_TOKEN", "project": "TEAM", "audiences": {"on-call": "OPS"}}

    def state(self, project: Path) -> object:
        return self.jira.state()


class TestChannel(InJira, ChannelSuite):
    plugin = "jira"

    def break_down(self) -> None:
        self.jira.close()


class TestActions(InJira, ActionSuite):
    plugin = "jira"
    examples: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "jira.create_issue": {"summary": "broken", "description": "**all** of it", "dedupe": "the build"},
        "jira.comment": {"issue": "TEAM-1", "body": "**still** broken"},
        "jira.transition": {"issue": "TEAM-1", "to": "To Do"},
    }

    def prepare(self, project: Path) -> None:
        self.site.create("TEAM", "Task", "there before", document(), ["turbo"])
        self.site.move("TEAM-1", "In Progress")
