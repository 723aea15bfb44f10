"""How long to soak: ``--minutes``, for the row of tox; without it an hour in the long form, and seconds in the short one."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--minutes", type=float, help="how long the soak lasts; it counts where tests/soak is named")


@pytest.fixture
def seconds(pytestconfig: pytest.Config, long: bool) -> float:
    """The time that each test of this folder has."""
    minutes = pytestconfig.getoption("minutes", default=None)
    if minutes is not None:
        return float(minutes) * 60
    return 3600.0 if long else 10.0
