"""The README's promises against the code."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import fields
from pathlib import Path
from typing import get_type_hints

from turbo_core.testing import Project

from turbo_plugin_aws import actions
from turbo_plugin_aws.outputs import ListedObject

from .conftest import Store

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_actions_is_the_code() -> None:
    told = re.findall(r"^\| `aws\.(\w+)` \| (\w+) \| (.*) \|$", README, re.MULTILINE)
    declared = {value.verb: value for value in vars(actions).values() if hasattr(value, "verb")}
    assert {verb: risk for verb, risk, _ in told} == {verb: value.risk for verb, value in declared.items()}
    for verb, _, gives in told:
        value = declared[verb]
        parts = {"plan": value.planner, "undo": value.undoer, "probe": value.prober}
        outputs, _, rest = gives.partition("; with ")
        assert set(re.findall(r"\w+", rest)) - {"and"} == {name for name, there in parts.items() if there is not None}
        known = {field.name for kind in (get_type_hints(value.function)["return"], ListedObject) for field in fields(kind)}
        named = set(re.findall(r"`(\w+)`", outputs))
        assert named <= known
        assert named or "the same as" in outputs


def test_the_example_runs_and_takes_back_what_it_did(turbo_project: Callable[..., Project], versioned: Store) -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    project = turbo_project({"turbo.yaml": example, "dump.sql": "select 1;", "site/index.html": "hello", "site/a.tmp": "x"})
    ran = project.run("run", "-i", f"bucket={versioned.name}")
    assert ran.ok, ran
    assert versioned.keys() == [f"database/{ran.run.id}.sql", "site/index.html"]
    (project.folder / "dump.sql").unlink()
    project.write({"site/index.html": "changed"})
    failed = project.run("run", "-i", f"bucket={versioned.name}")
    assert failed.exit_code == 1
    assert versioned.read("site/index.html") == b"hello"
