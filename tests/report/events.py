"""A recorded run as events: a retry, a matrix cell, a skip, a gate, an allowed failure, output on the way."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tests.report.runs import at
from turbo_core.model import Event

RUN = "20261121-0930-kela"


class Recorder:
    """Numbers events as a journal does."""

    def __init__(self) -> None:
        self.seq = 0

    def event(self, kind: str, task: str = "", when: float = 0, attempt: int = 0, **body: Any) -> Event:
        self.seq += 1
        return record(self.seq, kind, task, when, attempt, body)


def record(seq: int, kind: str, task: str, when: float, attempt: int, body: Mapping[str, Any], **more: Any) -> Event:
    fields: dict[str, Any] = {
        "format": 1,
        "run": RUN,
        "seq": seq,
        "epoch": 1,
        "round": 1,
        "actor": "ada",
        "source": "",
        "dedupe": "",
        "tenant": "",
        "prev": "0" * 64,
        "hash": "1" * 64,
    }
    return Event(kind=kind, task=task, at=at(when), attempt=attempt, body=body, **(fields | more))


CRITERIA = [{"name": "tests", "weight": 1, "score": 0.62}]


def recorded() -> list[Event]:
    on = Recorder().event
    return [
        on("run.created", workflow="release"),
        on("run.taken", pid=1),
        on("phase.opened", phase="check"),
        on("task.ready", "build", 0, title="make build"),
        on("task.ready", "test", 0, title="pytest"),
        on("task.expanded", "test", 0, cells=[{"python": "3.11"}]),
        on("attempt.started", "build", 1, 1, log="logs/build.1.log"),
        on("attempt.started", "test[0]", 1, 1, log="logs/test[0].1.log"),
        on("attempt.ended", "build", 3, 1, state="failed", failure="exit", message="exit 2"),
        on("attempt.delayed", "build", 3, 1, due=at(5), counted=True, reason="retry 1 of 1"),
        on("attempt.started", "build", 5, 2, log="logs/build.2.log"),
        on("attempt.ended", "build", 8.2, 2, state="succeeded"),
        on("task.ended", "build", 8.2, state="succeeded"),
        on("attempt.ended", "test[0]", 9, 1, state="failed", failure="exit", message="exit 1"),
        on("task.ended", "test[0]", 9, state="failed", failure="exit", message="exit 1", tolerated=True),
        on("task.ended", "test", 9, state="failed", failure="child", message="1 cell failed", tolerated=True),
        on("task.skipped", "types", 9, reason="need", by="mypy"),
        on("phase.closed", when=9, phase="check"),
        on("phase.opened", when=9, phase="decide"),
        on("gate.opened", "fit", 9, question="Fit?"),
        on("gate.asked", "fit", 9, question="Fit?", who=["maintainers"], score=0.62, message="", criteria=CRITERIA),
        on("gate.answered", "fit", 40, approve=True, by="grace", comment="go", accepted=True),
        on("gate.decided", "fit", 40, decision="accepted", score=0.62, confidence=1, reason="grace approved", criteria=CRITERIA),
        on("task.ended", "fit", 40, state="succeeded"),
        on("phase.closed", when=40, phase="decide"),
        on("documents.written", when=41, names=["report.md", "report.html"]),
        on("run.ended", when=41, outcome="succeeded", exit_code=0, summary="2 tasks succeeded"),
    ]
