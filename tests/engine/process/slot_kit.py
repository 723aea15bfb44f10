"""What the tests of slots share: a loop around them, orders made short, and a way to see which processes live."""

from __future__ import annotations

import os
import selectors
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from turbo_core.engine.process.orders import Call, Order
from turbo_core.engine.process.slots import Slots, SupervisedExecution
from turbo_core.model import Outcome

PATIENCE = 60.0


class Bench:
    """Slots with the loop that the runner would turn."""

    def __init__(self, slots: Slots, folder: Path) -> None:
        self.slots = slots
        self.folder = folder
        self.count = 0

    def order(self, argv: tuple[str, ...] = (), **fields: Any) -> Order:
        self.count += 1
        fields.setdefault("cwd", self.folder)
        fields.setdefault("env", {"PATH": os.defpath})
        return Order(argv=argv, log=self.folder / "logs" / f"{self.count}.log", **fields)

    def shell(self, text: str, **fields: Any) -> Order:
        return self.order(("/bin/sh", "-c", text), **fields)

    def python(self, text: str, **fields: Any) -> Order:
        return self.order((sys.executable, "-I", "-S", "-c", text), **fields)

    def call(self, name: str, env: dict[str, str] | None = None, **arguments: Any) -> Order:
        return self.order(call=Call(target=f"tests.engine.process.slot_actions:{name}", arguments=arguments), env=env or {})

    def begin(self, order: Order) -> Running:
        running = Running(self, order)
        running.execution = self.slots.start(order, running.ends.append)
        return running

    def run(self, order: Order) -> Outcome:
        return self.begin(order).wait()

    def until(self, condition: Callable[[], object]) -> None:
        limit = time.monotonic() + PATIENCE
        with selectors.DefaultSelector() as selector:
            selector.register(self.slots, selectors.EVENT_READ)
            while not condition():
                assert time.monotonic() < limit, "this takes too long"
                selector.select(0.01)
                self.slots.handle()
                self.slots.tick(time.monotonic())


class Running:
    """One attempt under way."""

    execution: SupervisedExecution

    def __init__(self, bench: Bench, order: Order) -> None:
        self.bench = bench
        self.order = order
        self.ends: list[Outcome] = []

    def wait(self) -> Outcome:
        self.bench.until(lambda: self.ends)
        assert len(self.ends) == 1
        return self.ends[0]

    @property
    def log(self) -> bytes:
        return self.order.log.read_bytes() if self.order.log.exists() else b""

    def says(self, text: bytes) -> Running:
        self.bench.until(lambda: text in self.log)
        return self


def carriers(mark: str) -> list[int]:
    """Give the living processes whose environment or command line holds a mark."""
    found = []
    for entry in Path("/proc").iterdir():
        if not entry.name.isdigit():
            continue
        try:
            text = (entry / "environ").read_bytes() + (entry / "cmdline").read_bytes()
        except OSError:
            continue
        if mark.encode() in text and (entry / "stat").exists():
            found.append(int(entry.name))
    return found


def wait_until(condition: Callable[[], object]) -> None:
    limit = time.monotonic() + PATIENCE
    while not condition():
        assert time.monotonic() < limit, "this takes too long"
        time.sleep(0.01)
