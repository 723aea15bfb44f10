"""docs/cli.md says what the commands say."""

from __future__ import annotations

import re

from tests.docs.cli_page import PAGE, page
from turbo_core import errors
from turbo_core.cli import door
from turbo_core.cli.table import COMMANDS


def test_the_page_is_up_to_date() -> None:
    assert PAGE.read_text() == page(), "write it anew: python -m tests.docs.cli_page"


def test_every_command_has_its_place() -> None:
    headings = re.findall(r"^### turbo (\S+)$", page(), re.MULTILINE)
    assert headings == [*COMMANDS]


def test_every_exit_code_is_told() -> None:
    told = set(map(int, re.findall(r"^\| (\d+) \|", page(), re.MULTILINE)))
    kinds = {kind for kind in vars(errors).values() if isinstance(kind, type) and issubclass(kind, errors.TurboError)}
    assert {kind.exit_code for kind in kinds} <= told
    assert {door.FAULT, door.INTERRUPTED, door.BROKEN_PIPE} <= told


def test_troubleshooting_has_advice_for_every_exit_code() -> None:
    advice = (PAGE.parent / "troubleshooting.md").read_text()
    assert re.findall(r"^\| (\d+) \|", advice, re.MULTILINE) == re.findall(r"^\| (\d+) \|", page(), re.MULTILINE)
