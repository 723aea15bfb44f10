"""Limits of an attempt: memory and number of processes, enforced or refused.

Memory is held by a control group where one can be made (then an end by it is known as ``oom``), else on Linux by the address
space of each process. The number of processes is held by a control group only: the system's own limit counts all processes of
the user.
"""

from __future__ import annotations

import os
import resource
import sys
import threading
from contextlib import ExitStack, suppress

from turbo_core.engine.process.cgroups import LIMITING, Group, charging_group, limiting_group, own_group


class LimitRefused(Exception):  # noqa: N818  -- named by what happened, like every error here
    """A limit cannot be enforced on this machine."""


def ways(*, groups: bool) -> tuple[str, str]:
    """Tell by what limits of memory and of processes are held on this machine; empty: not at all.

    Args:
        groups: whether control groups may be used.
    """
    by_group = {controller: groups and _can_limit(controller) for controller in LIMITING}
    memory = "control group" if by_group["memory"] else "address space" if sys.platform == "linux" else ""
    return memory, "control group" if by_group["pids"] else ""


def _can_limit(controller: str) -> bool:
    group = limiting_group(controller, f"turbo-{os.urandom(6).hex()}")
    if group is None:
        return False
    group.remove()
    return True


class Shortage:
    """Notices that the kernel ended a process for want of memory although no limit of ours was reached.

    It counts in the group that this machine, a container or a service runs us in; where there is none, nothing is noticed.
    """

    def __init__(self) -> None:
        group = charging_group()
        self._counter = group.oom_counter() if group else None
        self._seen = 0
        self.look()

    def look(self) -> None:
        """From now on only what comes counts."""
        self._seen = self._kills()

    @property
    def struck(self) -> bool:
        """Whether a process was ended since the last look."""
        return self._kills() > self._seen

    def _kills(self) -> int:
        return self._counter() if self._counter else 0


class Limits:
    """The limits of one attempt. ``with limits.applied():`` starts processes under them; ``close()`` when all have ended.

    Args:
        name: the name of the control groups, unique on this machine.
        memory: bytes, ``None`` for no limit.
        processes: how many at once, ``None`` for no limit.
        groups: whether control groups may be used.
        in_process: this process itself is what is limited: it must not be ended by the kernel, so its memory is held by its
            address space.

    Raises:
        LimitRefused: a limit cannot be enforced here.
    """

    def __init__(
        self, name: str, *, memory: int | None, processes: int | None, groups: bool = True, in_process: bool = False
    ) -> None:
        self._groups: list[tuple[Group, Group]] = []
        self._memory_group: Group | None = None
        self._pids_group: Group | None = None
        self._processes = processes
        self._address_space: int | None = None
        try:
            if memory is not None:
                self._limit_memory(name, memory, groups and not in_process)
            if processes is not None:
                self._limit_processes(name, processes, groups)
        except LimitRefused:
            self.close()
            raise

    def applied(self) -> ExitStack:
        """Put this process under the limits until the stack is closed; what it starts meanwhile stays under them.

        Raises:
            LimitRefused: the system does not allow it.
        """
        with ExitStack() as stack:
            try:
                self._apply(stack)
            except OSError as error:
                raise LimitRefused(f"the limits cannot be enforced: {error.strerror}") from error
            return stack.pop_all()

    def _apply(self, stack: ExitStack) -> None:
        for group, home in self._groups:
            group.enter()
            stack.callback(home.enter)
        if self._pids_group and self._processes is not None:
            # This process counts, each thread of it, for as long as it is in the group.
            self._pids_group.write("pids.max", str(self._processes + threading.active_count()))
            stack.callback(self._pids_group.write, "pids.max", str(self._processes))
        if self._address_space is not None:
            soft, hard = resource.getrlimit(resource.RLIMIT_AS)
            resource.setrlimit(resource.RLIMIT_AS, (self._address_space, hard))
            stack.callback(resource.setrlimit, resource.RLIMIT_AS, (soft, hard))

    @property
    def exhausted(self) -> bool:
        """Whether the kernel ended a process because the memory was used up."""
        return self._memory_group is not None and self._memory_group.oom_kills > 0

    @property
    def for_each_process(self) -> bool:
        """Whether the memory is limited for each process alone, by its address space: what is used up is not known then."""
        return self._address_space is not None

    @property
    def peak(self) -> int:
        """The most memory that was charged to the control group at once, in bytes; 0 if there is none."""
        if self._memory_group is None:
            return 0
        shown = self._memory_group.read("memory.max_usage_in_bytes" if self._memory_group.version == 1 else "memory.peak")
        return int(shown) if shown.strip().isdecimal() else 0

    def close(self) -> None:
        """Remove the control groups."""
        for group, _ in self._groups:
            group.remove()

    def _limit_memory(self, name: str, memory: int, groups: bool) -> None:
        self._memory_group = self._limit("memory", name, ("memory.limit_in_bytes", "memory.max"), memory) if groups else None
        if self._memory_group:
            # Without this the kernel swaps instead of enforcing; where swap is not counted the file is missing.
            swap = "memory.memsw.limit_in_bytes" if self._memory_group.version == 1 else "memory.swap.max"
            with suppress(OSError):
                self._memory_group.write(swap, str(memory if self._memory_group.version == 1 else 0))
            return
        if sys.platform != "linux":
            raise LimitRefused("limits.memory cannot be enforced on this system")
        hard = resource.getrlimit(resource.RLIMIT_AS)[1]
        self._address_space = memory if hard == resource.RLIM_INFINITY else min(memory, hard)

    def _limit_processes(self, name: str, processes: int, groups: bool) -> None:
        self._pids_group = self._limit("pids", name, ("pids.max", "pids.max"), processes) if groups else None
        if self._pids_group is None:
            raise LimitRefused(
                "limits.processes cannot be enforced here: no control group with the controller 'pids' can be made"
            )

    def _limit(self, controller: str, name: str, files: tuple[str, str], value: int) -> Group | None:
        home = own_group(controller)
        group = limiting_group(controller, name)
        if home is None or group is None:
            return None
        self._groups.append((group, home))
        try:
            group.write(files[group.version - 1], str(value))
        except OSError as error:
            raise LimitRefused(f"limits.{controller} cannot be enforced: {os.strerror(error.errno or 0)}") from error
        return group
