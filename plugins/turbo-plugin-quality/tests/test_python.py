"""The tools of Python, on a small project."""

from __future__ import annotations

import json
import sys
from dataclasses import asdict

import pytest
from turbo_core import ActionFailed, ActionUnavailable, Context

from turbo_plugin_quality import actions
from turbo_plugin_quality.values import Finding

from .conftest import write

ODD = "import os\nimport subprocess\n\n\ndef run(x: int) -> str:\n    subprocess.call('ls', shell=True)\n    return x\n"
KEY = "AKIA" + "IOSFODNN7REALKEY"
MODULE = (sys.executable, "-m")


def rules(findings: list[Finding]) -> list[tuple[str, str, str, int]]:
    return [(one.rule, one.level, one.path, one.line) for one in findings]


def test_ruff(context: Context) -> None:
    write(context, src___a__py=ODD, src___b__py="def broken(:\n")
    found = actions.ruff(context, program=(*MODULE, "ruff"))
    assert ("F401", "error", "src/a.py", 1) in rules(found.findings)
    assert any(one.rule == "invalid-syntax" and one.path == "src/b.py" for one in found.findings)
    assert (found.count, found.confidence) == (found.errors + found.warnings, 1.0)
    assert found.score == pytest.approx(1 - (found.errors + 0.5 * found.warnings) / 20)
    assert not list(context.project.glob(".ruff_cache"))
    inner = actions.ruff(context, folder="src", program=(*MODULE, "ruff"), limit=1, tolerance=1)
    assert (len(inner.findings), inner.count, inner.score) == (1, found.count, 0.0)
    assert inner.findings[0].path.startswith("src/")


def test_mypy(context: Context) -> None:
    write(context, a__py=ODD, b__py="x: int = 1\n")
    found = actions.mypy(context, paths=("a.py", "b.py"), program=(*MODULE, "mypy"))
    assert rules(found.findings) == [("return-value", "error", "a.py", 7)]
    assert (found.findings[0].column, found.score, found.reason) == (12, 0.95, "mypy found 1 error")
    assert not (context.project / ".mypy_cache").exists()
    with pytest.raises(ActionFailed, match="ended with 2"):
        actions.mypy(context, paths=("missing.py",), program=(*MODULE, "mypy"))


def test_bandit(context: Context) -> None:
    write(context, a__py=ODD, b__py="def broken(:\n", left___c__py=ODD)
    found = actions.bandit(context, exclude=("./left",), program=(*MODULE, "bandit"))
    assert ("B404", "note", "a.py", 2) in rules(found.findings)
    assert {one.path for one in found.findings} == {"a.py"}
    assert found.confidence == 0.5, "one of two files could not be read"
    assert "could not read 1 file" in found.reason


def test_detect_secrets(context: Context, capfd: pytest.CaptureFixture[str]) -> None:
    write(context, a__py=f"key = '{KEY}'\n", b__py="x = 1\n")
    found = actions.detect_secrets(context, program=(*MODULE, "detect_secrets"))
    assert ("AWS Access Key", "error", "a.py", 1) in rules(found.findings)
    assert found.score == 0.0
    assert KEY not in json.dumps(asdict(found)) + "".join(capfd.readouterr())
    (context.project / "a.py").unlink()
    assert actions.detect_secrets(context, program=(*MODULE, "detect_secrets")).score == 1.0


def test_lizard(context: Context) -> None:
    branches = "".join(f"    if x == {number}:\n        return {number}\n" for number in range(6))
    write(context, a__py=f"def deep(x):\n{branches}    return 9\n\n\ndef flat(x):\n    return x\n")
    found = actions.lizard(context, complexity=5, length=10, program=(*MODULE, "lizard"))
    assert rules(found.findings) == [("complexity", "warning", "a.py", 1), ("length", "note", "a.py", 1)]
    assert found.findings[0].message == "deep has a cyclomatic complexity of 7, above 5"
    (context.project / "a.py").unlink()
    assert actions.lizard(context, program=(*MODULE, "lizard")).confidence == 0.0, "there was nothing to look at"


TESTS = """
import pytest
from small import add

def test_good(): assert add(1, 2) == 3
def test_bad(): assert add(1, 2) == 4
@pytest.mark.skip
def test_left(): pass
"""


def test_pytest_and_coverage(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("PYTEST_ADDOPTS", raising=False)
    write(
        context, small__py="def add(a, b):\n    return a + b\n\n\ndef unused():\n    x = 1\n    return x\n", test_small__py=TESTS
    )
    program = (*MODULE, "pytest", "-p", "no:cacheprovider", "-p", "no:xdist")
    found = actions.pytest(context, coverage="small", minimum=0.8, program=program)
    assert (found.passed, found.failed, found.skipped, found.evidence) == (1, 1, 1, ["test_small.test_bad"])
    assert found.findings[0].message.startswith("assert 3 == 4")
    assert found.coverage == pytest.approx(0.6)
    assert (found.score, found.confidence) == (0.5, 1.0)
    wanted = actions.pytest(context, arguments=("-k", "good"), coverage="small", minimum=0.8, program=program)
    assert wanted.score == pytest.approx(0.75), "60 of the wanted 80 percent"
    none = actions.pytest(context, arguments=("-k", "nothing"), program=program)
    assert (none.score, none.confidence, none.coverage, none.reason) == (0.0, 0.0, None, "pytest ran no test")


def test_a_tool_that_is_missing_says_so(context: Context) -> None:
    with pytest.raises(ActionUnavailable, match="no-such-tool cannot be started"):
        actions.ruff(context, program=("no-such-tool",))


def test_a_tool_that_writes_something_else_says_so(context: Context) -> None:
    with pytest.raises(ActionFailed, match="ruff wrote no JSON"):
        actions.ruff(context, program=(sys.executable, "-c", "print('oh')"))


@pytest.mark.parametrize("folder", ["..", "/", "missing"])
def test_only_folders_of_the_project_are_looked_at(context: Context, folder: str) -> None:
    with pytest.raises(ActionFailed, match="no folder of the project"):
        actions.ruff(context, folder=folder)
