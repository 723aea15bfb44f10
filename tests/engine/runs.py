"""What the tests of the engine's core share: short ways to simulate a run and to say what people do."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from textwrap import dedent
from typing import Any

from turbo_core.engine.ports import Requested
from turbo_core.engine.state import State
from turbo_core.model import Draft
from turbo_core.testing.simulation import Simulation, StubAction, Surrounding
from turbo_core.testing.world import Stub
from turbo_core.words import JSON

FAILS = Stub.fails()
HANGS = Stub(seconds=None)
SLOW = Stub(seconds=100)
ACTIONS = (
    StubAction(name="git.tag", undo=True, parameters=("name",), outputs=("ref",)),
    StubAction(name="git.merge", probe=True, outputs=()),
    StubAction(name="git.push", probe=True, outputs=("sha",)),
    StubAction(name="git.read", risk="read", idempotent=True, outputs=("text",)),
    StubAction(name="git.size", risk="read", parameters=("of",), outputs=("score", "confidence")),
)


def prepare(folder: Path, text: str, stubs: Mapping[str, Stub | Sequence[Stub]] | None = None, **more: Any) -> Simulation:
    """A simulation that has not run; ``more`` are fields of `Surrounding`, arguments of `Simulation`, or files (``x_yaml``)."""
    known = set(Surrounding.__struct_fields__)
    around = Surrounding(stubs=stubs or {}, **{name: value for name, value in more.items() if name in known})
    texts = {f"{name[:-5]}.yaml": dedent(value) for name, value in more.items() if name.endswith("_yaml")}
    rest = {name: value for name, value in more.items() if name not in known and not name.endswith("_yaml")}
    return Simulation(folder, {"turbo.yaml": "name: main\n" + dedent(text), **texts}, around, actions=ACTIONS, **rest)


def play(folder: Path, text: str, stubs: Mapping[str, Stub | Sequence[Stub]] | None = None, **more: Any) -> Simulation:
    """The same, run as far as it goes; ``run.code`` is not kept: the state tells it."""
    run = prepare(folder, text, stubs, **more)
    run.run()
    return run


def answers(
    task: str, actor: str = "ann", *, approve: bool = True, after: float = 5, comment: str = "", **given: JSON
) -> tuple[float, Requested]:
    """Somebody answers a gate's question."""
    body = {"task": task, "approve": approve, "comment": comment, "fields": given}
    return after, Requested(kind="answer", actor=actor, name=f"answer-{task}-{actor}-{after}", body=body)


def cancels(after: float, **body: JSON) -> tuple[float, Requested]:
    """Somebody cancels the run."""
    return after, Requested(kind="cancel", actor="ann", body={"reason": "enough", **body})


def settles(task: str, answer: str, after: float = 5) -> tuple[float, Requested]:
    """Somebody says what became of a held task."""
    return after, Requested(kind="lost", actor="ann", body={"task": task, "answer": answer})


def recorded(draft: Draft | None) -> Any:
    """The facts to resume with: one that was made before."""
    found = [draft] if draft is not None else []

    def make(_state: State) -> list[Draft]:
        return found

    return make
