"""The console script ``turbo``. It answers ``--version`` itself; for everything else it opens the door to the commands."""

from __future__ import annotations

import sys
from importlib import import_module

from turbo_core import __version__


def main() -> None:
    """Run the command line of this process, and end the process with its exit code."""
    if sys.argv[1:] in (["--version"], ["version"]):
        sys.stdout.write(f"turbo {__version__}\n")
        return
    # By name, so that telling the version costs nothing more.
    sys.exit(import_module("turbo_core.cli.door").enter(sys.argv[1:]))
