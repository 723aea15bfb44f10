"""What Turbo promises of every plugin with actions, checked with this one."""

from __future__ import annotations

from pathlib import Path
from typing import ClassVar

from turbo_core.testing import ActionSuite


class TestShell(ActionSuite):
    plugin = "shell"
    examples: ClassVar = {
        "shell.classify": {"command": ["rm", "-rf", "/"]},
        "shell.commands": {"category": "git"},
        "shell.read": {"command": ["cat", "data/notes.txt"]},
        "shell.change": {"command": ["touch", "data/new.txt"], "snapshot": "data"},
        "shell.destroy": {"command": ["sh", "-c", "echo gone > data/notes.txt"], "snapshot": "data", "approved": True},
    }

    def prepare(self, project: Path) -> None:
        (project / "data").mkdir()
        (project / "data" / "notes.txt").write_text("one two\n")

    def state(self, project: Path) -> object:
        """What lies in the workspace; the folders of runs are the host's."""
        return {path.name: path.read_bytes() for path in sorted((project / "data").iterdir())}
