"""Finding the run and the task that a command line means."""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path

from turbo_core.app import App
from turbo_core.errors import UsageError
from turbo_core.model import RunView, TaskView
from turbo_core.report.tree import walk


def run_and_task(words: Sequence[str], usage: str) -> tuple[str | None, str]:
    """Take ``[RUN] TASK`` apart; no run means the latest.

    Raises:
        UsageError: there are not one or two words.
    """
    if len(words) not in {1, 2}:
        raise UsageError("name a task" if not words else "that are too many words", next_step=f"turbo {usage} [RUN] TASK")
    return (words[0] if len(words) == 2 else None), words[-1]


def task_of(run: RunView, name: str) -> TaskView:
    """The task with that address, else the only one with that name.

    Raises:
        UsageError: there is none, or more than one.
    """
    tasks = {task.address: task for task in walk(run.phases)}
    found = [tasks[name]] if name in tasks else [task for task in tasks.values() if task.name == name]
    if len(found) == 1:
        return found[0]
    if found:
        places = ", ".join(task.address for task in found[:5])
        raise UsageError(f"{len(found)} tasks are named {name!r}", where=run.id, next_step=f"give the address: {places}")
    close = get_close_matches(name, tasks, n=1)
    hint = f"did you mean {close[0]}?" if close else f"the tasks are: {', '.join([*tasks][:12])}"
    raise UsageError(f"there is no task {name!r}", where=f"run {run.id}", next_step=hint)


def view_of(app: App, run: str | None) -> tuple[Path, RunView]:
    """The folder of a run and the run as a value; the latest run if none is named."""
    folder = app.folder(run)
    return folder, app.view(folder)
