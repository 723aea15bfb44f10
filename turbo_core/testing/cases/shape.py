"""The shape of a test file: every key with its type, default and description; reading and the JSON Schema use it.

It must not know the workflow that is tested, nor how a case is run.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, Any, Literal, TypeAlias

from pydantic import Field, StrictBool, Tag

from turbo_core.settings import Autonomy
from turbo_core.words import JSON, FailureClass, Level, SkipReason
from turbo_core.workflow.schema import Shape, schema_of
from turbo_core.workflow.shapes import Count, Duration, SecretName, Share, Template, Times, Weight, by_kind

Words: TypeAlias = Template
"""A string that is taken as it is: names and texts of a test hold no expressions."""

Ending: TypeAlias = Literal["succeeded", "failed", "lost"]
Reply: TypeAlias = Literal["approve", "reject", "rerun", "done", "fail"]


def _may(description: str, **more: Any) -> Any:
    return Field(default=None, description=description, **more)


class StubShape(Shape):
    """How one attempt of a task ends."""

    outcome: Ending = _may("How it ends; `failed` if `class` or `exit_code` is written, else `succeeded`.")
    class_: Literal["exit", "signal", "timeout", "oom", "error", "infra"] = _may(
        "The failure class; `exit` for a command and `error` for an action if not written.", alias="class"
    )
    exit_code: Count = _may("The exit code of a command that failed; 1 if not written.")
    message: Words = Field(default="", description="What a failure says.")
    outputs: dict[str, Any] = Field(default={}, description="The outputs of an attempt that succeeded.")
    takes: Duration = Field(default="1s", validate_default=True, description="How long it takes, on the virtual clock.")

    @property
    def ending(self) -> Ending:
        """How it ends, also where that is not written."""
        return self.outcome or ("failed" if self.class_ or self.exit_code else "succeeded")

    @property
    def told(self) -> str:
        """The ending as a part of a sentence."""
        return "was lost" if self.ending == "lost" else self.ending


OneStub: TypeAlias = Annotated[
    Annotated[Ending, Tag("=string")] | Annotated[StubShape, Tag("=object")],
    by_kind("succeeded, failed or lost, or an object"),
]
StubValue: TypeAlias = Annotated[
    Annotated[Ending, Tag("=string")] | Annotated[StubShape, Tag("=object")] | Annotated[list[OneStub], Tag("=list")],
    by_kind("succeeded, failed or lost, an object, or a list of them"),
]


class AnswerShape(Shape):
    """What a person answers to a gate, or about a task that waits for somebody to say what became of it."""

    answer: Reply = Field(description="To a gate `approve` or `reject`; about a task `rerun`, `done` or `fail`.")
    by: Words = _may("Who answers; the first who may if not written.")
    after: Duration = Field(default="0s", validate_default=True, description="How long after the first question of the task.")
    comment: Words = Field(default="", description="What the person says beside it.")
    fields: dict[str, Any] = Field(default={}, description="The values of the question's fields.")


OneAnswer: TypeAlias = Annotated[
    Annotated[Reply, Tag("=string")] | Annotated[AnswerShape, Tag("=object")],
    by_kind("approve, reject, rerun, done or fail, or an object"),
]
AnswerValue: TypeAlias = Annotated[
    Annotated[Reply, Tag("=string")] | Annotated[AnswerShape, Tag("=object")] | Annotated[list[OneAnswer], Tag("=list")],
    by_kind("approve, reject, rerun, done or fail, an object, or a list of them"),
]


class OpinionShape(Shape):
    """What one plugin says: a score of a gate, or what to do about a failure."""

    name: Words = Field(default="plugin", description="The name of the plugin.")
    score: Share = _may("The score that it gives to a gate.")
    confidence: Share = Field(default=Decimal(1), description="How sure it is.")
    weight: Weight = Field(default=1, description="How much it counts.")
    answer: Literal["retry", "undo", "skip", "ask", "stop"] = _may("What to do about the failure of a task.")
    reason: Words = Field(default="", description="Why.")


OpinionValue: TypeAlias = Annotated[
    Annotated[OpinionShape, Tag("=object")] | Annotated[list[OpinionShape], Tag("=list")],
    by_kind("an object, or a list of them"),
]


class MessageShape(Shape):
    """A message that must have been sent: every key that is written must fit the same message."""

    contains: Words = _may("A part of its subject or body.")
    is_: Words = _may("Its whole subject or body.", alias="is")
    level: Level = _may("Its level.")
    task: Words = _may("The task that sent it.")


MessageValue: TypeAlias = Annotated[
    Annotated[Words, Tag("=string")] | Annotated[MessageShape, Tag("=object")],
    by_kind("a part of a message, or an object"),
]


class SpanShape(Shape):
    """Bounds of a length of time."""

    at_least: Duration = _may("It may not be shorter.")
    at_most: Duration = _may("It may not be longer.")


DurationValue: TypeAlias = Annotated[
    Annotated[Duration, Tag("=string")] | Annotated[SpanShape, Tag("=object")],
    by_kind("a duration, or an object with `at_least` or `at_most`"),
]
PathItem: TypeAlias = Annotated[
    Annotated[Words, Tag("=string")] | Annotated[list[Words], Tag("=list")],
    by_kind("a task, or a list of tasks that begin in any order"),
]
ParkedValue: TypeAlias = Annotated[
    Annotated[StrictBool, Tag("=boolean")] | Annotated[list[Words], Tag("=list")],
    by_kind("true or false, or the list of all tasks that wait"),
]


class ExpectShape(Shape):
    """What must have come of the run. Objects tell of the tasks that they name; `path`, `undone` and `parked` are complete."""

    outcome: Literal["succeeded", "failed", "cancelled", "parked"] = Field(description="How the run ended, or that it is parked.")
    exit_code: Weight = _may("The exit code of `turbo run`.")
    path: list[PathItem] = _may("All tasks of the workflow that ran, in the order in which they began.")
    ran: list[Words] = _may("Tasks that ran; others may have run too.")
    not_ran: list[Words] = _may("Tasks that did not run.")
    skipped: dict[str, SkipReason] = _may("Tasks that were skipped, with the reason.")
    retried: dict[str, Times] = _may("How many additional attempts tasks had.")
    failed: dict[str, FailureClass] = _may("Tasks that failed, with the failure class.")
    decisions: dict[str, Literal["accepted", "rejected", "asked", "expired"]] = _may("What gates decided.")
    scores: dict[str, Share] = _may("The scores of gates, rounded to as many digits as are written.")
    messages: list[MessageValue] = _may("Messages that were sent, among others; an empty list: none was.")
    outputs: dict[str, Any] = _may("Outputs of the workflow.")
    undone: list[Words] = _may("All tasks that were undone.")
    duration: DurationValue = _may("How long the run took, on the virtual clock.")
    parked: ParkedValue = _may("Whether the run is parked, or all tasks that wait for a person.")


class SharedShape(Shape):
    """What a case can have, and a file for all of its cases."""

    workflow: Words = _may("The workflow's file, relative to this one; NAME.yaml beside NAME.test.yaml if not written.")
    inputs: dict[str, Any] = Field(default={}, description="Inputs of the run.")
    vars: dict[str, Any] = Field(default={}, description="Values that stand in for variables of the workflow.")
    secrets: dict[SecretName, Words] = Field(default={}, description="Values of secrets; made up where not written.")
    stubs: dict[str, StubValue] = Field(
        default={},
        description="How attempts end, by the address of a task, `undo:` or `probe:` and the address, or an action.",
    )


class CaseShape(SharedShape):
    """One case: what is given, and what is expected."""

    name: Words = Field(description="What the case shows, in a few words.")
    autonomy: Autonomy = Field(default="supervised", description="As `--autonomy`.")
    only: list[Words] = Field(default=[], description="As `--only`.")
    strict: StrictBool = Field(default=False, description="As `--strict`.")
    fail_fast: StrictBool = Field(default=False, description="As `--fail-fast`.")
    wait: StrictBool = Field(default=False, description="As `--wait`: the run stays while only people can go on.")
    jobs: Count = Field(default=4, description="As `--jobs`.")
    cancel: Duration = _may("After how long somebody cancels the run.")
    answers: dict[str, AnswerValue] = Field(default={}, description="What people answer, by the task that asks.")
    decide: dict[str, OpinionValue] = Field(default={}, description="What plugins say, by the gate or the task that failed.")
    expect: ExpectShape = Field(description="What must come of it.")


class CasesShape(SharedShape):
    """Unit tests of a Turbo workflow."""

    cases: list[CaseShape] = Field(description="The cases. What the file gives to all, each of them can give otherwise.")


def json_schema() -> dict[str, JSON]:
    """JSON Schema (draft 2020-12) of a test file."""
    return schema_of(CasesShape, "Turbo workflow tests")


def stubs_of(value: StubValue) -> tuple[StubShape, ...]:
    """The endings of one attempt after another; the last one holds for all that follow."""
    return tuple(one if isinstance(one, StubShape) else StubShape(outcome=one) for one in _several(value))


def answers_of(value: AnswerValue) -> tuple[AnswerShape, ...]:
    """The answers to the questions of one task."""
    return tuple(one if isinstance(one, AnswerShape) else AnswerShape(answer=one) for one in _several(value))


def opinions_of(value: OpinionValue) -> tuple[OpinionShape, ...]:
    """The opinions about one task."""
    return tuple(_several(value))


def _several(value: Any) -> Any:
    return value if isinstance(value, list) else [value]
