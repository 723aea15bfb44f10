"""The plugins that are imported in this process, and the call of one implementation of one of them.

Owns the pluggy manager, which reads the marks and checks the arguments. Each implementation is called alone, so that an exception
has one possible author and each can be given what is its own. Any thread may ask; only one at a time may register.
"""

from __future__ import annotations

import threading
import traceback
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeAlias

import pluggy
from msgspec import Struct

from turbo_core.errors import PluginFailed, TurboError
from turbo_core.offers import Offer, SettingsOffer
from turbo_core.plugins.examine import new_manager, offers_in

HookSeen: TypeAlias = Callable[[str, str, Mapping[str, object], object, BaseException | None], None]
"""Is told of one call: the plugin, the hook, its arguments, the answer, and what was raised in place of one."""


class Failure(Struct, frozen=True, kw_only=True):
    """A plugin raised instead of answering. ``details`` is the traceback."""

    message: str
    details: str


def isolated(call: Callable[[], object]) -> Any:
    """What ``call`` gives, a generator as a list; a `Failure` if it raises."""
    try:
        answer = call()
        return [*answer] if isinstance(answer, Iterator) else answer
    except (Exception, SystemExit) as error:  # the boundary to foreign code
        told = str(error) if isinstance(error, TurboError) else f"{type(error).__name__}: {error}"
        return Failure(message=told, details="".join(traceback.format_exception(error)))


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

    def settings_type(self, plugin: str) -> type | None:
        """The class of the settings of a registered plugin."""
        return next((offer.type for offer in self._offers[plugin] if isinstance(offer, SettingsOffer)), None)

    def order(self, hook: str) -> list[str]:
        """The registered plugins that implement a hook, in the order in which they are asked."""
        found = [one for one in self._implementations(hook) if one.plugin_name in self]
        return [one.plugin_name for one in sorted(found, key=lambda one: (not one.tryfirst, one.trylast, one.plugin_name))]

    def call(self, plugin: str, hook: str, arguments: Mapping[str, object], own: Mapping[str, Callable[[], object]] = {}) -> Any:
        """Call a registered plugin's implementation with those arguments that it names; ``None`` if it has none.

        Args:
            plugin: whose implementation.
            hook: of what.
            arguments: what is the same for all.
            own: makes what is the plugin's own, if it names it.

        Raises:
            PluginFailed: it tried to end the process.
            Exception: whatever it raises.
        """
        found = next((one for one in self._implementations(hook) if one.plugin_name == plugin), None)
        if found is None:
            return None
        # pluggy leaves out arguments with a default; whoever names one wants it.
        wanted = (*found.argnames, *found.kwargnames)
        given = {name: arguments[name] for name in wanted if name in arguments}
        try:
            given |= {name: make() for name, make in own.items() if name in wanted}
            answer = found.function(**given)
        except BaseException as error:
            self._tell(plugin, hook, arguments, None, error)
            if isinstance(error, Exception) or (isinstance(error, KeyboardInterrupt) and _is_persons()):
                raise
            raise PluginFailed(f"the plugin {plugin!r} raised {type(error).__name__} in {hook}") from error
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


def _is_persons() -> bool:
    """Whether an interrupt can come from the person at the keyboard: Python raises it in the main thread only."""
    return threading.current_thread() is threading.main_thread()
