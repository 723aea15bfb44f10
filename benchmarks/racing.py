"""Races: contestants do the same work in turn, round by round, so that what disturbs the machine disturbs all of them."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from benchmarks.results import Race
from benchmarks.running import Launch, RunError, Sample, run

Lay: TypeAlias = Callable[[Path, int], Launch]
"""Lays out an empty folder for a size, and says how the work is started there."""
Proof: TypeAlias = Callable[[Path, int], str]
"""Looks at the folder afterwards: what is missing there, or nothing."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Contestant:
    """One of those that do the work of a case.

    Attributes:
        name: as it stands in tables.
        lay: lays out its folder.
        proof: tells whether all work was done.
        peer: the peer that has to be installed for it, if any.
        sizes: its own sizes, where those of the case would take too long.
        heavy: it takes long even for small work, and stays out of quick races.
    """

    name: str
    lay: Lay
    proof: Proof
    peer: str = ""
    sizes: tuple[int, ...] = ()
    heavy: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One thing to measure.

    Attributes:
        name: as it is asked for.
        about: what is measured, in a sentence.
        unit: what the size counts.
        reference: the contestant that the others are compared with, if any.
        by_size: whether the size makes the work, so that the cost of one more is what counts; else the whole time is.
        contestants: those who do the work.
        sizes: how much work.
        quick: how much work in a quick race.
        rounds: how often everything is repeated.
        lasting: folders are kept from round to round, after a first run that is not timed.
    """

    name: str
    about: str
    unit: str
    contestants: tuple[Contestant, ...]
    sizes: tuple[int, ...]
    quick: tuple[int, ...]
    reference: str = ""
    by_size: bool = True
    rounds: int = 3
    lasting: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Track:
    """How races are held.

    Attributes:
        folder: where folders are laid out.
        quick: small sizes, and no heavy contestants.
        rounds: in place of those of the cases, if not 0.
        most: sizes above this are left out, if not 0.
        there: whether a peer can take part.
        tell: hears of each sample.
        laid: the lasting folders, with what is started there.
    """

    folder: Path
    quick: bool
    rounds: int
    most: int
    there: Callable[[str], bool]
    tell: Callable[[str], None]
    laid: dict[Path, Launch] = field(default_factory=dict)


def race(case: Case, track: Track) -> Race:
    """Hold a race. Who cannot take part, fails, or does not do all of the work is named with the reason, and has no figures."""
    result = Race()
    racing = [one for one in case.contestants if not _absent(one, track, result)]
    rounds = track.rounds or (1 if track.quick else case.rounds)
    for number in range(rounds):
        for size in sorted({size for one in racing for size in _sizes(case, one, track)}):
            for one in racing[number % len(racing) :] + racing[: number % len(racing)]:
                if size in _sizes(case, one, track) and one.name not in result.missing:
                    _take(case, one, size, track, result)
    shutil.rmtree(track.folder / case.name, ignore_errors=True)
    return result


def _absent(one: Contestant, track: Track, result: Race) -> bool:
    if one.peer and not track.there(one.peer):
        result.missing[one.name] = "not installed"
    elif one.heavy and track.quick:
        result.missing[one.name] = "not in a quick race"
    return one.name in result.missing


def _sizes(case: Case, one: Contestant, track: Track) -> tuple[int, ...]:
    sizes = case.quick if track.quick else one.sizes or case.sizes
    return tuple(size for size in sizes if not track.most or size <= track.most)


def _take(case: Case, one: Contestant, size: int, track: Track, result: Race) -> None:
    """Measure once, and add the sample."""
    try:
        sample = _sample(case, one, size, track)
    except RunError as failed:
        result.samples.pop(one.name, None)
        result.missing[one.name] = f"{size} {case.unit}: {failed}"
        track.tell(f"{case.name}: {one.name}: {failed}")
        return
    result.samples.setdefault(one.name, {}).setdefault(size, []).append(sample)
    track.tell(f"{case.name}: {one.name}: {size} {case.unit}: {sample.wall:.3f} s")


def _sample(case: Case, one: Contestant, size: int, track: Track) -> Sample:
    folder = track.folder / case.name / f"{one.name.replace(' ', '-')}-{size}"
    launch = track.laid.get(folder)
    if launch is None:
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir(parents=True)
        launch = one.lay(folder, size)
        if case.lasting:
            run(launch, folder)
            track.laid[folder] = launch
    sample = run(launch, folder)
    if lacking := one.proof(folder, size):
        raise RunError(f"it did not do all of its work: {lacking}")
    if not case.lasting:
        shutil.rmtree(folder)
    return sample
