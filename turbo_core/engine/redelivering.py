"""Delivering the events of a run again to one observing plugin: what a live run does, from the start, and without a cursor."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from msgspec import Struct

from turbo_core.engine.observing import track_end, tracker
from turbo_core.errors import UsageError
from turbo_core.journal.reader import read
from turbo_core.journal.runs import look_at, project_of
from turbo_core.model import RunInfo
from turbo_core.plugins import configuring
from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.hooking import Failure, isolated
from turbo_core.plugins.loading import Plugins

_HOOK = "turbo_track"


class Replayed(Struct, frozen=True, kw_only=True):
    """How many events were delivered, at how many the plugin failed, and what it said at the last of these."""

    run: str
    events: int
    faults: int
    fault: str


def replay(plugins: Plugins, catalog: Catalog, folder: Path, plugin: str, after: int = 0) -> Replayed:
    """Deliver the events of the run in ``folder``, as they are in its journal, in their order.

    Args:
        plugins: the plugins that are on.
        catalog: their actions; its settings are checked with them.
        folder: the run's folder.
        plugin: who gets them.
        after: the number of the last event that is left out.

    Raises:
        UsageError: the plugin does not track runs, or a setting is wrong.
        PluginFailed: it cannot be used.
        JournalDamaged: the journal is not what was written; what comes before the damage was delivered.
    """
    known = plugins.implementers(_HOOK)
    if plugin not in known:
        others = f"those that do: {', '.join(known)}" if known else "see turbo plugin list"
        raise UsageError(f"no plugin {plugin!r} that tracks runs is on", where="--to", next_step=others)
    configuring.check(plugins, catalog, hooks=[plugin], namespaces=[])
    info, track, end = _info(folder), tracker(plugins, plugin), track_end(plugins, plugin)
    count = faults = 0
    fault = ""
    for event in read(folder, after):
        count += 1
        answer = isolated(partial(track, event, info))
        if isinstance(answer, Failure):
            faults, fault = faults + 1, answer.message
    answer = isolated(partial(end, info)) if count else None
    if isinstance(answer, Failure):
        faults, fault = faults + 1, answer.message
    return Replayed(run=info.id, events=count, faults=faults, fault=fault)


def _info(folder: Path) -> RunInfo:
    found = look_at(folder)
    first = found.first if found is not None else None
    workflow = str(first.body.get("workflow", "")) if first else ""
    return RunInfo(id=folder.name, workflow=workflow, project=project_of(folder), folder=folder, live=False)
