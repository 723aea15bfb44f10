"""``turbo decisions``."""

from __future__ import annotations

import json
from pathlib import Path

from tests.conftest import Turbo

TEXT = """
name: release
inputs: {ok: {type: boolean, default: true}, breaks: {type: boolean, default: false}}
phases:
  judge:
    fit:
      decide: Go?
      criteria:
        tests: {weight: 3, score: "${{ inputs.ok }}"}
        size: {score: "${{ 150 }}", scale: {baseline: 5, zero: 2, one: 1}, missing: 0.5}
      accept: 0.8
  out:
    publish: {when: "${{ inputs.breaks }}", run: exit 1}
"""


def runs(folder: Path) -> list[str]:
    return sorted(path.name for path in (folder / ".turbo" / "runs").iterdir())


def test_decisions_are_kept_rated_replayed_and_calibrated(tmp_path: Path, turbo: Turbo) -> None:
    (tmp_path / "turbo.yaml").write_text(TEXT)
    assert "Nothing was decided" in turbo("decisions", "list").stdout
    for given, code in (("ok=true", 0), ("breaks=true", 1), ("ok=false", 1)):
        assert turbo("run", "-q", "-i", given).returncode == code
    good, broken, rejected = runs(tmp_path)
    found = json.loads(turbo("decisions", "list", "--json").stdout)
    assert [(one["run"], one["decision"], one["good"]) for one in found] == [
        (good, "accepted", True),
        (broken, "accepted", False),
        (rejected, "rejected", None),
    ]
    # The first run had nothing to compare with; the second has the first, the third too (the second was not good).
    sizes = [one["criteria"][1] for one in found]
    assert [(line["score"], line["baseline"]) for line in sizes] == [(0.5, None), (1, 150), (1, 150)]

    rated = turbo("decisions", "rate", rejected, "bad", "--why", "the data were broken")
    assert rated.returncode == 0, rated.stderr
    assert turbo("decisions", "rate", good, "bad", "--why", "x", "--task", "nothing").returncode == 2
    listed = turbo("decisions", "list").stdout
    assert "bad (the data were broken)" in listed

    for run in (good, broken, rejected):
        replayed = turbo("decisions", "replay", run)
        assert replayed.returncode == 0, replayed.stdout
        assert " made again, none with another result" in replayed.stdout

    (gate,) = json.loads(turbo("decisions", "calibration", "--json").stdout)
    assert (gate["workflow"], gate["task"], gate["count"]) == ("release", "fit", 3)
    # Scores 7/8 (good), 1 (bad), 1/4 (bad): the mean of 1/64, 1 and 1/16.
    assert gate["brier"] == (1 / 64 + 1 + 1 / 16) / 3
    assert "Brier score" in turbo("decisions", "calibration").stdout

    explained = turbo("decisions", "explain", good, "fit").stdout
    assert "██████████████████" in explained
    assert turbo("decisions", "explain", good, "publish").returncode == 2
