"""The console script ``turbo``. It answers ``--version`` itself; for everything else it opens the door to the commands."""

from __future__ import annotations

import os
import sys
from importlib import import_module

from turbo_core import __version__


def main() -> None:
    """Run the command line of this process, and end the process with its exit code."""
    _open_streams()
    if sys.argv[1:] in (["--version"], ["version"]):
        sys.stdout.write(f"turbo {__version__}\n")
        return
    # By name, so that telling the version costs nothing more.
    sys.exit(import_module("turbo_core.cli.door").enter(sys.argv[1:]))


def _open_streams() -> None:
    """Connect what came closed (``turbo … <&-``) to nowhere: else the next file that is opened takes its number."""
    for number, (name, mode) in enumerate({"stdin": "r", "stdout": "w", "stderr": "w"}.items()):
        if getattr(sys, name) is None:
            nowhere = os.open(os.devnull, os.O_RDWR)
            if nowhere != number:
                os.dup2(nowhere, number)
                os.close(nowhere)
            setattr(sys, name, os.fdopen(number, mode))
