"""A command line in this process, through the same door as the console script, and projects to stand in."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from turbo_core.cli.door import enter

WORKFLOW = r"""
name: hello
description: Greet somebody.
inputs:
  who: {type: string, default: world, description: who is greeted}
phases:
  one:
    greet:
      run: |
        printf '\033[31mhello %s\033[0m\n' "$WHO"
        echo "said=hi $WHO" >> "$TURBO_OUTPUT"
      env: {WHO: "${{ inputs.who }}"}
      outputs: {said: string}
    each:
      run: echo "$X"
      matrix: {x: [1, 2]}
      env: {X: "${{ matrix.x }}"}
    flaky:
      run: echo "try $TURBO_ATTEMPT"; test "$TURBO_ATTEMPT" -gt 1
      retry: {times: 1, delay: 1ms}
    no: {run: echo no, when: "${{ inputs.who == 'me' }}"}
  two:
    say: {communicate: "greeted: ${{ tasks.greet.outputs.said }}"}
finally:
  - {run: echo bye}
"""
FAILING = "name: failing\ntasks:\n  bad: {run: 'echo oh; exit 3'}\n  later: {needs: [bad], run: 'true'}\n"
ASKING = 'name: asking\ntasks:\n  fit: {decide: "Is it fit?", ask: {within: 2h}}\n'


@dataclass(frozen=True)
class Ended:
    """How a command line ended."""

    code: int
    out: str
    err: str


Turbo = Callable[..., Ended]


@pytest.fixture
def cli(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Turbo:
    """Run ``turbo ARGS`` in the folder ``project`` below ``tmp_path``, with a cache of its own."""
    folder = tmp_path / "project"
    folder.mkdir(exist_ok=True)
    monkeypatch.chdir(folder)
    monkeypatch.setenv("TURBO_CACHE_FOLDER", str(tmp_path / "caches"))
    monkeypatch.setenv("CI", "1")

    def run(*arguments: str) -> Ended:
        capsys.readouterr()
        code = enter(arguments)
        told = capsys.readouterr()
        return Ended(code, told.out, told.err)

    return run


@pytest.fixture
def project(cli: Turbo) -> Path:
    """A project with the workflow ``hello``."""
    folder = Path.cwd()
    (folder / "turbo.yaml").write_text(WORKFLOW)
    return folder


@pytest.fixture
def ran(cli: Turbo, project: Path) -> str:
    """The id of a run of ``hello`` in the project."""
    assert cli("run", "--quiet").code == 0
    return next((project / ".turbo" / "runs").iterdir()).name
