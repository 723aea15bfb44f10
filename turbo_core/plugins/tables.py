"""What was set for each plugin, and the plugin's own settings made of it.

Owns the order of the places: the table of the files, the variables, the command line. It reads no place itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from importlib import import_module
from typing import Any, TypeVar

from turbo_core.errors import SecretMissing, UsageError
from turbo_core.plugins.verdict import SettingInfo
from turbo_core.settings import COMMAND_LINE, ENVIRONMENT, OF_PLUGINS, Placed, refuse, unknown
from turbo_core.words import JSON

T = TypeVar("T")
Find = Callable[[str, str], str]
"""Finds a secret: the setting that wants it, its name → its text. Raises ``SecretMissing``."""


def no_secret(setting: str, name: str) -> str:
    """Finds nothing.

    Raises:
        SecretMissing: always.
    """
    raise SecretMissing(f"no provider knows the secret {name}", where=f"the setting {setting}")


class Tables:
    """What was set for plugins.

    Args:
        tables: by the name of the plugin, what its table holds.
        variables: those that begin with ``TURBO_PLUGIN_``.
        find: finds a secret.
    """

    def __init__(
        self,
        tables: Mapping[str, Mapping[str, Placed]] | None = None,
        variables: Mapping[str, str] | None = None,
        find: Find = no_secret,
    ) -> None:
        self._tables = tables or {}
        self._variables = variables or {}
        self._find = find
        self.secrets: dict[str, str] = {}
        """The text of each secret that a setting has asked for, by its name."""

    def names(self) -> tuple[str, ...]:
        """The plugins that have a table, sorted."""
        return tuple(sorted(self._tables))

    def mentions(self, plugin: str) -> bool:
        """Whether anything was set for a plugin, or may have been."""
        return plugin in self._tables or any(name.startswith(variable(plugin, "")) for name in self._variables)

    def read(self, plugin: str, type_: type[T]) -> T:
        """The settings of a plugin.

        Raises:
            UsageError: a setting is unknown, missing or wrong, or a secret is not known; all mistakes are told.
        """
        made, mistakes = self._make(plugin, type_)
        refuse(mistakes)
        return made

    def mistakes(self, plugin: str, type_: type) -> list[UsageError]:
        """All that is wrong with the settings of a plugin."""
        return self._make(plugin, type_)[1]

    def stated(self, plugin: str, known: Iterable[str]) -> dict[str, Placed]:
        """What was set for a plugin whose settings are ``known``; unknown keys of its table too."""
        stated = dict(self._tables.get(plugin, {}))
        for name in known:
            text = self._variables.get(variable(plugin, name))
            if text is not None and (name not in stated or stated[name].place != COMMAND_LINE):
                stated[name] = Placed(value=text, place=ENVIRONMENT, text=True)
        return stated

    def unknown(self, known: Mapping[str, Iterable[str]]) -> Iterator[UsageError]:
        """The names that no setting has, of tables and of variables.

        Args:
            known: the names of the settings of each plugin that is there; what is set for others is left alone.
        """
        for plugin, names in known.items():
            keys = [f"plugins.{plugin}.{name}" for name in names]
            for name, placed in self._tables.get(plugin, {}).items():
                if name not in names:
                    yield unknown(f"plugins.{plugin}.{name}", placed.place, keys)
        variables = {variable(plugin, name) for plugin, names in known.items() for name in names}
        beginnings = tuple(variable(plugin, "") for plugin in known)
        for name in self._variables:
            if name not in variables and name.startswith(beginnings):
                yield unknown(name, ENVIRONMENT, variables)

    def request(self, plugin: str, known: Iterable[str]) -> dict[str, JSON]:
        """What another process needs to make the same settings (`from_request`); no secret is in it."""
        stated = self.stated(plugin, known)
        return {name: {"value": each.value, "place": each.place, "text": each.text} for name, each in stated.items()}

    def wanted(self, plugin: str, known: Mapping[str, SettingInfo]) -> dict[str, str]:
        """The secrets that a plugin's settings want: the name of each with its text.

        Raises:
            SecretMissing: nobody knows one.
        """
        stated = self.stated(plugin, known)
        names = {name: stated[name].value if name in stated else info.default for name, info in known.items() if info.secret}
        return {
            wanted: self._secret(f"plugins.{plugin}.{name}", wanted) for name, wanted in names.items() if isinstance(wanted, str)
        }

    def _make(self, plugin: str, type_: type[T]) -> tuple[T, list[UsageError]]:
        fields = _fields()
        made: tuple[T, list[UsageError]] = fields.make(type_, plugin, self.stated(plugin, fields.names(type_)), self._secret)
        return made

    def _secret(self, setting: str, name: str) -> str:
        if name not in self.secrets:
            self.secrets[name] = self._find(setting, name)
        return self.secrets[name]


def variable(plugin: str, name: str) -> str:
    """The variable of a plugin's setting."""
    return f"{OF_PLUGINS}{plugin}_{name}".translate(str.maketrans(".-", "__")).upper()


def from_request(plugin: str, stated: Mapping[str, JSON], secrets: Mapping[str, str]) -> Tables:
    """What was set for one plugin, as a request tells it.

    Args:
        plugin: whose settings they are.
        stated: what `Tables.request` gave.
        secrets: the text of each secret that may be wanted.
    """

    def find(setting: str, name: str) -> str:
        return secrets[name] if name in secrets else no_secret(setting, name)

    return Tables({plugin: {name: Placed(**each) for name, each in stated.items()}}, find=find)


def _fields() -> Any:
    # By name: it costs pydantic, which only plugins with settings have to pay.
    return import_module("turbo_core.plugins.fields")
