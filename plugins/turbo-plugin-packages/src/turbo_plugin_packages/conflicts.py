"""The action that explains conflicts in words: needs that are not met, and packages that are there in several versions."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from turbo_core import Context, action

from turbo_plugin_packages.reading import inventories
from turbo_plugin_packages.values import Inventory, Need


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflict:
    """A package on which those who need it do not agree.

    Attributes:
        name: of the package that is needed.
        versions: which are there; empty if it is missing.
        wanted: who wants which versions, a sentence each.
        met: whether all who need it have a version that they want.
        told: all of it in words, with what can be done.
    """

    name: str
    versions: list[str]
    wanted: list[str]
    met: bool
    told: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """All conflicts.

    Attributes:
        conflicts: needs that are not met first, then packages in several versions.
        unmet: how many are not met.
        unknown: what could not be found out.
        score: 1 if all needs are met, else 0.
        confidence: 1, or 0.5 if something is unknown.
        reason: one sentence.
    """

    conflicts: list[Conflict]
    unmet: int
    unknown: list[str]
    score: float
    confidence: float
    reason: str


@action(risk="read", idempotent=True)
def conflicts(context: Context, folder: str = ".", manager: str = "") -> Conflicts:
    """Explain which needs are not met, who wants which versions, and which packages are there in several.

    Args:
        folder: where, relative to the project.
        manager: only this package manager.
    """
    there = inventories(context, folder, manager)
    found = sorted((one for told in there.values() for one in explained(told)), key=lambda one: (one.met, one.name))
    unmet, unknown = sum(not one.met for one in found), [one for told in there.values() for one in told.unknown]
    return Conflicts(
        conflicts=found,
        unmet=unmet,
        unknown=unknown,
        score=0.0 if unmet else 1.0,
        confidence=0.5 if unknown else 1.0,
        reason=found[0].told if unmet else "all needs are met" + (f", as far as is known: {unknown[0]}" if unknown else ""),
    )


def explained(told: Inventory) -> Iterator[Conflict]:
    """The conflicts of an inventory."""
    versions: dict[str, list[str]] = {}
    for package in told.packages:
        versions.setdefault(package.name, []).append(package.version)
    needed: dict[str, list[tuple[str, Need]]] = {}
    for who, need in _needs(told):
        needed.setdefault(need.name, []).append((who, need))
    for name, wanted in needed.items():
        met, there = all(need.met for _, need in wanted), versions.get(name, [])
        if not met or len(there) > 1:
            yield _conflict(name, there, wanted, met)


def _needs(told: Inventory) -> Iterator[tuple[str, Need]]:
    yield from ((told.project or "the project", need) for need in told.wants)
    yield from ((f"{package.name} {package.version}", need) for package in told.packages for need in package.needs)


def _conflict(name: str, there: list[str], wanted: list[tuple[str, Need]], met: bool) -> Conflict:
    sentences = [f"{who} wants {name} {need.wants}".rstrip() if need.wants else f"{who} wants any {name}" for who, need in wanted]
    unmet = [who for who, need in wanted if not need.met]
    if not there:
        state, step = "it is missing", "install it, or remove who wants it"
    elif met:
        state, step = f"{' and '.join(there)} are there", "it takes more room, and their objects do not mix"
    else:
        state = f"{', '.join(there)} is there, which does not suit {' and '.join(unmet)}"
        step = f"find a version of {name} that suits all, or another version of {' or '.join(unmet)}"
    return Conflict(name=name, versions=there, wanted=sentences, met=met, told=f"{'; '.join(sentences)}; {state}: {step}")
