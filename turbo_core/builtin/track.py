"""The built-in tracker: what happens, shown on a terminal as it happens.

The host builds a ``TerminalTracker`` with the display of its choice and has it follow the run; loaded as a module, this plugin
offers nothing, shows nothing and costs nothing. Follows the log files of running attempts; knows no stream.
"""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Final, Protocol

from turbo_core.hookspecs import hookimpl
from turbo_core.journal import reports
from turbo_core.model import Event, RunInfo
from turbo_core.offers import Offer
from turbo_core.report.graph import GraphNode
from turbo_core.report.narration import Fact, narrate
from turbo_core.report.outlook import Ahead, Outlook
from turbo_core.report.progress import Progress, Snapshot
from turbo_core.report.text import cut, one_line, strip_controls

_PIECE: Final = 65_536
_LINE: Final = 2_000
_LATEST: Final = 2_048
_PAUSE: Final = 0.2  # as often as the live view is drawn
_OUTLOOK_PAUSE: Final = 1.0
_OUTLOOK_SHARE: Final = 50


@hookimpl
def turbo_register() -> Iterable[Offer]:
    """Nothing: without a display there is nothing to show on."""
    return ()


class Display(Protocol):
    """Where a tracker shows what it learns. All text is harmless; calls come from one thread at a time."""

    def fact(self, at: str, fact: Fact) -> None:
        """Show one fact that happened at an ISO time."""

    def output(self, address: str, line: str) -> None:
        """Show one line of a task's output."""

    def flush(self, address: str) -> None:
        """An attempt ended: all of its output was given."""

    def update(self, state: Snapshot, ahead: Ahead | None = None) -> None:
        """The run is now in this state, and this is ahead of it, if that is known."""

    def say(self, text: str) -> None:
        """Show text of the host (a message, a prompt)."""

    def close(self) -> None:
        """Show what is held back, and give the terminal back."""


class TerminalTracker:
    """Shows a run on a display, facts in the order of the journal, output as it is written.

    Args:
        display: where to.
        outline: the tasks of the workflow, for totals; may be empty.
        lines: how many lines of output are shown of one attempt.
        after: the number of the last event that is known already: it counts, and is not shown again.
        outlook: works out what is ahead of the run; without it nothing is told of that.
    """

    def __init__(
        self,
        display: Display,
        *,
        outline: Sequence[GraphNode] = (),
        lines: int = 200,
        after: int = 0,
        outlook: Outlook | None = None,
    ) -> None:
        self._display = display
        self._progress = Progress(outline)
        self._lines = lines
        self._after = after
        self._outlook = outlook
        self._ahead: Ahead | None = None
        self._look_at = 0.0
        self._logs: dict[str, _Log] = {}
        self._lock = threading.RLock()
        self._closing = threading.Event()
        self._stirred = threading.Event()
        self._thread: threading.Thread | None = None

    @hookimpl
    def turbo_track(self, event: Event, run: RunInfo) -> None:
        """Show what the event tells."""
        with self._lock:
            if event.kind == "attempt.ended":
                self._finish(event.task)
            self._progress.apply(event)
            if event.seq <= self._after:
                return
            fact = narrate(event, self._progress)
            if fact:
                self._display.fact(event.at, fact)
            if event.kind == "attempt.started":
                self._follow(event, run)
            if run.live:
                self._stirred.set()
                self._begin_to_watch()
            else:
                self._display.update(self._progress.snapshot())

    def say(self, text: str) -> None:
        """Show text of the host without breaking the display."""
        with self._lock:
            self._display.say(text)

    def close(self) -> None:
        """Show what is left, then end the display; safe to call twice."""
        self._closing.set()
        self._stirred.set()
        if self._thread:
            self._thread.join()
        with self._lock:
            for address in list(self._logs):
                self._finish(address)
            self._display.close()

    def _follow(self, event: Event, run: RunInfo) -> None:
        """Read the attempt's log from now on."""
        path = event.body.get("log")
        if path and not self._closing.is_set():
            files = f"{reports.beginning_of(run.folder, path)}{reports.ENDING}"
            self._logs[event.task] = _Log(run.folder / path, self._lines, files)

    def _begin_to_watch(self) -> None:
        """Show the state of a live run at a steady pace from now on, however many events there are."""
        if self._thread is None and not self._closing.is_set():
            self._thread = threading.Thread(target=self._watch, name="turbo-track", daemon=True)
            self._thread.start()

    def _watch(self) -> None:
        """Show what is new, at a steady pace while anything goes on; a run that waits for people wakes nobody."""
        while not self._closing.is_set():
            self._stirred.wait()
            if self._closing.wait(_PAUSE):
                return
            with self._lock:
                if not self._logs:
                    self._stirred.clear()
                for address, log in self._logs.items():
                    self._show(address, log)
                    if (told := reports.read(log.reports)) is not None:
                        self._progress.reported(address, told)
                self._look_ahead()
                self._display.update(self._progress.snapshot(), self._ahead)

    def _look_ahead(self) -> None:
        """Work out what is ahead, once a second; of a large run less often, so that it takes a fiftieth of the time."""
        begun = time.monotonic()
        if self._outlook is not None and begun >= self._look_at:
            self._ahead = self._outlook.look(self._progress, time.time())
            ended = time.monotonic()
            self._look_at = ended + max(_OUTLOOK_PAUSE, _OUTLOOK_SHARE * (ended - begun))

    def _show(self, address: str, log: _Log) -> None:
        """Show the lines that are new; once there were too many, note only the latest."""
        name = one_line(address)
        lines = log.read()
        for line in lines:
            self._display.output(name, line)
        if log.more and not log.told:
            log.told = True
            self._display.output(name, f"… see turbo logs {self._progress.run} {name}")
        latest = log.latest() if log.more else next((line for line in reversed(lines) if line.strip()), "")
        if latest:
            self._progress.heard(address, latest)

    def _finish(self, address: str) -> None:
        """The attempt wrote its last byte: show the rest."""
        log = self._logs.pop(address, None)
        if log:
            log.ended = True
            self._show(address, log)
            self._display.flush(one_line(address))


class _Log:
    """The growing log file of one attempt, read line by line until ``limit`` lines were given; ``reports`` lies beside it."""

    def __init__(self, path: Path, limit: int, progress: str) -> None:
        self.reports = progress
        self.told = False
        self.more = False
        self.ended = False
        self._path = path
        self._left = limit
        self._offset = 0
        self._rest = b""

    def read(self) -> list[str]:
        """The complete lines that are new, harmless; after the end also the last, incomplete one."""
        lines: list[str] = []
        while len(lines) <= self._left and not self.more and (piece := self._piece()):
            lines += self._lines(piece)
        if self.ended and self._rest:
            lines += self._lines(b"\n")
        given = lines[: self._left]
        self.more = self.more or len(lines) > len(given)
        self._left -= len(given)
        return given

    def latest(self) -> str:
        """The last line in the file that says something; used where no more lines are given."""
        with self._path.open("rb") as file:
            file.seek(max(self._size() - _LATEST, 0))
            lines = strip_controls(file.read(_LATEST).decode(errors="replace")).split("\n")
        return next((line for line in reversed(lines) if line.strip()), "")

    def _lines(self, piece: bytes) -> list[str]:
        """The lines that the piece completes; a line without an end is cut before it grows too long."""
        *whole, self._rest = (self._rest + piece).split(b"\n")
        if len(self._rest) > _PIECE:
            whole, self._rest = [*whole, self._rest], b""
        text = (strip_controls(line.decode(errors="replace")).rstrip("\n") for line in whole)
        return [cut(line, _LINE) for lines in text for line in lines.split("\n")]

    def _piece(self) -> bytes:
        """What was written since; every task at work is asked at each look, so this asks the system for no more than it needs."""
        if self._size() <= self._offset:
            return b""
        file = os.open(self._path, os.O_RDONLY | os.O_CLOEXEC)
        try:
            piece = os.pread(file, _PIECE, self._offset)
        finally:
            os.close(file)
        self._offset += len(piece)
        return piece

    def _size(self) -> int:
        try:
            return self._path.stat().st_size
        except OSError:
            return 0
