"""A process in which run after run goes on: ``host.py PROJECT SECONDS``. After each it tells how large it is."""

from __future__ import annotations

import gc
import itertools
import json
import os
import sys
import threading
import time
from pathlib import Path

from turbo_core.app import App

NAMES = ("mixed", "printing", "failing", "steady")


def resident() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def main() -> None:
    app = App(Path(sys.argv[1]))
    until = time.monotonic() + float(sys.argv[2])
    for number in itertools.count():
        name = NAMES[number % len(NAMES)]
        code = app.run(app.workflow(name)[0], {}).code
        gc.collect()
        told = {
            "name": name,
            "code": code,
            "descriptors": len(list(Path("/proc/self/fd").iterdir())),
            "threads": threading.active_count(),
            "memory": resident(),
            "runs": len(list((app.project / ".turbo" / "runs").iterdir())),
            "files": sum(1 for _ in (app.project / ".turbo").rglob("*")),
        }
        print(json.dumps(told), flush=True)
        if time.monotonic() > until and number >= 2 * len(NAMES):
            break


if __name__ == "__main__":
    main()
