"""Control groups of Linux: where this process stands, and small groups below it.

It knows the files of cgroup versions 1 and 2 and nothing of attempts. Where groups cannot be made, nothing is raised: the answer
is ``None``.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec import Struct

UNIFIED: Final = ""
"""The name under which the hierarchy of version 2 is found."""

_SHOWN: Final = 4096

LIMITING: Final = ("memory", "pids")
"""The controllers that hold limits of attempts."""


class Mount(Struct, frozen=True, kw_only=True):
    """One hierarchy that is mounted: its controllers, the part of it that is visible, and where."""

    controllers: frozenset[str]
    root: str
    at: Path


class Group(Struct, frozen=True, kw_only=True):
    """One control group. ``version`` is 1 or 2."""

    path: Path
    version: int

    def read(self, name: str) -> str:
        """Give the content of one of its files, empty if there is none."""
        try:
            return (self.path / name).read_text(encoding="utf-8")
        except OSError:
            return ""

    def write(self, name: str, value: str) -> None:
        """Write one of its files.

        Raises:
            OSError: the kernel refuses it.
        """
        descriptor = os.open(self.path / name, os.O_WRONLY | os.O_CLOEXEC)
        try:
            os.write(descriptor, value.encode())
        finally:
            os.close(descriptor)

    def enter(self) -> None:
        """Move this process, with all its threads, into the group."""
        self.write("cgroup.procs", "0" if self.version == 2 else str(os.getpid()))

    def child(self, name: str) -> Group | None:
        """Make a group below this one, or take the one that is there; ``None`` where that is not allowed."""
        path = self.path / name
        try:
            path.mkdir(exist_ok=True)
        except OSError:
            return None
        return Group(path=path, version=self.version) if os.access(path / "cgroup.procs", os.W_OK) else None

    @property
    def oom_kills(self) -> int:
        """How many of its processes the kernel has ended for want of memory."""
        return _oom_kills(self.read(self._oom_file))

    def oom_counter(self) -> Callable[[], int]:
        """The same for who asks often: the file stays open as long as the counter is there."""
        try:
            file = (self.path / self._oom_file).open("rb", buffering=0)
        except OSError:
            return lambda: 0

        def count() -> int:
            with suppress(OSError):
                return _oom_kills(os.pread(file.fileno(), _SHOWN, 0).decode())
            return 0

        return count

    @property
    def _oom_file(self) -> str:
        return "memory.oom_control" if self.version == 1 else "memory.events"

    def below(self, name: str) -> list[Group]:
        """Give the groups directly below this one that are called ``name``, or ``name-`` and more."""
        with suppress(OSError):
            found = [path for path in self.path.iterdir() if path.name == name or path.name.startswith(f"{name}-")]
            return [Group(path=path, version=self.version) for path in found]
        return []

    def remove(self, *, tries: int = 50) -> None:
        """Remove the group. The kernel may need a moment after its last process ended; what cannot be removed stays."""
        for _ in range(tries):
            with suppress(FileNotFoundError, OSError):
                self.path.rmdir()
            if not self.path.exists():
                return
            time.sleep(0.002)


def _oom_kills(shown: str) -> int:
    return next((int(line.split()[1]) for line in shown.splitlines() if line.startswith("oom_kill ")), 0)


def own_group(controller: str, *, proc: Path = Path("/proc/self")) -> Group | None:
    """Find the group of this process in the hierarchy of ``controller`` (``UNIFIED``: that of version 2)."""
    places = _places(proc)
    mounts = _mounts(proc)
    for name, version in ((controller, 1), (UNIFIED, 2)):
        place = places.get(name)
        mount = next((mount for mount in mounts if name in mount.controllers), None)
        if place is not None and mount is not None and (version == 2 or name != UNIFIED):
            return Group(path=mount.at / place.removeprefix(mount.root).lstrip("/"), version=version)
    return None


def limiting_home(controller: str, *, proc: Path = Path("/proc/self")) -> Group | None:
    """Find the group below which ``controller`` can be in force, as near to this process as possible.

    In version 2 a group that holds processes hands no controller down, so the nearest ancestor that does is taken.
    """
    return _nearest(controller, proc, lambda group: controller in group.read("cgroup.subtree_control").split())


def limiting_group(controller: str, name: str, *, proc: Path = Path("/proc/self")) -> Group | None:
    """Make a group in which ``controller`` is in force; ``None`` where that is not possible."""
    home = limiting_home(controller, proc=proc)
    return home and home.child(name)


def charging_group(*, proc: Path = Path("/proc/self")) -> Group | None:
    """Find the group that the memory of this process is charged to, whoever made it: a container, a service, a session."""
    return _nearest("memory", proc, lambda group: bool(group.read("memory.events")))


def _nearest(controller: str, proc: Path, fits: Callable[[Group], bool]) -> Group | None:
    """The group of this process, or in version 2 the nearest of it and those above that fits."""
    own = own_group(controller, proc=proc)
    if own is None or own.version == 1:
        return own
    return next(filter(fits, (Group(path=path, version=2) for path in (own.path, *own.path.parents))), None)


def _places(proc: Path) -> dict[str, str]:
    lines = _lines(proc / "cgroup")
    return {name: place for _, names, place in (line.split(":", 2) for line in lines) for name in names.split(",")}


def _mounts(proc: Path) -> list[Mount]:
    mounts = []
    for line in _lines(proc / "mountinfo"):
        about, _, kind = line.partition(" - ")
        fields, (system, _, options) = about.split(), kind.split(" ", 2)
        if system in ("cgroup", "cgroup2"):
            controllers = frozenset({UNIFIED}) if system == "cgroup2" else frozenset(options.split(","))
            mounts.append(Mount(controllers=controllers, root=fields[3].rstrip("/"), at=Path(fields[4])))
    return mounts


def _lines(path: Path) -> list[str]:
    try:
        return path.read_text(encoding="utf-8").splitlines()
    except OSError:
        return []
