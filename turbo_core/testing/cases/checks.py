"""What a test says, held against the workflow that it tests: names and kinds. It must not know files, nor how a case runs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from turbo_core.errors import UsageError
from turbo_core.testing.cases.addresses import Tested, plain
from turbo_core.testing.cases.shape import CaseShape, ExpectShape, MessageShape, SharedShape, answers_of, opinions_of
from turbo_core.testing.cases.stub_checks import StubChecks
from turbo_core.words import JSON
from turbo_core.workflow.definition import Actions, Task
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.fitting import did_you_mean
from turbo_core.workflow.given import inputs_from
from turbo_core.workflow.selection import selected

_REPLIES: Final[Mapping[str, tuple[str, ...]]] = {
    "decide": ("approve", "reject"),
    **dict.fromkeys(("run", "uses"), ("rerun", "done", "fail")),
}
"""What can be answered, by the kind of the task that asks."""
_OF_TASKS: Final = ("ran", "not_ran", "skipped", "retried", "failed", "decisions", "scores", "undone")
"""The expectations that name tasks, in an object or a list."""


class Checks:
    """Checks the parts of a test file against one workflow; mistakes go to ``findings``."""

    def __init__(self, tested: Tested, actions: Actions, findings: Findings) -> None:
        self._tested = tested
        self._findings = findings
        self._stubs = StubChecks(tested, actions, findings)

    # ------------------------------------------------------------ what is given

    def shared(self, shape: SharedShape, spot: Spot) -> None:
        """What a case and its file can both give."""
        workflow = self._tested.workflow
        self._known(shape.inputs, workflow.inputs, "input", spot.into("inputs"))
        self._known(shape.vars, dict(workflow.vars), "variable", spot.into("vars"))
        self._known(shape.secrets, workflow.secrets, "secret", spot.into("secrets"))
        for name, value in shape.stubs.items():
            self._stubs.check(name, value, spot.into("stubs", name))

    def case(self, shape: CaseShape, inputs: Mapping[str, JSON], spot: Spot) -> None:
        """What only a case has; ``inputs`` are all of them, those of the file among them."""
        workflow = self._tested.workflow
        try:
            inputs_from(workflow.inputs, {name: value for name, value in inputs.items() if name in workflow.inputs})
            selected(workflow, shape.only)
        except UsageError as error:
            self._findings.add("E-case", spot, error.what, error.why, error.next_step)
        for name, answers in shape.answers.items():
            self._answers(name, {answer.answer for answer in answers_of(answers)}, spot.into("answers", name))
        for name, opinions in shape.decide.items():
            keys = [opinion.model_fields_set for opinion in opinions_of(opinions)]
            self._opinions(name, keys, spot.into("decide", name))
        self._expect(shape.expect, spot.into("expect"))

    def _known(self, names: Iterable[str], known: Iterable[str], what: str, spot: Spot) -> None:
        for name in names:
            if name not in known:
                told = f"the workflow has no {what} '{name}'"
                self._findings.add("E-name", spot.into(name).key, told, "", did_you_mean(name, known))

    def _answers(self, name: str, replies: set[str], spot: Spot) -> None:
        task = self._task(name, spot)
        if task is None:
            return
        possible = _REPLIES.get(task.kind, ())
        if task.gate is not None and task.gate.ask is None:
            self._findings.add("E-answer", spot.key, f"{name} asks nobody", "the gate has no `ask`", "leave the answer out")
        elif replies - {*possible}:
            told = f"{name} cannot be answered with {', '.join(sorted(replies - {*possible}))}"
            self._findings.add("E-answer", spot.key, told, "", f"write {' or '.join(possible)}" if possible else "")

    def _opinions(self, name: str, keys: Iterable[set[str]], spot: Spot) -> None:
        task = self._task(name, spot)
        wanted = "score" if task is not None and task.kind == "decide" else "answer"
        if task is not None and any(wanted not in written for written in keys):
            why = "a gate is given a score, the failure of a task an answer"
            self._findings.add("E-decide", spot.key, f"the key '{wanted}' is missing", why)

    # ------------------------------------------------------------ what is expected

    def _expect(self, shape: ExpectShape, spot: Spot) -> None:
        for key in _OF_TASKS:
            value = getattr(shape, key)
            for name, at in _named(value, spot.into(key)):
                self._expected_task(key, name, at)
        for index, item in enumerate(shape.path or ()):
            at = spot.into("path", index)
            for name, place in [(item, at)] if isinstance(item, str) else _named(item, at):
                self._step_of_path(name, place)
        if not isinstance(shape.parked, bool):
            for name, at in _named(shape.parked, spot.into("parked")):
                self._task(name, at)
        for index, message in enumerate(shape.messages or ()):
            if isinstance(message, MessageShape) and message.task:
                self._task(message.task, spot.into("messages", index, "task"))
        outputs = [name for name, _value in self._tested.workflow.outputs]
        self._known(shape.outputs or (), outputs, "output", spot.into("outputs"))

    def _expected_task(self, key: str, name: str, spot: Spot) -> None:
        task = self._task(name, spot)
        if task is not None and key in {"decisions", "scores"} and task.kind != "decide":
            self._findings.add("E-expect", spot.key, f"{name} is no gate", "only gates decide", "name a task with `decide:`")

    def _step_of_path(self, name: str, spot: Spot) -> None:
        names = {task.name for phase in self._tested.workflow.phases for task in phase.tasks}
        if self._task(name, spot) is not None and name not in names:
            why = "a path holds the tasks of the workflow itself, without cells, nested tasks and steps at the end"
            self._findings.add("E-expect", spot, f"{name} cannot stand in a path", why, "name it in `ran`")

    def _task(self, name: str, spot: Spot) -> Task | None:
        """The task that a name means; ``None`` if there is none (already told)."""
        found = self._tested.tasks.get(plain(name))
        if found is None:
            told = did_you_mean(plain(name), self._tested.tasks)
            self._findings.add("E-task", spot.key, f"the workflow has no task '{name}'", "", told)
        return found


def _named(value: Mapping[str, object] | list[str] | None, spot: Spot) -> Iterable[tuple[str, Spot]]:
    """The names in an object or a list, with their places."""
    if isinstance(value, list):
        return [(name, spot.into(index)) for index, name in enumerate(value)]
    return [(name, spot.into(name)) for name in value or ()]
