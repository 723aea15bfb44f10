"""What a task reports of itself: how much is done, of how much, and what it has cost. Numbers only, so that no secret passes.

The protocol: lines ``name=value`` appended to the file that ``$TURBO_PROGRESS`` names; of each name the last line counts. A line
that is not understood is passed over.
"""

from __future__ import annotations

import math
from typing import Final

from msgspec import Struct

_NAMES: Final = frozenset({"done", "total", "cost"})
_LENGTH: Final = 40


class Reported(Struct, frozen=True, kw_only=True):
    """What a task has reported. Without ``total``, ``done`` goes from 0 to 1. ``cost`` is in the unit that the workflow uses."""

    done: float | None = None
    total: float = 1.0
    cost: float | None = None

    @property
    def part(self) -> float | None:
        """How much is done, from 0 to 1; ``None`` if it told nothing of that."""
        return None if self.done is None or self.total <= 0 else min(max(self.done / self.total, 0.0), 1.0)


def parse(data: bytes) -> Reported:
    """Read lines of the protocol, whole ones only: the last one may be half written."""
    found: dict[str, float] = {}
    for line in data.rpartition(b"\n")[0].decode("ascii", "replace").split("\n"):
        name, equals, text = line.strip().partition("=")
        value = _number(text) if equals and name in _NAMES else None
        if value is not None:
            found[name] = value
    return Reported(**found)


def lines(done: float | None, total: float | None, cost: float | None) -> str:
    """The lines that report these; empty if there is nothing to report."""
    given = {"done": done, "total": total, "cost": cost}
    return "".join(f"{name}={value:.12g}\n" for name, value in given.items() if value is not None)


def _number(text: str) -> float | None:
    try:
        value = float(text) if len(text) <= _LENGTH else math.nan
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None
