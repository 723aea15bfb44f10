"""What ``--only`` refuses, before anything is made."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.cli.conftest import Turbo

READING = """
name: reading
phases:
  one:
    made: {run: 'echo "n=1" >> "$TURBO_OUTPUT"', outputs: {n: integer}}
    other: {run: echo}
  two:
    used: {run: echo "$N", env: {N: "${{ tasks.made.outputs.n }}"}}
"""


@pytest.mark.parametrize(
    ("only", "told"),
    [
        (["used"], ["used reads made, which --only leaves out", "add --only made"]),
        (["mad"], ["there is no task 'mad'", "did you mean 'made'?"]),
        (["zzz"], ["there is no task 'zzz'", "known: made, other, used"]),
    ],
)
def test_a_selection_that_cannot_run_is_refused(cli: Turbo, only: list[str], told: list[str]) -> None:
    Path("turbo.yaml").write_text(READING)
    ended = cli("run", *(part for name in only for part in ("--only", name)))
    assert ended.code == 2
    assert all(part in ended.err for part in told), ended.err
    assert not Path(".turbo").exists()


def test_a_selection_with_all_that_it_reads_runs(cli: Turbo) -> None:
    Path("turbo.yaml").write_text(READING)
    assert cli("run", "--quiet", "--only", "used", "--only", "made").code == 0
    assert cli("why", "other").out == "other was skipped, because it is not among what --only selects.\n"
