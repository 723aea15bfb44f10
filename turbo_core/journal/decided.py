"""Decisions in the history: what every gate concluded and what came of it, an index over the journals like the rest of it.

It knows tables and rows. What a calibration is, and what follows from it, is not its business.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

from msgspec import Struct

from turbo_core.journal import codec, index
from turbo_core.model import Event
from turbo_core.words import JSON

COLUMNS: Final = "run, seq, workflow, address, at, decision, body, outcome, undone, rating, why"


class PastDecision(Struct, frozen=True, kw_only=True):
    """One decision and what came of it.

    ``criteria`` are lines as in ``gate.decided``. ``outcome`` is that of the run, ``undone`` tells whether something of it was
    taken back, ``rating`` is ``good``, ``bad`` or empty, with the reason ``why``.
    """

    run: str
    seq: int
    workflow: str
    task: str
    at: str
    decision: str
    score: Decimal
    confidence: Decimal
    reason: str
    by: str
    criteria: tuple[Mapping[str, JSON], ...]
    outcome: str
    undone: bool
    rating: str
    why: str

    @property
    def good(self) -> bool | None:
        """Whether what was judged turned out well; ``None`` if that is not known.

        A rating counts most. Without one, a run that went on after an acceptance was good if it succeeded and nothing of it was
        taken back; what came of a run that was not let go on nobody can know.
        """
        if self.rating:
            return self.rating == "good"
        if self.decision != "accepted" or self.outcome not in {"succeeded", "failed"}:
            return None
        return self.outcome == "succeeded" and not self.undone


def enter(connection: sqlite3.Connection, workflow: str, outcome: str, events: Iterable[Event]) -> None:
    """Enter the decisions of a run; ``events`` are those of the kinds in `KINDS`."""
    decided: list[Event] = []
    undone, ratings = False, {}
    for event in events:
        if event.kind == "gate.decided":
            decided.append(event)
        elif event.kind == "decision.rated":
            ratings[event.task] = (str(event.body["rating"]), str(event.body["why"]))
        else:
            undone = undone or event.body.get("state") == "undone"
    for event in decided:
        rating, why = ratings.get(event.task) or ratings.get("") or ("", "")
        line = (event.run, event.seq, workflow, event.task, event.at, str(event.body["decision"]), codec.encode(event.body))
        values = (*line, outcome, int(undone), rating, why)
        connection.execute("INSERT OR REPLACE INTO decision VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", values)


KINDS: Final = frozenset({"gate.decided", "decision.rated", "undo.ended"})
"""What `enter` wants to see of a run."""


def _row(values: tuple[JSON, ...]) -> PastDecision:
    """A row of the index, its values in the order of `COLUMNS`.

    Raises:
        ValueError: the index is damaged.
    """
    run, seq, workflow, address, at, decision, body, outcome, undone, rating, why = values
    told = codec.decode(body)
    return PastDecision(
        run=run,
        seq=seq,
        workflow=workflow,
        task=address,
        at=at,
        decision=decision,
        score=Decimal(told["score"]),
        confidence=Decimal(told["confidence"]),
        reason=str(told["reason"]),
        by=str(told["by"]),
        criteria=tuple(told["criteria"]),
        outcome=outcome,
        undone=bool(undone),
        rating=rating,
        why=why,
    )


def decisions(project: Path, *, workflow: str = "", task: str = "", run: str = "", limit: int = 1000) -> list[PastDecision]:
    """Give the latest ``limit`` decisions that are known, newest first; of one workflow, task or run if it is named."""
    wanted = {name: value for name, value in (("workflow", workflow), ("address", task), ("run", run)) if value}
    where = " AND ".join(f"{name} = ?" for name in wanted) or "1"
    query = f"SELECT {COLUMNS} FROM decision WHERE {where} ORDER BY run DESC, seq DESC LIMIT ?"  # noqa: S608 - names of our own
    try:
        return [_row(values) for values in index.ask(project, query, (*wanted.values(), limit))]
    except (ValueError, KeyError, ArithmeticError):  # a damaged index
        return []


def measured(project: Path, workflow: str, task: str, wanted: Mapping[str, int]) -> dict[str, list[JSON]]:
    """Give what the latest good runs had at a gate, newest first.

    Args:
        project: the project's folder.
        workflow: its name.
        task: the address of the gate.
        wanted: name of a criterion → how many runs.
    """
    past = [made for made in decisions(project, workflow=workflow, task=task) if made.good and made.decision == "accepted"]
    lines = {made.run: {line["name"]: line.get("measure") for line in made.criteria} for made in past}
    known = {name: [line[name] for line in lines.values() if line.get(name) is not None] for name in wanted}
    return {name: values[: wanted[name]] for name, values in known.items()}
