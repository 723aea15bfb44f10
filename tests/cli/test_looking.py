"""Commands that look at runs: runs, show, logs, why, events, report, and the bare ``turbo``."""

from __future__ import annotations

import json
import os
from pathlib import Path

import click
import pytest

from tests.cli.conftest import ASKING, FAILING, Turbo
from turbo_core.cli.past import ago
from turbo_core.report.text import moment


def write(project: Path, text: str) -> None:
    (project / "turbo.yaml").write_text(text)


# ---------------------------------------------------------------- runs, show


def test_runs_lists_each_run_with_its_state(cli: Turbo, project: Path, ran: str) -> None:
    write(project, FAILING)
    assert cli("run", "--quiet").code == 1
    first, second = cli("runs").out.splitlines()[1:]
    assert first.startswith(ran)
    assert "succeeded  hello" in first
    assert "failed     failing" in second


def test_runs_shows_the_latest_and_tells_of_the_others(cli: Turbo, project: Path, ran: str) -> None:
    assert cli("run", "--quiet").code == 0
    ended = cli("runs", "-n", "1")
    assert ran not in ended.out
    assert ended.out.endswith("1 older run: turbo runs --limit 2\n")


def test_runs_as_json(cli: Turbo, ran: str) -> None:
    (run,) = json.loads(cli("runs", "--json").out)
    assert (run["id"], run["workflow"], run["state"]) == (ran, "hello", "succeeded")
    assert run["seconds"] > 0


def test_no_runs_are_told_with_the_next_step(cli: Turbo) -> None:
    assert "turbo run" in cli("runs").out
    ended = cli("show")
    assert (ended.code, ended.out) == (2, "")
    assert ended.err.splitlines()[0] == "error: there are no runs here yet"
    assert "  next:  start one with: turbo run" in ended.err.splitlines()


def test_a_damaged_run_is_listed_as_such(cli: Turbo, project: Path, ran: str) -> None:
    (project / ".turbo" / "runs" / ran / "journal.db").write_bytes(b"no journal")
    assert "! damaged" in cli("runs").out
    assert cli("show").code == 65


def test_a_run_without_runner_is_interrupted(cli: Turbo, project: Path) -> None:
    write(project, 'name: stop\ntasks:\n  a: {run: "sleep 60"}\n')
    pid = os.fork()
    if not pid:
        cli("run", "--quiet")
        os._exit(0)
    journal = project / ".turbo" / "runs"
    while not any(path.stat().st_size for path in journal.glob("*/logs")):
        pass
    os.kill(pid, 9)
    os.waitpid(pid, 0)
    assert "! interrupted" in cli("runs").out
    assert "turbo resume" in cli("show").out
    assert "Next: turbo resume " in cli().out


def test_show_draws_the_run_without_trailing_blanks(cli: Turbo, ran: str) -> None:
    ended = cli("show", ran[:6])
    assert ended.code == 0
    lines = ended.out.splitlines()
    assert lines[0].startswith("✓ hello succeeded in ")
    assert any(line.lstrip().startswith("✓ flaky") and "2 attempts" in line for line in lines)
    assert [line for line in lines if line != line.rstrip()] == []


def test_show_as_json_is_the_whole_view(cli: Turbo, ran: str) -> None:
    shown = json.loads(cli("show", "--json").out)
    assert shown["id"] == ran
    assert [phase["name"] for phase in shown["phases"]] == ["one", "two", "finally"]


def test_an_unknown_run_is_refused(cli: Turbo, ran: str) -> None:
    ended = cli("show", "zzzz")
    assert ended.code == 2
    assert f"the latest runs are {ran}" in ended.err


# ---------------------------------------------------------------- logs


def test_logs_strips_control_sequences(cli: Turbo, ran: str) -> None:
    assert cli("logs", "greet").out == "hello world\n"
    assert cli("logs", ran, "greet").out == "hello world\n"


def test_raw_logs_are_the_bytes_as_they_are(cli: Turbo, ran: str) -> None:
    assert cli("logs", "greet", "--raw").out == "\x1b[31mhello world\x1b[0m\n"


def test_logs_shows_the_last_attempt_or_the_one_that_is_asked_for(cli: Turbo, ran: str) -> None:
    assert cli("logs", "flaky").out == "try 2\n"
    assert cli("logs", "flaky", "--attempt", "1").out == "try 1\n"
    ended = cli("logs", "flaky", "--attempt", "3")
    assert (ended.code, ended.out) == (2, "")
    assert "flaky has no attempt 3, only 1, 2" in ended.err


def test_following_an_ended_task_shows_all_its_attempts(cli: Turbo, ran: str) -> None:
    assert cli("logs", "flaky", "--follow").out == "try 1\ntry 2\n"
    assert cli("logs", "flaky", "--follow", "--attempt", "1").out == "try 1\n"
    assert cli("logs", "no", "--follow").out == ""


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["logs"], "name a task"),
        (["logs", "a", "b", "c"], "too many words"),
        (["logs", "gret"], "did you mean greet?"),
        (["logs", "xyz"], "the tasks are: greet"),
        (["logs", "no"], "no was skipped"),
        (["logs", "each"], "see its parts: each[0], each[1]"),
        (["logs", "say"], "say has no log"),
        (["why", "gret"], "did you mean greet?"),
    ],
)
def test_a_task_that_cannot_be_shown_is_explained(cli: Turbo, ran: str, arguments: list[str], message: str) -> None:
    ended = cli(*arguments)
    assert (ended.code, ended.out) == (2, "")
    assert message in ended.err


def test_a_log_that_was_deleted_is_told(cli: Turbo, project: Path, ran: str) -> None:
    for log in (project / ".turbo" / "runs" / ran / "logs").glob("greet*"):
        log.unlink()
    assert "the log of greet is not there" in cli("logs", "greet").err


NESTED = """
name: nested
tasks:
  first: {workflow: inner}
  second: {workflow: inner}
"""


def test_a_name_that_two_tasks_have_needs_an_address(cli: Turbo, project: Path) -> None:
    write(project, NESTED)
    (project / "workflows").mkdir()
    (project / "workflows" / "inner.yaml").write_text("name: inner\ntasks:\n  leaf: {run: echo leaf}\n")
    assert cli("run", "--quiet").code == 0
    assert "give the address: first/leaf, second/leaf" in cli("logs", "leaf").err
    assert cli("logs", "second/leaf").out == "leaf\n"


# ---------------------------------------------------------------- why


@pytest.mark.parametrize(
    ("task", "sentence"),
    [
        ("greet", "greet ran because its turn had come"),
        ("flaky", "flaky ran 2 times and then succeeded"),
        ("no", "no was skipped, because its condition"),
        ("each[1]", "each[1] ran"),
    ],
)
def test_why_is_one_sentence(cli: Turbo, ran: str, task: str, sentence: str) -> None:
    ended = cli("why", task)
    assert ended.code == 0
    assert ended.out.startswith(sentence)
    assert ended.out.count("\n") == 1


def test_why_tells_that_a_task_is_in_no_run_yet(cli: Turbo, project: Path) -> None:
    assert cli("why", "greet").out.startswith("greet has not run")
    assert cli("why", "nothing").code == 2


def test_why_tells_that_the_latest_run_is_older_than_the_task(cli: Turbo, project: Path, ran: str) -> None:
    write(project, "name: other\ntasks:\n  brand_new: {run: 'true'}\n")
    assert cli("why", "brand_new").out.startswith("brand_new has not run")
    assert cli("why", ran, "brand_new").code == 2


def test_why_without_any_workflow_is_an_error(cli: Turbo) -> None:
    assert "there are no runs here yet" in cli("why", "greet").err


# ---------------------------------------------------------------- events, report


def test_events_stand_in_their_order_one_a_line(cli: Turbo, ran: str) -> None:
    lines = cli("events").out.splitlines()
    assert [line.split()[0] for line in lines] == [str(number) for number in range(1, len(lines) + 1)]
    assert lines[0].split()[2] == "run.created"
    assert any("attempt.ended flaky#2" in line for line in lines)


def test_events_after_a_number(cli: Turbo, ran: str) -> None:
    everything = cli("events").out.splitlines()
    assert cli("events", "--after", "3").out.splitlines() == everything[3:]
    assert cli("events", "--follow").out.splitlines() == everything


def test_events_as_json_lines(cli: Turbo, ran: str) -> None:
    events = [json.loads(line) for line in cli("events", ran, "--json").out.splitlines()]
    assert events[0]["kind"] == "run.created"
    assert {event["run"] for event in events} == {ran}


def test_report_writes_and_tells_where(cli: Turbo, project: Path, ran: str) -> None:
    paths = [Path(line) for line in cli("report").out.splitlines()]
    assert {path.name for path in paths} == {"report.md", "report.html", "report.json"}
    assert all(path.is_file() for path in paths)


def test_report_can_be_copied_and_opened(cli: Turbo, tmp_path: Path, ran: str, monkeypatch: pytest.MonkeyPatch) -> None:
    opened: list[str] = []
    # A browser cannot run here.
    monkeypatch.setattr(click, "launch", opened.append)
    ended = cli("report", "--output", str(tmp_path / "out" / "deep"), "--open")
    assert (tmp_path / "out" / "deep" / "report.html").is_file()
    assert opened == [(tmp_path / "out" / "deep" / "report.html").as_uri()]
    assert str(tmp_path / "out" / "deep" / "report.md") in ended.out.splitlines()


def test_a_report_that_cannot_be_copied_is_told(cli: Turbo, tmp_path: Path, ran: str) -> None:
    (tmp_path / "file").write_text("")
    ended = cli("report", "--output", str(tmp_path / "file" / "x"))
    assert ended.code == 2
    assert "the report cannot be copied" in ended.err


def test_open_needs_a_page(cli: Turbo, ran: str) -> None:
    ended = cli("-p", "no:document", "report", "--open")
    assert ended.code == 2
    assert "no plugin wrote report.html" in ended.err


# ---------------------------------------------------------------- the bare turbo


def test_in_an_empty_folder_turbo_is_friendly(cli: Turbo) -> None:
    ended = cli()
    assert ended.code == 0
    assert "There are no workflows here yet." in ended.out
    assert "Next: turbo init" in ended.out


def test_turbo_tells_workflows_and_what_to_type(cli: Turbo, project: Path) -> None:
    (project / "workflows").mkdir()
    (project / "workflows" / "broken.yaml").write_text("{")
    ended = cli()
    assert "  hello   Greet somebody." in ended.out.splitlines()
    assert "  broken  broken, see: turbo check" in ended.out.splitlines()
    assert "Next: turbo check" in ended.out
    (project / "workflows" / "broken.yaml").unlink()
    assert "Next: turbo run\n" in cli().out
    (project / "turbo.yaml").rename(project / "workflows" / "hello.yaml")
    (project / "turbo.toml").write_text("")
    assert "Next: turbo run hello\n" in cli().out


def test_turbo_tells_the_last_run(cli: Turbo, project: Path, ran: str) -> None:
    ended = cli()
    assert "✓ hello succeeded, " in ended.out
    assert ran in ended.out
    write(project, FAILING)
    cli("run", "--quiet")
    assert "turbo resume --failed" in cli().out


def test_turbo_tells_what_waits_for_a_person(cli: Turbo, project: Path) -> None:
    write(project, ASKING)
    assert cli("run", "--quiet").code == 3
    ended = cli()
    assert "Is it fit?" in ended.out
    assert "? asking parked, " in ended.out
    assert "Next: turbo approve " in ended.out
    assert "fit  (or turbo reject)" in ended.out
    assert "? parked" in cli("runs").out


@pytest.mark.parametrize(
    ("iso", "told"),
    [
        ("2026-01-01T00:00:00Z", "1m 05s ago"),
        ("2026-01-01T00:01:05Z", "just now"),
        ("2026-01-02T00:00:00Z", "just now"),
        ("", ""),
    ],
)
def test_times_are_told_as_ago(iso: str, told: str) -> None:
    assert ago(iso, moment("2026-01-01T00:01:05Z")) == told
