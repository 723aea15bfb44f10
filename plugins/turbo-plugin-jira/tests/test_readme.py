"""The README's promises against the code."""

from __future__ import annotations

import re
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

from turbo_core.testing import ProjectFactory

from turbo_plugin_jira import actions
from turbo_plugin_jira.settings import Settings

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_actions_is_the_code() -> None:
    told = re.findall(r"^\| `jira\.(\w+)` \| (\w+) \| (.*) \|$", README, re.MULTILINE)
    declared = {value.verb: value for value in vars(actions).values() if hasattr(value, "verb")}
    assert {verb: risk for verb, risk, _ in told} == {verb: value.risk for verb, value in declared.items()}
    for verb, _, gives in told:
        value = declared[verb]
        parts = {"plan": value.planner, "undo": value.undoer, "probe": value.prober}
        outputs, _, rest = gives.partition("; with ")
        assert set(re.findall(r"\w+", rest)) - {"and"} == {name for name, there in parts.items() if there is not None}
        known = [field.name for field in fields(get_type_hints(value.function)["return"])]
        assert re.findall(r"`(\w+)`", outputs) == known


def test_the_table_of_settings_is_the_code() -> None:
    table = README.partition("## Settings")[2].partition("## ")[0]
    assert re.findall(r"^\| `(\w+)` \|", table, re.MULTILINE) == [field.name for field in fields(Settings)]


def test_the_example_is_sound(turbo_project: ProjectFactory) -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    checked = turbo_project({"turbo.yaml": example}).run("check")
    assert checked.ok, checked
