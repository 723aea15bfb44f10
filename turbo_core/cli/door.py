"""The one door from exceptions to exit codes: the only place that catches everything.

Knows the tree of errors and click's, no command. What Turbo reports is told in a few lines; anything else is a fault in Turbo
and leaves a crash report.
"""

from __future__ import annotations

import os
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module

import click
from click.shell_completion import shell_complete

from turbo_core.cli.group import COMPLETE, turbo
from turbo_core.cli.main import INTERRUPTED
from turbo_core.errors import Problem, TurboError, WorkflowInvalid
from turbo_core.settings import environment, no_scan

FAULT = 70
BROKEN_PIPE = 141
"""What a shell tells of a program that SIGPIPE ended."""
MOST = 50
"""So many problems of one workflow are told to people: what is wrong at its root is wrong in each of its lines."""


def enter(arguments: Sequence[str]) -> int:
    """Run a command line; gives the exit code, having told on standard error what went wrong."""
    no_scan()
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except TurboError as error:
        click.echo(told(error), err=True)
        return error.exit_code
    except click.exceptions.Exit as end:
        return end.exit_code
    except click.ClickException as error:
        error.show()
        _say_where_it_stands(error)
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        return _hang_up()
    except Exception as error:  # the last line of defence
        return _crashed(error, arguments)
    return _number(code)


def _run(arguments: Sequence[str]) -> object:
    """What click's own ``main`` does, without its ways out: those are here."""
    instruction = environment().get(COMPLETE)
    if instruction:
        return shell_complete(turbo, {}, "turbo", COMPLETE, instruction)
    with turbo.make_context("turbo", [*arguments]) as ctx:
        return turbo.invoke(ctx)


def _say_where_it_stands(error: click.ClickException) -> None:
    """Of an option of Turbo itself that was given to a command."""
    if isinstance(error, click.NoSuchOption) and any(error.option_name in option.opts for option in turbo.params):
        click.echo(f"It stands before the command: turbo {error.option_name} …", err=True)


def _number(code: object) -> int:
    return code if isinstance(code, int) else 0


def _hang_up() -> int:
    """Nobody reads any more; the interpreter's own last flush must not complain about it."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
    return BROKEN_PIPE


def told(error: TurboError) -> str:
    """An error for people: what; then where, why and the next step, each on its line."""
    strip = import_module("turbo_core.report.text").strip_controls
    if isinstance(error, WorkflowInvalid):
        return str(strip("\n".join([*_lines(error.problems), f"error: {error.what}"])))
    parts = {"where": error.where, "why": error.why, "next": error.next_step}
    lines = [f"error: {error.what}", *(f"  {name + ':':<6} {_hanging(part)}" for name, part in parts.items() if part)]
    return str(strip("\n".join(lines)))


def _hanging(text: str) -> str:
    return text.replace("\n", "\n" + " " * 9)


def _lines(problems: Sequence[Problem]) -> list[str]:
    left = len(problems) - MOST
    more = [f"… and {left} more after these"] if left > 0 else []
    return [*map(_line, problems[:MOST]), *more]


def _line(problem: Problem) -> str:
    return " ".join(str(problem).split())


def _crashed(error: Exception, arguments: Sequence[str]) -> int:
    if "--debug" in arguments:
        traceback.print_exception(error)
    path = import_module("turbo_core.cli.crash").report(error, arguments)
    click.echo(f"error: a fault in Turbo ({type(error).__name__}); a crash report was written to {path}", err=True)
    return FAULT
