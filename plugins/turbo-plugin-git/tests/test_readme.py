"""The README's promises against the code."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import get_args, get_type_hints

from turbo_plugin_git import actions

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def names(kind: object) -> Iterator[str]:
    """The fields of a type, and of the types that it is made of."""
    for inner in get_args(kind):
        yield from names(inner)
    if isinstance(kind, type) and is_dataclass(kind):
        yield from (field.name for field in fields(kind))
        for inner in get_type_hints(kind).values():
            yield from names(inner)


def test_the_table_of_actions_is_the_code() -> None:
    told = {
        verb: (risk, gives) for verb, risk, gives in re.findall(r"^\| `git\.(\w+)` \| (\w+) \| (.*) \|$", README, re.MULTILINE)
    }
    declared = {value.verb: value for value in vars(actions).values() if hasattr(value, "verb")}
    assert {verb: risk for verb, (risk, _) in told.items()} == {verb: value.risk for verb, value in declared.items()}
    for verb, value in declared.items():
        gives = told[verb][1]
        assert ("with plan, undo and probe" in gives) is (None not in (value.planner, value.undoer, value.prober))
        assert set(re.findall(r"`(\w+)`", gives)) <= set(names(get_type_hints(value.function)["return"])), verb
