"""``turbo plugin info``: all about one plugin, installed or listed in a registry."""

from __future__ import annotations

from difflib import get_close_matches

import click

from turbo_core.cli.plugin.changing import registries
from turbo_core.cli.plugin.shown import as_value, print_problems
from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.plugins.loading import Listed, Plugins
from turbo_core.registry.index import Release
from turbo_core.report.text import one_line

_KINDS = {"turbo.plugins": "hooks", "turbo.actions": "actions", "turbo.commands": "command"}


@click.command("info")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(shell: Shell, name: str, as_json: bool) -> None:
    """Tell all about the plugin NAME (of an entry point or a distribution), installed or listed in a registry."""
    plugins = shell.app().plugins
    found = _named(plugins, name)
    if not found:
        _listed(shell, name, as_json=as_json)
        return
    if as_json:
        shell.print_json([as_value(listed) for listed in found])
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
    for namespace, spec in verdict.specs.items():
        shell.print(f"  brings   hooks {namespace} {spec.version}")
        for hook, arguments in spec.hooks.items():
            shell.print(f"           {hook}({', '.join(arguments)})")
    for namespace, wanted in verdict.needs.items():
        shell.print(f"  needs    hooks {namespace} {wanted}")
    for name, info in verdict.settings.items():
        shell.print(f"  setting  {name}{': ' if info['description'] else ''}{one_line(info['description'])}")
    for offer in verdict.offers:
        shell.print(f"  offers   {offer.kind} {offer.name}{': ' if offer.summary else ''}{one_line(offer.summary)}")
    width = max(map(len, verdict.actions), default=0)
    for verb, fields in verdict.actions.items():
        shell.print(f"  action   {verb.ljust(width)}  {fields['risk']:<7}  {one_line(fields['summary'])}")


def _named(plugins: Plugins, name: str) -> list[Listed]:
    listing = plugins.inventory()
    wanted = {name, f"turbo-plugin-{name}"}
    found = [listed for listed in listing if wanted & {listed.entry.name, listed.entry.distribution}]
    set_aside = [] if found else _set_aside(plugins, name)
    if set_aside:
        raise UsageError(f"no plugin is named {name!r}", why="; ".join(set_aside))
    return found


def _set_aside(plugins: Plugins, name: str) -> list[str]:
    return [str(problem) for problem in plugins.problems if name in problem.entry_point or name in problem.distribution]


def _listed(shell: Shell, name: str, *, as_json: bool) -> None:
    found = registries(shell).find(name)
    if found is None:
        known = {listed.entry.name for listed in shell.app().plugins.inventory()}
        close = get_close_matches(name, known, n=1)
        hint = f"did you mean {close[0]}?" if close else "see what can be installed: turbo plugin search"
        raise UsageError(f"no plugin is named {name!r}", next_step=hint)
    if as_json:
        shell.print_json({"registry": found.registry, **found.plugin.model_dump()})
        return
    plugin = found.plugin
    shell.print(f"{plugin.name}: {plugin.summary}")
    shell.print(f"  state    not installed; listed in the registry {found.registry}")
    for label, told in (
        ("brings", ", ".join(plugin.kinds)),
        ("risk", plugin.risk),
        ("licence", plugin.licence),
        ("home", plugin.home),
    ):
        if told:
            shell.print(f"  {label:<8} {told}")
    width = max(map(len, plugin.actions), default=0)
    for action, risk in plugin.actions.items():
        shell.print(f"  action   {action.ljust(width)}  {risk}")
    for release in plugin.versions:
        shell.print(f"  version  {_told(release)}")


def _told(release: Release) -> str:
    parts = [release.version, f"for turbo-core {release.host or 'of any version'}"]
    parts += [f"certified: {release.conformance.level}"] if release.conformance else []
    parts += [f"withdrawn: {release.yanked}"] if release.yanked else []
    parts += [] if release.artifacts else ["not published"]
    return ", ".join(parts)
