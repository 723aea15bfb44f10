"""The command ``turbo`` itself: its global options, and finding a subcommand by its name.

A subcommand is imported when it is used. The help needs none of them, and no plugin: it knows core commands from a table and
the others from the cache of names.
"""

from __future__ import annotations

from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, Final

import click

from turbo_core import __version__
from turbo_core.cli.given import Given
from turbo_core.cli.table import COMMANDS, HEADINGS, HIGHER, RUNNING
from turbo_core.plugins.names import Group

COMPLETE: Final = "_TURBO_COMPLETE"
"""The variable through which a shell asks for completions."""

_FOUND: Final[dict[Group, str]] = {"turbo.commands": "More commands", "turbo.actions": "Actions of plugins"}
"""The groups of entry points that are subcommands, the first to win first, with their headings."""


class Turbo(click.Group):
    """A group whose subcommands are the core's, those of plugins, and the namespaces of actions; in this order."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """All names, as completion wants them."""
        entries = given_of(ctx).entries()
        found = dict.fromkeys(name for group in _FOUND for name in entries[group])
        return [*COMMANDS, *(name for name in found if name not in COMMANDS)]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import the subcommand of that name; ``None`` if there is none."""
        if cmd_name in COMMANDS and cmd_name not in HIGHER:
            command: click.Command = import_module(f"turbo_core.cli.{cmd_name}").command
            return command
        entries = given_of(ctx).entries()
        for group in _FOUND:
            if cmd_name in entries[group]:
                found: click.Command = import_module("turbo_core.cli.discovered").FIND[group](shell_of(ctx), cmd_name)
                return found
        return None

    def resolve_command(self, ctx: click.Context, args: list[str]) -> tuple[str | None, click.Command | None, list[str]]:
        """As click does, with the names that come close; gives the subcommand its shell."""
        if not ctx.resilient_parsing:  # who completes a line wants names only
            shell_of(ctx, _planted(ctx) if args[0] in RUNNING else None)
        try:
            return super().resolve_command(ctx, args)
        except click.UsageError:
            if args[0].startswith("-"):
                raise
            close = get_close_matches(args[0], self.list_commands(ctx), n=3)
            hint = f" Did you mean {' or '.join(close)}?" if close else ""
            raise click.UsageError(f"No such command {args[0]!r}.{hint}", ctx) from None

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """The list of subcommands, under headings."""
        entries = given_of(ctx).entries()
        sections: dict[str, dict[str, str]] = {name: dict(commands) for name, commands in HEADINGS.items()}
        for group, told in _FOUND.items():
            mine = entries[group].values()
            sections[told] = {entry.name: f"From {entry.distribution}." for entry in mine if entry.name not in COMMANDS}
        width = max(len(name) for commands in sections.values() for name in commands)
        for heading, commands in sections.items():
            if commands:
                with formatter.section(heading):
                    formatter.write_dl([(name.ljust(width), told) for name, told in commands.items()])


def given_of(ctx: click.Context) -> Given:
    """The global options, as far as they are parsed."""
    return Given(**ctx.params)


def _planted(ctx: click.Context) -> Any:
    """A nursery for the run that is coming: while it starts, what the command needs is imported."""
    planted = import_module("turbo_core.engine.process.planting").Planted()
    ctx.call_on_close(planted.discard)
    return planted


def shell_of(ctx: click.Context, planted: Any = None) -> Any:
    """The one shell of this command line, made when it is first needed; ``planted`` is the nursery that it has."""
    if ctx.obj is None:
        # By name: what stands behind it costs more than everything else together, and the help does not need it.
        ctx.obj = import_module("turbo_core.cli.shell").Shell(given_of(ctx), planted)
    return ctx.obj


@click.group(
    "turbo",
    cls=Turbo,
    invoke_without_command=True,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Without a command, turbo tells what one can do here. turbo COMMAND --help tells more about each.",
)
@click.option(
    "--project",
    type=click.Path(path_type=Path),
    metavar="DIR",
    is_eager=True,
    help="The project's root folder; found from the current folder if not given.",
)
@click.option(
    "-p", "plugins", multiple=True, metavar="NAME", is_eager=True, help="Turn a plugin on; -p no:NAME turns one off. Repeatable."
)
@click.option("--no-plugins", is_flag=True, is_eager=True, help="Use only what is built in.")
@click.option(
    "--color", type=click.Choice(["auto", "always", "never"]), is_eager=True, help="When to use colours; auto if not given."
)
@click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="KEY=VALUE",
    is_eager=True,
    help="Set a setting, such as jobs=4 or plugins.git.remote=origin. Repeatable.",
)
@click.option("--debug", is_flag=True, is_eager=True, help="Show the traceback of an unexpected error.")
@click.version_option(__version__, message="turbo %(version)s")
@click.pass_context
def turbo(ctx: click.Context, /, **_given: object) -> int | None:
    """Run multi-phase work to its end: decide, execute, document, track, communicate."""
    if ctx.invoked_subcommand is None:
        home: int = import_module("turbo_core.cli.home").show(shell_of(ctx))
        return home
    return None
