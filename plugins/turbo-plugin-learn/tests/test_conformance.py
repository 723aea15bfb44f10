"""The plugin keeps what every plugin that suggests weights promises."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import ClassVar

from turbo_core import GateHistory, JudgedRun
from turbo_core.testing import AdviserSuite

TELLING = tuple(
    JudgedRun(run=f"r{number}", scores={"tests": Decimal(number % 2)}, score=Decimal("0.5"), good=number % 2 == 1)
    for number in range(40)
)


class TestLearn(AdviserSuite):
    plugin = "learn"
    histories: ClassVar[Sequence[GateHistory]] = (GateHistory(workflow="w", task="fit", weights={"tests": 1}, runs=TELLING),)
