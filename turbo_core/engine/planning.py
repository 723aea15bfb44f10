"""What actions would do: their plan parts, called as the actions themselves would be, in slots and in their tasks' surroundings.

So a plan sees the environment that its action would see, and one that hangs or ends its process harms nobody. Nothing of it is
journalled; the files that belong to an attempt lie in a folder that is removed at once.
"""

from __future__ import annotations

import selectors
import time
from collections.abc import Sequence
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory

from msgspec.structs import replace

from turbo_core.engine.launching import Launcher
from turbo_core.engine.process.slots import Slots
from turbo_core.engine.session import Crew
from turbo_core.model import Attempt, Execution, Outcome

PATIENCE = 30.0
"""Seconds that all plans together may take."""


def tell(crew: Crew, attempts: Sequence[Attempt]) -> list[Outcome]:
    """Ask for the plan of each attempt (of mode ``plan``); the sentence is the ``message`` of its outcome."""
    if not attempts:
        return []
    size = min(crew.jobs, len(attempts))
    with TemporaryDirectory(prefix="turbo-plan-") as folder, Slots(size, environment=crew.environment) as slots:
        launcher = Launcher(
            slots=slots,
            plugins=crew.plugins,
            catalog=crew.catalog,
            project=crew.project,
            secrets=crew.secrets,
            learn=lambda _made: None,
        )
        told: dict[int, Outcome] = {}
        started = [
            launcher.supervise(_placed(attempt, Path(folder, str(number))), partial(told.__setitem__, number))
            for number, attempt in enumerate(attempts)
        ]
        _wait(slots, started, told)
    return [told[number] for number in range(len(attempts))]


def _placed(attempt: Attempt, folder: Path) -> Attempt:
    files = {f"TURBO_{name.upper()}": str(folder / name) for name in ("output", "mask", "progress")}
    env = {**attempt.env, **files}
    return replace(attempt, env=env, log=folder / "log")


def _wait(slots: Slots, started: Sequence[Execution], told: dict[int, Outcome]) -> None:
    until = time.monotonic() + PATIENCE
    with selectors.DefaultSelector() as selector:
        selector.register(slots, selectors.EVENT_READ)
        while len(told) < len(started):
            left = until - time.monotonic()
            if left <= 0:
                for execution in started:
                    execution.cancel(grace=0)
            selector.select(max(left, 0.1))
            slots.handle()
            slots.tick(time.monotonic())
