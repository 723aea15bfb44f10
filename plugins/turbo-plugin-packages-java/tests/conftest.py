"""The option that has the tests run which fetch plugins of Maven."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also ask the real Maven, which fetches its plugins")
