"""What Turbo promises of every plugin that tracks, checked with this one."""

from __future__ import annotations

from pathlib import Path

from turbo_core.testing import TrackerSuite


class TestConformance(TrackerSuite):
    plugin = "prometheus"

    def prepare(self, project: Path) -> None:
        self.settings = {"folder": str(project / "metrics")}

    def state(self, project: Path) -> object:
        return {file.name: file.read_text() for file in (project / "metrics").glob("*")}
