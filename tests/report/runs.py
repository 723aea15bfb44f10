"""Runs to report on: one that passed, one that failed after a retry, one rolled back, one parked, and a large one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

from turbo_core.foreseen import AnomalyView, Foreseen
from turbo_core.model import AttemptView, CriterionView, DecisionView, MessageView, PhaseView, RunView, TaskView, Usage

ZERO = datetime.fromisoformat("2026-11-21T09:30:00Z")


def at(seconds: float) -> str:
    return (ZERO + timedelta(seconds=seconds)).isoformat().replace("+00:00", "Z")


def attempt(address: str, number: int, start: float, seconds: float, **more: Any) -> AttemptView:
    log = f"logs/{address.replace('/', '+')}.{number}.log"
    fields: dict[str, Any] = {
        "state": "succeeded",
        "failure": "",
        "message": "",
        "exit_code": 0,
        "signal": None,
        "log": log,
        "log_bytes": 2400,
        "started_at": at(start),
        "ended_at": at(start + seconds),
        "usage": Usage(cpu=seconds * 0.8, memory=48_000_000),
    }
    return AttemptView(number=number, seconds=seconds, **(fields | more))


def task(address: str, start: float = 0, seconds: float = 1, **more: Any) -> TaskView:
    state = more.get("state", "succeeded")
    ran = state not in ("skipped", "pending")
    fields: dict[str, Any] = {
        "name": address.rpartition("/")[2],
        "kind": "run",
        "title": f"make {address}",
        "description": "",
        "state": state,
        "failure": "",
        "reason": "",
        "because": "",
        "why": f"{address} ran because everything it needs succeeded.",
        "risk": "change",
        "tolerated": False,
        "unchanged": False,
        "undo": "",
        "needs": (),
        "outputs": {},
        "started_at": at(start) if ran else "",
        "ended_at": at(start + seconds) if ran else "",
        "seconds": seconds if ran else 0.0,
        "attempts": (attempt(address, 1, start, seconds),) if ran else (),
    }
    return TaskView(address=address, **(fields | more))


def run(*phases: PhaseView, **more: Any) -> RunView:
    fields: dict[str, Any] = {
        "id": "20261121-0930-kela",
        "workflow": "release",
        "description": "Build, check and publish the library",
        "project": "/home/ada/library",
        "actor": "ada",
        "outcome": "succeeded",
        "exit_code": 0,
        "summary": "All 8 tasks succeeded.",
        "round": 1,
        "created_at": at(-0.2),
        "ended_at": at(61),
        "seconds": 61.2,
        "inputs": {"channel": "stable", "dry": False},
        "outputs": {"version": "1.4.0"},
        "decisions": (),
        "messages": (),
        "plugins": {"turbo-plugin-git": "0.3.1", "turbo-core": "0.1.0"},
        "core_version": "0.1.0",
        "containment": "subreaper",
        "digest": "9f2c" * 16,
        "folder": Path("/home/ada/library/.turbo/runs/20261121-0930-kela"),
    }
    return RunView(phases=phases, **(fields | more))


def phase(name: str, *tasks: TaskView) -> PhaseView:
    return PhaseView(name=name, tasks=tasks)


def decision(**more: Any) -> DecisionView:
    fields: dict[str, Any] = {
        "task": "fit",
        "question": "Is this commit fit for release?",
        "decision": "accepted",
        "score": Decimal("0.91"),
        "confidence": Decimal("0.95"),
        "accept": Decimal("0.9"),
        "reject": Decimal("0.4"),
        "by": "",
        "comment": "",
        "reason": "The score 0.91 reaches 0.90 with confidence 0.95.",
        "at": at(49),
        "criteria": (
            CriterionView(name="tests", weight=4, veto=True, score=1, confidence=1, reason="412 of 412 passed"),
            CriterionView(
                name="secrets", weight=3, veto=True, score=1, confidence=1, reason="nothing found", evidence={"files": 88}
            ),
            CriterionView(
                name="change_size",
                weight=2,
                veto=False,
                score=Decimal("0.7"),
                confidence=Decimal("0.8"),
                reason="1 204 lines changed in 31 files",
                evidence={"lines": 1204, "files": 31, "largest": "src/library/core.py"},
            ),
            CriterionView(
                name="plugin:history", weight=1, veto=False, score=Decimal("0.7"), confidence=0, missing="no history yet"
            ),
        ),
    }
    return DecisionView(**(fields | more))


def message(level: str, subject: str, **more: Any) -> MessageView:
    fields: dict[str, Any] = {"at": at(60), "body": "", "task": "", "receipts": {"terminal": "delivered"}}
    return MessageView(level=level, subject=subject, **(fields | more))


FORESEEN = Foreseen(p05=38.0, p50=44.0, p90=52.0, p95=55.0, runs=40)


def anomaly(task: str, what: str, told: str, **more: Any) -> AnomalyView:
    fields: dict[str, Any] = {"at": at(40), "value": 33.0, "usual": 12.0, "low": 6.0, "high": 24.0, "runs": 40}
    return AnomalyView(task=task, what=what, message=told, **(fields | more))


def passed() -> RunView:
    cells = tuple(
        task(f"test[{index}]", 9 + index * 2, 14 + index * 5, name=f"test[{index}]", title=f"pytest -q (python 3.{11 + index})")
        for index in range(3)
    )
    nested = phase("inside", task("verify/install", 55, 3), task("verify/import", 58, 2, needs=("install",)))
    return run(
        phase(
            "check",
            task("history", 0, 1.2, kind="uses", title="git.log", outputs={"commits": 17, "since": "v1.3.2"}, risk="read"),
            task("secrets", 0, 3.4, kind="uses", title="git.scan_secrets", risk="read"),
            task("build", 1.5, 7, needs=("history",), outputs={"wheel": "dist/library-1.4.0-py3-none-any.whl"}),
            task("test", 9, 33, needs=("build",), cells=cells, attempts=()),
            task("lint", 0.1, 5, unchanged=True),
        ),
        phase("decide", task("fit", 48, 1, kind="decide", title="Is this commit fit for release?", attempts=())),
        phase(
            "publish",
            task("tag", 50, 0.4, kind="uses", title="git.tag", outputs={"name": "v1.4.0"}),
            task("upload", 51, 4, needs=("tag",), risk="destroy"),
            task("verify", 55, 5, kind="workflow", title="install_check", needs=("upload",), phases=(nested,), attempts=()),
            task(
                "announce",
                needs=("upload",),
                state="skipped",
                reason="condition",
                why="announce was skipped: its condition is false.",
            ),
        ),
        decisions=(decision(),),
        messages=(message("info", "Released 1.4.0", body="The changelog is in the tag."),),
        foreseen=FORESEEN,
        anomalies=(
            anomaly("test", "slow", "took 33s, far longer than the usual 12s (40 past runs)"),
            anomaly("upload", "log", "its log is 2.3 KiB long; usual are 61.0 KiB (40 past runs)", usual=62_464.0),
        ),
    )


def failed() -> RunView:
    tries = (
        attempt("test", 1, 8, 6, state="failed", failure="exit", exit_code=2, message="the command exited with 2"),
        attempt("test", 2, 16, 7.4, state="failed", failure="exit", exit_code=1, message="the command exited with 1"),
    )
    return run(
        phase(
            "check",
            task("build", 0, 8, outputs={"wheel": "dist/library-1.4.0-py3-none-any.whl"}),
            task(
                "test",
                8,
                15.4,
                needs=("build",),
                state="failed",
                failure="exit",
                attempts=tries,
                title="pytest -q tests",
                why="test failed: its command exited with 1 in attempt 2 of 2.",
            ),
            task(
                "lint",
                0,
                5,
                state="failed",
                failure="exit",
                tolerated=True,
                why="lint failed with exit 1; the workflow allows that.",
            ),
            task(
                "types",
                state="skipped",
                reason="need",
                because="test",
                why="types was skipped: test, which it needs, failed.",
                needs=("test",),
            ),
        ),
        phase(
            "publish",
            task("upload", state="skipped", reason="stopped", why="upload was not reached: the run stopped when test failed."),
        ),
        outcome="failed",
        exit_code=1,
        summary="test failed: exit 1 in attempt 2 of 2. 1 task succeeded, 2 were skipped.",
        seconds=23.6,
        messages=(message("alert", "release failed", receipts={"terminal": "delivered", "slack": "no route to host"}),),
    )


def rolled_back() -> RunView:
    return run(
        phase(
            "publish",
            task("tag", 0, 1, undo="undone"),
            task("upload", 1, 4, undo="undo_failed", needs=("tag",)),
            task(
                "verify", 5, 2, state="failed", failure="timeout", needs=("upload",), why="verify failed: it ran longer than 2s."
            ),
        ),
        phase("on_failure", task("undo", 7, 3, kind="run", title="undo: all")),
        outcome="failed",
        exit_code=1,
        summary="verify timed out; 1 of 2 tasks was undone, upload could not be.",
        seconds=10.0,
        round=2,
    )


def parked() -> RunView:
    asked = decision(decision="asked", score=Decimal("0.62"), reason="The score 0.62 is below 0.90; maintainers are asked.")
    return run(
        phase("check", task("build", 0, 8), task("early", 7200, 3)),
        phase("decide", task("fit", 7203, 0, kind="decide", state="asking", attempts=(), why="fit waits for maintainers.")),
        phase("publish", task("upload", state="pending", why="upload waits for phase decide.")),
        outcome="parked",
        exit_code=3,
        summary="fit waits for maintainers.",
        ended_at="",
        decisions=(asked,),
    )


def large(count: int = 1000) -> RunView:
    states = ("succeeded",) * 18 + ("skipped", "failed")
    phases = tuple(
        phase(
            f"phase{block}",
            *(
                task(
                    f"p{block}_task{index}",
                    block * 30 + index % 25,
                    1 + index % 7,
                    state=states[index % 20],
                    needs=(f"p{block}_task{index - 5}",) if index % 3 == 0 and index > 5 else (),
                    outputs={"count": index},
                )
                for index in range(count // 10)
            ),
        )
        for block in range(10)
    )
    return run(*phases, outcome="failed", exit_code=1, summary=f"{count // 20} tasks failed.", seconds=320.0)


def log_tail(path: str, limit: int) -> str:
    """A log of two thousand lines, as a test runner would write it."""
    lines = (f"{path}: tests/test_{number % 40}.py::test_case_{number} \x1b[32mPASSED\x1b[0m" for number in range(600))
    return ("\n".join(lines) + "\n\x1b[31mE   assert 3 == 4\x1b[0m\n1 failed, 599 passed in 6.02s\n")[-limit:]


RUNS: Mapping[str, Any] = {"passed": passed, "failed": failed, "rolled_back": rolled_back, "parked": parked, "large": large}
