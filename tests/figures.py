"""The long forms of the tests, and the figures that they print: one option, one fixture, one table for all groups.

A test takes its size from ``long`` (``pytest --long``, as tox -e GROUP has it), and says what it counted with
``figure``. Owns no test.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

import pytest

Figure = Callable[[str, int | str], None]
"""Says one figure of a test: ``figure("runs that crashed", 1200)``. Whole numbers of one name are added up over all tests of a
folder; of texts the last one counts."""


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="run the long forms: more seeds, more kills, every mutant")


@pytest.fixture(scope="session")
def long(pytestconfig: pytest.Config) -> bool:
    """Whether the long form is wanted."""
    return bool(pytestconfig.getoption("long"))


@pytest.fixture
def figure(record_property: Callable[[str, object], None]) -> Figure:
    """Say what was counted."""
    return record_property


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """One table for each folder of tests that has figures."""
    tables: dict[str, dict[str, int | str]] = defaultdict(dict)
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, value in getattr(report, "user_properties", ()):
                add(tables[folder_of(report.nodeid)], name, value)
    for folder, table in sorted(tables.items()):
        terminalreporter.section(f"figures of {folder}")
        width = max(len(name) for name in table)
        for name, value in table.items():
            terminalreporter.line(f"{name:<{width}}  {value:>10}" if isinstance(value, int) else f"{name:<{width}}  {value}")


def folder_of(nodeid: str) -> str:
    return nodeid.partition("::")[0].rpartition("/")[0]


def add(table: dict[str, int | str], name: str, value: int | str) -> None:
    """Add one figure to those of its folder."""
    known = table.get(name)
    table[name] = known + value if isinstance(known, int) and isinstance(value, int) else value
