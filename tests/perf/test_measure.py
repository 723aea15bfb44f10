"""``python benchmarks measure``, as small as it can be: every case goes through, without any peer."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks.cases import CASES
from benchmarks.results import read

BENCHMARKS = Path(__file__).parents[2] / "benchmarks"
SHORT = ("independent", "actions", "lines", "start")


def measured(tmp_path: Path, *cases: str) -> subprocess.CompletedProcess[str]:
    places = ["--folder", str(tmp_path / "scratch"), "--json", str(tmp_path / "results.json")]
    command = [sys.executable, str(BENCHMARKS), "measure", "--quick", "--no-peers", *places, *cases]
    return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=110)


def look(tmp_path: Path, cases: tuple[str, ...]) -> None:
    ended = measured(tmp_path, *cases)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    results = read(tmp_path / "results.json")
    assert sorted(results.races) == sorted(cases)
    for name in cases:
        needs_no_peer = {one.name for one in CASES[name].contestants if not one.peer}
        assert {*results.race(name).samples} == needs_no_peer, results.race(name).missing
        assert f"## {name}\n" in ended.stdout
    assert "- file system of the journals: " in ended.stdout


def test_the_shorter_cases_go_through(tmp_path: Path) -> None:
    look(tmp_path, SHORT)


@pytest.mark.slow
@pytest.mark.parametrize("case", sorted({*CASES} - {*SHORT}))
def test_the_other_cases_go_through(tmp_path: Path, case: str) -> None:
    look(tmp_path, (case,))


def test_a_case_that_is_not_there_is_told(tmp_path: Path) -> None:
    ended = measured(tmp_path, "nothing")
    assert ended.returncode == 1
    assert "there is no case nothing; there are independent, chain" in ended.stderr
