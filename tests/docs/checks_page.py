"""The table of checks in docs/testing.md, made from the suites themselves: ``python -m tests.docs.checks_page`` writes it."""

from __future__ import annotations

import inspect
import re

from tests.arch.source import ROOT
from turbo_core.testing.conformance.checks import LEVELS, checks_of
from turbo_core.testing.report import SUITES

PAGE = ROOT / "docs" / "testing.md"
PLACE = re.compile(r"<!-- checks -->\n+(?:\|.*\n)*")


def table() -> str:
    """Each check once, at the suite that has it first."""
    rows = [
        (LEVELS.index(level), f"| {level} | {'all' if name == 'PluginSuite' else name} | {told} |")
        for name, suite in SUITES.items()
        for check, level in checks_of(suite).items()
        if name == "PluginSuite" or check not in checks_of(SUITES["PluginSuite"])
        for told in [(inspect.getdoc(getattr(suite, check)) or "").replace("``", "`").replace("\n", " ")]
    ]
    body = [row for _, row in sorted(rows, key=lambda row: row[0])]
    return "\n".join(["| level | suite | what is checked |", "|---|---|---|", *body]) + "\n"


def filled(text: str) -> str:
    """The page with its table as it should be."""
    return PLACE.sub(lambda _: f"<!-- checks -->\n\n{table()}", text)


if __name__ == "__main__":
    PAGE.write_text(filled(PAGE.read_text()))
