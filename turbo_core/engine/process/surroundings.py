"""What an action may change in its process and what must not stay: environment, folder, locale, signals, standard streams.

It is the one place that sets the environment of a process that is already running; the values come with the order.
"""

from __future__ import annotations

import io
import locale
import os
import signal
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from typing import Any, TypeAlias

from turbo_core.engine.process.spawning import enter

_Handler: TypeAlias = Callable[[int, FrameType | None], Any] | int | None


@contextmanager
def surroundings(env: Mapping[str, str], cwd: Path, *, output: int, nothing: int) -> Iterator[None]:
    """Give this process the surroundings of an action, and take them back at the end.

    Args:
        env: the whole environment.
        cwd: the working directory.
        output: descriptor that standard output and error lead to.
        nothing: descriptor that everything leads to at the end.

    Raises:
        StartFailed: the folder cannot be entered.
    """
    signals = {number: signal.getsignal(number) for number in signal.Signals}
    before, place, mask = dict(os.environ), locale.setlocale(locale.LC_ALL), os.umask(0o022)
    os.umask(mask)
    streams = sys.stdin, sys.stdout, sys.stderr
    path = [*sys.path]
    hooks = sys.excepthook, sys.unraisablehook  # without them no thread can be made
    try:
        enter(cwd)
        _change_environment(before, env)
        _lead(output)
        yield
    finally:
        _flush()
        _lead(nothing)
        sys.stdin, sys.stdout, sys.stderr = streams
        sys.excepthook, sys.unraisablehook = hooks
        sys.path += [folder for folder in path if folder not in sys.path]
        os.chdir("/")
        os.umask(mask)
        _change_environment(dict(os.environ), before)
        locale.setlocale(locale.LC_ALL, place)
        _restore(signals)


def _change_environment(now: Mapping[str, str], env: Mapping[str, str]) -> None:
    """Change what is different only: from attempt to attempt nearly all stays as it is."""
    for name in now.keys() - env.keys():
        del os.environ[name]
    for name, value in env.items():
        if now.get(name) != value:
            os.environ[name] = value
    if now.get("TZ") != env.get("TZ"):
        time.tzset()


def _lead(descriptor: int) -> None:
    os.dup2(descriptor, 1)
    os.dup2(descriptor, 2)
    sys.stdin = io.TextIOWrapper(io.BytesIO(), encoding="utf-8")
    sys.stdout = _writer(1)
    sys.stderr = _writer(2)


def _writer(descriptor: int) -> io.TextIOWrapper:
    file = io.FileIO(descriptor, "w", closefd=False)
    return io.TextIOWrapper(io.BufferedWriter(file), encoding="utf-8", errors="backslashreplace", line_buffering=True)


def _flush() -> None:
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError, AttributeError):  # the action closed or replaced it
            continue


def _restore(signals: Mapping[signal.Signals, _Handler]) -> None:
    for number, handler in signals.items():
        if handler is not None and signal.getsignal(number) is not handler:
            signal.signal(number, handler)
