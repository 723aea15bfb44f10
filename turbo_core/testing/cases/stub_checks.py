"""Stubs, held against the workflow: does the task exist, can it be stubbed, and could an attempt of it end so?"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from turbo_core.engine.outputs import check as check_outputs
from turbo_core.errors import ExpressionFailed
from turbo_core.testing.cases.addresses import Tested, part_of, plain
from turbo_core.testing.cases.shape import StubShape, StubValue, stubs_of
from turbo_core.workflow.definition import Actions, Task
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.fitting import did_you_mean

_NO_STUB: Final[Mapping[str, tuple[str, str]]] = {
    "decide": ("a gate is decided, not stubbed", "write `answers` or `decide`, or stub the actions of its criteria"),
    "workflow": ("a nested workflow is run, not stubbed", "stub the tasks in it, by addresses with a slash"),
    "communicate": ("a message sends itself", "leave the stub out"),
}


class StubChecks:
    """Checks the stubs of one workflow's tests."""

    def __init__(self, tested: Tested, actions: Actions, findings: Findings) -> None:
        self._tested = tested
        self._actions = actions
        self._findings = findings

    def check(self, name: str, value: StubValue, spot: Spot) -> None:
        """One stub, or several for one attempt after another."""
        part, address = part_of(name)
        task = self._meant(address, spot)
        if task is None or not self._stubbable(task, part, name, spot):
            return
        several = isinstance(value, list)
        for index, stub in enumerate(stubs_of(value)):
            at = spot.into(index) if several else spot
            fault, next_step = _contradiction(stub)
            if fault:
                self._findings.add("E-stub", at if several else at.key, fault, "", next_step)
            elif part != "probe":
                self._outputs(task, stub, at.into("outputs"))

    def _meant(self, address: str, spot: Spot) -> Task | None:
        tasks = self._tested.tasks
        if plain(address) in tasks:
            return tasks[plain(address)]
        used = {task.uses: task for task in tasks.values() if task.uses}
        is_action = "." in plain(address)
        if not is_action or address not in used:
            what = f"the workflow uses no action '{address}'" if is_action else f"the workflow has no task '{address}'"
            self._findings.add("E-task", spot.key, what, "", did_you_mean(plain(address), used if is_action else tasks))
            return None
        return used[address]

    def _stubbable(self, task: Task, part: str, name: str, spot: Spot) -> bool:
        what, next_step = _NO_STUB.get(task.kind, ("", ""))
        if task.undo_all:
            what, next_step = "the step undoes others", "stub the undo of a task, as `undo:TASK`"
        elif part == "undo" and task.undo is None:
            what, next_step = "it has no `undo`", "leave the stub out"
        elif part == "probe" and task.on_lost != "probe":
            what, next_step = "it has no probe", "leave the stub out"
        if what:
            self._findings.add("E-stub", spot.key, f"'{name}' cannot be stubbed", what, next_step)
        return not what

    def _outputs(self, task: Task, stub: StubShape, spot: Spot) -> None:
        known = self._actions.info(task.uses).outputs.get("properties", {}) if task.uses else task.outputs
        strays = [name for name in stub.outputs if name not in known]
        for name in strays:
            self._findings.add("E-output", spot.into(name).key, f"there is no output '{name}'", "", did_you_mean(name, known))
        timed_out = task.timeout is not None and stub.takes > task.timeout
        if strays or task.kind != "run" or stub.ending != "succeeded" or timed_out:
            return
        try:
            check_outputs(stub.outputs, task.outputs)
        except ExpressionFailed as error:
            at = spot if stub.outputs else Spot(spot.document, spot.path[:-1])
            self._findings.add("E-output", at.key, error.what.replace("it did not write", "the stub does not give"))


def _contradiction(stub: StubShape) -> tuple[str, str]:
    """Why no attempt can end as a stub says, and the next step."""
    written = stub.model_fields_set
    if stub.ending != "failed" and written & {"class_", "exit_code"}:
        return f"an attempt that {stub.told} has no class and no exit code", "leave them out, or write `outcome: failed`"
    if stub.ending != "succeeded" and "outputs" in written:
        return f"an attempt that {stub.told} has no outputs", "leave them out"
    if "exit_code" in written and stub.class_ not in {None, "exit"}:
        return "only the class `exit` has an exit code", "leave one of them out"
    return "", ""
