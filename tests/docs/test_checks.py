"""docs/testing.md names every check of every suite, and none that is not there."""

from __future__ import annotations

from tests.docs.checks_page import PAGE, filled
from turbo_core import testing

TEXT = PAGE.read_text()


def test_the_table_is_up_to_date() -> None:
    assert filled(TEXT) == TEXT, "write it anew: python -m tests.docs.checks_page"
    assert filled(TEXT.replace("| gold |", "| lead |")) != TEXT.replace("| gold |", "| lead |")


def test_every_suite_and_fake_is_explained() -> None:
    names = [name for name in testing.__all__ if name.endswith("Suite") or name.startswith("Fake")]
    assert [name for name in names if f"`{name}" not in TEXT and name != "PluginSuite"] == []
