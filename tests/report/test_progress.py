"""What a watcher knows of phases: those that opened, and no others."""

from __future__ import annotations

import pytest

from tests.report.events import Recorder
from turbo_core.report.progress import Progress


@pytest.mark.parametrize("opened", [True, False])
def test_steps_that_never_opened_are_no_phase(opened: bool) -> None:
    on, progress = Recorder().event, Progress()
    steps = [on("phase.opened", phase="on_failure")] if opened else []
    for event in [
        on("phase.opened", phase="main"),
        on("phase.closed", phase="main"),
        *steps,
        on("phase.closed", phase="on_failure"),
    ]:
        progress.apply(event)
    assert [phase.name for phase in progress.snapshot().phases] == (["main", "on_failure"] if opened else ["main"])
