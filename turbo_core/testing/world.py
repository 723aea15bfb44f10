"""A world without processes, files and waiting: attempts end as they are told to, on a clock that only jumps.

It implements `turbo_core.engine.ports.World`. Nothing in it is random; time passes only while the runner waits.
"""

from __future__ import annotations

import heapq
from collections import Counter
from collections.abc import Callable, Collection, Mapping, Sequence
from itertools import count
from pathlib import Path
from typing import TypeAlias

from msgspec import Struct, field

from turbo_core.engine.nodes import Node
from turbo_core.engine.ports import Compared, Consulted, Delivered, Happening, KeyGiven, Requested
from turbo_core.engine.state import State
from turbo_core.journal.codec import encode
from turbo_core.messages import Message
from turbo_core.model import Attempt, Event, Outcome, Question
from turbo_core.words import JSON, FailureClass, OutcomeState

BEGIN = 1_767_225_600_000
"""When simulated time begins: 2026-01-01, in milliseconds since the epoch."""

PATIENCE = 1000
"""How often the runner may look without any time passing, before it counts as stuck."""


class Stuck(AssertionError):  # noqa: N818 - the word for it
    """The run waits for something that will never happen."""


class Stub(Struct, frozen=True, kw_only=True):
    """How one attempt ends.

    ``seconds`` is how long it takes (``None``: until it is ended from outside), ``dying`` how long it goes on after it was told
    to end; a grace time that is shorter ends it sooner.
    """

    state: OutcomeState = "succeeded"
    failure: FailureClass | None = None
    exit_code: int | None = None
    message: str = ""
    outputs: Mapping[str, JSON] = field(default_factory=dict)
    seconds: float | None = 1.0
    dying: float = 0.0

    @classmethod
    def fails(cls, failure: FailureClass = "exit", *, exit_code: int | None = None, seconds: float = 1.0) -> Stub:
        """An attempt that fails; with exit code 1, unless told otherwise, if it is of the class ``exit``."""
        code = 1 if failure == "exit" and exit_code is None else exit_code
        return cls(state="failed", failure=failure, exit_code=code, message=f"{failure} as told", seconds=seconds)


Stubs: TypeAlias = Mapping[str, Stub | Sequence[Stub]]
"""Address → how its attempts end: all in one way, or one after another (the last for all that follow). What is not named succeeds
after a second. ``undo:ADDRESS`` and ``probe:ADDRESS`` are for the undo and the probe of a task."""

Choose: TypeAlias = Callable[[Attempt], Stub]
"""Says of each attempt how it ends, in the place of `Stubs`."""

Decide: TypeAlias = Callable[[Question], Sequence[Mapping[str, JSON]]]


def opinion(name: str, *, answer: str = "", score: JSON = None, confidence: JSON = 1, weight: int = 1) -> dict[str, JSON]:
    """What one decider says, as the journal keeps it."""
    told: dict[str, JSON] = {"name": name, "plugin": name, "answer": answer, "score": score, "confidence": confidence}
    return {**told, "weight": weight, "reason": f"{name} says so", "evidence": None, "missing": ""}


class _Key(Struct):
    limit: int
    holders: list[str]
    queue: list[str]


class _Simulated(Struct):
    """An attempt under way."""

    world: SimulatedWorld
    stub: Stub
    done: Callable[[Outcome], None]
    ended: bool = False

    def cancel(self, *, grace: float) -> None:
        """End it when its time to die is over."""
        self.world.later(min(self.stub.dying, grace), lambda: self.end(Outcome(state="cancelled", message="it was cancelled")))

    def end(self, outcome: Outcome) -> None:
        """Tell how it ended, once."""
        if not self.ended:
            self.ended = True
            self.done(outcome)


class SimulatedWorld:
    """Everything around one runner.

    Args:
        stubs: how attempts end.
        past: what is already in the journal; the stubs of attempts that ended are used up.
        requests: what people want, with the seconds after which they do.
        decide: what deciders answer.
        thinking: how many seconds they take.
        baselines: what good runs had, by the address of a criterion (`gate/size`), the latest first.
        held: how many others hold each concurrency key, for ever.
        unchanged: the tasks whose files are as they were, with the outputs of their last success.
        faults: why a channel takes no message, by its name.
        secrets: texts that are masked.
        milliseconds: the time at which it begins, since the epoch.
        watch: sees what is committed, and may post what follows.
    """

    def __init__(
        self,
        stubs: Stubs | Choose,
        *,
        past: Sequence[Event] = (),
        requests: Sequence[tuple[float, Requested]] = (),
        decide: Decide = lambda _question: (),
        thinking: float = 0.0,
        baselines: Mapping[str, Sequence[JSON]] | None = None,
        held: Mapping[str, int] | None = None,
        unchanged: Mapping[str, Mapping[str, JSON]] | None = None,
        faults: Mapping[str, str] | None = None,
        secrets: Sequence[str] = (),
        milliseconds: int = BEGIN,
        watch: Watch = lambda _world, _events: None,
    ) -> None:
        self.started: list[Attempt] = []
        self.asked: list[Question] = []
        self.deliveries: list[tuple[Message, str]] = []
        self.done: list[str] = []
        self.most_running = 0
        self._stubs = stubs
        self._used = _used_before(past)
        self._decide = decide
        self._thinking = thinking
        self._baselines = baselines or {}
        self._held = held or {}
        self._unchanged = unchanged or {}
        self._faults = faults or {}
        self._secrets = secrets
        self._watch = watch
        self.milliseconds = milliseconds
        self.skew = 0.0
        """Seconds by which the clock on the wall is wrong; a test may let it jump. The monotonic clock never does."""
        self._looks = 0
        self.running = 0
        self._keys: dict[str, _Key] = {}
        self._posted: list[Happening] = []
        self._order = count()
        self._agenda: list[tuple[int, int, Callable[[], None]]] = []
        for seconds, request in requests:
            self._plan(seconds, request)

    def _plan(self, seconds: float, request: Requested) -> None:
        self.later(seconds, lambda: self.post(request))

    # ------------------------------------------------------------ time and news

    def now(self) -> float:
        """Seconds since the epoch."""
        return self.milliseconds / 1000 + self.skew

    def monotonic(self) -> float:
        """Seconds since simulated time began."""
        return (self.milliseconds - BEGIN) / 1000

    def later(self, seconds: float, act: Callable[[], None]) -> None:
        """Do something when so much time has passed."""
        heapq.heappush(self._agenda, (self.milliseconds + round(seconds * 1000), next(self._order), act))

    def post(self, happening: Happening) -> None:
        """Add to what `happened` tells."""
        self._posted.append(happening)

    def happened(self, timeout: float | None) -> Sequence[Happening]:
        """What has happened; time jumps to it.

        Raises:
            Stuck: nothing will ever happen.
        """
        self._jump(0 if self._posted else timeout)
        found, self._posted = self._posted, []
        return found

    def _jump(self, timeout: float | None) -> None:
        if not self._agenda and timeout is None:
            raise Stuck("the run waits, and nothing will ever happen")
        limit = self.milliseconds + max(round(timeout * 1000), timeout > 0) if timeout is not None else self._agenda[0][0]
        until = min(limit, self._agenda[0][0]) if self._agenda else limit
        self._looks = 0 if self._posted or until > self.milliseconds else self._looks + 1
        if self._looks > PATIENCE:
            raise Stuck("the run looks again and again, and no time passes")
        self.milliseconds = until
        while self._agenda and self._agenda[0][0] <= until:
            heapq.heappop(self._agenda)[2]()

    # ------------------------------------------------------------ attempts

    def start(self, attempt: Attempt, done: Callable[[Outcome], None]) -> _Simulated:
        """Begin an attempt that ends as its stub says."""
        self.started.append(attempt)
        self.running += 1
        self.most_running = max(self.most_running, self.running)
        stub = self._stub_of(attempt)
        execution = _Simulated(self, stub, lambda outcome: self._end(attempt, done, outcome))
        if stub.seconds is not None:
            self.later(stub.seconds, lambda: execution.end(_outcome(stub, attempt)))
        return execution

    def _stub_of(self, attempt: Attempt) -> Stub:
        if callable(self._stubs):
            return self._stubs(attempt)
        key = stub_key(attempt)
        found = self._stubs.get(key, Stub())
        return found if isinstance(found, Stub) else found[min(self._used[key], len(found) - 1)]

    def _end(self, attempt: Attempt, done: Callable[[Outcome], None], outcome: Outcome) -> None:
        self.running -= 1
        self._used[stub_key(attempt)] += 1
        done(outcome)

    # ------------------------------------------------------------ deciders, keys, files

    def consult(self, question: Question) -> None:
        """Ask the deciders."""
        self.asked.append(question)
        self.later(self._thinking, lambda: self.post(self._consulted(question)))

    def _consulted(self, question: Question) -> Consulted:
        wanted = question.facts.get("baselines") or {}
        known = {name: self._baselines.get(f"{question.task}/{name}", ())[:number] for name, number in wanted.items()}
        return Consulted(question=question, opinions=self._decide(question), baselines=known)

    def want_key(self, address: str, key: str, limit: int, policy: str) -> None:
        """Take a key, wait for it in a queue, or be refused."""
        known = self._keys.setdefault(key, _Key(limit, [], []))
        if len(known.holders) + self._held.get(key, 0) < known.limit:
            known.holders.append(address)
            self.post(KeyGiven(address=address))
            return
        if policy == "reject":
            self.post(KeyGiven(address=address, refused=f"the key {key!r} is taken"))
            return
        known.queue.append(address)
        if policy == "replace":
            for holder in known.holders:
                self.post(Requested(kind="cancel_task", actor="", body={"task": holder}))

    def holders(self, key: str) -> list[str]:
        """The tasks that hold a key."""
        return list(self._keys[key].holders)

    def free_key(self, address: str) -> None:
        """Give a key back; the next in its queue gets it."""
        for known in self._keys.values():
            known.queue[:] = [other for other in known.queue if other != address]
            if address in known.holders:
                known.holders.remove(address)
                if known.queue:
                    known.holders.append(known.queue.pop(0))
                    self.post(KeyGiven(address=known.holders[-1]))

    def compare(self, state: State, node: Node) -> None:
        """Tell whether a task's files are as they were."""
        outputs = self._unchanged.get(node.address)
        same = outputs is not None
        run = f"before-{state.run}" if same else ""
        self.post(Compared(address=node.address, fingerprint="print", unchanged=same, run=run, outputs=outputs or {}))

    def fingerprint(self, _state: State, _node: Node) -> str:
        """All files have one fingerprint."""
        return "print"

    def size(self, _node: Node) -> int:
        """No file has anything in it."""
        return 0

    # ------------------------------------------------------------ messages and the rest

    def deliver(self, message: Message, channels: Sequence[str], settled: frozenset[str]) -> None:
        """Hand a message to channels; they answer at once."""
        for channel in channels:
            if channel not in settled:
                self.deliveries.append((message, channel))
                fault = self._faults.get(channel, "")
                self.post(Delivered(key=message.key, channel=channel, fault=fault, final=bool(fault)))

    def undelivered(self) -> int:
        """How many receipts have not been taken yet."""
        return sum(isinstance(happening, Delivered) for happening in self._posted)

    def hurry(self) -> None:
        """Every delivery ends at once here."""

    def dead(self) -> Collection[str]:
        """No channel fails here."""
        return ()

    def committed(self, events: Sequence[Event]) -> None:
        """Show them to whoever watches."""
        self._watch(self, events)

    def finished(self, request: str) -> None:
        """Note that a request is journalled."""
        self.done.append(request)

    def leaks(self, outputs: Mapping[str, JSON]) -> bool:
        """Whether a secret stands in these values."""
        text = str(dict(outputs))
        return any(secret in text for secret in self._secrets)

    def mask(self, text: str) -> str:
        """The text without secrets."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return text


Watch: TypeAlias = Callable[[SimulatedWorld, Sequence[Event]], None]


def _outcome(stub: Stub, attempt: Attempt) -> Outcome:
    if attempt.argv and stub.outputs:
        path = Path(str(attempt.env["TURBO_OUTPUT"]))
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(encode(stub.outputs))
    return Outcome(
        state=stub.state,
        failure=stub.failure,
        message=stub.message,
        exit_code=0 if stub.state == "succeeded" and stub.exit_code is None else stub.exit_code,
        outputs=stub.outputs if attempt.action else {},
    )


def stub_key(attempt: Attempt) -> str:
    """The name in `Stubs` of what an attempt is for. Commands have no modes: the name of the log tells it."""
    name = attempt.log.name.removeprefix(attempt.task.replace("/", "+"))
    part = "undo:" if name.startswith(".undo") else "probe:" if name.endswith(".probe.log") else ""
    return part + attempt.task


def _used_before(past: Sequence[Event]) -> Counter[str]:
    ended = (event.task for event in past if event.kind == "attempt.ended" and event.body["state"] != "lost")
    known = (event for event in past if event.kind in {"probe.ended", "undo.ended"} and event.body.get("counted", True))
    others = (f"{event.kind.partition('.')[0]}:{event.task}" for event in known)
    return Counter(ended) + Counter(others)
