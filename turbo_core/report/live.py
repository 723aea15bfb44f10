"""The live view of a run on a terminal: phases and running tasks below, what is finished scrolls away above.

Draws with rich, at most ten times a second, from snapshots only. Whoever builds it makes sure that the stream is a terminal that
speaks UTF-8, and closes it; an exit of the process closes it too.
"""

from __future__ import annotations

import atexit
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import tzinfo
from typing import Final, TextIO

from rich.console import Group
from rich.live import Live
from rich.text import Text

from turbo_core.report.looks import look, style, words
from turbo_core.report.narration import Fact
from turbo_core.report.progress import PhaseRow, Row, Snapshot
from turbo_core.report.terminal import console
from turbo_core.report.text import clock, moment, whole

_REFRESH: Final = 8
_BAR: Final = 20
_EMPTY: Final = Snapshot(run="", workflow="", started_at="", phases=(), active=())


class LiveDisplay:
    """Keeps a picture of the run at the bottom of the terminal.

    Args:
        stream: the terminal.
        color: whether colours may be used.
        width: columns; ``None`` follows the terminal.
        zone: the zone of the times; ``None`` is that of this machine.
        now: POSIX time, for how long tasks have been running.
    """

    def __init__(
        self,
        stream: TextIO,
        *,
        color: bool = True,
        width: int | None = None,
        zone: tzinfo | None = None,
        now: Callable[[], float] = time.time,
    ) -> None:
        self._console = console(stream, color=color, width=width, live=True)
        self._zone = zone
        self._now = now
        self._state = _EMPTY
        self._held: defaultdict[str, list[str]] = defaultdict(list)
        self._live = Live(
            console=self._console,
            get_renderable=self._picture,
            refresh_per_second=_REFRESH,
            transient=True,
            redirect_stdout=False,
            redirect_stderr=False,
        )
        self._live.start()
        atexit.register(self.close)

    def fact(self, at: str, fact: Fact) -> None:
        """Let a fact scroll above the picture; that a task started is in the picture already."""
        if fact.address and fact.state == "running":
            return
        sign = Text(look(fact.state).symbol, style=style(fact.state))
        name = (f"{fact.address}  ", "bold") if fact.address else ""
        self._above(Text.assemble((clock(at, self._zone), "dim"), " ", sign, " ", name, fact.text))

    def output(self, address: str, line: str) -> None:
        """Hold a harmless line of output until its attempt ends."""
        self._held[address].append(line)

    def flush(self, address: str) -> None:
        """Let the output of an attempt scroll above the picture."""
        for line in self._held.pop(address, []):
            self._above(Text.assemble((f"{address} │ ", "dim"), line))

    def update(self, state: Snapshot) -> None:
        """Show this state from the next refresh on."""
        self._state = state

    def say(self, text: str) -> None:
        """Let text of the host scroll above the picture; its colours stay."""
        self._above(Text.from_ansi(text))

    def close(self) -> None:
        """Take the picture away and give the terminal back; safe to call twice."""
        for address in list(self._held):
            self.flush(address)
        self._live.stop()
        atexit.unregister(self.close)

    def _above(self, text: Text) -> None:
        self._console.print(text, soft_wrap=True)

    def _picture(self) -> Group:
        width, room = self._console.width - 1, max(self._console.height - 3, 3)
        lines = list(self._lines(self._state, room))
        for line in lines:
            line.truncate(width, overflow="ellipsis")
        return Group(*lines)

    def _lines(self, state: Snapshot, room: int) -> Iterator[Text]:
        """The head, the phases near the open one, then as many tasks as there is room for."""
        yield Text.assemble(
            (state.workflow or "starting", "bold"), f"  {self._since(state.started_at)}  ", (state.run, "dim"), no_wrap=True
        )
        phases = _near(state.phases, max(room // 2, 1))
        yield from (_phase(phase) for phase in phases)
        rows = max(room - len(phases) - 2, 1)
        yield from (self._row(row) for row in state.active[:rows])
        if len(state.active) > rows:
            yield Text(f"    … {len(state.active) - rows} more", style="dim")

    def _row(self, row: Row) -> Text:
        sign = (look(row.state).symbol, style(row.state))
        tries = f" attempt {row.attempt}" if row.attempt > 1 else ""
        line = row.line or (row.title if row.state == "running" else words(row.state))
        took = (f"  {self._since(row.started_at)}{tries}  ", "dim")
        return Text.assemble("    ", sign, " ", row.address, took, (line, "dim"), no_wrap=True)

    def _since(self, iso: str) -> str:
        at = moment(iso)
        return whole(max(self._now() - at.timestamp(), 0)) if at else ""


def _phase(phase: PhaseRow) -> Text:
    total = max(phase.total, phase.done)
    full = round(_BAR * phase.done / total) if total else 0
    bad = sum(phase.counts.get(state, 0) for state in ("failed", "cancelled"))
    return Text.assemble(
        "  ",
        (look(phase.state).symbol, style(phase.state)),
        f" {phase.name:<16} ",
        ("━" * full, style("failed") if bad else style("succeeded")),
        ("━" * (_BAR - full), "dim"),
        f" {phase.done}/{phase.total or '?'}",
        (f"  {bad} failed" if bad else "", style("failed")),
        no_wrap=True,
    )


def _near(phases: tuple[PhaseRow, ...], room: int) -> tuple[PhaseRow, ...]:
    """At most ``room`` phases, the open one among them."""
    last = max((index for index, phase in enumerate(phases) if phase.state != "pending"), default=0)
    start = max(min(last - room // 2, len(phases) - room), 0)
    return phases[start : start + room]
