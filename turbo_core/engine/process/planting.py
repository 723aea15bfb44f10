"""Starts a nursery: a tenth of a second in which whoever will want it can do other things.

Until it is taken it holds nothing and knows nothing of the run, so that one that nobody wants is simply ended.
"""

from __future__ import annotations

import socket
import subprocess
import sys
from pathlib import Path
from typing import Final

_BOOT: Final = "import sys; sys.path[:] = sys.argv[2:]; from turbo_core.engine.process.nursery import main; main(sys.argv[1])"


class Planted:
    """A nursery that is starting.

    Attributes:
        process: the process.
        end: the socket to it; the first message must tell it whose it is (`turbo_core.engine.process.nursery.main`).
    """

    def __init__(self) -> None:
        self.end, theirs = socket.socketpair()
        self._taken = False
        paths = [str(Path(path).absolute()) for path in sys.path]
        with theirs:
            self.process = subprocess.Popen(
                [sys.executable, "-I", "-c", _BOOT, str(theirs.fileno()), *paths],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                cwd="/",
                pass_fds=[theirs.fileno()],
                start_new_session=True,
            )

    def take(self) -> Planted | None:
        """Have it, and see to its end; ``None`` if somebody has it already."""
        taken, self._taken = self._taken, True
        return None if taken else self

    def discard(self) -> None:
        """End it, if nobody has taken it."""
        if self.take():
            self.end.close()
            self.process.kill()
            self.process.wait()
