"""What was measured, as values and as JSON: every sample of every contestant, and the machine that it was measured on."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median
from typing import Any, Literal, TypeAlias

from benchmarks.fitting import exponent, marginal
from benchmarks.running import Sample

Cost: TypeAlias = Literal["wall", "cpu", "own", "memory"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Race:
    """One case: the samples of each contestant by size, and why others are missing."""

    samples: dict[str, dict[int, list[Sample]]] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)

    def medians(self, name: str, cost: Cost = "wall") -> dict[int, float]:
        """Size -> median of one contestant; sizes without a figure are left out."""
        found = {size: [getattr(one, cost) for one in some] for size, some in self.samples.get(name, {}).items()}
        return {size: median(some) for size, some in found.items() if some and None not in some}

    def marginal(self, name: str, cost: Cost = "wall") -> float | None:
        """What one more of the size costs a contestant."""
        return marginal(self.medians(name, cost))

    def exponent(self, name: str) -> float | None:
        """The power of the size by which the time of a contestant grows."""
        times = self.medians(name)
        return exponent(times) if times else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Results:
    """One run of the benchmarks."""

    machine: Mapping[str, str]
    quick: bool
    races: dict[str, Race]

    def race(self, name: str) -> Race:
        """A case by its name; an empty one if it was not measured."""
        return self.races.get(name, Race())


def write(results: Results, path: Path) -> None:
    """Write results as JSON, with a figure as short as its precision."""
    races = {name: {"samples": _as_json(race), "missing": race.missing} for name, race in results.races.items()}
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps({"machine": results.machine, "quick": results.quick, "races": races}, indent=1) + "\n")


def read(path: Path) -> Results:
    """Read results back."""
    told: dict[str, Any] = json.loads(path.read_text())
    races = {name: Race(samples=_from_json(race["samples"]), missing=race["missing"]) for name, race in told["races"].items()}
    return Results(machine=told["machine"], quick=told["quick"], races=races)


def _as_json(race: Race) -> dict[str, dict[str, list[dict[str, float | None]]]]:
    return {
        who: {str(size): [_short(sample) for sample in samples] for size, samples in by_size.items()}
        for who, by_size in race.samples.items()
    }


def _from_json(told: Mapping[str, Mapping[str, list[dict[str, float]]]]) -> dict[str, dict[int, list[Sample]]]:
    return {
        who: {int(size): [Sample(**sample) for sample in samples] for size, samples in by_size.items()}
        for who, by_size in told.items()
    }


def _short(sample: Sample) -> dict[str, float | None]:
    return {name: None if value is None else round(value, 5) for name, value in asdict(sample).items()}
