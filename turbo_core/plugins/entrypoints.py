"""Importing what an entry point names. Owns the act of loading; it knows nothing of verdicts, hooks or actions."""

from __future__ import annotations

import locale
import os
import signal
import sys
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from functools import reduce
from importlib import import_module
from pathlib import Path
from typing import Any

from turbo_core.plugins.names import Entry

_one_at_a_time = threading.RLock()
"""Process-wide, because the standard streams are: two threads that exchange them would each put back the other's."""


def load(entry: Entry) -> object:
    """Import the entry point's module and return the object that it names. What it prints meanwhile is dropped.

    Raises:
        Exception: whatever the import raises, ``SystemExit`` included.
    """
    by_group: Callable[[Entry], object] = _plain if entry.group == "turbo.plugins" else _by_stevedore
    with _one_at_a_time, _kept(), _muffled():
        return by_group(entry)


@contextmanager
def _kept() -> Iterator[None]:
    """Put back what belongs to the whole process and an import may have changed by carelessness."""
    folder, mask, hook = _folder(), os.umask(0o077), sys.excepthook
    os.umask(mask)
    language = locale.setlocale(locale.LC_ALL)
    streams = {number: os.dup(number) for number in (0, 1, 2) if _is_open(number)}
    handlers = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)}
    try:
        yield
    finally:
        sys.excepthook = hook
        os.umask(mask)
        locale.setlocale(locale.LC_ALL, language)
        for number, kept in streams.items():
            os.dup2(kept, number)
            os.close(kept)
        if threading.current_thread() is threading.main_thread():  # elsewhere nobody can set handlers
            for number, handler in handlers.items():
                if handler is not None:  # one that was not set from Python cannot be set from Python
                    signal.signal(number, handler)
        if folder:
            os.chdir(folder)


def _folder() -> str:
    try:
        return str(Path.cwd())
    except OSError:
        return ""


def _is_open(number: int) -> bool:
    try:
        os.fstat(number)
    except OSError:
        return False
    return True


class _Muffled:
    """A standard stream that drops what one thread writes until it is opened, and is the stream behind it in all else.

    Other threads print events meanwhile, and a logging handler that the import has made keeps this object for good.
    """

    def __init__(self, behind: Any) -> None:
        self._behind = behind
        self._dropped: int | None = threading.get_ident()

    def write(self, text: str) -> int:
        if threading.get_ident() != self._dropped:
            self._behind.write(text)
        return len(text)

    def writelines(self, lines: Iterable[str]) -> None:
        self.write("".join(lines))

    def open(self) -> None:
        """Let everything through from now on."""
        self._dropped = None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._behind, name)


@contextmanager
def _muffled() -> Iterator[None]:
    out: Any = _Muffled(sys.stdout)
    err: Any = _Muffled(sys.stderr)
    try:
        with redirect_stdout(out), redirect_stderr(err):
            yield
    finally:
        out.open()
        err.open()


def _plain(entry: Entry) -> object:
    # Every run loads built-in plugins; pluggy takes any object, so they need not pay 45 ms for stevedore.
    attributes = entry.value.partition(":")[2].strip()
    return reduce(getattr, attributes.split(".") if attributes else [], import_module(entry.module))


def _by_stevedore(entry: Entry) -> object:
    # By name, because importing stevedore costs 45 ms, which only actions and commands have to pay.
    drivers: Any = import_module("stevedore.driver")
    metadata: Any = import_module("importlib.metadata")
    known = metadata.EntryPoint(entry.name, entry.value, entry.group)

    class Known(drivers.DriverManager):  # type: ignore[misc]  # a base found by name has no static type
        """A driver whose entry point the names cache has found: stevedore scans nothing and writes no cache of its own."""

        def list_entry_points(self) -> list[object]:
            return [known]

    driver: object = Known(entry.group, entry.name, on_missing_entrypoints_callback=None).driver
    return driver
