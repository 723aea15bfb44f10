"""What the commands about plugins print in the same way: an entry point as a value, and what was set aside."""

from __future__ import annotations

from collections.abc import Iterable

from turbo_core.cli.shell import Shell
from turbo_core.plugins.loading import Listed
from turbo_core.plugins.names import PluginProblem
from turbo_core.report.text import one_line
from turbo_core.words import JSON


def print_problems(shell: Shell, problems: Iterable[PluginProblem]) -> None:
    """What was set aside: which, why, and what to do, one line each."""
    for problem in problems:
        shell.print(f"set aside: {one_line(str(problem))}")


def as_value(listed: Listed) -> dict[str, JSON]:
    """An entry point with its state and its verdict, as JSON."""
    entry, verdict = listed.entry, listed.verdict
    return {
        "name": entry.name,
        "group": entry.group,
        "distribution": entry.distribution,
        "version": entry.version,
        "state": listed.state,
        "module": entry.value,
        "editable": entry.editable,
        "origin": entry.origin,
        "hooks": verdict.hooks,
        "offers": verdict.offers,
        "actions": verdict.actions,
        "cause": verdict.cause,
        "next_step": verdict.next_step,
    }


def problem_value(problem: PluginProblem) -> dict[str, JSON]:
    """What was set aside, as JSON."""
    return {name: getattr(problem, name) for name in ("distribution", "version", "entry_point", "cause", "next_step")}
