"""``turbo plugin``: which plugins there are, and what each one brings."""

from __future__ import annotations

from collections.abc import Iterable
from difflib import get_close_matches

import click
from rich.table import Table
from rich.text import Text

from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.model import JSON
from turbo_core.plugins.loading import Listed, Plugins
from turbo_core.plugins.names import PluginProblem
from turbo_core.report.text import one_line

_STYLES = {"on": "green", "off": "dim", "set aside": "bold red"}
_KINDS = {"turbo.plugins": "hooks", "turbo.actions": "actions", "turbo.commands": "command"}


@click.group("plugin")
def command() -> None:
    """List the plugins that are installed, and look at one."""


@command.command("list")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def list_(shell: Shell, as_json: bool) -> None:
    """List every plugin with its state and what it brings."""
    plugins = shell.app().plugins
    found = plugins.inventory()
    if as_json:
        problems = [_problem_value(problem) for problem in plugins.problems]
        shell.print_json({"plugins": [_value(listed) for listed in found], "problems": problems})
        return
    grid = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for name in ("name", "state", "distribution", "version", "brings"):
        grid.add_column(name, no_wrap=name in {"state", "version"}, overflow="fold")
    for listed in found:
        entry = listed.entry
        state = Text(listed.state, style=_STYLES[listed.state])
        grid.add_row(
            Text(entry.name, style="bold"), state, *map(Text, (entry.distribution, entry.version, one_line(_brings(listed))))
        )
    with shell.drawing() as to:
        to.print(grid)
    print_problems(shell, plugins.problems)


def print_problems(shell: Shell, problems: Iterable[PluginProblem]) -> None:
    """What was set aside: which, why, and what to do, one line each."""
    for problem in problems:
        shell.print(f"set aside: {one_line(str(problem))}")


@command.command("info")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def info(shell: Shell, name: str, as_json: bool) -> None:
    """Tell all about the plugin NAME (of an entry point or a distribution)."""
    plugins = shell.app().plugins
    found = _named(plugins, name)
    if as_json:
        shell.print_json([_value(listed) for listed in found])
        return
    for listed in found:
        entry = listed.entry
        shell.print(f"{entry.name}  ({_KINDS[entry.group]} of {entry.distribution} {entry.version}): {listed.state}")
        shell.print(f"  module   {entry.value}")
        if entry.origin:
            shell.print(f"  from     {entry.origin}{' (editable)' if entry.editable else ''}")
        _print_verdict(shell, listed)
    mine = {listed.entry.distribution for listed in found}
    print_problems(shell, (problem for problem in plugins.problems if problem.distribution in mine))


def _print_verdict(shell: Shell, listed: Listed) -> None:
    verdict = listed.verdict
    if verdict.hooks:
        shell.print(f"  hooks    {', '.join(verdict.hooks)}")
    for offer in verdict.offers:
        shell.print(f"  offers   {offer.kind} {offer.name}{': ' if offer.summary else ''}{one_line(offer.summary)}")
    width = max(map(len, verdict.actions), default=0)
    for verb, fields in verdict.actions.items():
        shell.print(f"  action   {verb.ljust(width)}  {fields['risk']:<7}  {one_line(fields['summary'])}")


def _named(plugins: Plugins, name: str) -> list[Listed]:
    listing = plugins.inventory()
    known = {listed.entry.name for listed in listing} | {listed.entry.distribution for listed in listing}
    wanted = {name, f"turbo-plugin-{name}"}
    found = [listed for listed in listing if wanted & {listed.entry.name, listed.entry.distribution}]
    if not found:
        set_aside = [str(problem) for problem in plugins.problems if name in problem.entry_point or name in problem.distribution]
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]}?" if close else f"pip install turbo-plugin-{name}"
        raise UsageError(f"no plugin is named {name!r}", why="; ".join(set_aside), next_step="" if set_aside else hint)
    return found


def _brings(listed: Listed) -> str:
    verdict = listed.verdict
    parts = [hook.removeprefix("turbo_") for hook in verdict.hooks if hook != "turbo_register"]
    parts += [f"{offer.kind} {offer.name}" for offer in verdict.offers]
    parts += [f"{listed.entry.name}.{verb}" for verb in verdict.actions]
    parts += [f"turbo {listed.entry.name}"] if listed.entry.group == "turbo.commands" else []
    return ", ".join(parts)


def _value(listed: Listed) -> dict[str, JSON]:
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


def _problem_value(problem: PluginProblem) -> dict[str, JSON]:
    return {name: getattr(problem, name) for name in ("distribution", "version", "entry_point", "cause", "next_step")}
