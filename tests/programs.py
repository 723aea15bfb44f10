"""Programs of the tests that run as processes of their own, and meet the same `turbo_core` as the test that starts them.

They look for modules in this folder last: in the usual order it would come first, before an installed `turbo_core`.
"""

from __future__ import annotations

import sys
from pathlib import Path

ROOT = Path(__file__).parents[1]


def script(code: str, *arguments: object) -> list[str]:
    """The command line that runs a piece of code."""
    return [sys.executable, "-P", "-c", f"import sys; sys.path.append({str(ROOT)!r})\n{code}", *map(str, arguments)]


def program(module: str, *arguments: object) -> list[str]:
    """The command line that runs a module of the tests."""
    return script(f"import runpy; runpy.run_module({module!r}, run_name='__main__')", *arguments)
