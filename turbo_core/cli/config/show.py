"""``turbo config show``: every setting, its value, and where that comes from."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from difflib import get_close_matches

import click
from msgspec import Struct
from msgspec.structs import asdict

from turbo_core.app import App
from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.plugins import configuring
from turbo_core.plugins.verdict import SettingInfo
from turbo_core.report.text import as_text, one_line, table
from turbo_core.settings import Placed, refuse
from turbo_core.settings_table import SETTINGS
from turbo_core.words import JSON


class Shown(Struct, frozen=True, kw_only=True):
    """One setting as it stands: of a secret, ``value`` is its name. ``origin`` is the place, ``default`` or ``missing``."""

    key: str
    value: JSON
    origin: str
    secret: bool
    help: str


@click.command("show")
@click.argument("name", required=False)
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(shell: Shell, name: str | None, as_json: bool) -> None:
    """Tell every setting, its value, and the place that it comes from; NAME is a key, or the name of a plugin.

    Of a secret only the name is told. Exit code 2 if a name is set that no setting has.
    """
    app = shell.app()
    found = _chosen([*_of_host(app), *_of_plugins(app)], name)
    if as_json:
        shell.print_json([asdict(shown) for shown in found])
    else:
        shell.print(table(("setting", "value", "from"), [(shown.key, _told(shown), shown.origin) for shown in found]))
        for plugin in configuring.strangers(app.plugins):
            shell.print(f"note: there are settings for {one_line(plugin)!r}, and no plugin of that name is installed")
    refuse(configuring.misnamed(app.plugins))


def _told(shown: Shown) -> str:
    if shown.secret and shown.value is not None:
        return f"the secret {shown.value}"
    return "none" if shown.value in (None, "", [], {}) else as_text(shown.value)


def _of_host(app: App) -> Iterator[Shown]:
    for setting in SETTINGS:
        origin = app.settings.origins.get(setting.key, "default")
        value = plain(getattr(app.settings, setting.field))
        yield Shown(key=setting.key, value=value, origin=origin, secret=False, help=setting.help)


def plain(value: object) -> JSON:
    """The value of a setting of the host, as files hold it."""
    if isinstance(value, Mapping):
        return {name: plain(item) for name, item in value.items()}
    if isinstance(value, tuple | list):
        return [plain(item) for item in value]
    return value if isinstance(value, bool | int | float) else str(value)


def _of_plugins(app: App) -> Iterator[Shown]:
    for plugin in configuring.installed(app.plugins):
        infos = app.plugins.setting_infos(plugin) or {}
        stated = app.plugins.tables.stated(plugin, infos)
        for name, info in infos.items():
            yield _of_plugin(f"plugins.{plugin}.{name}", info, stated.get(name))


def _of_plugin(key: str, info: SettingInfo, placed: Placed | None) -> Shown:
    if placed is None:
        origin = "missing" if info.required else "default"
        return Shown(key=key, value=info.default, origin=origin, secret=info.secret, help=info.description)
    return Shown(key=key, value=placed.value, origin=placed.place, secret=info.secret, help=info.description)


def _chosen(found: list[Shown], name: str | None) -> list[Shown]:
    if name is None:
        return found
    wanted = (name, f"plugins.{name}")
    chosen = [shown for shown in found if shown.key in wanted or shown.key.startswith(tuple(f"{each}." for each in wanted))]
    if not chosen:
        known = sorted({shown.key for shown in found} | {shown.key.split(".")[1] for shown in found if "." in shown.key})
        close = get_close_matches(name, known, n=1)
        raise UsageError(
            f"there is no setting {name!r}", next_step=f"did you mean {close[0]!r}?" if close else "see: turbo config show"
        )
    return chosen
