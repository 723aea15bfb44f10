"""What a plugin offers to the host by ``turbo_register``, and what it is given for that: secrets, answers of other plugins."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, Protocol, TypeAlias

from msgspec import Struct

from turbo_core.errors import SecretMissing


class ExecutorOffer(Struct, frozen=True, kw_only=True):
    """The plugin that returns this owns ``executor: NAME``: its ``turbo_execute`` is called for such tasks."""

    name: str
    summary: str = ""


class ChannelOffer(Struct, frozen=True, kw_only=True):
    """The plugin that returns this owns the channel NAME: its ``turbo_communicate`` delivers to it."""

    name: str
    summary: str = ""


class SecretOffer(Struct, frozen=True, kw_only=True):
    """A provider of secrets. ``find`` gets a secret's name and returns its value, or ``None`` if it does not know it."""

    name: str
    find: Callable[[str], str | None]


class SpecOffer(Struct, frozen=True, kw_only=True):
    """Hookspecs of the plugin's own, for other plugins to implement; all are named ``turbo_NAMESPACE_…``. ``specs`` is a class or
    module with functions marked by ``@hookspec``, ``version`` (SemVer) is that of these hooks.
    """

    namespace: str
    version: str
    specs: object


class SettingsOffer(Struct, frozen=True, kw_only=True):
    """The plugin's settings: one frozen dataclass, read from the table ``[plugins.NAME]``; NAME is that of the plugin."""

    name: str
    type: type


class TemplateOffer(Struct, frozen=True, kw_only=True):
    """A decision template, for ``decide: {template: NAME}``. ``text`` is what would stand in ``decisions/NAME.yaml``; a file
    of the project with that name counts more.
    """

    name: str
    text: str
    summary: str = ""


class PageOffer(Struct, frozen=True, kw_only=True):
    """A template of a page that Turbo makes, such as ``report.html.j2`` or ``report.css``; docs/reports.md names them.

    ``text`` stands in the place of the built-in one, which it may extend as ``turbo/NAME``. A file of the project with that name
    counts more, and may extend this one as ``PLUGIN/NAME``. Of two plugins with the same page that of the first name counts.
    """

    name: str
    text: str
    summary: str = ""


class Secret:
    """The type of a setting that is a secret: the table holds its *name*, the host finds its text.

    As the default of a field it is the name that counts if none is set. Neither ``repr`` nor ``str`` show the text.
    """

    __slots__ = ("_text", "name")

    def __init__(self, name: str, text: str | None = None) -> None:
        self.name = name
        self._text = text

    def reveal(self) -> str:
        """The secret itself. ``SecretMissing`` is raised by the default of a class, which nobody has looked up."""
        if self._text is None:
            raise SecretMissing(f"the secret {self.name} was not looked up", next_step="take the settings that the host gives")
        return self._text

    def __repr__(self) -> str:
        return f"Secret({self.name!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Secret) and (self.name, self._text) == (other.name, other._text)

    def __hash__(self) -> int:
        return hash(self.name)


class HookAnswer(Struct, frozen=True, kw_only=True):
    """What one plugin answered when another asked its own hook. ``failure`` says why there is no ``value``; else it is empty."""

    plugin: str
    value: Any = None
    failure: str = ""


class Ask(Protocol):
    """Asks a hook that the plugin itself brings (``SpecOffer``): every plugin that implements it, one after another."""

    def __call__(self, hook: str, /, **arguments: Any) -> list[HookAnswer]:
        """Ask one hook with all its arguments."""


Offer: TypeAlias = ExecutorOffer | ChannelOffer | SecretOffer | SpecOffer | SettingsOffer | TemplateOffer | PageOffer
