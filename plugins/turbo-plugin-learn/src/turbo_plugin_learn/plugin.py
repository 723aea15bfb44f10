"""The hook: from the past of a gate to a suggestion."""

from __future__ import annotations

from importlib import import_module
from typing import Any

from turbo_core import GateHistory, Suggestion, hookimpl

LEAST = 20
"""So many outcomes are needed, and a quarter of them of each kind."""


@hookimpl
def turbo_suggest(history: GateHistory) -> Suggestion:
    """Suggest weights by logistic regression, if history says enough."""
    outcomes = [run.good for run in history.runs]
    few = min(outcomes.count(True), outcomes.count(False))
    if len(outcomes) < LEAST or few < LEAST // 4:
        told = f"{len(outcomes)} outcomes are known, {few} of the rarer kind"
        return Suggestion(reason=f"history says too little: {told}; {LEAST} are needed, and {LEAST // 4} of each kind")
    names = [*history.weights]
    rows = [[float(run.scores.get(name, 0)) for name in names] for run in history.runs]
    # By name: scikit-learn takes a second to import, and only this needs it.
    learnt: Any = import_module("turbo_plugin_learn.regression").learn(rows, outcomes)
    now = sum((float(run.score) - run.good) ** 2 for run in history.runs) / len(outcomes)
    return Suggestion(
        weights=dict(zip(names, learnt.weights, strict=True)),
        reason=f"by logistic regression over {len(outcomes)} outcomes; a criterion that does not speak for a good end gets 0",
        figures={
            "Brier score of the gate's scores": f"{now:.3f}",
            "Brier score of the regression, on runs that it had not seen": f"{learnt.brier:.3f}",
        },
    )
