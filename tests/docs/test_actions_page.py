"""docs/actions.md says what the plugins of this repository say."""

from __future__ import annotations

import re
from typing import Any

import pytest

from tests.docs.actions_page import PAGE, namespaces, page, projects, type_of
from turbo_core.testing.conformance.host import host

TEXT = PAGE.read_text()


def test_the_page_is_up_to_date() -> None:
    assert page() == TEXT, "write it anew: python -m tests.docs.actions_page"


def test_every_action_of_every_plugin_has_its_place() -> None:
    spaces = [namespace for project in projects() for namespace in namespaces(project)]
    assert {"aws", "git"} <= set(spaces)
    actions = sorted(info.name for namespace in spaces for info in host().catalog.actions(namespace))
    assert sorted(re.findall(r"^### (\S+)$", TEXT, re.MULTILINE)) == actions


def test_every_parameter_and_output_is_explained() -> None:
    cells = [line.split(" | ") for line in TEXT.splitlines() if line.startswith("| `")]
    assert cells
    assert [cell[0] for cell in cells if not cell[-1].strip(" |")] == []


@pytest.mark.parametrize(
    ("schema", "words"),
    [
        ({"type": "string"}, "string"),
        ({"type": "string", "format": "path"}, "path"),
        ({"anyOf": [{"type": "integer"}, {"type": "null"}]}, "integer or null"),
        ({"enum": ["auto", "major"], "type": "string"}, '`"auto"` or `"major"`'),
        ({"type": "array", "items": {"$ref": "#/$defs/Entry"}}, "list of Entry"),
        ({"type": "object", "additionalProperties": {"type": "string"}}, "table of string"),
        ({"type": "object", "additionalProperties": False}, "table"),
        ({}, "anything"),
    ],
)
def test_types_are_told_in_words(schema: dict[str, Any], words: str) -> None:
    assert type_of(schema) == words
