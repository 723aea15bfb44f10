"""The end of the line in the child process that calls one action for a suite, watched if asked. It keeps nothing."""

from __future__ import annotations

import json
import os
import sys
from importlib import import_module
from pathlib import Path
from typing import Any

from turbo_core.plugins.calling import run_action
from turbo_core.plugins.signature import to_json
from turbo_core.testing.conformance.acts import Watch

BEGIN = "/turbo-watch-begins"
END = "/turbo-watch-ends"
"""Names that nobody has: asking for them puts marks into what strace sees."""


def main(request: dict[str, Any], answer: Path) -> None:
    """Call the action that the request names, and write what came of it.

    Args:
        request: what `turbo_core.plugins.calling.run_action` takes.
        answer: the file for the answer: ``{"answer": …, "acts": […]}``.
    """
    sys.dont_write_bytecode = True
    import_module(request["entry"])
    watch = Watch()
    os.access(BEGIN, os.F_OK)
    told = run_action(request)
    os.access(END, os.F_OK)
    acts = watch.stop()
    sys.stdout.flush()
    answer.write_text(json.dumps({"answer": to_json(told), "acts": acts}, default=str))
