"""Expressions over JSON values: parsed by `ast`, evaluated by an allow-list within a budget."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from turbo_core.model import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """A JSON structure whose strings may hold expressions."""

    raw: JSON
    constant: bool = True
    reads: frozenset[tuple[str, ...]] = frozenset()

    def evaluate(self, scope: Mapping[str, JSON]) -> JSON:
        """The value of the structure in ``scope``."""
        return self.raw
