"""Settings, and all else that Turbo takes from its surroundings. The only reader of the environment.

Owns the places of settings, the order in which they count, and the facts about account and terminal. It knows no plugin: what is
set for one is kept as it was written, with its place, and is read elsewhere.
"""

from __future__ import annotations

import os
import pwd
import shutil
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Literal, TypeAlias, cast

from msgspec import Struct, field

from turbo_core.errors import UsageError
from turbo_core.failures import FailureRule
from turbo_core.settings_table import SETTINGS, Living, Setting, expanded, read_path
from turbo_core.tracing import VARIABLE, valid
from turbo_core.words import JSON, Risk

Autonomy: TypeAlias = Literal["full", "supervised", "manual"]
Color: TypeAlias = Literal["auto", "always", "never"]

_NO_SCAN: Final = ("PYDANTIC_DISABLE_PLUGINS", "__all__")
ENVIRONMENT: Final = "environment"
COMMAND_LINE: Final = "command line"
OF_PLUGINS: Final = "TURBO_PLUGIN_"
"""How the variable of a plugin's setting begins: ``TURBO_PLUGIN_SLACK_CHANNEL`` is ``plugins.slack.channel``."""


def environment() -> dict[str, str]:
    """A copy of the environment that Turbo was started with."""
    return {name: value for name, value in os.environ.items() if (name, value) != _NO_SCAN}


def no_scan() -> None:
    """Keep pydantic, in this process, from reading the metadata of all that is installed: what is damaged there would end it."""
    name, value = _NO_SCAN
    os.environ.setdefault(name, value)


def account() -> str:
    """The name of the operating-system account that Turbo runs as. Never ``$USER``, which anyone can set."""
    number = os.getuid()
    try:
        return pwd.getpwuid(number).pw_name
    except KeyError:
        return f"uid:{number}"


def outer_trace(surroundings: Mapping[str, str] | None = None) -> str:
    """The ``traceparent`` under which Turbo was started; empty if there is none, or it is not well-formed."""
    return valid(_around(surroundings).get(VARIABLE, ""))


def is_ci(surroundings: Mapping[str, str] | None = None) -> bool:
    """Whether this is a machine that builds for others: ``CI`` is set, and not to ``0``, ``false`` or nothing."""
    return _around(surroundings).get("CI", "").lower() not in ("", "0", "false")


_BY_KEY: Final = {setting.key: setting for setting in SETTINGS}
_BY_VARIABLE: Final = {setting.variable: setting for setting in SETTINGS if setting.variable}
_SECTIONS: Final = {setting.key.partition(".")[0] for setting in SETTINGS if "." in setting.key}


class Placed(Struct, frozen=True, kw_only=True):
    """What was set for a plugin, as it was written, and where. ``text`` says that it is to be read by the type of its field."""

    value: JSON
    place: str
    text: bool = False


class Settings(Struct, frozen=True, kw_only=True):
    """The value of everything that can be set (``SETTINGS`` says what each means).

    ``plugin_tables`` are the tables ``[plugins.NAME]`` of the files, with what the command line has set there;
    ``plugin_variables`` are the variables that may belong to plugins. ``origins`` tells for each key that was set where its value
    comes from.
    """

    cache_folder: Path
    jobs: int = field(default_factory=lambda: os.cpu_count() or 1)
    autonomy: Autonomy = "supervised"
    color: Color = "auto"
    report: bool = True
    templates: Path = Path(".turbo/templates")
    documents: tuple[Living, ...] = ()
    keep: int = 1000
    keep_days: int = 0
    keep_gib: int = 0
    patience: int = 5
    groups: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    people: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    ask_before: tuple[Risk, ...] = ()
    approvers: tuple[str, ...] = ()
    failures: tuple[FailureRule, ...] = ()
    messages: Mapping[str, JSON] = field(default_factory=dict)
    secret_providers: tuple[str, ...] = ("env", "file")
    disabled: tuple[str, ...] = ()
    weights: Mapping[str, int] = field(default_factory=dict)
    registries: tuple[str, ...] = ()
    plugin_tables: Mapping[str, Mapping[str, Placed]] = field(default_factory=dict)
    plugin_variables: Mapping[str, str] = field(default_factory=dict)
    origins: Mapping[str, str] = field(default_factory=dict)


def read_settings(
    project: Path,
    flags: Mapping[str, object] | None = None,
    surroundings: Mapping[str, str] | None = None,
    assigned: Mapping[str, str] | None = None,
) -> Settings:
    """Read the settings. Later places win: defaults, the person's file, the project's file, ``TURBO_*``, the command line.

    Args:
        project: the project's root folder.
        flags: field name → value from the command line; ``None`` as a value means not given.
        surroundings: the environment, if not the real one.
        assigned: key → text, from ``--set KEY=VALUE``; an option of its own counts more.

    Raises:
        UsageError: a file cannot be read, a key is unknown, or a value is wrong; all mistakes are told, with place and key.
    """
    around = _around(surroundings)
    found: dict[str, object] = {"cache_folder": _base(around, "XDG_CACHE_HOME", ".cache") / "turbo"}
    tables: dict[str, dict[str, Placed]] = {}
    origins: dict[str, str] = {}
    mistakes: list[UsageError] = []
    for place in _places(project, around, flags or {}, assigned or {}):
        mistakes += place.mistakes
        for setting, raw in place.values:
            try:
                found[setting.field] = _read(setting, raw, place.name)
            except UsageError as mistake:
                mistakes.append(mistake)
            origins[setting.key] = place.name
        for plugin, table in place.tables.items():
            tables.setdefault(plugin, {}).update(table)
            origins |= {f"plugins.{plugin}.{key}": place.name for key in table}
    refuse(mistakes)
    ours = {name: value for name, value in around.items() if _is_of_plugin(name) and value}
    return Settings(**cast("Any", found), plugin_tables=tables, plugin_variables=ours, origins=origins)


def refuse(mistakes: Sequence[UsageError]) -> None:
    """Raise all mistakes as one error; nothing happens if there is none.

    Raises:
        UsageError: there is one.
    """
    if len(mistakes) > 1:
        raise UsageError(f"{len(mistakes)} settings are wrong", why="\n".join(map(str, mistakes)))
    if mistakes:
        raise mistakes[0]


class _Place(Struct, frozen=True, kw_only=True):
    """What stands in one place, not yet read."""

    name: str
    values: tuple[tuple[Setting, object], ...]
    tables: Mapping[str, Mapping[str, Placed]] = field(default_factory=dict)
    mistakes: tuple[UsageError, ...] = ()


def _places(
    project: Path, around: Mapping[str, str], flags: Mapping[str, object], assigned: Mapping[str, str]
) -> Iterator[_Place]:
    person = person_file(around)
    yield _from_table(str(person), _load(person), person.parent)
    yield _from_project(project)
    yield _Place(name=ENVIRONMENT, values=tuple(_from_variables(around)), mistakes=tuple(_slips(around)))
    yield _from_assigned(assigned)
    given = ((setting, flags.get(setting.field)) for setting in SETTINGS)
    yield _Place(name=COMMAND_LINE, values=tuple((setting, raw) for setting, raw in given if raw is not None))


def person_file(surroundings: Mapping[str, str] | None = None) -> Path:
    """The file with the settings of the person; it need not exist."""
    return _base(_around(surroundings), "XDG_CONFIG_HOME", ".config") / "turbo" / "turbo.toml"


def _base(around: Mapping[str, str], variable: str, default: str) -> Path:
    named = around.get(variable, "")  # the XDG specification tells to ignore a path that is not absolute
    return Path(named) if named.startswith("/") else expanded("~") / default


def _load(file: Path) -> dict[str, JSON]:
    try:
        text = file.read_text(encoding="utf-8")
        # By name: most starts find no such file.
        table: dict[str, JSON] = import_module("tomllib").loads(text)
    except (FileNotFoundError, NotADirectoryError):
        return {}
    except (OSError, ValueError) as error:
        raise UsageError("the settings cannot be read", where=str(file), why=str(error)) from error
    return table


def _from_project(project: Path) -> _Place:
    own, shared = project / "turbo.toml", project / "pyproject.toml"
    table = _load(shared).get("tool", {}).get("turbo")
    if table is None:
        return _from_table(str(own), _load(own), project)
    if own.exists():
        raise UsageError(
            "the project's settings stand in two files",
            where=str(own),
            why=f"{shared} has a table [tool.turbo]",
            next_step="keep one of them",
        )
    return _from_table(f"{shared} [tool.turbo]", table, project)


def _from_table(place: str, table: dict[str, JSON], folder: Path) -> _Place:
    values: list[tuple[Setting, object]] = []
    tables: dict[str, Mapping[str, Placed]] = {}
    mistakes: list[UsageError] = []
    for key, raw in _flat(table):
        if setting := _BY_KEY.get(key):
            values.append((setting, _placed(raw, folder) if setting.read is read_path else raw))
        elif key.startswith("plugins.") and isinstance(raw, dict):
            tables[key.partition(".")[2]] = {inner: Placed(value=value, place=place) for inner, value in raw.items()}
        else:
            mistakes.append(unknown(key, place, _BY_KEY))
    return _Place(name=place, values=tuple(values), tables=tables, mistakes=tuple(mistakes))


def _from_assigned(assigned: Mapping[str, str]) -> _Place:
    values: list[tuple[Setting, object]] = []
    tables: dict[str, dict[str, Placed]] = {}
    mistakes: list[UsageError] = []
    for key, text in assigned.items():
        section, _, rest = key.partition(".")
        plugin, _, inner = rest.partition(".")
        if setting := _BY_KEY.get(key):
            values.append((setting, text))
        elif section == "plugins" and plugin and inner:
            tables.setdefault(plugin, {})[inner] = Placed(value=text, place=COMMAND_LINE, text=True)
        else:
            mistakes.append(unknown(key, COMMAND_LINE, _BY_KEY))
    return _Place(name=COMMAND_LINE, values=tuple(values), tables=tables, mistakes=tuple(mistakes))


def _placed(raw: object, folder: Path) -> object:
    # A relative path is meant from the folder of the file that it stands in.
    meant = expanded(raw) if raw and isinstance(raw, str) else None
    return raw if meant is None or str(meant).startswith("~") else folder / meant


def _flat(table: dict[str, JSON]) -> Iterator[tuple[str, object]]:
    for key, value in table.items():
        if key in _SECTIONS and isinstance(value, dict):
            yield from ((f"{key}.{inner}", item) for inner, item in value.items())
        else:
            yield key, value


def _slips(around: Mapping[str, str]) -> Iterator[UsageError]:
    for variable in around:
        # Other programs use TURBO_ too (and so do tasks), so only what looks like a slip is refused.
        slip = variable.startswith("TURBO_") and variable not in _BY_VARIABLE and not _is_of_plugin(variable)
        if slip and get_close_matches(variable, _BY_VARIABLE, n=1, cutoff=0.88):
            yield unknown(variable, ENVIRONMENT, _BY_VARIABLE)


def _is_of_plugin(variable: str) -> bool:
    return variable.startswith(OF_PLUGINS) and "_" in variable.removeprefix(OF_PLUGINS)


def _from_variables(around: Mapping[str, str]) -> Iterator[tuple[Setting, object]]:
    if around.get("NO_COLOR"):
        yield _BY_KEY["color"], "never"
    yield from ((setting, around[variable]) for variable, setting in _BY_VARIABLE.items() if around.get(variable))


def _read(setting: Setting, raw: object, place: str) -> object:
    try:
        return setting.read(raw)
    except ValueError as error:
        label = setting.variable if place == ENVIRONMENT else setting.key
        raise UsageError(
            f"the setting {label!r} is wrong", where=place, why=f"it is {raw!r}", next_step=f"it takes {error}"
        ) from error


def unknown(key: str, place: str, known: Iterable[str]) -> UsageError:
    """The mistake of naming a setting that there is not; the known ones are offered."""
    known = sorted(known)
    close = get_close_matches(key, known, n=1)
    hint = f"did you mean {close[0]!r}?" if close else f"there are: {', '.join(known) or 'none'}"
    return UsageError(f"there is no setting {key!r}", where=place, next_step=hint)


def _around(surroundings: Mapping[str, str] | None) -> Mapping[str, str]:
    return os.environ if surroundings is None else surroundings


def progress_file(surroundings: Mapping[str, str] | None = None) -> Path | None:
    """The file in which the task that this process belongs to reports its progress; ``None`` outside of a task."""
    path = _around(surroundings).get("TURBO_PROGRESS", "")
    return Path(path) if path else None


# ---------------------------------------------------------------- the terminal


class Terminal(Struct, frozen=True, kw_only=True):
    """What is known of the terminal. ``interactive``: a person can be asked. ``live``: output can be redrawn in place."""

    interactive: bool
    live: bool
    color: bool
    columns: int
    lines: int


def terminal(color: Color = "auto", surroundings: Mapping[str, str] | None = None) -> Terminal:
    """Look at the terminal that Turbo was started in. ``color`` is the setting."""
    around = _around(surroundings)
    shown = sys.stdout.isatty() and around.get("TERM", "") not in ("", "dumb")
    size = shutil.get_terminal_size()
    return Terminal(
        interactive=sys.stdin.isatty() and sys.stderr.isatty() and not is_ci(around),
        live=shown and not is_ci(around),
        color=color == "always" or (color == "auto" and (shown or bool(around.get("FORCE_COLOR")))),
        columns=size.columns,
        lines=size.lines,
    )
