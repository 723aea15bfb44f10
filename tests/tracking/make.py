"""Simulated pasts: runs of a small graph whose tasks take times from known distributions."""

import random
from collections.abc import Callable, Mapping, Sequence

from turbo_core.tracking.facts import RunFact, TaskFact, TryFact
from turbo_core.tracking.schedule import Schedule, Step

Draw = Callable[[random.Random], float]

SHAPES: Mapping[str, Draw] = {
    "lognormal": lambda source: 60 * source.lognormvariate(0, 0.3),
    "normal": lambda source: max(1.0, source.gauss(100, 12)),
    "uniform": lambda source: source.uniform(20, 50),
    "exponential": lambda source: 5 + source.expovariate(1 / 20),
}

GRAPH: Sequence[Sequence[Step]] = (
    (Step(address="fetch"), Step(address="build", needs=("fetch",)), Step(address="lint"), Step(address="docs")),
    (Step(address="unit"), Step(address="system"), Step(address="ask", slot=False)),
    (Step(address="publish"),),
)
ADDRESSES = [step.address for phase in GRAPH for step in phase]


def task(run: str, address: str, seconds: float, state: str = "succeeded", **parts: float) -> TaskFact:
    """One task that ran in one attempt."""
    tries = (TryFact(state=state, failure="", seconds=seconds),)
    known = {"memory": 200 << 20, "cpu": seconds / 2, "output": 400, "log": 20_000, "waited": 0.5} | parts
    return TaskFact(run=run, address=address, state=state, seconds=seconds, tries=tries, **known)  # type: ignore[arg-type]


def run(number: int, seconds: Mapping[str, float], jobs: int = 2) -> RunFact:
    """One run of the graph, as long as the schedule makes it."""
    name = f"{number:04}"
    return RunFact(
        id=name,
        workflow="w",
        created=f"2026-01-01T00:00:{number % 60:02}Z",
        ended="2026-01-01T01:00:00Z",
        outcome="succeeded",
        seconds=Schedule(GRAPH).length({**dict.fromkeys(ADDRESSES, 0.0), **seconds}, jobs),
        actor="ann",
        tasks=tuple(task(name, address, took) for address, took in seconds.items()),
    )


def runs(count: int, seed: int, *, weather: float = 0.0) -> list[RunFact]:
    """Runs whose tasks each have a shape of their own; with ``weather`` all tasks of a run are slower or faster together."""
    source = random.Random(seed)
    made = []
    for number in range(count):
        factor = source.lognormvariate(0, weather)
        shapes = zip(ADDRESSES, [*SHAPES.values()] * 2, strict=False)
        made.append(run(number, {address: factor * draw(source) for address, draw in shapes}))
    return made
