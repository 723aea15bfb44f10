"""The nursery: one small process that forks supervisors, so that they cost little and share no thread with the runner.

It is started by ``slots`` in a session of its own, and keeps nothing but its children. When a supervisor dies it ends what
that one left behind, and only then says so. When the runner closes its end, it waits for its supervisors, ends the rest, and
leaves.
"""

from __future__ import annotations

import os
import selectors
import signal
import socket
import time
from collections.abc import Mapping
from contextlib import suppress
from typing import Final

from turbo_core.engine.process.containment import Kind, Process, become_subreaper, below, end_groups, send, slot_name, table
from turbo_core.engine.process.holding import Wakeup
from turbo_core.engine.process.limits import Shortage
from turbo_core.engine.process.supervisor import Supervisor
from turbo_core.engine.process.wire import DescriptorWire

PATIENCE: Final = 5.0
"""Seconds that supervisors have to end by themselves when the runner is gone."""

_LOOK_AGAIN: Final = 0.002


class Nursery:
    """Forks supervisors and sees them to their end.

    Args:
        wire: leads to the runner.
        name: what the names of control groups begin with.
        strongest: the strongest containment to try.
    """

    def __init__(self, wire: DescriptorWire, name: str, strongest: Kind) -> None:
        self._wire = wire
        self._name = name
        self._strongest = strongest
        self._slots: dict[int, int] = {}
        self._dead: list[tuple[int, int, str]] = []
        self._wakeup = Wakeup()
        self._shortage = Shortage()
        self._verifies = strongest != "group" and become_subreaper()

    def serve(self) -> None:
        """Fork supervisors until the runner closes its end, then see that all have ended."""
        with selectors.DefaultSelector() as selector:
            selector.register(self._wire, selectors.EVENT_READ)
            selector.register(self._wakeup.reading, selectors.EVENT_READ)
            while self._hear():
                selector.select(_LOOK_AGAIN if self._dead else None)
                self._wakeup.drain()
                self._reap()
                self._bury()
        self._end()

    def _hear(self) -> bool:
        messages = self._wire.receive()
        for message in messages or ():
            if "fork" in message:
                self._fork(message["fork"], message["environment"])
            else:
                self._kill(message["kill"])
        return messages is not None

    def _fork(self, slot: int, environment: Mapping[str, str]) -> None:
        end = socket.socket(fileno=self._wire.descriptors.pop(0))
        try:
            pid = os.fork()
        except OSError:
            self._wire.send({"died": slot, "status": 0, "verified": True, "starved": False})
        else:
            if pid == 0:
                self._become_supervisor(end, slot, environment)
            self._slots[pid] = slot
        end.close()

    def _become_supervisor(self, end: socket.socket, slot: int, environment: Mapping[str, str]) -> None:
        try:
            self._wire.close()
            for descriptor in self._wire.descriptors:
                os.close(descriptor)
            Supervisor(end, slot_name(self._name, slot), self._strongest, environment).serve()
        finally:
            os._exit(0)

    def _kill(self, slot: int) -> None:
        for pid, number in self._slots.items():
            if number == slot:
                os.kill(pid, signal.SIGKILL)  # our own child, not waited for yet: the pid is certain

    def _reap(self) -> None:
        with suppress(ChildProcessError):
            while (ended := os.waitpid(-1, os.WNOHANG))[0]:
                slot = self._slots.pop(ended[0], None)
                if slot is not None:
                    self._dead.append((slot, ended[1], slot_name(self._name, slot)))

    def _bury(self) -> None:
        """End what dead supervisors left; when nothing is left, report them."""
        if not self._dead or self._orphans_ended() is False:
            return
        for slot, status, _ in self._dead:
            starved = status == signal.SIGKILL and self._shortage.struck
            self._wire.send({"died": slot, "status": status, "verified": self._verifies, "starved": starved})
        self._dead.clear()
        self._shortage.look()

    def _orphans_ended(self) -> bool:
        for _, _, name in self._dead:
            end_groups(name)
        orphans = self._orphans()
        send(signal.SIGKILL, orphans)
        return not orphans

    def _orphans(self) -> list[Process]:
        processes = table()
        strays = [one for one in processes.values() if one.parent == os.getpid() and one.pid not in self._slots]
        return [one for stray in strays for one in (stray, *below(stray.pid, processes)) if not one.zombie]

    def _end(self) -> None:
        patience = time.monotonic() + PATIENCE
        while self._slots or self._dead:
            self._reap()
            if time.monotonic() > patience:
                for slot in self._slots.values():
                    self._kill(slot)
            if self._dead and self._orphans_ended():
                self._dead.clear()
            time.sleep(_LOOK_AGAIN)


def main(descriptor: str) -> None:
    """Be a nursery.

    The first message tells ``name`` (what the names of control groups begin with), ``strongest`` (the strongest containment to
    try) and ``keep``: how many descriptors come with it that are only held, here and by the supervisors.

    Args:
        descriptor: the socket to the runner.
    """
    os.set_inheritable(int(descriptor), False)
    wire = DescriptorWire(socket.socket(fileno=int(descriptor)))
    messages = wire.receive(wait=True)
    if messages is not None:
        told, *wire.unread = messages
        del wire.descriptors[: told["keep"]]  # held until this process ends, without a name
        Nursery(wire, told["name"], told["strongest"]).serve()
    os._exit(0)  # whoever closes the slots waits for this: nothing is left to be tidied up
