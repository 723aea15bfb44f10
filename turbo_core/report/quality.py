"""How good the documentation of a project is: one score with its parts. Pure; knows handbooks and texts, no files.

The score is the weighted mean of the parts that there is something to say of: what carries a description counts half of it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from turbo_core.report.handbook import Handbook, Step, every_step
from turbo_core.report.prose import EASY, ease, plain

WEIGHTS: Final[Mapping[str, int]] = {
    "workflows": 10, "inputs": 10, "tasks": 15, "actions": 5, "decisions": 10, "fresh": 20, "links": 15, "readable": 15,
}  # fmt: skip
"""How much each part counts."""
_LISTED: Final = 20


class Part(Struct, frozen=True, kw_only=True):
    """One part of the score: ``good`` of ``all`` things; ``lacking`` names up to twenty of the others."""

    name: str
    weight: int
    score: float
    good: int
    all: int
    lacking: tuple[str, ...] = ()


class Quality(Struct, frozen=True, kw_only=True):
    """The score in [0, 1], and its parts."""

    score: float
    parts: tuple[Part, ...]


def quality(books: Sequence[Handbook], pages: Mapping[str, bool], dead: Mapping[str, bool], texts: Mapping[str, str]) -> Quality:
    """Rate the documentation.

    Args:
        books: the workflows of the project.
        pages: whether each living document is up to date.
        dead: whether each link (as ``FILE: TARGET``) leads nowhere.
        texts: Markdown texts of the project by their path.
    """
    steps = [(f"{book.name}: {step.name}", step) for book in books for step in every_step(book)]
    parts = [
        _part("workflows", {book.name: bool(book.description) for book in books}),
        _part("inputs", {f"{book.name}: {one.name}": bool(one.description) for book in books for one in book.inputs}),
        _part("tasks", {name: _described(step) for name, step in steps if step.kind != "decide"}),
        _part("actions", {step.does: bool(step.summary) for _, step in steps if step.kind == "uses"}),
        _part("decisions", {name: _explained(step) for name, step in steps if step.kind == "decide"}),
        _part("fresh", pages),
        _part("links", {name: not is_dead for name, is_dead in dead.items()}),
        _readable(books, texts),
    ]
    told = [part for part in parts if part.all]
    whole = sum(part.weight for part in told)
    score = sum(part.weight * part.score for part in told) / whole if whole else 0.0
    return Quality(score=round(score, 3), parts=tuple(told))


def _described(step: Step) -> bool:
    """A task says what it is for: itself, or by the summary of its action."""
    return bool(step.description or step.summary)


def _explained(step: Step) -> bool:
    """A decision tells what it weighs or whom it asks, and is described."""
    return bool(step.description) and bool(step.criteria or step.asks)


def _part(name: str, things: Mapping[str, bool]) -> Part:
    good = sum(things.values())
    lacking = tuple(thing for thing, is_good in things.items() if not is_good)[:_LISTED]
    score = round(good / len(things), 3) if things else 0.0
    return Part(name=name, weight=WEIGHTS[name], score=score, good=good, all=len(things), lacking=lacking)


def _readable(books: Sequence[Handbook], texts: Mapping[str, str]) -> Part:
    """The mean over all texts of their reading ease as a part of plain English."""
    told = {**texts, **{f"workflow {book.name}": "\n\n".join(_sentences(book)) for book in books}}
    eases = {name: found for name, text in told.items() if (found := ease(plain(text))) is not None}
    shares = [min(max(found / EASY, 0.0), 1.0) for found in eases.values()]
    hard = tuple(f"{name} ({found:.0f})" for name, found in eases.items() if found < EASY)[:_LISTED]
    score = round(sum(shares) / len(shares), 3) if shares else 0.0
    good = sum(found >= EASY for found in eases.values())
    return Part(name="readable", weight=WEIGHTS["readable"], score=score, good=good, all=len(eases), lacking=hard)


def _sentences(book: Handbook) -> Iterable[str]:
    yield book.description
    yield from (one.description for one in book.inputs)
    yield from (step.description for step in every_step(book))
