"""Run ``turbo ARGUMENTS`` in this process and write what it did to a file: ``profiled.py FILE ARGUMENTS…``.

Python's calls are counted in the main thread, where the runner is: how much others do depends on how much time they find. Commits
are counted wherever they are made.
"""

import json
import os
import sqlite3
import sys
from importlib import import_module
from pathlib import Path
from types import FrameType
from typing import Any

HOOKS = Path("pluggy", "_hooks.py").as_posix()

calls = 0
hooks = 0
commits = 0
connect = sqlite3.connect


def called(frame: FrameType, event: str, _argument: object) -> None:
    global calls, hooks  # noqa: PLW0603 - the quickest way to count
    if event == "call":
        calls += 1
        hooks += frame.f_code.co_filename.endswith(HOOKS)


def executed(statement: str) -> None:
    global commits  # noqa: PLW0603
    commits += statement.startswith("COMMIT")


def traced(*arguments: Any, **options: Any) -> sqlite3.Connection:
    connection: sqlite3.Connection = connect(*arguments, **options)
    connection.set_trace_callback(executed)
    return connection


target = Path(sys.argv[1])
owner = os.getpid()
sys.argv[1:] = sys.argv[2:]
setattr(sqlite3, "connect", traced)  # noqa: B010 - the checker of types would not allow another function
main = import_module("turbo_core.cli.main").main
sys.setprofile(called)
try:
    main()
finally:
    sys.setprofile(None)
    if os.getpid() == owner:  # processes that were forked come here too
        target.write_text(json.dumps({"calls": calls, "commits": commits, "hooks": hooks}))
