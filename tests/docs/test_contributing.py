"""CONTRIBUTING.md knows where things are."""

from __future__ import annotations

import re

from tests.arch.source import CORE, ROOT

TEXT = (ROOT / "CONTRIBUTING.md").read_text()
PATTERNS = {"site/", "site/index.html", "turbo_core/cli/NAME.py", "tests/mutants/GROUP.toml"}
"""What is made, or stands for many files."""

PLACES = set(re.findall(r"`((?:[\w-]+/)+[\w.]*|registry\.json)`", TEXT)) - PATTERNS


def test_every_place_is_there() -> None:
    assert [place for place in sorted(PLACES) if not (ROOT / place).exists()] == []
    assert "turbo_core/engine/process/" in PLACES


def test_every_room_and_every_folder_of_tests_is_named() -> None:
    rooms = {f"turbo_core/{path.name}" for path in CORE.glob("*.py")} - {"turbo_core/__init__.py"}
    rooms |= {f"{path.parent.relative_to(ROOT)}/" for path in CORE.rglob("__init__.py")} - {"turbo_core/"}
    rooms |= {f"tests/{path.parent.name}/" for path in (ROOT / "tests").glob("*/__init__.py")}
    assert sorted(rooms - PLACES) == [], "give each a line in the tables of CONTRIBUTING.md"


def test_every_command_that_writes_a_page_can_be_started() -> None:
    named = set(re.findall(r"`python -m (tests\.docs\.\w+)`", TEXT))
    makers = {f"tests.docs.{path.stem}" for path in (ROOT / "tests" / "docs").glob("*.py") if "__main__" in path.read_text()}
    assert named == makers - {"tests.docs.test_contributing"}


def test_the_table_of_rows_is_that_of_tox() -> None:
    listed = re.search(r"^env_list = (.*)$", (ROOT / "tox.ini").read_text(), re.MULTILINE)
    assert listed
    rows = re.sub(r"plugin-\{[^}]*\}", "plugin-NAME", listed[1])
    table = TEXT[TEXT.index("| row | what it does |") :].partition("\n\n")[0]
    named = [line.split("|")[1] for line in table.splitlines()[2:]]
    assert re.findall(r"`([\w-]+)`", " ".join(named)) == rows.split(", ")
