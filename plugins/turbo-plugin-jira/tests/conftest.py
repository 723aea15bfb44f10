"""The small Jira for the tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from turbo_core import Context

from turbo_plugin_jira.site import Site

from .fake_jira import TOKEN, FakeJira


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also hold what is sent against the vendor's OpenAPI document")


@pytest.fixture
def jira() -> Iterator[FakeJira]:
    made = FakeJira()
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def site(jira: FakeJira) -> Site:
    return Site(jira.url, user="", token=TOKEN, timeout=60)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(run="r", task="t", attempt=1, project=tmp_path, key="r/t")
