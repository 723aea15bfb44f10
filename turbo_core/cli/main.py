"""The console script ``turbo``. It answers ``--version`` itself; for everything else it opens the door to the commands."""

from __future__ import annotations

import os
import sys
import threading
from importlib import import_module
from typing import Final, NoReturn

from turbo_core import __version__

INTERRUPTED: Final = 130
"""The exit code after Ctrl-C: what a shell says of a signal, 128 and its number."""

PATIENCE: Final = 10.0
"""Seconds that what plugins do at the end of the process may take."""


def main() -> None:
    """Run the command line of this process, and end the process with its exit code."""
    _open_streams()
    if sys.argv[1:] in (["--version"], ["version"]):
        sys.stdout.write(f"turbo {__version__}\n")
        return
    try:
        # By name, so that telling the version costs nothing more.
        code: int = import_module("turbo_core.cli.door").enter(sys.argv[1:])
    except KeyboardInterrupt:  # while it was imported
        sys.stderr.write("interrupted\n")
        code = INTERRUPTED
    _leave(code)


def _leave(code: int) -> NoReturn:
    """End the process with its exit code, even if a thread or an exit handler of a plugin does not let go."""
    last = threading.Timer(PATIENCE, _leave_at_once, [code])
    last.daemon = True
    last.start()
    sys.exit(code)


def _leave_at_once(code: int) -> None:
    os.write(2, f"a plugin has kept this process from ending for {PATIENCE:g} s; see: turbo plugin list\n".encode())
    os._exit(code)


def _open_streams() -> None:
    """Connect what came closed (``turbo … <&-``) to nowhere: else the next file that is opened takes its number."""
    for number, (name, mode) in enumerate({"stdin": "r", "stdout": "w", "stderr": "w"}.items()):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, os.fdopen(number, mode))
