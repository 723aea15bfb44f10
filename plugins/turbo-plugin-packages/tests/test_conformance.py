"""What Turbo promises of every plugin with actions, checked with this one and a manager that is one file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any, ClassVar

from turbo_core.testing import ActionSuite

from tests.conftest import fill


class TestConformance(ActionSuite):
    plugin = "packages"
    examples: ClassVar[Mapping[str, Mapping[str, Any]]] = {
        "packages.add": {"packages": {"delta": "1.0.0"}},
        "packages.audit": {},
        "packages.conflicts": {},
        "packages.detect": {},
        "packages.draw": {"file": "out/packages.html"},
        "packages.graph": {},
        "packages.install": {},
        "packages.licenses": {"deny": ["GPL-*"]},
        "packages.list": {},
        "packages.lock": {},
        "packages.outdated": {},
        "packages.remove": {"packages": ["beta"]},
        "packages.sbom": {"file": "out/sbom.json"},
        "packages.tree": {},
        "packages.update": {"strategy": "patch"},
    }

    def prepare(self, project: Path) -> None:
        fill(project)
        (project / "paper.lock.json").write_text((project / "paper.lock.json").read_text().rstrip())
