"""Random workflows: from dice to the text of a workflow, its nested one included.

A *plain* workflow ends in one way only, whatever is lost and run again meanwhile; the others may use everything that there is.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from random import Random
from typing import Any

from turbo_core.testing.simulation import StubAction

ACTIONS = (
    StubAction(name="git.tag", undo=True, parameters=("name",), outputs=("ref",)),
    StubAction(name="git.merge", probe=True),
    StubAction(name="git.read", risk="read", idempotent=True, outputs=("text",)),
    StubAction(name="git.size", risk="read", parameters=("of",), outputs=("score", "confidence")),
)

Body = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Something that a task may have: how likely it is, what it adds, and whether a plain workflow may have it."""

    likely: float
    adds: Callable[[Random], Body]
    plain: bool = True


LOST: tuple[Body, ...] = ({"on_lost": "fail"}, {"on_lost": "hold"}, {"on_lost": "probe", "probe": "ask"})

PARTS = (
    Part(likely=0.25, adds=lambda dice: {"retry": {"times": dice.randint(1, 2), "delay": "5s"}}),
    Part(likely=0.15, adds=lambda _dice: {"allow_failure": True}),
    Part(likely=0.05, adds=lambda _dice: {"when": False}),
    Part(likely=0.20, adds=lambda dice: {"timeout": f"{dice.choice([3, 60])}s"}),
    Part(likely=0.15, adds=lambda dice: {"matrix": {"n": list(range(dice.randint(0, 3))), "max_parallel": 2}}),
    Part(likely=0.20, adds=lambda _dice: {"undo": "take back"}),
    Part(likely=0.10, adds=lambda dice: {"concurrency": {"key": dice.choice("kl")}}),
    Part(likely=0.10, adds=lambda _dice: {"sources": ["src"]}),
    Part(likely=0.40, adds=lambda dice: dice.choice(LOST), plain=False),
    Part(likely=0.05, adds=lambda _dice: {"concurrency": {"key": "k", "policy": "reject"}}, plain=False),
    Part(likely=0.03, adds=lambda _dice: {"concurrency": {"key": "k", "policy": "replace"}}, plain=False),
)

GATES: tuple[Body, ...] = (
    {"decide": "Go?"},
    {"decide": "Go?", "ask": {"within": "1h"}},
    {"decide": "Go?", "criteria": {"s": {"uses": "git.size"}, "t": {"score": True}}, "accept": 0.5},
    {"decide": "Go?", "criteria": {"s": {"uses": "git.size", "missing": "skip"}, "t": {"score": 0.6}}, "accept": 0.7},
)


def files(dice: Random, *, plain: bool) -> Mapping[str, str]:
    """The files of a random workflow."""
    nests = dice.random() < 0.3
    main = {"name": "main", **_workflow(dice, plain=plain, most=8, nests=nests)}
    child = {"name": "child", **_workflow(dice, plain=plain, most=3, nests=False)}
    return {"turbo.yaml": json.dumps(main), **({"child.yaml": json.dumps(child)} if nests else {})}


def _workflow(dice: Random, *, plain: bool, most: int, nests: bool) -> Body:
    count = dice.randint(1, most)
    phases = sorted(dice.choice([0, 0, 1, 2]) for _ in range(count))
    text: Body = {"phases": {f"p{phase}": {} for phase in phases}, "keep_going": plain or dice.random() < 0.3}
    for number, phase in enumerate(phases):
        text["phases"][f"p{phase}"][f"t{number}"] = _task(dice, number, plain=plain, nests=nests)
    if dice.random() < 0.5:
        text["on_failure"] = [{"undo": "all"}, {"run": "tell"}, {"communicate": "alas"}][: dice.randint(1, 3)]
    if dice.random() < 0.3:
        text["finally"] = [{"communicate": "done"}, {"run": "tidy"}]
    return text


def _task(dice: Random, number: int, *, plain: bool, nests: bool) -> Body:
    task = _kind(dice, plain=plain, nests=nests)
    names = dice.sample(range(number), min(number, dice.choice([0, 1, 1, 2])))
    return {**task, "needs": {f"t{name}": dice.choice(["ok", "ok", "ok", "skip_ok", "failed", "any"]) for name in names}}


def _kind(dice: Random, *, plain: bool, nests: bool) -> Body:
    kind = dice.random()
    if nests and kind < 0.2:
        return {"workflow": "child.yaml"}
    if kind < 0.3:
        return {"communicate": "hello"}
    if kind < 0.4 and not plain:
        return dict(dice.choice(GATES))
    if kind < 0.55 and not plain:
        action = dice.choice(["git.tag", "git.merge", "git.read"])
        return {"uses": action, **({"with": {"name": "v1"}, "undo": True} if action == "git.tag" else {})}
    return _command(dice, plain=plain)


def _command(dice: Random, *, plain: bool) -> Body:
    task: Body = {"run": "x", "on_lost": "rerun", "outputs": {"o": "integer?"}}
    for part in PARTS:
        if dice.random() < part.likely and (part.plain or not plain):
            task |= part.adds(dice)
    return task
