"""What can be set for the plugin, and the one variable of GitHub Actions that it reads."""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """How runs are told.

    Attributes:
        output: how many characters of the end of its log a failed task shows; 0 for none.
        passed_output: the same of a task that succeeded.
        step_summary: add a summary to the page of the step, where GitHub Actions runs Turbo.
    """

    output: int = 4000
    passed_output: int = 0
    step_summary: bool = True

    def __post_init__(self) -> None:
        if self.output < 0 or self.passed_output < 0:
            raise ValueError("a number of characters is 0 or more")


def step_summary() -> Path | None:
    """The file that GitHub Actions shows on the page of the step; ``None`` where there is no such step."""
    named = os.environ.get("GITHUB_STEP_SUMMARY", "")
    return Path(named) if named else None
