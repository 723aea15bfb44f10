"""How simulated attempts end: chosen by the seed, the task, and how many of its attempts have ended in a way that is known.

So an attempt that is lost and run again ends as it would have, and a run with faults can be compared with one without.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from random import Random

from tests.sim.invariants import CANARY, Watch, demand_durable
from turbo_core.model import Attempt
from turbo_core.testing.world import Stub, stub_key
from turbo_core.words import JSON, FailureClass

FAILURES: tuple[FailureClass, ...] = ("signal", "infra", "oom", "error")
PROBES = {"happened": 0, "absent": 1, "unknown": 7}
LOST = Stub(state="lost", failure="lost", message="its supervisor ended", seconds=1)


class Spawner:
    """Chooses the end of each attempt; see `turbo_core.testing.world.Choose`.

    Args:
        seed: everything follows from it.
        watch: what is in the journal.
        fired: counts what it does.
        dice: while there are some, supervisors die and attempts hang as well.
    """

    def __init__(self, seed: int, watch: Watch, fired: Counter[str], dice: Random | None = None) -> None:
        self._seed = seed
        self._watch = watch
        self._fired = fired
        self._dice = dice

    def __call__(self, attempt: Attempt) -> Stub:
        """The end of this attempt, whose intent must be durable."""
        key = stub_key(attempt)
        demand_durable(self._watch, key)
        trouble = 1.0 if self._dice is None else self._dice.random()
        if trouble < 0.03 and ":" not in key:
            return self._told("supervisor died", LOST)
        if trouble > 0.97 and attempt.timeout is None and self._dice is not None:
            return self._told("hang", Stub(seconds=None))
        own = Random(f"{self._seed}/{key}/{self._watch.known.get(key, 0)}")
        return self._probe(own, attempt) if key.startswith("probe:") else self._end(own, attempt)

    def _told(self, name: str, stub: Stub) -> Stub:
        self._fired[f"spawner: {name}"] += 1
        return stub

    def _probe(self, own: Random, attempt: Attempt) -> Stub:
        answer = own.choice(list(PROBES))
        self._fired[f"spawner: probe said {answer}"] += 1
        if attempt.action:
            return Stub(outputs={"happened": {"happened": True, "absent": False}.get(answer)})
        code = PROBES[answer]
        return Stub(exit_code=code) if code == 0 else Stub.fails(exit_code=code)

    def _end(self, own: Random, attempt: Attempt) -> Stub:
        seconds, kind = own.randint(0, 9) / 2, own.random()
        if kind < 0.12:
            return self._told("exit code", Stub.fails(exit_code=own.randint(1, 255), seconds=seconds))
        if kind < 0.18:
            failure = own.choice(FAILURES)
            return self._told(failure, Stub.fails(failure, seconds=seconds))
        if kind < 0.30 and attempt.timeout is not None:
            return self._told("timeout", Stub(seconds=None, dying=own.choice([0, 5, 60])))
        if kind < 0.33:
            return self._told(
                "secret in a message", Stub(state="failed", failure="error", message=f"no {CANARY}", seconds=seconds)
            )
        if kind < 0.36:
            return self._told("secret in an output", Stub(outputs={"o": CANARY, "text": CANARY}, seconds=seconds))
        return Stub(outputs=_outputs(own, attempt), seconds=seconds, dying=own.choice([0, 0, 20]))


def _outputs(own: Random, attempt: Attempt) -> Mapping[str, JSON]:
    known: Mapping[str, Mapping[str, JSON]] = {
        "git.size": {"score": own.choice([0, 0.5, 1, True]), "confidence": own.choice([0.2, 1])},
        "git.tag": {"ref": "r"},
        "git.read": {"text": "words"},
    }
    if not attempt.argv:
        return known.get(attempt.action, {})
    is_step = attempt.task.rpartition("/")[2].startswith(("on_failure", "finally"))
    return {} if is_step else {"o": own.randint(0, 9)}
