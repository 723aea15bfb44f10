"""``turbo config init``: asks for what is not set and has no good default, and writes it into the project's settings.

Nothing is written before every answer was found to be right. Comments and order of the file stay.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import click
import questionary
from msgspec import Struct

from turbo_core.app import App
from turbo_core.cli.config.show import plain
from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.offers import Secret
from turbo_core.plugins import configuring
from turbo_core.plugins.tables import Tables
from turbo_core.plugins.verdict import SettingInfo
from turbo_core.registry.preferences import of_project, set_values
from turbo_core.report.text import one_line, plural
from turbo_core.settings import refuse
from turbo_core.settings_table import SETTINGS
from turbo_core.words import JSON

_AUTONOMY = {
    "full": "everything may go on by itself",
    "supervised": "what cannot be taken back asks first",
    "manual": "whatever changes something asks first",
}
_FIELDS = {setting.key: setting.field for setting in SETTINGS}


class _Wanted(Struct, frozen=True, kw_only=True):
    """A setting of a plugin that has no default and that nobody has set."""

    key: str
    info: SettingInfo


@click.command("init")
@click.argument("given", nargs=-1, metavar="[KEY=VALUE]...")
@click.option("--no-input", is_flag=True, help="Ask nothing; write what is given.")
@click.pass_obj
def command(shell: Shell, given: tuple[str, ...], no_input: bool) -> None:
    """Ask for the settings that have no good default, and write the answers into the project's settings.

    They go into turbo.toml, or into the table [tool.turbo] of pyproject.toml if there is one. What is given as KEY=VALUE is not
    asked. For a secret, give its name, never the secret itself.
    """
    app = shell.app()
    answers = _read(given)
    wanted = [each for each in _wanted(app) if each.key not in answers]
    if not no_input:
        answers |= _asked(shell, wanted, ask_autonomy="autonomy" not in {*app.settings.origins, *answers})
    elif wanted:
        named = ", ".join(each.key for each in wanted)
        raise UsageError(f"not all settings are there: {named}", next_step=f"turbo config init --no-input {wanted[0].key}=…")
    if not answers:
        shell.print("Everything that is needed is set; turbo config show tells it.")
        return
    place = of_project(app.project)
    set_values(place, _values(shell.app(assigned=answers), answers))
    shell.print(f"Wrote {plural(len(answers), 'setting')} into {place.file}; turbo config show tells all.")


def _read(given: tuple[str, ...]) -> dict[str, str]:
    answers: dict[str, str] = {}
    for word in given:
        key, equals, text = word.partition("=")
        if not equals or key in answers:
            why = "it is given twice" if equals else "it is not of the form KEY=VALUE"
            raise UsageError(f"{word!r} cannot be set", why=why, next_step="for example: turbo config init jobs=4")
        answers[key] = text
    return answers


def _wanted(app: App) -> Iterator[_Wanted]:
    for plugin in configuring.installed(app.plugins):
        infos = app.plugins.setting_infos(plugin) or {}
        stated = app.plugins.tables.stated(plugin, infos)
        for name, info in infos.items():
            if info.required and name not in stated:
                yield _Wanted(key=f"plugins.{plugin}.{name}", info=info)


def _asked(shell: Shell, wanted: list[_Wanted], *, ask_autonomy: bool) -> dict[str, str]:
    if not shell.terminal().interactive:
        raise UsageError("there is nobody to ask", next_step="give KEY=VALUE and --no-input")
    answers: dict[str, str] = {}
    if ask_autonomy:
        choices = [questionary.Choice(f"{name}: {told}", value=name) for name, told in _AUTONOMY.items()]
        question = questionary.select("What may go on without a person?", choices=choices, default="supervised")
        answers["autonomy"] = question.unsafe_ask()
    for each in wanted:
        answers[each.key] = _ask(each)
    return answers


def _ask(wanted: _Wanted) -> str:
    told = one_line(wanted.info.description) or "it has no default"
    question = f"{wanted.key} ({'the name of a secret; ' if wanted.info.secret else ''}{told})"
    choices = wanted.info.schema.get("enum") or (["true", "false"] if wanted.info.schema.get("type") == "boolean" else [])
    if choices and all(isinstance(choice, str) for choice in choices):
        return str(questionary.select(question, choices=choices).unsafe_ask())
    return str(questionary.text(question, validate=lambda text: bool(text) or "It takes a value.").unsafe_ask())


def _values(app: App, answers: Mapping[str, str]) -> dict[str, JSON]:
    """The answers as the file holds them, each of the type of its setting.

    Raises:
        UsageError: a key is unknown, or a value is wrong; all mistakes are told.
    """
    refuse(configuring.misnamed(app.plugins))
    values: dict[str, JSON] = {key: plain(getattr(app.settings, _FIELDS[key])) for key in answers if key in _FIELDS}
    for key in answers.keys() - values.keys():
        _, plugin, name = key.split(".", 2)
        values[key] = _of_plugin(app, plugin, name)
    return {key: values[key] for key in answers}


def _of_plugin(app: App, plugin: str, name: str) -> JSON:
    if plugin not in configuring.installed(app.plugins):
        raise UsageError(f"no plugin is named {plugin!r}", next_step="see: turbo plugin list")
    hooks = plugin in app.plugins.names("turbo.plugins")
    type_ = (app.plugins.settings_type(plugin) if hooks else None) or app.catalog.settings_type(plugin)
    # A secret need not be there when its name is written down.
    tables = Tables(app.settings.plugin_tables, app.settings.plugin_variables, find=lambda _setting, secret: secret)
    value = getattr(tables.read(plugin, type_ or object), name)
    return value.name if isinstance(value, Secret) else plain(value)
