from __future__ import annotations

import fcntl
import io
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import threading
import time
from datetime import UTC
from pathlib import Path
from types import ModuleType

import pluggy
import pytest

from tests.programs import program
from tests.report.events import RUN, Recorder, recorded
from turbo_core import hookspecs
from turbo_core.builtin import track
from turbo_core.builtin.track import TerminalTracker
from turbo_core.model import RunInfo
from turbo_core.report.graph import GraphNode
from turbo_core.report.live import LiveDisplay
from turbo_core.report.plain import PlainDisplay


def info(folder: Path, *, live: bool = False) -> RunInfo:
    (folder / "logs").mkdir(exist_ok=True)
    return RunInfo(id=RUN, workflow="release", project=folder, folder=folder, live=live)


def until(done: object) -> None:
    """Wait until a condition holds; the test's own time limit ends a wait in vain."""
    assert callable(done)
    while not done():
        time.sleep(0.01)


def test_the_plain_view_of_a_recorded_run(tmp_path: Path) -> None:
    stream = io.StringIO()
    outline = [GraphNode(address=name, label="", kind="run", phase="check") for name in ("build", "test", "types")]
    tracker = TerminalTracker(PlainDisplay(stream, zone=UTC), outline=outline)
    run = info(tmp_path)
    (tmp_path / "logs/build.1.log").write_bytes(b"\x1b[31mcompiling\x1b[0m\x1b]0;x\x07\r\nno newline")
    for event in recorded():
        tracker.turbo_track(event, run)
    tracker.close()
    assert (
        stream.getvalue().splitlines()
        == f"""\
09:30:00 > run {RUN} of release started by ada
09:30:00 > phase check, 3 tasks
09:30:00 > test  1 cell
09:30:01 > build  started: make build
09:30:01 > test[0]  started
build | compiling
build | no newline
09:30:03 ~ build  attempt 1 failed: exit 2; the next one in 2.0s (retry 1 of 1)
09:30:05 > build  started attempt 2: make build
09:30:08 + build  succeeded in 7.2s
09:30:09 ! test[0]  failed (allowed) in 8.0s: exit 1
09:30:09 ! test  failed (allowed): 1 cell failed
09:30:09 - types  skipped: mypy did not succeed
09:30:09 + phase check done: 1 succeeded, 1 failed (allowed), 1 skipped
09:30:09 > phase decide
09:30:09 ? fit  asks maintainers: Fit? (score 0.62); turbo approve {RUN} fit
09:30:40 i fit  approved by grace: go
09:30:40 + fit  accepted with score 0.62, confidence 1.00: grace approved
09:30:40 + fit  succeeded in 31s
09:30:40 + phase decide done: 1 succeeded
09:30:41 i wrote report.md, report.html
09:30:41 + run succeeded in 41s: 2 tasks succeeded""".splitlines()
    )


def test_the_other_facts_have_words_too(tmp_path: Path) -> None:
    stream = io.StringIO()
    tracker = TerminalTracker(PlainDisplay(stream, zone=UTC))
    on = Recorder().event
    events = [
        on("run.round", reset=["a", "b"]),
        on("run.stopping", because="a"),
        on("run.cancelling", reason="Ctrl-C", force=True),
        on("run.parked", waiting=["fit"]),
        on("task.asking", "a", message="is it done?"),
        on("key.wanted", "a", key="publish"),
        on("lost.answered", "a", answer="rerun", by="ada"),
        on("gate.answered", "fit", by="bob", accepted=False, why="bob started the run"),
        on("gate.asked", "fit", question="Fit?", who=[], due="2026-11-22T00:00:00Z"),
        on("failure.decided", "a", answer="undo", reason="policy"),
        on("failure.decided", "a", answer="stop", by="", reason="no decider had an opinion"),
        on("gate.decided", "ask", decision="accepted", score=0, confidence=0, criteria=[], reason="ada approved it"),
        on("undo.wanted", tasks=["a"]),
        on("undo.ended", "a", state="undo_failed", message="gone"),
        on("message.failed", channel="slack", message="no route", final=True),
        on("message.failed", channel="slack", message="no route", final=False),
        on("phase.opened", "nested", phase="inner"),
        on("phase.closed", "nested", phase="inner"),
        on("task.skipped", "x", reason="condition"),
        on("task.ended", "y", state="succeeded", unchanged=True),
        on("something.new", "y"),
        on("phase.opened", phase="p"),
        on("task.ended", "z", state="cancelled"),
        on("phase.closed", phase="p"),
        on("phase.closed", phase="finally", stage="finally"),
        on("run.ended", outcome="failed"),
    ]
    for event in events:
        tracker.turbo_track(event, info(tmp_path))
    said = [line[9:] for line in stream.getvalue().splitlines()]
    until_due = said.pop(8)
    assert until_due.startswith("? fit  asks anyone: Fit? (until ")
    assert said == [
        "~ round 1: 2 tasks again",
        "x the run stops because a failed",
        "# cancelling at once: Ctrl-C",
        "? the run waits for people: fit",
        "? a  asks: is it done?",
        ". a  waits for publish",
        "i a  answered rerun by ada",
        "! fit  the answer of bob does not count: bob started the run",
        "i a  on failure: undo: policy",
        "+ ask  accepted: ada approved it",
        "~ undoes 1 task",
        "x a  undo failed: gone",
        "! a message could not be delivered to slack: no route",
        "> nested  phase inner",
        "+ nested  phase inner done",
        "- x  skipped: its condition is false",
        "+ y  succeeded, unchanged",
        "> phase p",
        "# z  cancelled",
        "# phase p done: 1 cancelled",
        "x run failed",
    ]


def test_output_is_shown_while_the_task_runs_and_bounded(tmp_path: Path) -> None:
    stream = io.StringIO()
    tracker = TerminalTracker(PlainDisplay(stream), lines=3)
    on, run = Recorder().event, info(tmp_path, live=True)
    log = tmp_path / "logs/a.1.log"
    tracker.turbo_track(on("attempt.started", "a", attempt=1, log="logs/a.1.log"), run)
    log.write_bytes(b"one\nhal")
    until(lambda: "a | one\n" in stream.getvalue())
    assert "hal" not in stream.getvalue()
    with log.open("ab") as file:
        file.write(b"f\n")
    until(lambda: "a | half\n" in stream.getvalue())
    with log.open("ab") as file:
        file.write(b"three\nfour\nfive\n" * 1000)
    until(lambda: "see turbo logs" in stream.getvalue())
    with log.open("ab") as file:
        file.write(b"six\n")
    tracker.turbo_track(on("attempt.ended", "a", attempt=1, state="succeeded"), run)
    tracker.close()
    output = [line for line in stream.getvalue().splitlines() if line.startswith("a |")]
    assert output == ["a | one", "a | half", "a | three", f"a | ? see turbo logs {RUN} a"]


def test_exactly_as_many_lines_as_allowed_need_no_remark(tmp_path: Path) -> None:
    stream = io.StringIO()
    tracker = TerminalTracker(PlainDisplay(stream), lines=2)
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.1.log").write_bytes(b"one\ntwo\n")
    tracker.turbo_track(Recorder().event("attempt.started", "a", log="logs/a.1.log"), info(tmp_path))
    tracker.close()
    tracker.close()
    assert [line for line in stream.getvalue().splitlines() if line.startswith("a |")] == ["a | one", "a | two"]


def test_a_line_without_an_end_is_cut(tmp_path: Path) -> None:
    stream = io.StringIO()
    tracker = TerminalTracker(PlainDisplay(stream))
    (tmp_path / "logs").mkdir()
    (tmp_path / "logs/a.1.log").write_bytes(b"x" * 1_000_000)
    tracker.turbo_track(Recorder().event("attempt.started", "a", log="logs/a.1.log"), info(tmp_path))
    tracker.close()
    assert max(map(len, stream.getvalue().splitlines())) < 2_100


def test_a_stream_that_is_gone_does_not_stop_the_run(tmp_path: Path) -> None:
    reading, writing = os.pipe()
    os.close(reading)
    with open(writing, "w", encoding="utf-8", closefd=False) as stream:
        tracker = TerminalTracker(PlainDisplay(stream, color=True))
        for event in recorded():
            tracker.turbo_track(event, info(tmp_path))
        tracker.close()
        os.dup2(os.open(os.devnull, os.O_WRONLY), writing)
    os.close(writing)


def test_pluggy_takes_the_tracker_and_the_module_offers_nothing(tmp_path: Path) -> None:
    manager = pluggy.PluginManager("turbo")
    manager.add_hookspecs(hookspecs)
    assert isinstance(track, ModuleType)
    manager.register(track)
    stream = io.StringIO()
    manager.register(TerminalTracker(PlainDisplay(stream)), name="terminal")
    manager.check_pending()
    manager.hook.turbo_track(event=recorded()[0], run=info(tmp_path), earlier=list, settings=None, ask=None)
    assert "started by ada" in stream.getvalue()
    assert len(manager.hook.turbo_track.get_hookimpls()) == 1


def test_importing_the_tracker_does_not_import_rich() -> None:
    code = "import sys, turbo_core.builtin.track, turbo_core.builtin.communicate; print(*({'rich', 'jinja2'} & set(sys.modules)))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.split() == []


class Terminal:
    """A program in a terminal of its own, and all that it wrote."""

    def __init__(self, *arguments: str) -> None:
        self.master, slave = pty.openpty()
        self.size(100, 30)
        command = program("tests.report.watch", *arguments)
        environment = {**os.environ, "TERM": "xterm-256color", "PYTHONUTF8": "1"}
        self.process = subprocess.Popen(command, env=environment, start_new_session=True, stdin=slave, stdout=slave, stderr=slave)
        os.close(slave)
        self.written = b""

    def size(self, columns: int, rows: int) -> None:
        fcntl.ioctl(self.master, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def read(self, seconds: float = 0.1) -> bool:
        """Take in what was written; false at the end."""
        if select.select([self.master], [], [], seconds)[0]:
            try:
                piece = os.read(self.master, 65536)
            except OSError:
                return False
            self.written += piece
            return bool(piece)
        return True

    def all(self) -> str:
        while self.read():
            pass
        self.process.wait()
        os.close(self.master)
        return self.written.decode()


def test_the_live_view_draws_scrolls_and_gives_the_terminal_back(tmp_path: Path) -> None:
    terminal = Terminal(str(tmp_path), "0.15", "color")
    written = terminal.all()
    assert terminal.process.returncode == 0
    assert written.count("\x1b[?25l") == written.count("\x1b[?25h") == 1
    assert written.index("\x1b[?25l") < written.index("\x1b[?25h")
    assert "\x1b[2J" not in written
    for said in ("1/3", "output of build", "attempt 2", "note: waiting", "turbo approve", "2 tasks succeeded"):
        assert said in written
    assert written.index("2 tasks succeeded") < written.index("\x1b[?25h")


def test_the_live_view_has_no_colour_if_none_is_wanted(tmp_path: Path) -> None:
    written = Terminal(str(tmp_path), "0.02", "plain").all()
    assert "\x1b[3" not in written
    assert "2 tasks succeeded" in written


def test_the_live_view_gives_the_terminal_back_when_it_is_interrupted(tmp_path: Path) -> None:
    terminal = Terminal(str(tmp_path), "0.3", "color")
    while b"started by" not in terminal.written:
        assert terminal.read()
    terminal.size(50, 12)
    os.kill(terminal.process.pid, signal.SIGINT)
    assert "\x1b[?25h" in terminal.all()


def test_the_live_view_bounds_its_picture(tmp_path: Path) -> None:
    stream = io.StringIO()
    display = LiveDisplay(stream, color=False, width=40, zone=UTC)
    tracker = TerminalTracker(display)
    on, run = Recorder().event, info(tmp_path)
    for number in range(60):
        tracker.turbo_track(on("phase.opened", phase=f"p{number}"), run)
        tracker.turbo_track(on("attempt.started", f"task{number}", 0, 1), run)
    picture = "".join(part.text for part in display._picture().segments).splitlines()
    assert len(picture) <= 25
    assert "p59" in " ".join(picture)
    assert "more" in picture[-1]
    display.output("a", "held")
    tracker.say("\x1b[31msaid\x1b[0m")
    tracker.close()
    assert "a │ held" in stream.getvalue()
    assert "said" in stream.getvalue()


@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_the_plain_view_writes_what_the_stream_can_take(encoding: str, tmp_path: Path) -> None:
    raw = io.BytesIO()
    display = PlainDisplay(io.TextIOWrapper(raw, encoding=encoding, write_through=True))
    display.output("a", "grün")
    assert raw.getvalue().decode(encoding) == ("a | gr?n\n" if encoding == "ascii" else "a │ grün\n")


def test_a_view_closes_whatever_its_watcher_is_doing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(track, "_PAUSE", 0.0005)
    run = info(tmp_path, live=True)
    for _ in range(60):
        tracker = TerminalTracker(PlainDisplay(io.StringIO()))
        tracker.turbo_track(Recorder().event("phase.opened", phase="check"), run)
        time.sleep(0.0005)  # the watcher is about to see that there is nothing to watch
        closing = threading.Thread(target=tracker.close, daemon=True)
        closing.start()
        closing.join(10)
        assert not closing.is_alive()
