"""The README's promises against the code."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

from turbo_plugin_shell import actions
from turbo_plugin_shell.catalogue import commands
from turbo_plugin_shell.outputs import Listed

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_actions_is_the_code() -> None:
    told = re.findall(r"^\| `shell\.(\w+)` \| (\w+) \| (.*) \|$", README, re.MULTILINE)
    declared = [value for value in vars(actions).values() if hasattr(value, "undoer")]
    assert [(verb, risk) for verb, risk, _ in told] == [(value.verb, value.risk) for value in declared]
    for (_, _, gives), value in zip(told, declared, strict=True):
        assert ("with plan and undo" in gives) is (None not in (value.planner, value.undoer))
        known = {field.name for kind in (get_type_hints(value.function)["return"], Listed) for field in fields(kind)}
        assert set(re.findall(r"`(\w+)`", gives)) <= known


def test_the_catalogue_has_as_many_commands_as_it_says() -> None:
    (said,) = re.findall(r"each of (\d+) commands", README)
    assert int(said) <= len(commands())
