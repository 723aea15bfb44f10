"""What can be recommended: why, how risky it is, and the workflow that does it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final, Literal


@dataclass(frozen=True, slots=True, kw_only=True)
class Advice:
    """A recommendation.

    Attributes:
        title: what to do.
        reason: why it pays.
        risk: what following it may break.
        workflow: the Turbo workflow that does it, or that holds it from then on.
    """

    title: str
    reason: str
    risk: Literal["low", "medium", "high"]
    workflow: str


_WRITE: Final = """name: adopt
description: Write a workflow for this project, and look at it.
phases:
  write:
    suggest: {uses: project.suggest, undo: true}
  look:
    check: {run: turbo check, risk: read}
"""
_HOLD: Final = """name: hold
description: Stop when the project's health falls.
phases:
  look:
    health: {uses: project.health}
  judge:
    fit:
      decide: Is the project as healthy as before?
      criteria:
        health: {weight: 1, score: "${{ tasks.health.outputs.score }}"}
      accept: 0.7
"""
_ARCHITECTURE: Final = """name: layers
description: Draw the architecture, and refuse circles.
phases:
  look:
    architecture: {uses: project.architecture}
    picture: {uses: project.draw, with: {file: architecture.html}}
  judge:
    layered:
      decide: Does no module need itself?
      criteria:
        circles: {weight: 1, score: "${{ tasks.architecture.outputs.cycles == [] }}", veto: true}
      accept: 1
"""
_METRICS: Final = """name: simple
description: Name what is hard to follow, and refuse more of it.
phases:
  look:
    metrics: {uses: project.metrics}
  judge:
    simple:
      decide: Is the code simple enough?
      criteria:
        complexity: {weight: 2, score: "${{ 1 - min([1, tasks.metrics.outputs.complex_share * 10]) }}"}
        duplication: {weight: 1, score: "${{ 1 - min([1, tasks.metrics.outputs.duplication * 4]) }}"}
      accept: 0.6
"""
_TESTS: Final = """name: tested
description: Refuse a project that has too few tests.
phases:
  look:
    metrics: {uses: project.metrics}
  judge:
    tested:
      decide: Are there tests enough?
      criteria:
        tests: {weight: 1, score: "${{ min([1, tasks.metrics.outputs.test_ratio * 2]) }}"}
      accept: 0.5
"""


def _file(name: str, text: str) -> str:
    lines = "\n".join(f"      {line}" for line in text.strip().splitlines())
    command = f"test -e {name} || cat > {name} <<'END'\n{lines}\n      END"
    return f"name: add\ntasks:\n  write:\n    run: |\n      {command}\n    undo: rm -f {name}\n"


ADVICE: Final = {
    "readme": Advice(
        title="Write a README",
        reason="nobody can use what is not explained",
        risk="low",
        workflow=_file("README.md", "# NAME\n\nWhat it is for, how it is installed, and one example."),
    ),
    "licence": Advice(
        title="Add a licence",
        reason="without one nobody may use, change or pass on the code",
        risk="low",
        workflow=_file("LICENSE", "Put the text of the licence here that the owner has chosen."),
    ),
    "ignore": Advice(
        title="Tell git what tools leave behind",
        reason="products in the history make every clone larger, for good",
        risk="low",
        workflow=_file(".gitignore", ".turbo/\nbuild/\ndist/\n"),
    ),
    "ci": Advice(
        title="Let a machine run the checks",
        reason="a check that is not run for each change is not one",
        risk="low",
        workflow=_WRITE,
    ),
    "lint": Advice(
        title="Adopt a linter",
        reason="it finds mistakes that tests do not reach, at no cost for each change",
        risk="low",
        workflow=_WRITE,
    ),
    "tests": Advice(
        title="Write tests for what matters most",
        reason="without tests nobody knows what a change breaks",
        risk="low",
        workflow=_TESTS,
    ),
    "commands": Advice(
        title="Mend the commands that fail when they are tried dry",
        reason="who is new cannot build or test the project",
        risk="medium",
        workflow=_WRITE,
    ),
    "lock": Advice(
        title="Lock the versions of what is needed",
        reason="two installations are only equal by accident",
        risk="medium",
        workflow=_HOLD,
    ),
    "cycles": Advice(
        title="Cut the circles between modules",
        reason="modules of a circle can only be understood, tested and released together",
        risk="high",
        workflow=_ARCHITECTURE,
    ),
    "complexity": Advice(
        title="Divide the functions that branch most",
        reason="mistakes gather where nobody sees all ways through",
        risk="medium",
        workflow=_METRICS,
    ),
    "duplication": Advice(
        title="Give code that stands in several places one place",
        reason="what is mended in one place stays broken in the other",
        risk="medium",
        workflow=_METRICS,
    ),
}
"""By the part of health that asks for it."""
