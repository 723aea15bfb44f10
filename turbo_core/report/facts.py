"""A run as JSON: the same facts as the report for people, for programs.

One object: ``format``, ``run`` (the fields of ``turbo_core.model.RunView``, without the folder), ``failures``, ``critical_path``,
``resources``, and ``logs`` (path → end of the log) of what failed.
"""

from __future__ import annotations

from typing import Final

from turbo_core.model import RunView
from turbo_core.report import tree
from turbo_core.report.critical import critical_path
from turbo_core.report.resources import resources
from turbo_core.report.tails import LogTail
from turbo_core.report.text import as_json, strip_controls
from turbo_core.words import JSON

FORMAT: Final = 1
"""Counts up when a program that reads the facts would have to be changed; new keys may come at any time."""
_TAIL: Final = 8_192
_MOST: Final = 20
_FIELDS: Final = RunView.__struct_fields__


def render(run: RunView, log_tail: LogTail) -> str:
    """The facts as indented JSON; log_tail gives the end of a log, by its path and a limit in characters."""
    return as_json(facts(run, log_tail), indent=1) + "\n"


def facts(run: RunView, log_tail: LogTail) -> dict[str, JSON]:
    """The facts as a JSON value."""
    used = resources(run)
    failed = tree.failures(run.phases)
    ends = [attempt.log for attempt in map(tree.last_log, failed[:_MOST]) if attempt]
    return {
        "format": FORMAT,
        "run": {field: getattr(run, field) for field in _FIELDS if field != "folder"},
        "failures": [task.address for task in failed],
        "critical_path": [task.address for task in critical_path(run)],
        "resources": used and {"cpu": used.cpu, "memory": used.memory, "disk": used.disk},
        "logs": {log: strip_controls(log_tail(log, _TAIL)) for log in ends},
    }
