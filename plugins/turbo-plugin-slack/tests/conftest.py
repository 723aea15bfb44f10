"""The small Slack for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from turbo_core import Context

from turbo_plugin_slack.web import Workspace

from .fake_slack import BOT, FakeSlack


@pytest.fixture
def slack() -> Iterator[FakeSlack]:
    made = FakeSlack()
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def workspace(slack: FakeSlack) -> Workspace:
    return Workspace(BOT, api_url=slack.api_url, timeout=60)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(run="r", task="t", attempt=1, project=tmp_path, key="r/t")
