"""The live view of a run on a terminal: phases and running tasks below, what is finished scrolls away above.

Draws with rich, at most five times a second, from snapshots only. Whoever builds it makes sure that the stream is a terminal that
speaks UTF-8, and closes it; an exit of the process closes it too.
"""

from __future__ import annotations

import atexit
import time
from collections import defaultdict
from collections.abc import Callable, Iterator
from datetime import tzinfo
from itertools import islice
from typing import Final, TextIO

from rich.live import Live
from rich.segment import Segment, Segments
from rich.style import Style
from rich.text import Text

from turbo_core.report.looks import look, style, words
from turbo_core.report.narration import Fact
from turbo_core.report.outlook import Ahead, is_slow, urgent_first
from turbo_core.report.progress import PhaseRow, Row, Snapshot
from turbo_core.report.terminal import console
from turbo_core.report.text import clock, moment, one_line, plural, whole

_REFRESH: Final = 5
_BAR: Final = 20
_DIM: Final = Style(dim=True)
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
        self._ahead: Ahead | None = None
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
        """Let the output of an attempt scroll above the picture; at once, since the picture is drawn anew with each text."""
        held, name = self._held.pop(address, []), Segment(f"{address} │ ", _DIM)
        if held:
            self._console.print(Segments(part for line in held for part in (name, Segment(f"{line}\n"))), soft_wrap=True)

    def update(self, state: Snapshot, ahead: Ahead | None = None) -> None:
        """Show this state from the next refresh on."""
        self._state, self._ahead = state, ahead

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

    def _picture(self) -> Segments:
        """Its lines are cut here, and rendered at once: to have them wrapped would cost most of a picture."""
        width, room = self._console.width - 1, max(self._console.height - 3, 3)
        lines = list(self._lines(self._state, self._ahead, room, width))
        for line in lines:
            line.expand_tabs()
            line.truncate(width, overflow="ellipsis")
        return Segments(part for line in lines for part in line.render(self._console, end="\n"))

    def _lines(self, state: Snapshot, ahead: Ahead | None, room: int, width: int) -> Iterator[Text]:
        """The head, the phases near the open one, what failed, then as many tasks as there is room for, the urgent ones first."""
        head = list(self._head(state, ahead))
        phases = _near(state.phases, max((room - len(head)) // 3, 1))
        failed = state.failed[: max(room // 6, 1)]
        yield from head
        yield from (_phase(phase) for phase in phases)
        yield from (_failure(row) for row in failed)
        rows = max(room - len(head) - len(phases) - len(failed) - 1, 1)
        now = self._now()
        shown = list(islice(urgent_first(state.active, ahead, now), rows))
        names = min(max((len(row.address) for row in shown), default=0), max(width // 3, 12))
        yield from (self._row(row, ahead, now, names) for row in shown)
        if len(state.active) > rows:
            yield Text(f"    … {len(state.active) - rows:,} more at work", style="dim")

    def _head(self, state: Snapshot, ahead: Ahead | None) -> Iterator[Text]:
        title = (state.workflow or "starting", "bold")
        told = [self._since(state.started_at), _left(ahead, self._now()) if ahead else ""]
        yield Text.assemble(title, *(f"  {part}" for part in told if part), (f"  {state.run}", "dim"))
        if ahead is not None and ahead.tasks[1]:
            yield Text(f"  {' · '.join(_dimensions(ahead))}", style="dim")

    def _row(self, row: Row, ahead: Ahead | None, now: float, names: int) -> Text:
        slow = is_slow(row, ahead, now)
        sign = ("!", style("warning")) if slow else (look(row.state).symbol, style(row.state))
        name = row.address if len(row.address) <= names else f"{row.address[: names - 1]}…"
        took = (f"  {self._since(row.started_at):>6}{_usual(row, ahead)}", style("warning") if slow else "dim")
        tries = (f"  attempt {row.attempt}", style("retry")) if row.attempt > 1 else ""
        part = f"  {row.part:.0%}" if row.part is not None else ""
        line = row.line or (row.title if row.state == "running" else words(row.state))
        return Text.assemble("    ", sign, f" {name:<{names}}", took, tries, part, (f"  {line}", "dim"))

    def _since(self, iso: str) -> str:
        at = moment(iso)
        return whole(max(self._now() - at.timestamp(), 0)) if at else ""


def _left(ahead: Ahead, now: float) -> str:
    """How much longer it takes, counted down since the forecast was made."""
    found = ahead.forecast
    if found is None:
        return ""
    middle, most = (max(seconds - (now - ahead.at), 0.0) for seconds in (found.p50, found.p90))
    if found.unknown:
        return f"more than {whole(middle)} left ({plural(len(found.unknown), 'task')} without history)"
    if most < 1:
        return "about to end" if ahead.tasks[0] >= ahead.tasks[1] - 1 else "longer than usual"
    return f"about {whole(middle)} left, at most {whole(most)}"


def _dimensions(ahead: Ahead) -> Iterator[str]:
    """How far the run has come, in each dimension that says something."""
    yield f"{ahead.tasks[0]:,}/{ahead.tasks[1]:,} tasks"
    if ahead.work is not None:
        yield f"{ahead.work:.0%} of the work"
    if ahead.risky[1]:
        yield f"{ahead.risky[0]:,}/{ahead.risky[1]:,} of the risky ones"
    if ahead.cost is not None:
        yield f"cost {ahead.cost:.4g}"


def _usual(row: Row, ahead: Ahead | None) -> str:
    known = ahead.expected.get(row.address) if ahead and row.state == "running" else None
    return f" of {whole(known.p50)}" if known and known.p50 >= 1 else ""


def _failure(row: Row) -> Text:
    told = (f"  {words(row.state)}{f': {one_line(row.failure)}' if row.failure else ''}", "dim")
    return Text.assemble("    ", (look(row.state).symbol, style(row.state)), f" {row.address}", told)


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
    )


def _near(phases: tuple[PhaseRow, ...], room: int) -> tuple[PhaseRow, ...]:
    """At most ``room`` phases, the open one among them."""
    last = max((index for index, phase in enumerate(phases) if phase.state != "pending"), default=0)
    start = max(min(last - room // 2, len(phases) - room), 0)
    return phases[start : start + room]
