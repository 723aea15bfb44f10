"""What reaches the terminal, a pipe, the logs and the journal: nothing harmful, nothing secret, nothing too long."""

from __future__ import annotations

import fcntl
import json
import os
import re
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest

from tests.acceptance.project import COMMAND, Project, environment, unmeasured
from tests.acceptance.terminal import terminal

SECRET = "opensesame-8/15"
# Colours, a title, a link, a clipboard, cursor moves, a bell, a carriage return, one-byte controls, and the end of a string.
HOSTILE = (
    b"\x1b[31mred\x1b[0m \x1b]0;title\x07 \x1b]8;;http://x\x1b\\link \x1b]52;c;aGk=\x07 \x1b[2J\x1b[H\x07\x9b31m over\rwritten "
    b"\x90q\x9c \x1bc\x1b(0 end"
)
PRINTS = "name: prints\ntasks:\n  one: {run: cat bytes, risk: read}\n"
QUIET = "name: quiet\ntasks:\n  one: {run: echo hello}\n"


def _log(project: Project, task: str = "one") -> bytes:
    (path,) = [str(event.body["log"]) for event in project.events() if event.kind == "attempt.started" and event.task == task]
    return (project.run / path).read_bytes()


def _prints(project: Project, data: bytes) -> Project:
    project.write("turbo.yaml", PRINTS)
    (project.folder / "bytes").write_bytes(data)
    return project


@pytest.mark.parametrize("way", ["live", "plain", "pipe"])
def test_control_sequences_do_not_reach_the_terminal(project: Project, way: str) -> None:
    _prints(project, HOSTILE + b"\n")
    if way == "pipe":
        shown = project.turbo("run").stdout
    else:
        with terminal(project, "run", *(["--plain"] if way == "plain" else []), columns=180) as screen:
            assert screen.wait() == 0
        shown = screen.shown
    for part in (b"red", b"link", b"written", b"end"):
        assert part in shown
    for part in (b"\x1b]", b"\x07", b"\x1b[2J\x1b[H", b"\x9b", b"\x90", b"\x1bc", b"\x1b(0", b"over\rwritten"):
        assert part not in shown


def test_logs_are_harmless_unless_they_are_wanted_raw(project: Project) -> None:
    assert _prints(project, HOSTILE + b"\n").turbo("run", "--quiet").code == 0
    assert _log(project) == HOSTILE + b"\n"
    told = project.turbo("logs", "one").stdout
    assert b"red" in told
    assert b"\x1b" not in told
    assert project.turbo("logs", "one", "--raw").stdout == HOSTILE + b"\n"


def test_raw_gives_the_bytes_as_they_are(project: Project) -> None:
    data = HOSTILE + bytes(range(256)) + b"\xff\xfe no newline at the end"
    ended = _prints(project, data).turbo("run", "--raw")
    assert ended.code == 0
    assert ended.stdout == data
    assert "prints succeeded" in ended.err
    assert _log(project) == data


def test_output_without_an_end_of_line_is_shown_whole(project: Project) -> None:
    ended = _prints(project, b"first\nlast").turbo("run")
    assert [line for line in ended.out.splitlines() if "│" in line] == ["one │ first", "one │ last"]


def test_binary_output_harms_nothing(project: Project) -> None:
    data = os.urandom(200_000)
    ended = _prints(project, data).turbo("run")
    assert ended.code == 0
    assert _log(project) == data
    controls = {bytes([number]) for number in (*range(9), *range(11, 32), 127)} - {b"\x1b"}
    assert not any(control in ended.stdout for control in controls)
    assert b"\x1b" not in ended.stdout
    assert project.turbo("report").code == 0
    (project.run / "report" / "report.html").read_text("utf-8")


def test_much_output_is_kept_whole_and_shown_in_part(project: Project) -> None:
    project.write("turbo.yaml", "name: much\ntasks:\n  one: {run: yes 0123456789abcde | head -c 50000000}\n")
    ended = project.turbo("run")
    assert ended.code == 0
    assert len(ended.stdout) < 20_000
    assert "… see turbo logs" in ended.out
    log = _log(project)
    assert len(log) == 50_000_000
    assert log == b"0123456789abcde\n" * (50_000_000 // 16)
    (outcome,) = [event.body for event in project.events() if event.kind == "attempt.ended"]
    assert outcome["log_bytes"] == 50_000_000
    report = project.run / "report" / "report.html"
    assert report.stat().st_size < 1_000_000


LEAKS = """
name: leaks
tasks:
  argument:
    run: |
      echo "plain $TOKEN"; printf %s "$TOKEN" | base64
      printf %s "${TOKEN%8/15}"; sleep 0.2; echo 8/15
      made=$(echo made-123 | tr m M); echo "$made" > "$TURBO_MASK"; echo "$made"
      echo "$made" > made; echo "shared=$made" >> "$TURBO_OUTPUT"
      echo "$TOKEN" >&2
    secrets: [TOKEN]
    outputs: {shared: string}
    allow_failure: true
  other:
    run: 'echo "not mine: ${TOKEN:-nothing}"'
  told:
    needs: [argument]
    run: 'echo "word=$TOKEN" >> "$TURBO_OUTPUT"'
    secrets: [TOKEN]
    outputs: {word: string}
    allow_failure: true
  fails:
    needs: [argument]
    run: 'echo "cannot use $TOKEN nor $(cat made)" >&2; exit 4'
    secrets: [TOKEN]
    allow_failure: true
"""


@pytest.mark.parametrize("mode", ["--plain", "--raw", "--json"])
def test_secrets_are_masked_everywhere(project: Project, mode: str) -> None:
    project.write("turbo.yaml", LEAKS)
    ended = project.turbo("run", mode, env={"TOKEN": SECRET})
    assert ended.code == 0, ended.err
    if mode != "--json":
        assert "plain ***" in ended.out
        assert "not mine: nothing" in ended.out
    failures = {event.task: event.body["failure"] for event in project.events() if event.kind == "task.ended"}
    assert failures == {"argument": "invalid", "other": "", "told": "invalid", "fails": "exit"}
    for form in (SECRET.encode(), b"b3BlbnNlc2FtZS04LzE1", b"opensesame", b"Made-123"):
        assert form not in ended.stdout + ended.stderr
        assert not _holding(project, form)


def _holding(project: Project, form: bytes) -> list[Path]:
    """The files of the run in which this stands."""
    return [path for path in (project.folder / ".turbo").rglob("*") if path.is_file() and form in path.read_bytes()]


# ---------------------------------------------------------------- ways of showing


def test_json_is_one_documented_object_a_line(project: Project) -> None:
    project.write("turbo.yaml", QUIET)
    ended = project.turbo("run", "--json")
    assert (ended.code, ended.err) == (0, "")
    events = [json.loads(line) for line in ended.out.splitlines()]
    page = (Path(__file__).parents[2] / "docs" / "events.md").read_text("utf-8")
    assert {event["kind"] for event in events} <= set(re.findall(r"`([a-z]+\.[a-z]+)`", page))
    assert [event["seq"] for event in events] == list(range(1, len(events) + 1))
    assert [event["kind"] for event in events] == project.kinds()
    assert project.turbo("events", "--json").stdout == ended.stdout


def test_quiet_says_nothing(project: Project) -> None:
    project.write("turbo.yaml", QUIET + "  two: {run: exit 3}\nfinally:\n  - {communicate: bye}\n")
    ended = project.turbo("run", "--quiet")
    assert (ended.code, ended.stdout, ended.stderr) == (1, b"", b"")


def test_ways_of_showing_exclude_each_other(project: Project) -> None:
    project.write("turbo.yaml", QUIET)
    ended = project.turbo("run", "--json", "--raw")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.startswith("error: --json and --raw exclude each other")
    assert not (project.folder / ".turbo").exists()


def test_plain_moves_no_cursor(project: Project) -> None:
    project.write("turbo.yaml", QUIET)
    with terminal(project, "run", "--plain", NO_COLOR="1") as screen:
        assert screen.wait() == 0
    assert b"\x1b" not in screen.shown
    assert "one │ hello".encode() in screen.shown


@pytest.mark.parametrize("mode", ["--plain", "--json", "--raw"])
def test_a_reader_that_leaves_does_not_touch_the_run(project: Project, mode: str) -> None:
    project.write("turbo.yaml", "name: long\ntasks:\n  one: {run: 'seq 1 100; sleep 0.5; seq 1 100000; touch done'}\n")
    reading, writing = os.pipe()
    with os.fdopen(reading, "rb") as reader:
        process = subprocess.Popen(
            [COMMAND, "run", mode], cwd=project.folder, env=environment(), stdout=writing, stderr=subprocess.PIPE
        )
        os.close(writing)
        assert reader.readline()
    _, complaint = process.communicate(timeout=60)
    assert process.returncode == 0
    assert complaint == b"" or (mode == "--raw" and b"long succeeded" in complaint)
    assert (project.folder / "done").exists()
    assert Counter(project.kinds())["run.ended"] == 1


def test_a_reader_that_is_slow_gets_everything(project: Project) -> None:
    """The other end of the pipe has asked not to be kept waiting, which changes our end too."""
    project.write("turbo.yaml", "name: much\ntasks:\n  one: {run: seq 1 200000}\n")
    reading, writing = os.pipe()
    fcntl.fcntl(writing, fcntl.F_SETFL, os.O_NONBLOCK)
    process = subprocess.Popen(
        [COMMAND, "run", "--raw"], cwd=project.folder, env=environment(), stdout=writing, stderr=subprocess.PIPE
    )
    os.close(writing)
    with os.fdopen(reading, "rb") as reader:
        data = reader.read()
    process.communicate(timeout=60)
    assert process.returncode == 0
    assert data == b"".join(b"%d\n" % number for number in range(1, 200_001))


_TOLD = b"standard output cannot be written (No space left on device); the run goes on, see turbo show\n"


@pytest.mark.parametrize("buffering", [{}, {"PYTHONUNBUFFERED": "1"}], ids=["buffered", "unbuffered"])
def test_output_that_cannot_be_written_is_told_once(project: Project, buffering: dict[str, str]) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    project.write("turbo.yaml", QUIET)
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [COMMAND, "run", "--plain"],
            cwd=project.folder,
            env=unmeasured(**buffering),
            stdout=full,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert process.returncode == 0
    assert process.stderr == _TOLD


def test_it_is_told_once_though_a_plugin_is_loaded_at_that_moment(project: Project) -> None:
    """Loading puts the standard descriptors back as they were, at whatever moment another thread finds the disk full."""
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full")
    script = """
import os, sys
from turbo_core.cli.outlet import outlet
with outlet():
    kept = os.dup(1)
    print("one", flush=True)
    os.dup2(kept, 1)
    print("two", flush=True)
print("three")
"""
    with Path("/dev/full").open("wb") as full:
        process = subprocess.run(
            [sys.executable, "-c", script], env=unmeasured(), stdout=full, stderr=subprocess.PIPE, check=False
        )
    assert process.returncode == 0
    assert process.stderr == _TOLD
