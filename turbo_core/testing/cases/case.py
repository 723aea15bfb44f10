"""One case as a value: the workflow that it runs, what is given, and what is expected."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct

from turbo_core.testing.cases.addresses import Tested
from turbo_core.testing.cases.shape import AnswerShape, CaseShape, OpinionShape, StubShape
from turbo_core.words import JSON
from turbo_core.workflow.definition import Actions


class Case(Struct, frozen=True, kw_only=True):
    """A case that was read and checked.

    ``file`` is the test file as it is shown to people, ``line`` where the case begins in it. ``given`` is the case as it is
    written; what a file shares with its cases stands in the fields below, already joined.
    """

    file: str
    line: int
    project: Path
    actions: Actions
    tested: Tested
    given: CaseShape
    inputs: Mapping[str, JSON]
    vars: Mapping[str, JSON]
    secrets: Mapping[str, str]
    stubs: Mapping[str, tuple[StubShape, ...]]
    answers: Mapping[str, tuple[AnswerShape, ...]]
    opinions: Mapping[str, tuple[OpinionShape, ...]]

    @property
    def name(self) -> str:
        """What the case shows."""
        return self.given.name

    @property
    def id(self) -> str:
        """What names it on the command line: ``FILE::NAME``."""
        return f"{self.file}::{self.name}"
