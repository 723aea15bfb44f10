"""What a plugin learns from: the past of a gate, and what it suggests for its weights. Values only."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from msgspec import Struct, field


class JudgedRun(Struct, frozen=True, kw_only=True):
    """What the criteria of a gate said of one run, and what came of it.

    ``scores`` are from 0 to 1; a criterion that was left out is not among them. ``score`` is that of the gate as a whole,
    ``good`` tells whether what it judged turned out well.
    """

    run: str
    scores: Mapping[str, Decimal]
    score: Decimal
    good: bool


class GateHistory(Struct, frozen=True, kw_only=True):
    """The past of one gate: the weights that its criteria have now, and the runs whose outcome is known, oldest first."""

    workflow: str
    task: str
    weights: Mapping[str, int]
    runs: tuple[JudgedRun, ...]


class Suggestion(Struct, frozen=True, kw_only=True):
    """Weights that history suggests; none if it says too little.

    ``reason`` is one sentence, ``figures`` are numbers with their names.

    A suggestion is shown to people. Nothing is ever changed by it.
    """

    weights: Mapping[str, int] = field(default_factory=dict)
    reason: str = ""
    figures: Mapping[str, str] = field(default_factory=dict)
