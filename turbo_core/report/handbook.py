"""A workflow explained to a stranger: what it is for, what it takes, what each task does and risks, and how it is taken back.

Owns the values; `turbo_core.report.handbook_page` draws them. It knows neither the language of workflows nor the engine.
"""

from __future__ import annotations

from collections.abc import Iterator

from msgspec import Struct


class Given(Struct, frozen=True, kw_only=True):
    """One input. ``default`` is JSON text; empty if it is required."""

    name: str
    type: str
    default: str
    description: str


class Weighed(Struct, frozen=True, kw_only=True):
    """One criterion of a gate: what it looks at, as it is written."""

    name: str
    weight: int
    veto: bool
    looks_at: str


class Step(Struct, frozen=True, kw_only=True):
    """One task. ``does`` is its command, action, question or workflow; ``notes`` are sentences on what is particular to it.

    ``summary`` is what the plugin says of its action. ``asks`` tells who is asked, for how long; empty if nobody is.
    """

    name: str
    kind: str
    does: str
    description: str = ""
    summary: str = ""
    risk: str = ""
    needs: tuple[str, ...] = ()
    undo: str = ""
    notes: tuple[str, ...] = ()
    criteria: tuple[Weighed, ...] = ()
    asks: str = ""
    inside: Handbook | None = None


class Chapter(Struct, frozen=True, kw_only=True):
    """One phase, or the steps at the end."""

    name: str
    steps: tuple[Step, ...]


class Handbook(Struct, frozen=True, kw_only=True):
    """A whole workflow. ``start`` is the command that runs it, ``mermaid`` its graph."""

    name: str
    description: str
    path: str
    start: str
    inputs: tuple[Given, ...]
    secrets: tuple[str, ...]
    chapters: tuple[Chapter, ...]
    mermaid: str

    @property
    def steps(self) -> tuple[Step, ...]:
        """All tasks of its own, those at the end too."""
        return tuple(step for chapter in self.chapters for step in chapter.steps)


def every_step(book: Handbook) -> Iterator[Step]:
    """All tasks, those of nested workflows too."""
    for step in book.steps:
        yield step
        if step.inside is not None:
            yield from every_step(step.inside)
