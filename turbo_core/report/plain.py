"""The plain view of a run as it goes on: one line for each fact, nothing ever redrawn. For pipes, files and CI.

Writes to the stream that it is given and nowhere else; a stream that is gone ends the view, never the run.
"""

from __future__ import annotations

from datetime import tzinfo
from typing import TextIO

from turbo_core.report.looks import look, painted, speaks_unicode
from turbo_core.report.narration import Fact
from turbo_core.report.outlook import Ahead
from turbo_core.report.progress import Snapshot
from turbo_core.report.text import clock


class PlainDisplay:
    """Prints facts as ``14:37:42 ✓ build  succeeded in 3.2s`` and output as ``build │ line``.

    Args:
        stream: where to.
        color: whether colours may be used.
        zone: the zone of the times; ``None`` is that of this machine.
    """

    def __init__(self, stream: TextIO, *, color: bool = False, zone: tzinfo | None = None) -> None:
        self._stream = stream
        self._color = color
        self._zone = zone
        self._unicode = speaks_unicode(stream.encoding)
        self._open = True

    def fact(self, at: str, fact: Fact) -> None:
        """Print one fact; ``at`` is ISO text."""
        sign = painted(look(fact.state).mark(unicode=self._unicode), fact.state, color=self._color)
        name = f"{fact.address}  " if fact.address else ""
        self.say(f"{clock(at, self._zone)} {sign} {name}{fact.text}")

    def output(self, address: str, line: str) -> None:
        """Print one harmless line of a task's output."""
        self.say(f"{address} {'│' if self._unicode else '|'} {line}")

    def flush(self, address: str) -> None:
        """Nothing is held back."""

    def update(self, state: Snapshot, ahead: Ahead | None = None) -> None:
        """Nothing is redrawn."""

    def say(self, text: str) -> None:
        """Print text of the host."""
        if self._open:
            try:
                self._stream.write(self._fitting(text) + "\n")
                self._stream.flush()
            except (OSError, ValueError):
                self._open = False

    def close(self) -> None:
        """Nothing is left to do."""

    def _fitting(self, text: str) -> str:
        """The text in characters that the stream can encode."""
        return text if self._unicode else text.encode("ascii", "replace").decode("ascii")
