"""What living documents are made from: past runs, and what explains their workflow."""

from __future__ import annotations

from msgspec import Struct

from turbo_core.model import RunView
from turbo_core.report.handbook import Handbook


class PastLine(Struct, frozen=True, kw_only=True):
    """One run in a list of runs."""

    id: str
    workflow: str
    at: str
    outcome: str
    actor: str


class Known(Struct, frozen=True, kw_only=True):
    """What documents are made from.

    ``past`` are the latest runs of all workflows, ``runs`` those of the document's workflow that can still be read, both newest
    first. ``book`` explains the workflow.
    """

    past: tuple[PastLine, ...] = ()
    runs: tuple[RunView, ...] = ()
    book: Handbook | None = None
