"""Importing what an entry point names. Owns the act of loading; it knows nothing of verdicts, hooks or actions."""

from __future__ import annotations

import io
from collections.abc import Callable
from contextlib import redirect_stderr, redirect_stdout
from functools import reduce
from importlib import import_module
from typing import Any

from turbo_core.plugins.names import Entry


def load(entry: Entry) -> object:
    """Import the entry point's module and return the object that it names. What it prints meanwhile is dropped.

    Raises:
        Exception: whatever the import raises, ``SystemExit`` included.
    """
    by_group: Callable[[Entry], object] = _plain if entry.group == "turbo.plugins" else _by_stevedore
    with redirect_stdout(io.StringIO()), redirect_stderr(io.StringIO()):
        return by_group(entry)


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
