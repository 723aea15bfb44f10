"""The page docs/cli.md, made from the help texts: ``python -m tests.docs.cli_page`` writes it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import click

from turbo_core.cli.group import turbo
from turbo_core.cli.table import HEADINGS

PAGE = Path(__file__).parents[2] / "docs" / "cli.md"

INTRODUCTION = """\
# The command line

    turbo [OPTIONS] COMMAND [ARGS]...

Without a command, `turbo` tells what one can do here: the workflows, the last run, what waits for a person, and what to type
next. A run is named by the beginning of its id; none means the latest. A task is named by its address (`build`, `build[1]`,
`deploy/migrate`), or by its name where only one task has it.

What stands on this page is made from the help texts of the commands.
"""

ACTIONS = """\
## Actions and commands of plugins

Each namespace of actions is a command too: `turbo git tag --name v1.0.0` does the same as `turbo do git.tag --name v1.0.0`.
Each parameter of the action is an option, `not_secret` as `--not-secret`; a parameter called `help` or `json` is given with
`--with-help` and `--with-json`. Lists are options that can be repeated, or one JSON list; objects are JSON. Running an action
is a run of one task, named `do`; it stands in `turbo runs`. An action of risk `read` leaves nothing behind. What the action
prints goes to standard error, its outputs to standard output, with `--json` as JSON.

A plugin can also bring a command of its own. If a namespace has the name of a core command, the core wins, and `turbo do`
reaches the action.

## Exit codes

The codes of runs are described in [the reference of the language](language.md); these are all:

| code | meaning |
|---|---|
| 0 | succeeded |
| 1 | failed, rejected or expired; an undo is incomplete |
| 2 | usage: the command line, a setting, a workflow or a plugin is wrong; nothing was started |
| 3 | parked: a person is asked |
| 65 | the journal of the run is damaged |
| 70 | a fault in Turbo; the message names the crash report |
| 74 | the disk is full or failed; the run can be resumed |
| 75 | another runner holds the run |
| 129 | ended by SIGHUP, as when its window is closed; the run can be resumed |
| 130 | cancelled by Ctrl-C or `turbo cancel`; the run can be resumed |
| 141 | nobody reads the output any more (`turbo events \\| head`); a run goes on to its end, and gives its own code |
| 143 | ended by SIGTERM; the run can be resumed |

Errors go to standard error: what happened, then where, why and the next step. The mistakes of workflow files stand one a
line, as `file:line:column: E-code: …`, and their number comes last. A crash report lies in the folder `crashes` of the cache;
no value of the command line stands in it.

## Shell completion

Add one line to the start-up file of your shell, or write a file once:

| shell | what to do |
|---|---|
| bash | in `~/.bashrc`: `eval "$(turbo completion bash)"` |
| zsh | in `~/.zshrc`: `eval "$(turbo completion zsh)"` |
| fish | once: `turbo completion fish > ~/.config/fish/completions/turbo.fish` |
"""


def page() -> str:
    """The whole page."""
    parts = [INTRODUCTION, *_help(turbo, "turbo", "## Global options")]
    for heading, commands in HEADINGS.items():
        parts.append(f"## {heading}\n")
        for name in commands:
            command = turbo.get_command(click.Context(turbo), name)
            assert command is not None
            parts += _help(command, f"turbo {name}", f"### turbo {name}")
    return "\n".join([*parts, ACTIONS])


def _help(command: click.Command, path: str, heading: str) -> Iterator[str]:
    """A heading with the help below it, then those of its subcommands.

    Not of those of `turbo` and `turbo do`: their list depends on what is installed.
    """
    lines = click.Context(command, info_name=path, terminal_width=100).formatter_class(width=100)
    context = click.Context(command, info_name=path, terminal_width=100, help_option_names=["-h", "--help"])
    command.format_usage(context, lines)
    command.format_help_text(context, lines)
    # Not `format_help`: the list of subcommands depends on what is installed.
    click.Command.format_options(command, context, lines)
    yield f"{heading}\n\n```text\n{lines.getvalue().rstrip()}\n```\n"
    if isinstance(command, click.Group) and path not in {"turbo", "turbo do"}:
        for name in command.list_commands(context):
            inner = command.get_command(context, name)
            assert inner is not None
            yield from _help(inner, f"{path} {name}", f"### {path} {name}")


if __name__ == "__main__":
    PAGE.write_text(page())
