"""The plugins that are imported in this process, and the call of one implementation of one of them.

Owns the pluggy manager, which reads the marks and checks the arguments. Each implementation is called alone, so that an exception
has one possible author and each can be given what is its own. Any thread may ask; only one at a time may register.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import pluggy

from turbo_core.model import Offer
from turbo_core.plugins.examine import new_manager, offers_in

HookSeen: TypeAlias = Callable[[str, str, Mapping[str, object], object, BaseException | None], None]
"""Is told of one call: the plugin, the hook, its arguments, the answer, and what was raised in place of one."""


class Hooks:
    """Every plugin that was registered, by name."""

    def __init__(self) -> None:
        self._manager = new_manager()
        self._offers: dict[str, list[Offer]] = {}
        self._watchers: tuple[HookSeen, ...] = ()

    def __contains__(self, plugin: str) -> bool:
        return plugin in self._offers

    def register(self, plugin: str, loaded: object) -> None:
        """Take a plugin in, and ask what it offers; if that fails it is as if it had never been.

        Raises:
            Exception: a hook has an argument that its specification has not, or whatever ``turbo_register`` raises.
        """
        self._manager.register(loaded, name=plugin)
        try:
            answer = self.call(plugin, "turbo_register", {})
            # The last step, since other threads take a plugin that stands here for complete.
            self._offers[plugin] = offers_in(answer or ())
        except BaseException:
            self._manager.unregister(name=plugin)
            raise

    def offers(self, plugin: str) -> list[Offer]:
        """What a registered plugin offers."""
        return self._offers[plugin]

    def order(self, hook: str) -> list[str]:
        """The registered plugins that implement a hook, in the order in which they are asked."""
        found = [one for one in self._implementations(hook) if one.plugin_name in self]
        return [one.plugin_name for one in sorted(found, key=lambda one: (not one.tryfirst, one.trylast, one.plugin_name))]

    def call(self, plugin: str, hook: str, arguments: Mapping[str, object], settings: Callable[[], object] = lambda: None) -> Any:
        """Call a registered plugin's implementation with those arguments that it names; ``None`` if it has none.

        Args:
            plugin: whose implementation.
            hook: of what.
            arguments: what is the same for all.
            settings: gives the plugin's own settings, if it names them.

        Raises:
            Exception: whatever it raises.
        """
        found = next((one for one in self._implementations(hook) if one.plugin_name == plugin), None)
        if found is None:
            return None
        # pluggy leaves out arguments with a default; whoever names one wants it.
        wanted = (*found.argnames, *found.kwargnames)
        given = {name: arguments[name] for name in wanted if name in arguments}
        try:
            if "settings" in wanted:
                given["settings"] = settings()
            answer = found.function(**given)
        except BaseException as error:
            self._tell(plugin, hook, arguments, None, error)
            raise
        self._tell(plugin, hook, arguments, answer, None)
        return answer

    @contextmanager
    def watched(self, seen: HookSeen) -> Iterator[None]:
        """As long as this lasts, ``seen`` is told of each call, in the thread that called."""
        self._watchers = (*self._watchers, seen)
        try:
            yield
        finally:
            self._watchers = tuple(one for one in self._watchers if one is not seen)

    def _implementations(self, hook: str) -> list[pluggy.HookImpl]:
        caller: pluggy.HookCaller | None = getattr(self._manager.hook, hook, None)
        return caller.get_hookimpls() if caller else []

    def _tell(self, plugin: str, hook: str, arguments: Mapping[str, object], answer: object, error: BaseException | None) -> None:
        for seen in self._watchers:
            seen(plugin, hook, arguments, answer, error)
