"""What came of a case: the run in the words that expectations use. It must not know what was expected."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from msgspec import Struct

from turbo_core.engine.nodes import Node
from turbo_core.engine.state import State
from turbo_core.model import Event, MessageView, RunView, TaskView
from turbo_core.report.tree import walk
from turbo_core.testing.cases.addresses import is_cell
from turbo_core.words import JSON

_BEGINNINGS: Final = frozenset({"attempt.started", "gate.opened", "vars.set"})
_NO_STEPS: Final = ("on_failure[", "finally[")


class SimulatedRun(Struct, frozen=True, kw_only=True):
    """A run in the simulated world.

    Tasks are named by their addresses.

    Attributes:
        view: the run as a value, with all its tasks, decisions and messages.
        events: its journal.
        exit_code: as in the table of exit codes; 3 if it is parked.
        path: the tasks of the workflow that ran, in the order in which they began.
        ran: everything that ran: cells, nested tasks and steps too.
        skipped: task → why it was skipped.
        failed: task → failure class.
        attempts: task → number of attempts, for those that had any.
        decisions: gate → what it decided; ``asked`` while a person is asked.
        scores: gate → score.
        undone: the tasks that were undone.
        waiting: the tasks that wait for a person; empty if the run is not parked.
        refusals: why answers were refused.
        seconds: how long the run took, on the virtual clock.
        cells: the cells of matrices, to be found by their values.
    """

    view: RunView
    events: tuple[Event, ...]
    exit_code: int
    path: tuple[str, ...]
    ran: frozenset[str]
    skipped: Mapping[str, str]
    failed: Mapping[str, str]
    attempts: Mapping[str, int]
    decisions: Mapping[str, str]
    scores: Mapping[str, JSON]
    undone: frozenset[str]
    waiting: tuple[str, ...]
    refusals: tuple[str, ...]
    seconds: float
    cells: tuple[Node, ...]

    @property
    def outcome(self) -> str:
        """``succeeded``, ``failed``, ``cancelled`` or ``parked``."""
        return self.view.outcome

    @property
    def outputs(self) -> Mapping[str, JSON]:
        """The outputs of the workflow."""
        return self.view.outputs

    @property
    def messages(self) -> tuple[MessageView, ...]:
        """The messages that were sent."""
        return self.view.messages

    @property
    def tasks(self) -> Mapping[str, TaskView]:
        """Every task by its address."""
        return {task.address: task for task in walk(self.view.phases)}

    def address(self, name: str) -> str:
        """The address of a task, or of the only cell with the values that are named: ``test[3.12]``. Else the name itself."""
        found = [node.address for node in self.cells if is_cell(name, node)]
        return found[0] if len(found) == 1 else name

    def why(self, task: str) -> str:
        """The sentence of ``turbo why``; empty for what is no task of the run."""
        found = self.tasks.get(task)
        return found.why if found is not None else ""

    def __repr__(self) -> str:
        """What a failed assertion of pytest shows."""
        return f"<SimulatedRun {self.view.summary!r}, path {' → '.join(self.path) or 'empty'}>"


def result_of(state: State, events: tuple[Event, ...], view: RunView, exit_code: int, seconds: float) -> SimulatedRun:
    """Read a run off its state and its journal.

    Args:
        state: the state at the end.
        events: the journal.
        view: the run as a value.
        exit_code: of the run.
        seconds: how long it took.
    """
    nodes = state.nodes
    began = list(dict.fromkeys(_began(state, events)))
    decided = {event.task: event.body for event in events if event.kind in {"gate.asked", "gate.decided"}}
    return SimulatedRun(
        view=view,
        events=events,
        exit_code=exit_code,
        path=tuple(dict.fromkeys(_top(nodes[address]) for address in began if _in_path(nodes[address]))),
        ran=frozenset(began) | {_top(nodes[address]) for address in began},
        skipped={address: node.reason for address, node in nodes.items() if node.state == "skipped"},
        failed={address: node.failure for address, node in nodes.items() if node.state == "failed"},
        attempts={address: len(node.attempts) for address, node in nodes.items() if node.attempts},
        decisions={task: body.get("decision", "asked") for task, body in decided.items()},
        scores={task: body["score"] for task, body in decided.items()},
        undone=frozenset(address for address, node in nodes.items() if node.undo == "undone"),
        waiting=tuple(node.address for node in state.asking),
        refusals=tuple(_refusals(events)),
        seconds=seconds,
        cells=tuple(node for node in nodes.values() if node.cell is not None),
    )


def _began(state: State, events: tuple[Event, ...]) -> Iterator[str]:
    for event in events:
        node = state.nodes.get(event.task)
        if node is not None and (event.kind in _BEGINNINGS or (event.kind == "task.ended" and _happened_at_once(node))):
            yield event.task


def _happened_at_once(node: Node) -> bool:
    """Whether a task that has no beginning of its own did something: a message, or a step that undoes."""
    return node.state == "succeeded" and (node.task.kind == "communicate" or node.task.undo_all)


def _in_path(node: Node) -> bool:
    return not node.address.startswith(_NO_STEPS) and node.scope.parent is None


def _top(node: Node) -> str:
    return node.group.address if node.group is not None else node.address


def _refusals(events: tuple[Event, ...]) -> Iterator[str]:
    for event in events:
        if event.kind == "gate.answered" and not event.body["accepted"]:
            yield f"an answer to {event.task} was refused: {event.body['why']}"
