"""Anomalies in words: one sentence for each kind, and those of a run in one line."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Final

from turbo_core.foreseen import AnomalyView
from turbo_core.report.text import duration, plural, size

_SENTENCES: Final[Mapping[str, tuple[str, Callable[[float], str]]]] = {
    "slow": ("took {value}, far longer than the usual {usual}", duration),
    "fast": ("took only {value}, far less than the usual {usual}", duration),
    "waits": ("has waited {value} for its start; usual are {usual}", duration),
    "output": ("its outputs are {value} long; usual are {usual}", size),
    "log": ("its log is {value} long; usual are {usual}", size),
    "memory": ("used {value} of memory; usual are {usual}", size),
    "cpu": ("used {value} of processor time; usual are {usual}", duration),
    "failing": ("failed in {value} of the last ten runs; usual are {usual}", "{:.2g}".format),
}

_NAMED: Final = 5
"""So many anomalies are named in one line."""


def told(what: str, value: float, usual: float, runs: int) -> str:
    """One anomaly as a sentence without its task.

    Args:
        what: its kind.
        value: what was found, in seconds, bytes or failures.
        usual: the median of past runs.
        runs: how many these were.
    """
    if what == "skipped":
        return f"did not run, as it has in each of {plural(runs, 'past run')}"
    sentence, worded = _SENTENCES[what]
    return f"{sentence.format(value=worded(value), usual=worded(usual))} ({plural(runs, 'past run')})"


def listed(anomalies: Sequence[AnomalyView]) -> str:
    """The anomalies of a run in one line, ``build (slow), test (log)``; empty if there are none."""
    named = [f"{one.task} ({one.what})" for one in anomalies[:_NAMED]]
    rest = len(anomalies) - len(named)
    return ", ".join([*named, f"{rest:,} more"] if rest else named)
