"""``turbo run --raw``: the output of tasks as it is, byte for byte, in the order in which it is seen. Secrets stay masked."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import BinaryIO

from turbo_core.model import Event, RunInfo

PAUSE = 0.05
PIECE = 65_536


class RawTracker:
    """Copies the logs of running attempts to a stream.

    Args:
        stream: where to.
    """

    def __init__(self, stream: BinaryIO) -> None:
        self._stream = stream
        self._open: dict[str, tuple[Path, int]] = {}
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._thread = threading.Thread(target=self._work, name="turbo-raw", daemon=True)
        self._thread.start()

    def turbo_track(self, event: Event, run: RunInfo) -> None:
        """Begin with an attempt's log when it starts; copy the rest when it ends."""
        with self._lock:
            if event.kind == "attempt.started":
                self._open[event.task] = (run.folder / event.body["log"], 0)
            elif event.kind == "attempt.ended" and event.task in self._open:
                self._copy(event.task)
                del self._open[event.task]

    def close(self) -> None:
        """Copy what is left."""
        self._closing.set()
        self._thread.join()
        self._copy_all()

    def _work(self) -> None:
        while not self._closing.wait(PAUSE):
            self._copy_all()

    def _copy_all(self) -> None:
        with self._lock:
            for address in self._open:
                self._copy(address)

    def _copy(self, address: str) -> None:
        path, offset = self._open[address]
        if not path.is_file():
            return
        with path.open("rb") as file:
            file.seek(offset)
            while piece := file.read(PIECE):
                self._stream.write(piece)
                offset += len(piece)
        self._stream.flush()
        self._open[address] = (path, offset)
