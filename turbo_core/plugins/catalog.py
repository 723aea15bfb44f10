"""The catalogue of actions: what ``uses: git.tag`` and ``turbo git tag`` can name.

Owns the way from a name to an action. What an action is (its schema, its help) is known from the plugin's trial; the plugin
itself is imported only to check values, and only the namespace that is used.
"""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any

from turbo_core.actions import Action
from turbo_core.errors import PluginFailed
from turbo_core.model import ActionInfo
from turbo_core.plugins.examine import SETTINGS
from turbo_core.plugins.loading import Plugins
from turbo_core.plugins.refusals import clash
from turbo_core.plugins.trials import fingerprint
from turbo_core.words import JSON


class Catalog:
    """The actions of all plugins that are on.

    Every method that takes a name (``git.tag``) raises ``PluginFailed`` if there is no such action or its plugin cannot be used.
    """

    def __init__(self, plugins: Plugins) -> None:
        self._plugins = plugins
        self._loaded: dict[str, Mapping[str, Action[..., object]]] = {}
        self._codes: dict[str, str] = {}

    def namespaces(self) -> tuple[str, ...]:
        """The first halves of all names, sorted. Imports nothing."""
        return self._plugins.names("turbo.actions")

    def actions(self, namespace: str) -> tuple[ActionInfo, ...]:
        """Everything about the actions of one namespace, in the order of the plugin's module."""
        found = self._plugins.verdict(self._plugins.require("turbo.actions", namespace)).actions
        return tuple(ActionInfo(**fields) for fields in found.values())

    def info(self, name: str) -> ActionInfo:
        """Everything about one action. Does not import the plugin here."""
        namespace, verb = _split(name)
        known = {info.name.partition(".")[2]: info for info in self.actions(namespace)}
        if verb not in known:
            close = get_close_matches(verb, known, n=1)
            hint = f"did you mean {namespace}.{close[0]}?" if close else f"it has: {', '.join(known)}"
            raise PluginFailed(f"the plugin {namespace!r} has no action {verb!r}", next_step=hint)
        return known[verb]

    def entry(self, name: str) -> str:
        """The module that the action is in: what a supervisor imports to run it."""
        return self._plugins.require("turbo.actions", _split(name)[0]).module

    def settings(self, name: str) -> dict[str, JSON]:
        """What was set for the action's plugin, as `turbo_core.plugins.calling.run_action` wants it."""
        namespace = _split(name)[0]
        return self._plugins.tables.request(namespace, self._plugins.setting_infos(namespace) or ())

    def secrets(self, name: str) -> dict[str, str]:
        """The text of each secret that the settings of the action's plugin want, by its name.

        Raises:
            SecretMissing: nobody knows one.
        """
        namespace = _split(name)[0]
        return self._plugins.tables.wanted(namespace, self._plugins.setting_infos(namespace) or {})

    def guests(self, name: str) -> dict[str, JSON]:
        """Who answers the hooks of the action's plugin, as `turbo_core.plugins.calling.run_action` wants it.

        Raises:
            SecretMissing: one of them wants a secret that nobody knows.
        """
        return self._plugins.guests(self.distribution(name))

    def settings_type(self, namespace: str) -> type | None:
        """The class of the namespace's settings; imports it."""
        found: type | None = getattr(self._plugins.load("turbo.actions", namespace), SETTINGS, None)
        return found

    def distribution(self, name: str) -> str:
        """The distribution that the action comes from: what a run is pinned to."""
        return self._plugins.require("turbo.actions", _split(name)[0]).distribution

    def get(self, name: str) -> Action[..., object]:
        """The action itself; imports its namespace."""
        namespace, verb = _split(name)
        self.info(name)
        if namespace not in self._loaded:
            module = self._plugins.load("turbo.actions", namespace)
            self._loaded[namespace] = _signatures().actions_in(module)
        return self._loaded[namespace][verb]

    def template(self, name: str) -> str | None:
        """The text of a decision template.

        Raises:
            PluginFailed: two plugins offer one of this name.
        """
        found = [offer for offer in self._plugins.offers("template") if offer.name == name]
        if len(found) > 1:
            raise clash("template", name, found)
        return found[0].text if found else None

    def code(self, name: str) -> str:
        """What pins the code of the action: it changes when what is installed does."""
        namespace = _split(name)[0]
        entry = self._plugins.require("turbo.actions", namespace)
        if namespace not in self._codes:  # all sources of an editable plugin are read for it
            self._codes[namespace] = f"{entry.distribution} {entry.version} {fingerprint(entry)}"
        return self._codes[namespace]

    def check(self, name: str, parameter: str, value: JSON) -> str:
        """Why ``value`` cannot be given to the action's parameter, in one sentence; empty if it can."""
        told: str = _signatures().signature_of(self.get(name)).check(parameter, value)
        return told

    def validate(self, name: str, arguments: Mapping[str, JSON], *, text: bool = False) -> None:
        """Check all arguments of an action; ``text`` says that they are strings from a command line.

        Raises:
            UsageError: an argument is missing, unknown or wrong.
        """
        _signatures().signature_of(self.get(name)).validate(arguments, text=text)


def _split(name: str) -> tuple[str, str]:
    namespace, dot, verb = name.partition(".")
    if not (dot and namespace and verb):
        raise PluginFailed(f"{name!r} is not the name of an action", next_step="it reads NAMESPACE.VERB, for example git.tag")
    return namespace, verb


def _signatures() -> Any:
    # By name: reading signatures costs pydantic, which looking up a name does not need.
    return import_module("turbo_core.plugins.signature")
