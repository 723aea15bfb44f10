"""Cases from Python values, in a folder of their own, with actions that exist in no plugin."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from turbo_core.testing.cases.reading import Reader
from turbo_core.testing.cases.verdict import Verdict, judge
from turbo_core.testing.simulation import StubAction, StubCatalog

ACTIONS = StubCatalog(
    [
        StubAction(name="git.tag", undo=True, probe=True, parameters=("name",), outputs=("ref",)),
        StubAction(name="git.size", risk="read", outputs=("score", "confidence", "reason", "evidence")),
        StubAction(name="git.push", probe=True),
    ]
)


def reader(folder: Path) -> Reader:
    return Reader(folder, ACTIONS)


def tried(folder: Path, text: str, expect: dict[str, Any], **given: Any) -> Verdict:
    """The verdict on one case of a workflow with this text."""
    path = folder / "turbo.yaml"
    path.write_text(text)
    case = reader(folder).value({"name": "case", "expect": expect, **given}, path)
    return judge(case, folder / "run")


def missed(verdict: Verdict) -> list[str]:
    """What was not met, a line each; what kept a broken case from running."""
    return [str(miss) for miss in verdict.misses] if verdict.run is not None else [verdict.fault]
