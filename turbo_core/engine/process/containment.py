"""How the processes of an attempt are held together, found and ended.

Three ways, from strong to weak: ``cgroup`` (a control group of version 2, killed as a whole), ``subreaper`` (whoever loses its
parent comes to us, so "no child left" proves that the tree is empty), and ``group`` (process groups and the table of processes;
what double-forks can get away, and emptiness is never claimed). A pid is signalled only after it is certain whose it is.
This module knows processes, never attempts or journals.
"""

from __future__ import annotations

import ctypes
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Mapping
from contextlib import suppress
from pathlib import Path
from typing import Final, Literal, Protocol, TypeAlias

from msgspec import Struct

from turbo_core.engine.process.cgroups import LIMITING, UNIFIED, Group, limiting_home, own_group

Kind: TypeAlias = Literal["cgroup", "subreaper", "group"]
KINDS: Final[tuple[Kind, ...]] = ("cgroup", "subreaper", "group")

_SET_CHILD_SUBREAPER: Final = 36  # linux/prctl.h


class Process(Struct, frozen=True, kw_only=True):
    """One line of the table of processes. ``born`` tells two holders of one pid apart; empty where that is not known."""

    pid: int
    parent: int
    group: int
    zombie: bool
    born: str = ""


class Containment(Protocol):
    """Holds the tree of processes below this one. ``main`` is the first process of the attempt, leader of its own group."""

    kind: Kind
    verifies: bool
    """Whether "no child left" proves that no process is left."""

    def held(self, main: int | None) -> list[Process]:
        """Give the living processes of the attempt."""

    def empty(self, main: int | None) -> bool:
        """Tell, when there is no child left, whether no other process of the attempt is known either."""

    def kill(self, main: int | None) -> None:
        """End what is held by force. To be repeated until nothing is left."""

    def settle(self) -> None:
        """Nothing is held any more: be ready for the next attempt."""

    def close(self) -> None:
        """Give back what was taken from the system."""


class GroupContainment:
    """The group of the main process, and whoever is still below this process in the table."""

    kind: Kind = "group"
    verifies = False

    def held(self, main: int | None) -> list[Process]:
        """See ``Containment``."""
        processes = table()
        found = {process.pid: process for process in below(os.getpid(), processes)}
        if main is not None:
            found |= {process.pid: process for process in processes.values() if process.group == main and not process.zombie}
        return list(found.values())

    def empty(self, main: int | None) -> bool:
        """See ``Containment``."""
        if main is None:
            return True
        try:
            os.killpg(main, 0)
        except ProcessLookupError:
            return True
        except PermissionError:
            pass  # macOS says so of a group of zombies: the table tells
        return not self.held(main)

    def kill(self, main: int | None) -> None:
        """See ``Containment``."""
        send(signal.SIGKILL, self.held(main))

    def settle(self) -> None:
        """Nothing to do."""

    def close(self) -> None:
        """Nothing to give back."""


class SubreaperContainment(GroupContainment):
    """Every orphan below this process becomes its child."""

    kind: Kind = "subreaper"
    verifies = True

    def held(self, main: int | None) -> list[Process]:
        """See ``Containment``."""
        return below(os.getpid(), table())

    def empty(self, main: int | None) -> bool:
        """See ``Containment``."""
        return True


class CgroupContainment(SubreaperContainment):
    """A control group of version 2 in which this process and all below it live; it steps out to have the rest killed."""

    kind: Kind = "cgroup"

    def __init__(self, home: Group, leaf: Group) -> None:
        self._home = home
        self._leaf = leaf
        leaf.enter()

    def kill(self, main: int | None) -> None:
        """See ``Containment``."""
        with suppress(OSError):  # if the group is gone or refuses, the walk over the table still ends them
            self._home.enter()
            self._leaf.write("cgroup.kill", "1")
        super().kill(main)

    def settle(self) -> None:
        """Step into the group again."""
        with suppress(OSError):
            self._leaf.enter()

    def close(self) -> None:
        """Step out and remove the group."""
        with suppress(OSError):
            self._home.enter()
        self._leaf.remove()


def contain(name: str, strongest: Kind = "cgroup") -> Containment:
    """Hold the tree below this process as strongly as this machine allows, but not stronger than asked.

    Args:
        name: the name of the control group, unique on this machine.
        strongest: the strongest way to try.
    """
    if strongest == "group" or not become_subreaper():
        return GroupContainment()
    home = own_group(UNIFIED) if strongest == "cgroup" else None
    leaf = home.child(name) if home else None
    if home and leaf:
        # Kernels before 5.14 cannot kill a group as a whole.
        with suppress(OSError):
            os.close(os.open(leaf.path / "cgroup.kill", os.O_WRONLY | os.O_CLOEXEC))
            return CgroupContainment(home, leaf)
        leaf.remove(tries=1)
    return SubreaperContainment()


def become_subreaper() -> bool:
    """Make every orphan below this process its child. False where the system cannot do that."""
    if sys.platform != "linux":
        return False
    return bool(ctypes.CDLL(None).prctl(_SET_CHILD_SUBREAPER, 1, 0, 0, 0) == 0)


def end_groups(name: str) -> bool:
    """Kill and remove the control groups of supervisors that are gone, and those of the limits that they had set.

    Args:
        name: that of a supervisor, or what the names of several begin with.

    Returns:
        True if there are control groups here, and no process is left in these.
    """
    leaves = own_group(UNIFIED)
    homes = [home for home in (leaves, *map(limiting_home, LIMITING)) if home]
    groups = [group for home in homes for group in home.below(name)]
    for group in groups:
        with suppress(OSError):  # groups of version 1 cannot do this; what is in them is in a leaf too
            group.write("cgroup.kill", "1")
    for group in groups:
        group.remove()
    return leaves is not None and not any(group.path.exists() for group in groups)


def slot_name(name: str, slot: int) -> str:
    """Give the name of the supervisor of a slot, and of its control group."""
    return f"{name}-{slot}"


def table(proc: Path = Path("/proc")) -> dict[int, Process]:
    """Give the processes of this machine by pid: from ``/proc``, else from ``ps``."""
    if not (proc / "self/stat").exists():
        return _ps_table()
    found = {}
    for entry in os.listdir(proc):  # noqa: PTH208  -- names are enough, and this is three times as fast
        process = _stat(proc, int(entry)) if entry.isdigit() else None
        if process:
            found[process.pid] = process
    return found


def below(root: int, processes: Mapping[int, Process]) -> list[Process]:
    """Give the living processes below ``root``, parents before their children."""
    children: dict[int, list[Process]] = {}
    for process in processes.values():
        children.setdefault(process.parent, []).append(process)
    found: list[Process] = list(children.get(root, ()))
    for process in found:
        found.extend(children.get(process.pid, ()))
    return [process for process in found if not process.zombie]


def send(number: int, processes: Iterable[Process]) -> set[int]:
    """Signal processes, each only if its pid still means the same process. Gives the pids that were reached."""
    reached = set()
    for process in processes:
        with suppress(ProcessLookupError, PermissionError):
            _send(number, process)
            reached.add(process.pid)
    return reached


def _send(number: int, process: Process) -> None:
    if sys.platform != "linux" or not process.born:
        os.kill(process.pid, number)
        return
    handle = os.pidfd_open(process.pid)
    try:
        now = _stat(Path("/proc"), process.pid)
        if now is None or now.born != process.born:
            raise ProcessLookupError(process.pid)
        signal.pidfd_send_signal(handle, number)
    finally:
        os.close(handle)


def _stat(proc: Path, pid: int) -> Process | None:
    try:
        with open(f"{proc}/{pid}/stat", "rb") as file:  # noqa: PTH123  -- read for every process of the machine
            fields = file.read().rpartition(b")")[2].split()
    except (FileNotFoundError, ProcessLookupError):
        return None
    return Process(pid=pid, parent=int(fields[1]), group=int(fields[2]), zombie=fields[0] in b"ZX", born=fields[19].decode())


def _ps_table() -> dict[int, Process]:
    shown = subprocess.run(["/bin/ps", "-A", "-o", "pid=,ppid=,pgid=,stat="], capture_output=True, text=True, check=True).stdout
    found = {}
    for line in shown.splitlines():
        pid, parent, group, state, *_ = line.split()
        found[int(pid)] = Process(pid=int(pid), parent=int(parent), group=int(group), zombie=state.startswith("Z"))
    return found
