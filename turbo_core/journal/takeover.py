"""Taking a run from a runner that still holds it, because somebody said so: the runner is ended for good first.

A lock that is held is never broken: only the end of its holder gives it back, and ends what the holder has started.
"""

from __future__ import annotations

import os
import signal
import time
from pathlib import Path

from turbo_core.errors import RunHeld
from turbo_core.journal.lock import LOCK_NAME, Holder, is_held

_PATIENCE = 10.0
_STEP = 0.01
_PROCESSES = Path("/proc")


def end_holder(folder: Path) -> Holder | None:
    """End the process that holds the run in ``folder``, also one that is stopped; gives who it was, ``None`` if nobody held it.

    Raises:
        RunHeld: it cannot be ended from here: it is on another host, belongs to somebody else, or does not go.
        StorageFailed: the lock cannot be read.
    """
    holder = is_held(folder)
    if holder is None:
        return None
    if holder.host != Holder.here("").host or not _is_there(holder, folder / LOCK_NAME):
        raise _stays(folder, holder, "it is not a process of this machine that can be seen from here")
    try:
        os.kill(holder.pid, signal.SIGKILL)
    except ProcessLookupError:
        pass
    except PermissionError as error:
        raise _stays(folder, holder, "it belongs to another account") from error
    _wait_for_end(folder, holder)
    return holder


def _is_there(holder: Holder, lock: Path) -> bool:
    """Whether the process of that number has the lock's file open: seen from a container, it can be a stranger.

    Where the kernel does not tell, there are no containers either, and the number counts.
    """
    if not holder.pid or not _PROCESSES.joinpath("self", "fd").is_dir():
        return bool(holder.pid)
    try:
        return any(entry.exists() and entry.samefile(lock) for entry in (_PROCESSES / str(holder.pid) / "fd").iterdir())
    except OSError:
        return False


def _wait_for_end(folder: Path, holder: Holder) -> None:
    until = time.monotonic() + _PATIENCE
    while is_held(folder) == holder:
        if time.monotonic() > until:
            raise _stays(folder, holder, "it was killed and is still there")
        time.sleep(_STEP)


def _stays(folder: Path, holder: Holder, why: str) -> RunHeld:
    return RunHeld(
        f"the runner that holds this run cannot be ended from here: {holder}",
        where=folder.name,
        why=why,
        next_step="end it where it runs, then: turbo resume",
    )
