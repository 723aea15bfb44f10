"""Where each task of a workflow stands, read from the definition alone: what it waits for, whether it is a step at the end."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from turbo_core.workflow.definition import Task, Workflow


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A task in its workflow. ``phase`` is the number of its phase, ``None`` for a step at the end."""

    task: Task
    workflow: Workflow
    phase: int | None

    @property
    def before(self) -> list[str]:
        """The names of the tasks that are final before it starts."""
        needs = [need.name for need in self.task.needs]
        return needs + [task.name for phase in self.workflow.phases[: self.phase] for task in phase.tasks] + self._steps_before()

    def _steps_before(self) -> list[str]:
        lists = (self.workflow.on_failure, self.workflow.finally_)
        steps = next(([step.name for step in steps] for steps in lists if self.task in steps), [])
        return steps[: steps.index(self.task.name)] if steps else []


class Places:
    """All tasks of a workflow, those of nested ones too."""

    def __init__(self, workflow: Workflow) -> None:
        self._workflows = dict(_workflows(workflow, ""))
        self._places = {
            f"{prefix}{place.task.name}": place for prefix, nested in self._workflows.items() for place in _places(nested)
        }

    def find(self, address: str) -> tuple[Place, str, bool]:
        """The place of a task, the prefix of the addresses of its workflow, and whether it is a task, not a gate's criterion."""
        place = self._places.get(_plain(address))
        if place is not None:
            return place, address[: address.rfind("/") + 1], True
        gate = address.rpartition("/")[0]
        return self._places[_plain(gate)], gate[: gate.rfind("/") + 1], False

    def of_phase(self, prefix: str, phase: str) -> list[str]:
        """The addresses of all tasks of a phase."""
        workflow = self._workflows[_plain(prefix)]
        return [prefix + task.name for one in workflow.phases if one.name == phase for task in one.tasks]


def _plain(address: str) -> str:
    """An address without the numbers of cells; steps keep theirs, which are part of the name."""
    parts = address.split("/")
    return "/".join(part if part.startswith(("on_failure[", "finally[")) else part.partition("[")[0] for part in parts)


def _workflows(workflow: Workflow, prefix: str) -> Iterator[tuple[str, Workflow]]:
    yield prefix, workflow
    for phase in workflow.phases:
        for task in phase.tasks:
            if task.child is not None:
                yield from _workflows(task.child, f"{prefix}{task.name}/")


def _places(workflow: Workflow) -> Iterator[Place]:
    for number, phase in enumerate(workflow.phases):
        yield from (Place(task=task, workflow=workflow, phase=number) for task in phase.tasks)
    yield from (Place(task=step, workflow=workflow, phase=None) for step in (*workflow.on_failure, *workflow.finally_))
