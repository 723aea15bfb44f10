"""A project whose workflows use a bit of everything: commands, actions, cells, retries, keys, undo, messages, observers."""

from __future__ import annotations

import sys
from pathlib import Path

from tests.plugins.shelf import ACTIONS, Shelf

KEPT = 4
"""How many ended runs the project keeps."""

TRACKER = """
    from turbo_core import hookimpl

    @hookimpl
    def turbo_track(event, run):
        assert event.run
"""

WORKFLOWS = {
    "mixed": """
        secrets: [SOAK_SECRET]
        phases:
          work:
            cells: {matrix: {n: [1, 2, 3, 4, 5, 6]}, run: 'echo "$N $SOAK_SECRET"', env: {N: "${{ matrix.n }}"}, risk: read}
            greet: {uses: hello.greet, with: {name: "${{ run.id }}"}}
            flaky: {run: 'test "$TURBO_ATTEMPT" -gt 1', retry: {times: 2, delay: 1ms}, risk: read}
            slow: {run: sleep 1000, timeout: 100ms, allow_failure: true, risk: read}
            keyed: {run: 'echo "$$" > keyed', concurrency: {key: soak}, undo: rm -f keyed, on_lost: rerun}
          tell:
            named: {run: 'echo "text=$RUN" >> "$TURBO_OUTPUT"', env: {RUN: "${{ run.id }}"}, outputs: {text: string}}
            say: {communicate: "${{ tasks.greet.outputs.text }}"}
        finally:
          - {run: 'true'}
    """,
    "printing": """
        tasks:
          print: {run: [PYTHON, -I, -S, -c, "import os; [os.write(1, os.urandom(4096)) for _ in range(256)]"], risk: read}
          leave: {run: 'setsid sleep 1000 & sleep 1000 & exit 0', risk: read}
    """,
    "failing": """
        tasks:
          made: {run: echo made > made, undo: rm made, on_lost: rerun}
          bad: {needs: [made], run: 'exit 3', risk: read}
          later: {needs: [bad], run: 'true'}
        on_failure:
          - {undo: all}
    """,
    "steady": """
        tasks:
          step: {matrix: {n: [1, 2, 3, 4, 5, 6, 7, 8]}, run: 'sleep 0.05; (setsid sleep 1000 &); true', on_lost: rerun}
          greet: {needs: [step], uses: hello.greet, with: {name: soak}, on_lost: rerun}
    """,
}


def make(project: Path, shelf: Shelf) -> None:
    """Write the project and install its plugins."""
    shelf.install("turbo-plugin-hello", {"turbo_shelf_hello": ACTIONS}, {"turbo.actions": {"hello": "turbo_shelf_hello"}})
    shelf.plugin("seen", TRACKER)
    shelf.settle()
    (project / "workflows").mkdir()
    (project / "turbo.toml").write_text(f"keep = {KEPT}\njobs = 3\n")
    for name, text in WORKFLOWS.items():
        lines = [line[8:] for line in text.replace("PYTHON", sys.executable).splitlines()]
        (project / "workflows" / f"{name}.yaml").write_text("\n".join([f"name: {name}", *lines, ""]))
