"""The picture of the README, docs/run.svg, made of a real run: ``python -m tests.docs.picture`` takes it anew.

Account and folder are written as somebody else's, so that the picture tells nothing of the machine that it was taken on.
"""

from __future__ import annotations

import getpass
import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

PICTURE = Path(__file__).parents[2] / "docs" / "run.svg"
WIDTH = 92
WORKFLOW = """\
name: release
phases:
  verify:
    lint: {run: sleep 0.2; echo "no complaints", risk: read}
    test:
      matrix: {py: ["3.11", "3.12"]}
      run: sleep 0.4; echo "212 passed on Python $PY"
      env: {PY: "${{ matrix.py }}"}
      risk: read
  approve:
    fit:
      decide: Fit for release?
      criteria:
        tests: {weight: 5, score: "${{ tasks.test.ok }}", veto: true}
        style: {weight: 1, score: "${{ tasks.lint.ok }}"}
      accept: 0.8
  publish:
    upload: {run: 'test -e token || { echo "401 unauthorized"; exit 1; }'}
"""
COMMANDS = ["turbo run", "turbo why upload", "touch token", "turbo resume --failed"]


def taken(project: Path) -> Text:
    """The commands with what they print, in colour."""
    (project / "turbo.yaml").write_text(WORKFLOW)
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    env = os.environ | {"PATH": path, "TURBO_COLOR": "always", "COLUMNS": str(WIDTH)}
    screen = Text()
    for command in COMMANDS:
        ended = subprocess.run(["/bin/sh", "-c", command], cwd=project, env=env, capture_output=True, text=True, check=False)
        told = (ended.stdout + ended.stderr).replace(str(project), "~/shop")
        told = re.sub(rf"\bby {getpass.getuser()}\b", "by ada", told)
        screen += Text.assemble(("$ ", "bold green"), (command, "bold"), "\n") + Text.from_ansi(told) + Text("\n")
    return screen


def picture(screen: Text) -> str:
    """The screen as SVG, with fonts of the reader's own: an address of a font would be asked for over the network."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(screen, end="")
    drawn = console.export_svg(title="release", unique_id="turbo-run")
    return re.sub(r"\s*@font-face \{.*?\}", "", drawn, flags=re.DOTALL)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as folder:
        PICTURE.write_text(picture(taken(Path(folder))))
