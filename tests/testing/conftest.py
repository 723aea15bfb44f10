"""What the tests of the kit share."""

import pytest


@pytest.fixture(autouse=True)
def wide(monkeypatch: pytest.MonkeyPatch) -> None:
    """An inner run of pytest cuts its summary at the width of the terminal."""
    monkeypatch.setenv("COLUMNS", "1000")
