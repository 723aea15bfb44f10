"""Listeners: channels that let people answer where they read, each in a thread of its own while a process waits.

What a listener hands over takes the path of every answer. It knows how to call a listener again, not how answers are judged.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path
from typing import Final, Protocol

from turbo_core.engine.ports import Faulted, Happening
from turbo_core.plugins.loading import Plugins
from turbo_core.words import JSON

HOOK: Final = "turbo_listen"
FIRST_PAUSE: Final = 0.5
LONGEST_PAUSE: Final = 60.0
"""Seconds before a listener that raised is called again: the first time, and at most; it doubles each time."""


class Take(Protocol):
    """Takes what a person asks of a run through a channel: the one path of answers, given by the application."""

    def __call__(self, folder: Path, kind: str, body: Mapping[str, JSON], *, who: str, channel: str) -> str:
        """Take a request of a kind of the inbox (``answer``, ``acknowledge``); gives why it is refused, else an empty text."""


class Ear:
    """What one listener sees of the host: a `turbo_core.messages.ListenContext`.

    Args:
        folder: of the run that is waited for.
        take: where answers go.
        plugin: whose listener it is.
        ended: is set when nobody waits any more.
    """

    def __init__(self, folder: Path, take: Take, plugin: str, ended: threading.Event) -> None:
        self.ended = ended
        self.runs: Callable[[], tuple[str, ...]] = lambda: (folder.name,)
        self._folder = folder
        self._take = take
        self._plugin = plugin

    def answer(
        self,
        run: str,
        task: str,
        token: str,
        *,
        approve: bool,
        who: str,
        comment: str = "",
        fields: Mapping[str, JSON] = {},
    ) -> str:
        """Hand over an answer to a question; gives why it is refused, else an empty text."""
        body = {"task": task, "token": token, "approve": approve, "comment": comment, "fields": dict(fields)}
        return self._handed(run, "answer", body, who)

    def acknowledge(self, run: str, key: str, *, who: str) -> str:
        """Tell that somebody has seen a message; gives why that does not count, else an empty text."""
        return self._handed(run, "acknowledge", {"key": key}, who)

    def _handed(self, run: str, kind: str, body: Mapping[str, JSON], who: str) -> str:
        if self.ended.is_set() or run != self._folder.name:
            return f"nobody waits for the run {run} here"
        return self._take(self._folder, kind, body, who=who, channel=self._plugin)


class Listeners:
    """The listeners of one process.

    Args:
        plugins: whose hooks are called.
        folder: of the run that is waited for.
        take: where answers go.
        post: is told of a listener that raises.
    """

    def __init__(self, plugins: Plugins, folder: Path, take: Take, post: Callable[[Happening], None]) -> None:
        self._plugins = plugins
        self._folder = folder
        self._take = take
        self._post = post
        self._ended = threading.Event()
        self._threads: list[threading.Thread] = []

    def start(self, channels: Iterable[str]) -> None:
        """Let the owners of these channels listen, those that can."""
        wanted = set(channels)
        owners = {offer.plugin for offer in self._plugins.offers("channel") if offer.name in wanted}
        for plugin in self._plugins.implementers(HOOK):
            if plugin in owners:
                thread = threading.Thread(target=self._listen, args=(plugin,), name=f"turbo-listener-{plugin}", daemon=True)
                self._threads.append(thread)
                thread.start()

    def close(self) -> None:
        """Tell all of them that nobody waits any more, and give them a moment to leave."""
        self._ended.set()
        for thread in self._threads:
            thread.join(timeout=2)

    def _listen(self, plugin: str) -> None:
        context = Ear(self._folder, self._take, plugin, self._ended)
        pause = FIRST_PAUSE
        while not self._ended.is_set():
            try:
                self._plugins.call(plugin, HOOK, context=context)
                return
            except Exception as error:  # the boundary to foreign code
                self._post(Faulted(plugin=plugin, hook=HOOK, message=f"{type(error).__name__}: {error}"))
            self._ended.wait(pause)
            pause = min(pause * 2, LONGEST_PAUSE)
