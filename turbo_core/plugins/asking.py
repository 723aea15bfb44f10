"""The hooks of one plugin, answered by others: what ``ask`` is, in the host's process and in that of an action.

Owns the check of what is asked. In the process of an action the plugins that answer are imported here, when they are first asked.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from functools import cached_property, partial
from typing import Any

from turbo_core.errors import PluginFailed
from turbo_core.offers import HookAnswer
from turbo_core.plugins.entrypoints import load
from turbo_core.plugins.hooking import Failure, Hooks, isolated
from turbo_core.plugins.names import Entry
from turbo_core.plugins.tables import from_request
from turbo_core.words import JSON


def check(hook: str, arguments: Collection[str], hooks: Mapping[str, Collection[str]]) -> None:
    """Check what is asked.

    Args:
        hook: its name.
        arguments: the names of the arguments.
        hooks: the hooks that may be asked, each with the names of its arguments.

    Raises:
        PluginFailed: there is no such hook, or it takes other arguments.
    """
    if hook not in hooks:
        raise PluginFailed(f"the plugin brings no hook {hook!r}", next_step=f"it has: {', '.join(sorted(hooks)) or 'none'}")
    if set(arguments) != set(hooks[hook]):
        raise PluginFailed(
            f"the hook {hook!r} takes other arguments",
            next_step=f"it takes: {', '.join(hooks[hook]) or 'none'}; give all of them",
        )


def answers_of(told: Collection[tuple[str, Any]]) -> list[HookAnswer]:
    """Answers as plugins get them."""
    return [
        HookAnswer(plugin=name, failure=answer.message) if isinstance(answer, Failure) else HookAnswer(plugin=name, value=answer)
        for name, answer in told
    ]


class Guests:
    """Who answers the hooks of an action's plugin, in the action's process.

    Args:
        told: what `turbo_core.plugins.loading.Plugins.guests` gave.
    """

    def __init__(self, told: Mapping[str, JSON]) -> None:
        self._hooks: Mapping[str, list[str]] = told.get("hooks", {})
        self._plugins: Mapping[str, JSON] = told.get("plugins", {})
        self._failed: dict[str, Failure] = {}

    @cached_property
    def _loaded(self) -> Hooks:
        """Made when somebody is asked: most actions ask nobody."""
        return Hooks()

    def ask(self, hook: str, /, **arguments: Any) -> list[HookAnswer]:
        """Ask every plugin that implements a hook; one that fails says so in its answer.

        Raises:
            PluginFailed: there is no such hook, or it takes other arguments.
        """
        check(hook, arguments, self._hooks)
        names = [name for name, plugin in self._plugins.items() if hook in plugin["implements"]]
        for name in names:
            self._admit(name)
        told: list[tuple[str, Any]] = [(name, self._failed[name]) for name in names if name in self._failed]
        told += [(name, isolated(partial(self._call, name, hook, arguments))) for name in self._loaded.order(hook)]
        return answers_of([(name, answer) for name, answer in told if answer is not None])

    def _admit(self, name: str) -> None:
        if name in self._loaded or name in self._failed:
            return
        found = isolated(lambda: self._loaded.register(name, load(Entry(**self._plugins[name]["entry"]))))
        if isinstance(found, Failure):
            self._failed[name] = found

    def _call(self, name: str, hook: str, arguments: Mapping[str, object]) -> object:
        return self._loaded.call(name, hook, arguments, {"settings": lambda: self._settings(name), "ask": lambda: _alone})

    def _settings(self, name: str) -> object:
        plugin = self._plugins[name]
        tables = from_request(name, plugin["settings"], plugin["secrets"])
        type_: Callable[..., object] | None = self._loaded.settings_type(name)
        return tables.read(name, type_) if isinstance(type_, type) else None


def _alone(hook: str, /, **_arguments: object) -> list[HookAnswer]:
    raise PluginFailed(f"the hook {hook!r} cannot be asked here", why="this plugin answers inside an action of another")
