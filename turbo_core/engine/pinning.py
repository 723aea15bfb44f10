"""What a run is pinned to: the texts of its workflow, and the plugins that own its actions and executors.

Makes the pins of a new run, reads a workflow back from them, and compares them with what is there now.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec.structs import asdict

from turbo_core.engine.changing import refuse_started
from turbo_core.engine.snapshots import NONE, Snapshots
from turbo_core.engine.state import State
from turbo_core.errors import PluginFailed, ResumeRefused, WorkflowInvalid
from turbo_core.model import ActionInfo
from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.loading import Plugins
from turbo_core.plugins.names import CORE
from turbo_core.words import JSON
from turbo_core.workflow.definition import Workflow
from turbo_core.workflow.selection import tasks_of


def pins_of(workflow: Workflow, plugins: Plugins, catalog: Catalog) -> dict[str, JSON]:
    """The pins, as ``run.created`` and ``run.changed`` keep them."""
    actions = sorted({task.uses for task in tasks_of(workflow) if task.uses})
    owners = {name: catalog.distribution(name) for name in actions}
    offered = {offer.name: offer.distribution for offer in plugins.offers("executor")}
    executors = {task.executor: offered[task.executor] for task in tasks_of(workflow)}
    # What is built in is pinned by the journal's format version.
    pinned = {*owners.values(), *executors.values()} - {CORE}
    return {
        "workflow": workflow.name,
        "path": workflow.position.path,
        "texts": dict(workflow.texts),
        "digest": workflow.digest,
        "plugins": plugins.versions(pinned),
        "owners": owners | executors,
        "actions": {name: asdict(catalog.info(name)) for name in actions},
    }


def recorded(pins: Mapping[str, JSON], snapshots: Snapshots = NONE) -> Workflow:
    """The workflow as a run has recorded it; needs none of its plugins."""
    return snapshots.from_texts(pins["texts"], pins["path"], Path(pins["project"]), _Recorded(pins["actions"]))


def as_it_is_now(
    state: State, project: Path, plugins: Plugins, catalog: Catalog, snapshots: Snapshots
) -> tuple[Workflow, dict[str, JSON]]:
    """The workflow as its files have it now, and its pins; no pins if they are those of the run.

    Raises:
        WorkflowInvalid: it cannot be read.
        ResumeRefused: something that has begun is another task now.
    """
    workflow = snapshots.load(project / state.created["path"], project, catalog)
    refuse_started(state, workflow)
    pins = pins_of(workflow, plugins, catalog)
    return workflow, {} if all(state.created[name] == value for name, value in pins.items()) else pins


def refuse_changes(state: State, project: Path, plugins: Plugins, catalog: Catalog, snapshots: Snapshots) -> None:
    """Compare the pins with the files and the plugins that unfinished tasks need.

    Raises:
        ResumeRefused: one of them has changed.
    """
    created = state.created
    unfinished = [node.task for node in state.open.values()]
    owners = {created["owners"].get(name, "") for task in unfinished for name in (task.uses, task.executor)}
    pins = {name: pin for name, pin in created["plugins"].items() if name in owners}
    now = plugins.versions(pins)
    for name, pin in pins.items():
        if now[name] != pin:
            raise ResumeRefused(
                f"the plugin {name} has changed since the run was recorded",
                where=state.run,
                why=f"it was {pin['version']}, it is {now[name]['version']}",
                next_step="install the version that it was, or use turbo resume --as-recorded",
            )
    try:
        digest = snapshots.load(project / created["path"], project, catalog).digest
    except (WorkflowInvalid, PluginFailed):
        digest = "none that can be read"
    if digest != created["digest"]:
        raise ResumeRefused(
            "the workflow has changed since the run was recorded",
            where=created["path"],
            next_step="turbo resume --as-recorded goes on with the recorded one",
        )


class _Recorded:
    """The catalogue of actions as a run has recorded it."""

    def __init__(self, actions: Mapping[str, Mapping[str, JSON]]) -> None:
        self._actions = actions

    def info(self, name: str) -> ActionInfo:
        return ActionInfo(**self._actions[name])

    def template(self, _name: str) -> None:
        """Templates are recorded as texts."""

    def code(self, _name: str) -> str:
        return ""

    def check(self, _name: str, _argument: str, _value: JSON) -> str:
        return ""
