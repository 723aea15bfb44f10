"""The shape of a workflow file: every key with its type, default and description; structure checks and JSON Schema use it.

It must not know what the values mean to each other; that is the checks' room.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from decimal import Decimal
from functools import cache
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, StrictBool, Tag

from turbo_core.words import JSON, Level, Risk
from turbo_core.workflow.definition import Condition, OnLost
from turbo_core.workflow.shapes import (
    ActionName,
    Command,
    Count,
    Duration,
    EnvName,
    EnvValue,
    Factor,
    Glob,
    InputType,
    Name,
    Number,
    OrExpression,
    OutputType,
    RetryCause,
    Score,
    SecretName,
    Share,
    Size,
    StandIn,
    Template,
    Text,
    Times,
    Weight,
    by_kind,
)

_SHELL: Final = ["/bin/sh", "-e", "-c"]


class Shape(BaseModel):
    """One object of the language: unknown keys are refused, nothing is converted."""

    model_config = ConfigDict(extra="forbid", strict=True, frozen=True, validate_default=False, defer_build=True)


def _optional(description: str, **more: Any) -> Any:
    return Field(default=None, description=description, **more)


def _shell(description: str) -> Any:
    """The key ``shell``. A factory, since a list as default would be copied for every task, whether it has one or not."""
    return Field(default_factory=lambda: [*_SHELL], description=description, json_schema_extra={"default": [*_SHELL]})


Arguments: TypeAlias = dict[str, Any]
EnvTable: TypeAlias = dict[EnvName, EnvValue]


class InputShape(Shape):
    """One declared input, or one field of a question."""

    type: InputType = Field(description="What kind of value it takes.")
    default: Any = _optional("The value if none is given; without it the input is required.")
    choices: list[Any] = Field(default_factory=list, description="The values that `type: choice` allows.")
    description: Text = Field(default="", description="What it is for.")


class RetryShape(Shape):
    """How often and when a failed attempt is tried again."""

    times: Times = Field(description="How many additional attempts.")
    on: list[RetryCause] = Field(
        default=["exit", "signal", "timeout", "error", "infra"], description="Failure classes and exit codes that are retried."
    )
    delay: Duration = Field(default="1s", validate_default=True, description="The wait before the first retry.")
    factor: Factor = Field(default=Decimal(2), description="By what the wait grows each time.")
    max_delay: Duration = Field(default="5m", validate_default=True, description="The longest wait.")
    jitter: Share = Field(default=Decimal("0.1"), description="What share of the wait is random.")


class MatrixShape(Shape):
    """Axes in file order; any other key is the name of an axis."""

    model_config = ConfigDict(extra="allow")
    __pydantic_extra__: dict[str, Annotated[list[Any], OrExpression()]]

    include: Annotated[list[Any], OrExpression()] = _optional("Complete cells to add.")
    exclude: Annotated[list[Any], OrExpression()] = _optional("Cells, or parts of cells, to leave out.")
    max_parallel: Count = _optional("How many cells run at a time.")


class ConcurrencyShape(Shape):
    """A key over all runs of this project on this machine."""

    key: Template = Field(description="Attempts with an equal key share the limit.")
    limit: Count = Field(default=1, description="How many may hold the key at a time.")
    policy: Literal["queue", "replace", "reject"] = Field(default="queue", description="What to do if the key is not free.")


class LimitsShape(Shape):
    """Bounds on what an attempt may use. They are enforced, or the task does not start."""

    memory: Annotated[Size, OrExpression()] = _optional("Most memory, such as 2GiB.")
    processes: Annotated[Count, OrExpression()] = _optional("Most processes at a time.")


class UndoShape(Shape):
    """The action's own undo, with other arguments."""

    with_: Arguments = Field(alias="with", description="Arguments of the undo.")


class TemplateShape(Shape):
    """A gate made from a template of a plugin."""

    template: Text = Field(description="The name of the template.")
    with_: Arguments = Field(default_factory=dict, alias="with", description="Arguments of the template.")


class StepOfScaleShape(Shape):
    """One step of a scale: exactly one of `from` and `to`."""

    from_: Number = _optional("A measure of at least this has the score.", alias="from")
    to: Number = _optional("A measure of at most this has the score.")
    score: Share = Field(description="The score.")


class ScaleShape(Shape):
    """How a measure becomes a score: `zero` and `one`, or `steps`."""

    zero: Number = _optional("The measure with score 0.")
    one: Number = _optional("The measure with score 1; below `zero` if less is better. Between the two it is linear.")
    steps: list[StepOfScaleShape] = Field(default_factory=list, description="Steps; the first that fits counts, and none is 0.")
    baseline: Count = _optional("Divide the measure first by the median of this many last good runs.")


class CriterionShape(Shape):
    """One criterion of a gate: `score`, or `uses` with an action of risk `read`."""

    weight: Weight = Field(default=1, description="How much it counts; 0 only with `veto`.")
    score: Annotated[Score, OrExpression()] = _optional("An expression that gives a boolean or a number from 0 to 1.")
    uses: ActionName = _optional("An action of risk `read` that gives the score.")
    with_: Arguments = _optional("Arguments of the action.", alias="with")
    veto: StrictBool = Field(default=False, description="Whether a score of 0 rejects at once.")
    scale: ScaleShape = _optional("Makes a score of any number, such as a time or a size.")
    missing: StandIn = Field(default=Decimal(0), description="The score that stands in if there is none; `skip` leaves it out.")


class AskShape(Shape):
    """How a person is asked."""

    who: list[Text] = Field(default_factory=list, description="Accounts and groups that may answer; empty: anyone.")
    within: Duration = Field(default="24h", validate_default=True, description="How long an answer is waited for.")
    not_starter: StrictBool = Field(default=False, description="Whether the person who started the run may not answer.")
    comment: Literal["optional", "required"] = Field(default="optional", description="Whether an answer needs a comment.")
    message: Template = _optional("What the person is told beside the question.")
    fields: dict[Name, InputShape] = Field(default_factory=dict, description="Values that the person gives with the answer.")


Needs: TypeAlias = Annotated[
    Annotated[list[Text], Tag("=list")] | Annotated[dict[Name, Condition], Tag("=object")],
    by_kind("a list of tasks, or an object task: condition"),
]
RetryValue: TypeAlias = Annotated[
    Annotated[Times, Tag("=integer")] | Annotated[RetryShape, Tag("=object")], by_kind("an integer, or an object with `times`")
]
MatrixValue: TypeAlias = Annotated[
    Annotated[Template, Tag("=string")] | Annotated[MatrixShape, Tag("=object")],
    by_kind("an object of axes, or an expression"),
]
UndoValue: TypeAlias = Annotated[
    Annotated[StrictBool, Tag("=boolean")]
    | Annotated[Template, Tag("=string")]
    | Annotated[list[Template], Tag("=list")]
    | Annotated[UndoShape, Tag("=object")],
    by_kind("true, an object with `with`, or a command"),
]
DecideValue: TypeAlias = Annotated[
    Annotated[Template, Tag("=string")] | Annotated[TemplateShape, Tag("=object")],
    by_kind("a question, or an object with `template`"),
]


ConditionValue: TypeAlias = Annotated[
    Annotated[StrictBool, Tag("=boolean")] | Annotated[Template, Tag("=string")],
    by_kind("a boolean, or an expression that gives one"),
]


class StepShape(Shape):
    """One step of `on_failure` or `finally`."""

    run: Command = _optional("A command: shell text, or a list of strings without a shell.")
    uses: ActionName = _optional("An action of a plugin: namespace.verb.")
    communicate: Template = _optional("A message.")
    undo: Literal["all"] = _optional("Undoes everything that can be undone, in reverse order.")
    with_: Arguments = _optional("Arguments of the action.", alias="with")
    level: Level = Field(default="info", description="How important the message is.")
    to: list[Text] = Field(default_factory=list, description="Channels of the message; empty: all.")
    when: ConditionValue = Field(default=True, description="Whether the step is done.")
    env: EnvTable = Field(default_factory=dict, description="Environment of this step.")
    secrets: list[SecretName] = Field(default_factory=list, description="Secrets that are put into the environment of this step.")
    cwd: Template = Field(default=".", description="Working directory, relative to the project root.")
    shell: list[Text] = _shell("The shell; the text of `run` is its last argument.")
    timeout: Duration = _optional("How long one attempt may take.")
    retry: RetryValue = Field(default=0, description="How often a failed attempt is tried again.")


class TaskShape(Shape):
    """One task. It has exactly one of `run`, `uses`, `decide`, `workflow` and `communicate`."""

    run: Command = _optional("A command: shell text, or a list of strings without a shell.")
    uses: ActionName = _optional("An action of a plugin: namespace.verb.")
    decide: DecideValue = _optional("A gate: the question that is decided.")
    workflow: Text = _optional("Another workflow: its name, or the path of its file.")
    communicate: Template = _optional("A message.")
    with_: Arguments = _optional("Arguments of the action, or inputs of the workflow.", alias="with")
    level: Level = Field(default="info", description="How important the message is.")
    to: list[Text] = Field(default_factory=list, description="Channels of the message; empty: all.")
    criteria: dict[Name, CriterionShape] = Field(default_factory=dict, description="What the gate weighs.")
    accept: Share = _optional("The score from which the gate accepts; required with criteria.")
    reject: Share = Field(default=Decimal(0), description="The score below which the gate rejects.")
    confidence: Share = Field(default=Decimal(0), description="The least confidence to accept without a person.")
    ask: AskShape = _optional("How a person is asked.")
    description: Text = Field(default="", description="What the task is for.")
    needs: Needs = Field(default_factory=list, description="Tasks that must be done before, perhaps with a condition each.")
    when: ConditionValue = Field(default=True, description="Whether the task is done; otherwise it is skipped.")
    matrix: MatrixValue = _optional("Runs the task once for each cell.")
    env: EnvTable = Field(default_factory=dict, description="Environment of this task.")
    secrets: list[SecretName] = Field(default_factory=list, description="Secrets that are put into the environment of this task.")
    cwd: Template = Field(default=".", description="Working directory, relative to the project root.")
    shell: list[Text] = _shell("The shell; the text of `run` is its last argument.")
    timeout: Duration = _optional("How long one attempt may take.")
    retry: RetryValue = Field(default=0, description="How often a failed attempt is tried again.")
    allow_failure: StrictBool = Field(default=False, description="Whether a failure is tolerated.")
    risk: Risk = Field(default="change", description="What a command may do; an action's own risk can only be raised.")
    on_lost: OnLost = _optional("What to do about an attempt whose end is not known.")
    probe: Command = _optional("A command that tells whether the task happened: 0 yes, 1 no, else unknown.")
    undo: UndoValue = _optional("What takes the task back.")
    outputs: dict[Name, OutputType] = Field(
        default_factory=dict, description="The values that a command writes to $TURBO_OUTPUT."
    )
    concurrency: ConcurrencyShape = _optional("A key that attempts hold while they run.")
    limits: LimitsShape = _optional("Bounds on memory and processes.")
    sources: list[Glob] = Field(default_factory=list, description="Files that the task depends on (globs).")
    produces: list[Glob] = Field(default_factory=list, description="Files that the task makes (globs).")
    executor: Text = Field(default="local", description="Where attempts run.")


class PartShape(Shape):
    """An included file: what it adds to the file that includes it."""

    include: list[Text] = Field(default_factory=list, description="Files whose parts are added to this one.")
    inputs: dict[Name, InputShape] = Field(default_factory=dict, description="Values that are given when a run is started.")
    vars: dict[Name, Any] = Field(default_factory=dict, description="Values that are computed once, when the run is made.")
    env: EnvTable = Field(default_factory=dict, description="Environment of every task.")
    secrets: list[SecretName] = Field(
        default_factory=list, description="Secrets that are put into the environment of every task."
    )
    phases: dict[Name, dict[Name, TaskShape]] = _optional("Phases in their order, each with its tasks.")
    on_failure: list[StepShape] = Field(default_factory=list, description="Steps that are done when the run failed.")
    finally_: list[StepShape] = Field(default_factory=list, alias="finally", description="Steps that are always done at the end.")


class FileShape(PartShape):
    """A Turbo workflow."""

    name: Name = Field(description="The name of the workflow.")
    description: Text = Field(default="", description="What it is for; the first line is its help text.")
    shell: list[Text] = _shell("The shell of every task.")
    tasks: dict[Name, TaskShape] = _optional("The tasks of the only phase, which is named `main`.")
    outputs: dict[Name, Any] = Field(default_factory=dict, description="What a parent workflow or `turbo show` sees at the end.")
    keep_going: StrictBool = Field(default=False, description="Whether the rest of a phase still runs after a failure.")


KINDS: Final = ("run", "uses", "decide", "workflow", "communicate")
STEP_KINDS: Final = ("run", "uses", "communicate", "undo")

_RU: Final = ("run", "uses")
KINDS_OF_KEY: Final[Mapping[str, tuple[str, ...]]] = {
    "with": ("uses", "workflow"),
    "level": ("communicate",),
    "to": ("communicate",),
    **dict.fromkeys(("criteria", "accept", "reject", "confidence", "ask"), ("decide",)),
    "matrix": ("run", "uses", "workflow"),
    **dict.fromkeys(("cwd", "shell", "probe", "outputs"), ("run",)),
    **dict.fromkeys(("env", "secrets", "timeout", "retry", "risk", "on_lost", "undo"), _RU),
    **dict.fromkeys(("concurrency", "limits", "sources", "produces", "executor"), _RU),
}
"""The keys of a task that only some kinds take."""

REQUIRED_IN_FILE: Final = ("name",)


@cache
def keys_of(shape: type[Shape]) -> Mapping[str, str]:
    """Key as written -> name of the field."""
    return {field.alias or name: name for name, field in shape.model_fields.items()}


LANGUAGE_KEYS: Final = frozenset(keys_of(FileShape)) | frozenset(keys_of(TaskShape)) | frozenset(keys_of(StepShape))


def json_schema(*, part: bool = False) -> dict[str, JSON]:
    """JSON Schema (draft 2020-12) of a workflow file; of an included file if ``part``."""
    schema = schema_of(PartShape if part else FileShape, "Turbo workflow")
    definitions = schema["$defs"]
    for name, kinds in (("TaskShape", KINDS), ("StepShape", STEP_KINDS)):
        definitions[name]["oneOf"] = [_only(kind, kinds, definitions[name]["properties"]) for kind in kinds]
    if not part:
        schema["oneOf"] = [{"required": ["phases"]}, {"required": ["tasks"]}]
    return schema


def schema_of(shape: type[Shape], title: str) -> dict[str, JSON]:
    """JSON Schema (draft 2020-12) of one kind of file, as far as types tell it."""
    schema = shape.model_json_schema(by_alias=True)
    for inner in _all_shapes(Shape):
        _describe(inner, schema["$defs"].get(inner.__name__, {}))
    tidied: dict[str, JSON] = _tidy(schema)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": title} | tidied


def _all_shapes(shape: type[Shape]) -> Iterator[type[Shape]]:
    for inner in shape.__subclasses__():
        yield inner
        yield from _all_shapes(inner)


def _describe(shape: type[Shape], schema: Mapping[str, JSON]) -> None:
    """Add the descriptions of keys whose value is an object of its own; pydantic leaves them out."""
    for key, told in schema.get("properties", {}).items():
        told.setdefault("description", shape.model_fields[keys_of(shape)[key]].description)


def _only(kind: str, kinds: tuple[str, ...], keys: Mapping[str, JSON]) -> dict[str, JSON]:
    foreign = [key for key in keys if (key in kinds and key != kind) or not _takes(kind, key, kinds)]
    return {"required": [kind], "properties": dict.fromkeys(foreign, False)}


def _takes(kind: str, key: str, kinds: tuple[str, ...]) -> bool:
    if key == "undo" and "undo" in kinds:
        return kind == "undo"
    return key in kinds or kind in KINDS_OF_KEY.get(key, kinds)


def _tidy(schema: JSON) -> JSON:
    """Without made-up titles and ``default: null``; what a pattern of names does not cover is refused."""
    if isinstance(schema, list):
        return [_tidy(item) for item in schema]
    if not isinstance(schema, dict):
        return schema
    tidied = {key: _tidy(value) for key, value in schema.items() if not _is_noise(key, value)}
    if "patternProperties" in tidied:
        tidied["additionalProperties"] = False
    return tidied


def _is_noise(key: str, value: JSON) -> bool:
    return (key == "title" and isinstance(value, str)) or (key == "default" and value is None)
