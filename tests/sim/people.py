"""The people and deciders around a simulated run: they cancel, answer at the right and the wrong time, and have opinions.

A request stays in the inbox until a runner has put it away, and is found there by the next one.
"""

from __future__ import annotations

from collections.abc import Sequence
from random import Random
from typing import Any

from tests.sim.invariants import Broken, Watch
from tests.sim.trace import Trace
from turbo_core.engine.ports import Requested
from turbo_core.model import Question
from turbo_core.testing.world import SimulatedWorld, opinion

Wanted = list[tuple[float, Requested]]


class People:
    """All that is wanted of one run.

    Args:
        dice: what they do, and when.
        trace: where that is noted.
        watch: what is in the journal.
        plain: nobody wants anything but that it goes on.
    """

    def __init__(self, dice: Random, trace: Trace, watch: Watch, *, plain: bool) -> None:
        self._dice = dice
        self._trace = trace
        self._watch = watch
        self._plain = plain
        self._inbox: dict[str, Requested] = {}
        self._answered: set[int] = set()

    def want(self, tasks: Sequence[str]) -> Wanted:
        """Perhaps something new, and what no runner has put away; with the seconds after which it comes."""
        if not self._plain and self._dice.random() < 0.4:
            request = self._request(tasks)
            self._inbox[request.name] = request
        return [(self._dice.randint(0, 30), request) for request in self._inbox.values()]

    def still_want(self) -> Wanted:
        """What no runner has put away."""
        return [(1, request) for request in self._inbox.values()]

    def see(self, world: SimulatedWorld) -> None:
        """What a runner has put away is gone; the journal tells what came of it.

        Raises:
            Broken: it does not.
        """
        for name in world.done:
            request = self._inbox.pop(name)
            self._trace.fired[f"people: {request.kind}"] += 1
            self._watch.look()
            if request.kind == "answer" and not self._watch.handled(name):
                raise Broken(f"the request {name} is put away, and the journal does not know of it")

    def decide(self, question: Question) -> Sequence[Any]:
        """What deciders say; the same again if they are asked again."""
        own = Random(f"{self._trace.seed}/{question.task}/{self._watch.known.get(question.task, 0)}")
        answer = own.choice(["", "retry", "skip", "ask", "undo", "stop"]) if question.kind == "failure" else ""
        self._trace.fired[f"deciders: {answer or ('scores' if question.kind == 'gate' else 'nothing')}"] += 1
        return [opinion("oracle", answer=answer, score=own.choice([0, 0.5, 1, None]), confidence=own.choice([0.5, 1]))]

    def answer(self, world: SimulatedWorld) -> None:
        """Answer every question that is open, once."""
        for task, event in self._watch.asked.items():
            if event.seq not in self._answered:
                self._answered.add(event.seq)
                self._say(world, task, gate=event.kind == "gate.asked")

    def _say(self, world: SimulatedWorld, task: str, *, gate: bool) -> None:
        body: dict[str, Any] = {"task": task, "approve": self._dice.random() < 0.5, "comment": "", "fields": {}}
        if not gate:
            body = {"task": task, "answer": "rerun" if self._plain else self._dice.choice(["rerun", "done", "fail"])}
        request = Requested(kind="answer" if gate else "lost", actor="ann", body=body)
        world.later(1, lambda: world.post(request))

    def _request(self, tasks: Sequence[str]) -> Requested:
        kind, name = self._dice.choice(["cancel", "cancel_task", "answer"]), f"request-{self._dice.randint(0, 10**12)}"
        told: dict[str, Any] = {
            "task": self._dice.choice(tasks),
            "approve": self._dice.random() < 0.5,
            "comment": "",
            "fields": {},
        }
        if kind == "cancel":
            told = {"force": self._dice.random() < 0.3, "reason": "enough", "signal": 2}
        return Requested(kind=kind, actor="ann", name=name, body=told)
