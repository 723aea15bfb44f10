"""A workflow as a value: what reading makes of the text, and what the engine runs.

Everything is frozen and checked; durations are seconds, sizes bytes. A field of type ``Value`` may hold expressions and is
evaluated when the language says so (docs/language.md, "Expressions"). This module knows no files, no YAML and no engine.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct, field

from turbo_core.model import ActionInfo
from turbo_core.words import JSON, Level, Risk
from turbo_core.workflow.expressions import Value
from turbo_core.workflow.scales import Scale

Condition: TypeAlias = Literal["ok", "skip_ok", "failed", "any"]
TaskKind: TypeAlias = Literal["run", "uses", "decide", "workflow", "communicate"]
OnLost: TypeAlias = Literal["rerun", "probe", "hold", "fail"]


class Position(Struct, frozen=True, kw_only=True):
    """Where something stands: path relative to the project root if it is inside, line and column from 1."""

    path: str
    line: int
    column: int


class Input(Struct, frozen=True, kw_only=True):
    """One declared input, or one field of a question. ``required`` is true if it has no default."""

    name: str
    type: str
    required: bool
    default: JSON = None
    choices: tuple[JSON, ...] = ()
    description: str = ""


class Need(Struct, frozen=True, kw_only=True):
    """An edge of the graph: the task waits for ``name`` and goes on as ``condition`` says."""

    name: str
    condition: Condition = "ok"


class Retry(Struct, frozen=True, kw_only=True):
    """``times`` additional attempts after failures of the classes or exit codes in ``on``; delays in seconds."""

    times: int = 0
    on: tuple[str | int, ...] = ("exit", "signal", "timeout", "error", "infra")
    delay: float = 1.0
    factor: float = 2.0
    max_delay: float = 300.0
    jitter: float = 0.1


class Matrix(Struct, frozen=True, kw_only=True):
    """Either ``computed`` (one expression for all), or ``axes`` in file order with ``include`` and ``exclude``."""

    axes: tuple[tuple[str, Value], ...] = ()
    include: Value | None = None
    exclude: Value | None = None
    computed: Value | None = None
    max_parallel: int | None = None


class Criterion(Struct, frozen=True, kw_only=True):
    """One criterion of a gate: ``score`` (an expression) or ``uses`` (a read-only action). ``missing`` ``None`` means skip.

    With a ``scale`` what they give is a measure, of which the score is made.
    """

    name: str
    weight: int = 1
    score: Value | None = None
    uses: str = ""
    arguments: Value | None = None
    veto: bool = False
    missing: Decimal | None = Decimal(0)
    scale: Scale | None = None


class Ask(Struct, frozen=True, kw_only=True):
    """How a person is asked: who may answer, within how many seconds, and with what."""

    who: tuple[str, ...] = ()
    within: float = 86400.0
    not_starter: bool = False
    comment: Literal["optional", "required"] = "optional"
    message: Value | None = None
    fields: tuple[Input, ...] = ()


class Gate(Struct, frozen=True, kw_only=True):
    """A decision: see docs/language.md, "Gates".

    With a ``template`` its expressions read, as ``inputs``, the ``parameters`` that the task's arguments give.
    """

    question: Value
    criteria: tuple[Criterion, ...] = ()
    accept: Decimal = Decimal(1)
    reject: Decimal = Decimal(0)
    confidence: Decimal = Decimal(0)
    ask: Ask | None = None
    template: str = ""
    parameters: tuple[Input, ...] = ()

    @property
    def baselines(self) -> dict[str, int]:
        """How many good runs each criterion is compared with, that is compared at all."""
        return {one.name: one.scale.baseline for one in self.criteria if one.scale is not None and one.scale.baseline}


class Concurrency(Struct, frozen=True, kw_only=True):
    """A key over all runs of the project on this machine, held while an attempt runs."""

    key: Value
    limit: int = 1
    policy: Literal["queue", "replace", "reject"] = "queue"


class Undo(Struct, frozen=True, kw_only=True):
    """What takes the task back: the action's own undo (with other arguments if given), or a command."""

    command: str | tuple[Value, ...] | None = None
    arguments: Value | None = None


class Task(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One task or step. Only the fields of its ``kind`` are set.

    ``run`` is shell text (``str``) or an argv of values. ``undo_all`` marks the step ``undo: all``.
    """

    name: str
    kind: TaskKind
    position: Position
    description: str = ""
    needs: tuple[Need, ...] = ()
    when: Value | None = None
    matrix: Matrix | None = None
    env: Mapping[str, Value] = field(default_factory=dict)
    secrets: tuple[str, ...] = ()
    cwd: Value | None = None
    shell: tuple[str, ...] = ("/bin/sh", "-e", "-c")
    timeout: float | None = None
    retry: Retry = Retry()
    allow_failure: bool = False
    risk: Risk = "change"
    idempotent: bool = False
    on_lost: OnLost = "hold"
    probe: str | tuple[Value, ...] | None = None
    undo: Undo | None = None
    undo_all: bool = False
    outputs: Mapping[str, str] = field(default_factory=dict)
    concurrency: Concurrency | None = None
    memory: Value | None = None
    processes: Value | None = None
    sources: tuple[str, ...] = ()
    produces: tuple[str, ...] = ()
    executor: str = "local"
    run: str | tuple[Value, ...] | None = None
    uses: str = ""
    arguments: Value | None = None
    gate: Gate | None = None
    child: Workflow | None = None
    message: Value | None = None
    level: Level = "info"
    to: tuple[str, ...] = ()


class Phase(Struct, frozen=True, kw_only=True):
    """An ordered group of tasks."""

    name: str
    tasks: tuple[Task, ...]


class Workflow(Struct, frozen=True, kw_only=True):
    """A whole workflow, its nested ones inside ``Task.child``.

    ``texts`` maps the path of every file that it was read from (itself, includes, nested workflows) to its text; ``digest``
    (hex SHA-256) is over all of them. ``secrets`` are all names that are used as a secret anywhere in the tree.
    """

    name: str
    position: Position
    description: str = ""
    inputs: Mapping[str, Input] = field(default_factory=dict)
    vars: tuple[tuple[str, Value], ...] = ()
    phases: tuple[Phase, ...] = ()
    outputs: tuple[tuple[str, Value], ...] = ()
    keep_going: bool = False
    on_failure: tuple[Task, ...] = ()
    finally_: tuple[Task, ...] = ()
    secrets: frozenset[str] = frozenset()
    texts: Mapping[str, str] = field(default_factory=dict)
    digest: str = ""


class Actions(Protocol):
    """The catalogue of actions that a workflow is read against."""

    def info(self, name: str) -> ActionInfo:
        """What is known of the action ``name`` (``namespace.verb``).

        Raises:
            PluginFailed: there is none, or its plugin is broken; the text becomes the problem that the author reads.
        """

    def template(self, name: str) -> str | None:
        """The text of the decision template that a plugin offers by this name; ``None`` if none does."""

    def check(self, name: str, argument: str, value: JSON) -> str:
        """Why ``value`` does not fit the parameter ``argument`` of the action ``name``; empty if it fits."""
