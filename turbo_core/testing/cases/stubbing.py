"""How each attempt of a case ends: by the stub that fits it, or the mistake that there is none.

It must not know how a run goes on.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from turbo_core.engine.nodes import Node
from turbo_core.errors import UsageError
from turbo_core.model import Attempt
from turbo_core.testing.cases.addresses import fitting, plain
from turbo_core.testing.cases.case import Case
from turbo_core.testing.cases.shape import StubShape
from turbo_core.testing.world import Stub, stub_key
from turbo_core.words import JSON
from turbo_core.workflow.definition import Task

_MOST = 1000
"""Attempts of one task, after which a case counts as endless."""


class Stubbing:
    """Chooses stubs for the attempts of one case.

    Args:
        case: the case.
        node_of: finds a task of the run by its address.
    """

    def __init__(self, case: Case, node_of: Callable[[str], Node]) -> None:
        self._case = case
        self._node_of = node_of

    def choose(self, attempt: Attempt) -> Stub:
        """How an attempt ends.

        Raises:
            UsageError: nothing says so, and it could not be guessed; or its stub leaves out an output that is read.
        """
        part = stub_key(attempt).removesuffix(attempt.task)
        task = self._case.tested.tasks[plain(attempt.task)]
        stubs = {name.removeprefix(part): stub for name, stub in self._case.stubs.items() if name.startswith(part)}
        names = [*fitting(stubs, self._node_of(attempt.task)), *([task.uses] if task.uses in stubs else [])]
        found = stubs[names[0]] if names else None
        if found is None:
            return self._unwritten(attempt, task, part)
        if attempt.number > _MOST:
            raise UsageError(f"{attempt.task} is run again and again", next_step="write a list of stubs, which ends otherwise")
        shape = found[min(max(attempt.number, 1), len(found)) - 1]
        timed_out = attempt.timeout is not None and shape.takes > attempt.timeout
        if not part and shape.ending == "succeeded" and not timed_out:
            self._refuse_gaps(attempt.task, task, shape.outputs)
        return _stub(shape, attempt)

    def _unwritten(self, attempt: Attempt, task: Task, part: str) -> Stub:
        """A command without outputs, and what is undone, may be taken to succeed; nothing else is guessed."""
        if part == "probe:":
            raise _missing(f"probe:{attempt.task}", "only the case can say what the probe finds")
        if not part and task.outputs:
            raise _missing(attempt.task, f"it has outputs: {', '.join(task.outputs)}")
        return Stub()

    def _refuse_gaps(self, address: str, task: Task, outputs: Mapping[str, JSON]) -> None:
        read = self._case.tested.read.get(plain(address), frozenset())
        wanted = set(task.outputs) if "" in read else read
        gaps = [name for name in task.outputs if name in wanted and name not in outputs and not task.outputs[name].endswith("?")]
        if gaps:
            raise UsageError(
                f"the stub of {address} does not give the output {gaps[0]!r}",
                why="the workflow reads it",
                next_step=f"add {', '.join(gaps)} to its `outputs`",
            )


def _missing(name: str, why: str) -> UsageError:
    return UsageError(f"there is no stub for {name}", why=why, next_step=f"add `{name}:` to `stubs`")


def _stub(shape: StubShape, attempt: Attempt) -> Stub:
    if shape.ending == "lost":
        return Stub(state="lost", failure="lost", message=shape.message or "its end is not known", seconds=shape.takes)
    if shape.ending == "succeeded":
        return Stub(outputs=shape.outputs, message=shape.message, seconds=shape.takes)
    failure = shape.class_ or ("error" if attempt.action else "exit")
    code = (shape.exit_code or 1) if failure == "exit" else None
    message = shape.message or (f"exit code {code}" if code else f"{failure}, as the test says")
    return Stub(state="failed", failure=failure, exit_code=code, message=message, seconds=shape.takes)
