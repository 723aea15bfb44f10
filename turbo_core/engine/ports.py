"""What the runner needs of the world, and what the world tells it. The real world and the simulated one implement the same."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Literal, Protocol, TypeAlias

from msgspec import Struct, field

from turbo_core.engine.nodes import Node
from turbo_core.engine.state import State
from turbo_core.messages import Message
from turbo_core.model import Attempt, Event, Execution, Outcome, Question
from turbo_core.words import JSON

Part: TypeAlias = Literal["attempt", "undo", "probe"]


class Ended(Struct, frozen=True, kw_only=True):
    """An attempt, an undo or a probe has ended."""

    address: str
    part: Part
    outcome: Outcome


class Requested(Struct, frozen=True, kw_only=True):
    """Somebody outside wants something: an entry of the inbox, a signal.

    ``name`` is the inbox's name of the request, to be marked as done once it is journalled; empty if it has none.
    """

    kind: str
    actor: str
    name: str = ""
    body: Mapping[str, JSON] = field(default_factory=dict)


class Consulted(Struct, frozen=True, kw_only=True):
    """The deciders have answered a question. ``baselines`` is what good runs had for the criteria that are compared with them."""

    question: Question
    opinions: Sequence[Mapping[str, JSON]]
    baselines: Mapping[str, Sequence[JSON]] = field(default_factory=dict)


class KeyGiven(Struct, frozen=True, kw_only=True):
    """A concurrency key was taken, or (``refused`` tells why) will not be."""

    address: str
    refused: str = ""


class Compared(Struct, frozen=True, kw_only=True):
    """Sources and products of a task were compared with its last success."""

    address: str
    fingerprint: str
    unchanged: bool
    run: str = ""
    outputs: Mapping[str, JSON] = field(default_factory=dict)


class Delivered(Struct, frozen=True, kw_only=True):
    """A channel took a message, or did not: ``fault`` tells why, ``final`` that it will not be tried again."""

    key: str
    channel: str
    reference: str = ""
    fault: str = ""
    final: bool = False


class Withheld(Struct, frozen=True, kw_only=True):
    """A message is not sent by itself: it is grouped with others of its thread, held for a digest, or of no use any more."""

    key: str
    channel: str
    act: str
    why: str


class Faulted(Struct, frozen=True, kw_only=True):
    """A plugin raised where nothing of the run depends on it."""

    plugin: str
    hook: str
    message: str


Happening: TypeAlias = Ended | Requested | Consulted | KeyGiven | Compared | Delivered | Withheld | Faulted


class World(Protocol):
    """Everything the runner cannot do by folding. Calls return at once; what comes of them is told by `happened`."""

    def now(self) -> float:
        """Seconds since the epoch."""

    def monotonic(self) -> float:
        """Seconds on a clock that never jumps."""

    def happened(self, timeout: float | None) -> Sequence[Happening]:
        """What has happened since the last call; waits up to ``timeout`` seconds (``None``: for ever) for the first."""

    def start(self, attempt: Attempt, done: Callable[[Outcome], None]) -> Execution:
        """Execute an attempt by the owner of its executor; ``done`` posts its end."""

    def consult(self, question: Question) -> None:
        """Ask the deciders, and the history for what ``question.facts["baselines"]`` names; a `Consulted` follows."""

    def want_key(self, address: str, key: str, limit: int, policy: str) -> None:
        """Ask for a concurrency key; a `KeyGiven` follows once."""

    def free_key(self, address: str) -> None:
        """Give back the key that a task holds or waits for."""

    def compare(self, state: State, node: Node) -> None:
        """Compare a task's files with its last success; a `Compared` follows."""

    def fingerprint(self, state: State, node: Node) -> str:
        """The fingerprint of a task that has just succeeded: definition, values, sources and products."""

    def size(self, node: Node) -> int:
        """How many bytes the sources of a task have together."""

    def post(self, happening: Happening) -> None:
        """Add to what `happened` tells. Callable from any thread."""

    def deliver(self, message: Message, channels: Sequence[str], settled: frozenset[str]) -> None:
        """Deliver a message to channels but those that are settled; a `Delivered` follows for each."""

    def undelivered(self) -> int:
        """How many deliveries are on their way."""

    def hurry(self) -> None:
        """Nothing goes on but deliveries: they have no time for pauses any more."""

    def dead(self) -> Collection[str]:
        """The channels that fail: nobody waits for them."""

    def committed(self, events: Sequence[Event]) -> None:
        """These events are durable: observers may go on."""

    def finished(self, request: str) -> None:
        """A request of the inbox is journalled."""

    def leaks(self, outputs: Mapping[str, JSON]) -> bool:
        """Whether a secret stands in these values."""

    def mask(self, text: str) -> str:
        """The text without secrets."""
