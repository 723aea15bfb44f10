"""A program for the live tests: plays the recorded run on this terminal, logs growing on the way."""

from __future__ import annotations

import sys
import time
from datetime import UTC
from pathlib import Path

from tests.report.events import recorded
from tests.report.runs import at
from turbo_core.builtin.track import TerminalTracker
from turbo_core.model import RunInfo
from turbo_core.report.graph import GraphNode
from turbo_core.report.live import LiveDisplay
from turbo_core.report.text import moment

ZERO = moment(at(0))
OUTLINE = [GraphNode(address=name, label="", kind="run", phase=phase) for name, phase in (
    ("build", "check"), ("test", "check"), ("types", "check"), ("fit", "decide"), ("tag", "publish"), ("upload", "publish")
)]  # fmt: skip


def main(folder: Path, pause: float, color: bool) -> None:
    assert ZERO
    (folder / "logs").mkdir(parents=True, exist_ok=True)
    tracker = TerminalTracker(LiveDisplay(sys.stdout, color=color, zone=UTC, now=lambda: ZERO.timestamp() + 7), outline=OUTLINE)
    info = RunInfo(id="x", workflow="release", project=folder, folder=folder, live=True)
    try:
        for event in recorded():
            if event.kind == "attempt.started":
                (folder / event.body["log"]).write_text(f"\x1b[2Joutput of {event.task}\ncompiling ü with long {'x' * 200}\n")
            tracker.turbo_track(event, info)
            if event.kind == "gate.asked":
                tracker.say("note: waiting")
            time.sleep(pause)
    finally:
        tracker.close()


if __name__ == "__main__":
    main(Path(sys.argv[1]), float(sys.argv[2]), sys.argv[3] == "color")
