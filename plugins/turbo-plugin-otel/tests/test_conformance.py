"""What Turbo promises of every plugin that tracks, checked with this one and a real receiver."""

from __future__ import annotations

from pathlib import Path

import pytest
from turbo_core.testing import TrackerSuite

from .conftest import Receiver


class TestConformance(TrackerSuite):
    plugin = "otel"

    @pytest.fixture(autouse=True)
    def _with_a_receiver(self, receiver: Receiver) -> None:
        self.receiver = receiver
        self.settings = {"endpoint": receiver.http}

    def state(self, project: Path) -> object:
        return self.receiver.spans
