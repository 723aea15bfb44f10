"""The frozen values that cross a hook or the journal. No I/O, no behaviour beyond small derivations.

Times are UTC in ISO 8601 with a ``Z``; durations are seconds. An *address* names a task inside a run: ``build``, one cell
``build[1]``, inside a nested workflow ``deploy/migrate``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Literal, Protocol

from msgspec import Struct, field

from turbo_core.differences import Comparison
from turbo_core.failures import FailureRule, Remedy
from turbo_core.foreseen import AnomalyView, Foreseen
from turbo_core.words import JSON, FailureClass, OutcomeState, Risk, RunOutcome

# ---------------------------------------------------------------- events


class Draft(Struct, frozen=True, kw_only=True):
    """A fact that is about to be journalled: an event without its place in the journal."""

    kind: str
    task: str = ""
    attempt: int = 0
    body: Mapping[str, JSON] = field(default_factory=dict)
    actor: str = ""
    source: str = ""
    dedupe: str = ""


class Event(Struct, frozen=True, kw_only=True):
    """One durable fact of a run. The kinds are listed in docs/events.md.

    ``seq`` counts from 1 without gaps and is the only order there is. ``epoch`` rises each time a runner takes the run,
    ``round`` each time a failed run is taken up again. ``task`` is an address, empty for facts of the run itself.
    ``source`` and ``dedupe`` are for facts that came from outside (a trigger, a channel). ``prev`` and ``hash`` chain the
    events (hex SHA-256).
    """

    format: int
    run: str
    seq: int
    epoch: int
    round: int
    kind: str
    task: str
    attempt: int
    at: str
    actor: str
    source: str
    dedupe: str
    tenant: str
    body: Mapping[str, JSON]
    prev: str
    hash: str


# ---------------------------------------------------------------- execute


class Usage(Struct, frozen=True, kw_only=True):
    """What an attempt used, as its processes had told when they ended.

    ``cpu`` is ``user`` and ``system`` together, in seconds. ``memory`` is the peak of its largest process (resident bytes),
    ``group_memory`` that of all its processes and their file cache together, which a control group counts for a task with
    ``limits.memory`` (else 0). Blocks that reached a disk are of 512 bytes.
    """

    cpu: float = 0.0
    user: float = 0.0
    system: float = 0.0
    memory: int = 0
    group_memory: int = 0
    read_blocks: int = 0
    written_blocks: int = 0


class Outcome(Struct, frozen=True, kw_only=True):
    """How one attempt ended.

    ``failure`` is the class of a failed attempt. ``leftovers`` counts the processes that had to be ended after the main one;
    ``verified`` tells whether it is certain that none is left. ``log_bytes`` and ``log_digest`` (hex SHA-256) describe the
    attempt's log file.
    """

    state: OutcomeState
    failure: FailureClass | None = None
    message: str = ""
    exit_code: int | None = None
    signal: int | None = None
    outputs: Mapping[str, JSON] = field(default_factory=dict)
    usage: Usage = Usage()
    leftovers: int = 0
    verified: bool = True
    log_bytes: int = 0
    log_digest: str = ""


class Attempt(Struct, frozen=True, kw_only=True):
    """One try of one task, ready to be executed: every expression is resolved, every secret still a reference.

    Exactly one of ``argv`` (a command) and ``action`` (``namespace.verb``, called with ``arguments``) is set. In ``env`` and
    ``arguments`` a secret stands as ``{"$secret": NAME}``. ``log`` is the file that receives the (masked) output. ``mode`` tells
    which part of an action is called; its undo and its probe get the ``outputs`` that are known.
    """

    run: str
    task: str
    number: int
    key: str
    argv: tuple[str, ...] = ()
    action: str = ""
    mode: Literal["run", "plan", "undo", "probe"] = "run"
    arguments: Mapping[str, JSON] = field(default_factory=dict)
    outputs: Mapping[str, JSON] = field(default_factory=dict)
    env: Mapping[str, JSON] = field(default_factory=dict)
    cwd: Path = Path()
    log: Path = Path()
    executor: str = "local"
    timeout: float | None = None
    grace: float = 10.0
    memory: int | None = None
    processes: int | None = None
    risk: Risk = "destroy"
    idempotent: bool = False


class Execution(Protocol):
    """A running attempt. It ends by handing its outcome to ``context.finish``, once, from any thread."""

    def cancel(self, *, grace: float) -> None:
        """Ask it to end; after ``grace`` seconds (0: at once) it is ended by force. Returns at once."""


class ExecuteContext(Protocol):
    """What an executor sees of the host."""

    project: Path

    def finish(self, outcome: Outcome) -> None:
        """Report how the attempt ended. Callable from any thread; only the first call counts."""

    def supervise(self, attempt: Attempt) -> Execution:
        """Run the attempt (perhaps with another ``argv``) on this machine, in a supervised slot, and finish with its outcome."""


# ---------------------------------------------------------------- decide


class Question(Struct, frozen=True, kw_only=True):
    """What is asked: a gate (``kind`` is ``gate``) or what to do about a failure (``failure``).

    ``facts`` holds what the question is about: for a failure ``class``, ``message``, ``exit_code``, the number of ``attempts``,
    the limit of ``memory`` in bytes (or ``None``), and ``tried``: how often each answer was followed already.
    """

    kind: Literal["gate", "failure"]
    run: str
    task: str
    text: str
    facts: Mapping[str, JSON] = field(default_factory=dict)


class Opinion(Struct, frozen=True, kw_only=True):
    """What one plugin answers. A gate wants ``score`` (0 to 1; ``None`` means it cannot tell) with its ``confidence``;
    a failure wants ``answer`` (``retry``, ``heal``, ``undo``, ``skip``, ``ask`` or ``stop``).

    ``times`` bounds how often an answer of this name is followed for one task (0: only by the host). ``heal`` wants a ``remedy``;
    a ``retry`` may have other ``limits`` (``memory`` in bytes, ``processes``).
    """

    name: str
    score: JSON = None
    confidence: JSON = 1
    answer: str = ""
    weight: int = 1
    reason: str = ""
    evidence: JSON = None
    times: int = 0
    remedy: Remedy | None = None
    limits: Mapping[str, int] = field(default_factory=dict)


class CriterionView(Struct, frozen=True, kw_only=True):
    """One line of a decision table. Scores are numbers in [0, 1]; ``missing`` tells why a stand-in was used, else empty.

    ``measure`` is the number that a scale has made the score of, ``baseline`` what it was compared with; else ``None``.
    """

    name: str
    weight: int
    veto: bool
    score: JSON
    confidence: JSON
    missing: str = ""
    reason: str = ""
    evidence: JSON = None
    measure: JSON = None
    baseline: JSON = None


class DecisionView(Struct, frozen=True, kw_only=True):
    """What the host concluded at a gate: ``decision`` is ``accepted``, ``rejected``, ``asked`` or ``expired``.

    ``accept`` and ``reject`` are ``None`` where only a person was asked, before a task that may not start without one.
    """

    task: str
    question: str
    decision: str
    score: JSON
    confidence: JSON
    accept: JSON
    reject: JSON
    reason: str
    by: str
    comment: str
    at: str
    criteria: tuple[CriterionView, ...] = ()


# ---------------------------------------------------------------- document, track: what a run looks like


class AttemptView(Struct, frozen=True, kw_only=True):
    """One attempt, for reports. ``log`` is the path of its log file relative to the run's folder."""

    number: int
    state: str
    failure: str
    message: str
    exit_code: int | None
    signal: int | None
    started_at: str
    ended_at: str
    seconds: float
    log: str
    log_bytes: int
    usage: Usage = Usage()
    verified: bool = True


class TaskView(Struct, frozen=True, kw_only=True):
    """One task (or one cell of a matrix), for reports.

    ``title`` is the command, action, question or workflow in one line; ``why`` is the sentence of ``turbo why``. A matrix task
    has ``cells``, a nested workflow has ``phases``.
    """

    address: str
    name: str
    kind: str
    title: str
    description: str
    state: str
    failure: str
    reason: str
    because: str
    why: str
    risk: str
    tolerated: bool
    unchanged: bool
    undo: str
    needs: tuple[str, ...]
    started_at: str
    ended_at: str
    seconds: float
    outputs: Mapping[str, JSON]
    attempts: tuple[AttemptView, ...] = ()
    cells: tuple[TaskView, ...] = ()
    phases: tuple[PhaseView, ...] = ()


class PhaseView(Struct, frozen=True, kw_only=True):
    """One phase, for reports. ``name`` is ``on_failure`` or ``finally`` for the steps at the end."""

    name: str
    tasks: tuple[TaskView, ...]


class MessageView(Struct, frozen=True, kw_only=True):
    """One message and what became of it. ``receipts`` maps a channel to ``delivered`` or to the reason why not."""

    at: str
    level: str
    subject: str
    body: str
    task: str
    receipts: Mapping[str, str]


class ActView(Struct, frozen=True, kw_only=True):
    """What somebody did to the run: who, from where, what, to which task (empty: the run), and why, as far as they said."""

    at: str
    actor: str
    source: str
    what: str
    task: str
    reason: str


class FaultView(Struct, frozen=True, kw_only=True):
    """What a plugin did wrong without harm to the run: at which moment (``document``, ``track``…), and what was said."""

    plugin: str
    moment: str
    message: str


class RunView(Struct, frozen=True, kw_only=True):
    """A whole run as a value, folded from its journal: what reports, documents and ``turbo show`` are made from.

    ``compared`` is what differs from the last good run of the same workflow; ``None`` if there was none, or nobody looked.
    ``foreseen`` is how long it was expected to take when it began, ``None`` without history; ``anomalies`` is what was out of
    the ordinary.
    """

    id: str
    workflow: str
    description: str
    project: str
    actor: str
    outcome: RunOutcome
    exit_code: int | None
    summary: str
    round: int
    created_at: str
    ended_at: str
    seconds: float
    inputs: Mapping[str, JSON]
    outputs: Mapping[str, JSON]
    phases: tuple[PhaseView, ...]
    decisions: tuple[DecisionView, ...]
    messages: tuple[MessageView, ...]
    plugins: Mapping[str, str]
    core_version: str
    containment: str
    digest: str
    folder: Path
    acts: tuple[ActView, ...] = ()
    host: str = ""
    jobs: int = 0
    compared: Comparison | None = None
    faults: tuple[FaultView, ...] = ()
    foreseen: Foreseen | None = None
    anomalies: tuple[AnomalyView, ...] = ()


class RunInfo(Struct, frozen=True, kw_only=True):
    """What an observer is told about the run beside each event. ``live`` is false when a finished run is replayed."""

    id: str
    workflow: str
    project: Path
    folder: Path
    live: bool


class Document(Struct, frozen=True, kw_only=True):
    """One document made of a run. ``name`` is a file name relative to the run's ``report`` folder."""

    name: str
    media_type: str
    content: bytes
    title: str = ""


class DocumentContext(Protocol):
    """What a documenter sees of the host. ``compiled`` is a folder for what can be made again, or ``None``."""

    compiled: Path | None

    def log_tail(self, path: str, limit: int) -> str:
        """The last ``limit`` characters of an attempt's log (``AttemptView.log``), already masked; empty if there is none."""

    def template(self, name: str) -> str:
        """The text of the template ``name`` (``report.html.j2``) that the project has, else a plugin; empty if neither has it."""


class DecideContext(Protocol):
    """What a decider sees of the host: the project, its rules for failures, and the log of the attempt that failed."""

    project: Path
    rules: Sequence[FailureRule]

    def log_tail(self, limit: int) -> str:
        """The last ``limit`` characters of that log, already masked; empty at a gate, or if there is none."""


# ---------------------------------------------------------------- actions


class ActionInfo(Struct, frozen=True, kw_only=True):
    """What the host knows of an action. ``parameters`` and ``outputs`` are JSON Schemas of type ``object``."""

    name: str
    summary: str
    description: str
    risk: Risk
    idempotent: bool
    parameters: Mapping[str, JSON]
    outputs: Mapping[str, JSON]
    has_plan: bool
    has_undo: bool
    has_probe: bool
