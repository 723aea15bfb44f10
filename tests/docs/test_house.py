"""docs/architecture.md names every module of the core, in its room, and none that is not there."""

from __future__ import annotations

import tomllib

from tests.arch.source import ROOT
from tests.docs.house import MARK, PAGE, filled, rooms

TEXT = PAGE.read_text()


def test_the_tables_are_up_to_date() -> None:
    assert filled(TEXT) == TEXT, "write them anew: python -m tests.docs.house"


def test_every_room_has_one_table() -> None:
    listed = sorted(mark[1] for mark in MARK.findall(TEXT))
    assert listed == sorted(rooms()), "give a new room its section with <!-- modules: ROOM -->; then: python -m tests.docs.house"


def test_a_module_that_is_missing_or_gone_would_be_seen() -> None:
    wrong = TEXT.replace("| `runner` |", "| `walker` |")
    assert wrong != TEXT
    assert filled(wrong) == filled(TEXT)


def test_the_floors_are_those_of_the_contract() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = [floor.replace("turbo_core.", "") for floor in contracts[0]["layers"]]
    assert "\n".join(floors) in TEXT
