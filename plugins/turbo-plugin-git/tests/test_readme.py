"""The README's promises against the code."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

from turbo_plugin_git import actions
from turbo_plugin_git.outputs import Finding, LogEntry

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_actions_is_the_code() -> None:
    told = re.findall(r"^\| `git\.(\w+)` \| (\w+) \| (.*) \|$", README, re.MULTILINE)
    declared = [value for value in vars(actions).values() if hasattr(value, "verb")]
    assert [(verb, risk) for verb, risk, _ in told] == [(value.verb, value.risk) for value in declared]
    for (_, _, gives), value in zip(told, declared, strict=True):
        assert ("with plan, undo and probe" in gives) is (None not in (value.planner, value.undoer, value.prober))
        known = {field.name for kind in (get_type_hints(value.function)["return"], LogEntry, Finding) for field in fields(kind)}
        assert set(re.findall(r"`(\w+)`", gives)) <= known
