"""What Turbo promises of every plugin with actions, checked with this one."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from turbo_core.testing import ActionSuite

from .conftest import write

FILES = {
    "Makefile": "test:\n\ttrue\n",
    "pyproject.toml": '[project]\nname = "small"\nversion = "1"\n',
    "small/__init__.py": "",
    "small/a.py": "from small import b\n\n\ndef a() -> int:\n    return b.b()\n",
    "small/b.py": "def b() -> int:\n    return 1\n",
}
LOOKING = ("architecture", "commands", "dependencies", "detect", "health", "languages", "metrics")


class TestConformance(ActionSuite):
    plugin = "project"
    examples: ClassVar[Mapping[str, Mapping[str, Any]]] = {f"project.{verb}": {} for verb in LOOKING} | {
        "project.draw": {"file": "docs/architecture.html"},
        "project.suggest": {},
    }

    def prepare(self, project: Path) -> None:
        write(project, FILES)

    def state(self, project: Path) -> object:
        """All but the cache of facts, which git does not see, and which changes nothing but how long a second look takes."""
        found = super().state(project)
        assert isinstance(found, dict)
        cache = (".turbo", ".turbo/.gitignore", ".turbo/project-facts.db")
        return {name: held for name, held in found.items() if name not in cache}
