"""What holds after every step of every run: read from the journal alone, event by event.

`Watch` sees each event once, when it is durable, and raises `Broken` at the first that must not be. Knows nothing of faults.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from tests.sim.places import Places
from turbo_core.journal.codec import GENESIS, encode
from turbo_core.model import Event
from turbo_core.testing.world import SimulatedWorld
from turbo_core.workflow.definition import Workflow

CANARY = "canary-3f9d1c"
"""The one secret of the simulated world."""


FIRST = frozenset({"run.created", "run.taken", "attempt.ended", "undo.ended", "run.cancelling"})
"""What a runner writes first: that it has taken the run; or, on a full disk, only what has ended."""


class Broken(AssertionError):
    """A run did what no run may do."""


def demand(holds: bool, event: Event, why: str) -> None:
    """Raise if something does not hold.

    Raises:
        Broken: it does not.
    """
    if not holds:
        raise Broken(f"{why}: event {event.seq}, {event.kind} {event.task} {event.attempt}")


def demand_durable(watch: Watch, key: str) -> None:
    """Nothing is started whose intent is not in the journal.

    Args:
        watch: what is in the journal.
        key: the address of a task, with ``undo:`` or ``probe:`` before it.

    Raises:
        Broken: it is not there.
    """
    part, _colon, task = key.rpartition(":")
    begun = {"": task in watch.open, "undo": watch.undoing == task, "probe": task in watch.probing}
    if not begun[part]:
        raise Broken(f"{key} is started before that is durable")


class Watch:
    """The facts of one run so far, kept apart from the state of the engine.

    Args:
        workflow: the definition; it does not change.
        events: the journal of the run, which grows.
    """

    def __init__(self, workflow: Workflow, events: Sequence[Event]) -> None:
        self.open: set[str] = set()
        self.probing: set[str] = set()
        self.undoing = ""
        self.undone: set[str] = set()
        self.ended: set[str] = set()
        self.asked: dict[str, Event] = {}
        self.known: dict[str, int] = {}
        self.jobs = 0
        self._events = events
        self._seen: list[str] = []
        self._last: Event | None = None
        self._ends: set[tuple[str, int]] = set()
        self._attempts: dict[str, int] = {}
        self._lost: set[str] = set()
        self._undo_began = 0
        self._keys: dict[str, str] = {}
        self._owners: dict[str, str] = {}
        self._succeeded: set[str] = set()
        self._queued: set[str] = set()
        self._settled: set[tuple[str, str]] = set()
        self._dedupe: set[str] = set()
        self._cancelling = False
        self._over = False
        self._places = Places(workflow)
        self._folds: Mapping[str, Callable[[Event], None]] = {
            "run.taken": self._run_taken,
            "run.round": self._run_round,
            "run.cancelling": self._run_cancelling,
            "run.ended": self._run_ended,
            "phase.skipped": self._phase_skipped,
            "task.skipped": self._task_ended,
            "task.ended": self._task_ended,
            "gate.opened": self._gate_opened,
            "task.asking": self._asked,
            "gate.asked": self._asked,
            "lost.answered": self._answered,
            "gate.answered": self._gate_answered,
            "attempt.started": self._attempt_started,
            "attempt.ended": self._attempt_ended,
            "probe.started": self._probe_started,
            "probe.ended": self._probe_ended,
            "undo.started": self._undo_started,
            "undo.ended": self._undo_ended,
            "message.queued": self._message_queued,
            "message.delivered": self._message_settled,
            "message.failed": self._message_settled,
        }

    def look(self, acknowledged: Sequence[Event] = ()) -> None:
        """Look at what is new in the journal, and whether it has what was acknowledged."""
        for event in self._events[len(self._seen) :]:
            self._any(event)
            fold = self._folds.get(event.kind)
            if fold is not None:
                fold(event)
            self._seen.append(event.hash)
            self._last = event
        for event in acknowledged:
            there = event.seq <= len(self._events) and self._events[event.seq - 1] == event
            demand(there, event, "what was acknowledged is not in the journal")

    def look_again(self) -> None:
        """A new runner has read the journal: what was in it still is."""
        for event, seen in zip(self._events, self._seen, strict=False):
            demand(event.hash == seen, event, "the journal has changed")
        if len(self._events) < len(self._seen):
            raise Broken(f"{len(self._seen) - len(self._events)} durable events are gone")
        self.look()

    def look_at_messages(self, world: SimulatedWorld) -> None:
        """What was sent had been journalled, and holds no secret."""
        self.look()
        for message, channel in world.deliveries:
            if message.key not in self._queued or CANARY in f"{message.subject}{message.body}{message.fields}":
                raise Broken(f"the message {message.key} should not have gone to {channel}")

    def handled(self, request: str) -> bool:
        """Whether the journal says what came of a request of the inbox."""
        return request in self._dedupe

    # ------------------------------------------------------------ any event

    def _any(self, event: Event) -> None:
        last = self._last
        demand(event.seq == len(self._seen) + 1, event, "the numbers have a gap")
        demand(event.prev == (last.hash if last else GENESIS.hex()), event, "the chain is broken")
        demand(last is None or event.epoch >= last.epoch, event, "two writers at the same time")
        begins = last is None or event.epoch != last.epoch
        demand(not begins or event.kind in FIRST, event, "a writer that has not taken the run")
        demand(not event.dedupe or event.dedupe not in self._dedupe, event, "a request counts twice")
        demand(CANARY.encode() not in encode(event.body), event, "a secret stands in the journal")
        if event.dedupe:
            self._dedupe.add(event.dedupe)

    # ------------------------------------------------------------ the run

    def _run_taken(self, event: Event) -> None:
        self.jobs = event.body["jobs"]
        self.probing.clear()

    def _run_round(self, event: Event) -> None:
        self._over = self._cancelling = False
        self.ended -= set(event.body["reset"])

    def _run_cancelling(self, _event: Event) -> None:
        self._cancelling = True

    def _run_ended(self, event: Event) -> None:
        demand(not self._over, event, "a run ends twice")
        demand(not self.open, event, "a run ends while its tasks run")
        self._over = True

    def _phase_skipped(self, event: Event) -> None:
        self.ended |= {*self._places.of_phase(f"{event.task}/" if event.task else "", event.body["phase"])}

    # ------------------------------------------------------------ tasks and attempts

    def _task_ended(self, event: Event) -> None:
        task = event.task
        demand(task not in self.ended, event, "a task ends twice in one round")
        demand(task not in self.open, event, "a task ends before its attempt")
        demand(task not in self._succeeded, event, "a task that succeeded ends again")
        self.ended.add(task)
        self.asked.pop(task, None)
        place, _prefix, is_task = self._places.find(task)
        if event.body.get("state") == "succeeded" and is_task and place.phase is not None:
            self._succeeded.add(task)

    def _gate_opened(self, event: Event) -> None:
        """Its criteria are asked anew."""
        self.ended = {task for task in self.ended if not task.startswith(f"{event.task}/")}

    def _attempt_started(self, event: Event) -> None:
        task = event.task
        place, prefix, _is_task = self._places.find(task)
        demand(task not in self.ended, event, "a task that has ended starts again")
        demand(task not in self._succeeded, event, "a task that succeeded starts again")
        demand(task not in self.open, event, "two attempts of a task at the same time")
        demand(event.attempt == self._attempts.get(task, 0) + 1, event, "an attempt is left out")
        self._check_key(event, task)
        demand(len(self.open) < self.jobs, event, "more attempts than slots")
        demand(not self._over, event, "an attempt after the end of the run")
        demand(not self._cancelling or place.phase is None, event, "a task starts after the cancel")
        waiting = [name for name in place.before if prefix + name not in self.ended]
        demand(not waiting, event, f"a task starts before what it waits for ({', '.join(waiting)})")
        self._attempts[task] = event.attempt
        self.open.add(task)

    def _attempt_ended(self, event: Event) -> None:
        demand(event.task in self.open, event, "an end of what had not started")
        demand((event.task, event.attempt) not in self._ends, event, "an attempt ends twice")
        demand(event.attempt == self._attempts[event.task], event, "the end of another attempt")
        self._ends.add((event.task, event.attempt))
        self.open.remove(event.task)
        lost = event.body["state"] == "lost"
        (self._lost.add if lost else self._lost.discard)(event.task)
        if not lost:
            self.known[event.task] = self.known.get(event.task, 0) + 1

    def _probe_started(self, event: Event) -> None:
        demand(event.task in self._lost, event, "a probe of what was not lost")
        self.probing.add(event.task)

    def _probe_ended(self, event: Event) -> None:
        demand(event.task in self.probing, event, "the answer of a probe that was not asked")
        self.probing.remove(event.task)
        self._count("probe", event)

    def _asked(self, event: Event) -> None:
        demand(event.task not in self.ended, event, "a question about what has ended")
        self.asked[event.task] = event

    def _answered(self, event: Event) -> None:
        demand(event.task in self.asked, event, "an answer to what was not asked")
        del self.asked[event.task]

    def _gate_answered(self, event: Event) -> None:
        if event.body["accepted"]:
            self._answered(event)

    def _check_key(self, event: Event, owner: str) -> None:
        """One idempotency key for all tries of a task, another for those of its undo, and none of them for two."""
        key = event.body["key"]
        demand(self._keys.setdefault(owner, key) == key, event, "another idempotency key than before")
        demand(self._owners.setdefault(key, owner) == owner, event, "the idempotency key of something else")

    def _count(self, part: str, event: Event) -> None:
        self.known[f"{part}:{event.task}"] = self.known.get(f"{part}:{event.task}", 0) + 1

    # ------------------------------------------------------------ undo and messages

    def _undo_started(self, event: Event) -> None:
        demand(not self.undoing, event, "two undos at the same time")
        demand(event.task in self._succeeded | self._lost, event, "an undo of what did not happen")
        demand(event.task not in self.undone, event, "what is undone is undone again")
        self._check_key(event, f"undo:{event.task}")
        self.undoing, self._undo_began = event.task, event.epoch

    def _undo_ended(self, event: Event) -> None:
        demand(event.task == self.undoing, event, "the end of an undo that had not started")
        self.undoing = ""
        if event.epoch == self._undo_began:  # else its end is not known
            self._count("undo", event)
        if event.body["state"] == "undone":
            self.undone.add(event.task)

    def _message_queued(self, event: Event) -> None:
        demand(event.body["key"] not in self._queued, event, "one message twice")
        self._queued.add(event.body["key"])

    def _message_settled(self, event: Event) -> None:
        place = (event.body["key"], event.body["channel"])
        demand(place[0] in self._queued, event, "a receipt for what was not sent")
        demand(place not in self._settled, event, "two receipts for one message")
        self._settled.add(place)
