"""docs/test-workflows.md has every key of a test file, and the tests beside the examples pass."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

from turbo_core.testing.cases import shape
from turbo_core.workflow.schema import Shape, keys_of

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "test-workflows.md").read_text()
TABLES = dict(re.findall(r"<!-- keys: (\w+) -->\n((?:\|.*\n)+)", PAGE))


@pytest.mark.parametrize("name", ["CaseShape", "StubShape", "ExpectShape"])
def test_a_table_has_every_key(name: str) -> None:
    of: type[Shape] = getattr(shape, name)
    first = [row.split(" | ")[0] for row in TABLES[name].splitlines()[2:]]
    assert sorted(key for cell in first for key in re.findall(r"`(\w+)`", cell)) == sorted(keys_of(of))


@pytest.mark.parametrize("of", [shape.AnswerShape, shape.OpinionShape, shape.MessageShape, shape.SpanShape, shape.CasesShape])
def test_every_other_key_is_named(of: type[Shape]) -> None:
    assert [key for key in keys_of(of) if f"`{key}`" not in PAGE] == []


def test_every_example_has_tests_that_pass() -> None:
    untested = [file.parent.name for file in ROOT.glob("examples/*/turbo.yaml") if not file.with_name("turbo.test.yaml").exists()]
    assert untested == []
    ended = subprocess.run(
        ["turbo", "--project", ROOT, "test", ROOT / "examples"],
        capture_output=True,
        text=True,
        check=False,
        timeout=100,
    )
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"^\d+ passed in", ended.stdout, re.MULTILINE)
