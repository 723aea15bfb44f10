"""Commands about past runs: stats, forecast, history, compare, events with a filter, replay, progress."""

import json
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Turbo
from turbo_core.app import App
from turbo_core.engine.redelivering import replay
from turbo_core.hookspecs import hookimpl
from turbo_core.journal import history
from turbo_core.journal.reader import read
from turbo_core.journal.runs import run_folder, runs
from turbo_core.model import Event, RunInfo
from turbo_core.plugins.names import find
from turbo_core.testing.playing import on_the_shelf

WORKFLOW = """
name: work
inputs: {text: {type: string, default: one}}
phases:
  first:
    one: {run: 'echo "$TEXT"', env: {TEXT: "${{ inputs.text }}"}}
    flaky: {run: 'test "$TURBO_ATTEMPT" -gt 1', retry: {times: 1, delay: 1ms}}
  second:
    report: {run: 'printf "done=1\\ntotal=4\\ncost=0.5\\ncost=1.25\\nnonsense\\n" >> "$TURBO_PROGRESS"'}
"""


@pytest.fixture
def worked(cli: Turbo) -> Path:
    """A project in which the workflow ran three times."""
    project = Path.cwd()
    (project / "turbo.yaml").write_text(WORKFLOW)
    for text in ("one", "one", "two"):
        assert cli("run", "--quiet", "-i", f"text={text}").code == 0
    return project


def test_stats_forecast_and_history(cli: Turbo, worked: Path) -> None:
    told = cli("stats").out
    assert told.startswith("work: 3 runs since ")
    assert "3 succeeded, 0 failed, 0 cancelled" in told
    found = json.loads(cli("stats", "--json").out)
    tasks = {task["address"]: task for task in found["stats"]["tasks"]}
    assert tasks["flaky"] | {"runs": 3, "flaky": 3, "retries": 3, "success": 1.0} == tasks["flaky"]
    assert tasks["report"]["cost"] == 3.75
    assert tasks["one"]["p50"] >= 0
    assert found["calibration"]["runs"]["of"] == 2  # the first one had no forecast
    assert "runs: 2 checked" in cli("stats", "--calibration").out
    assert cli("stats", "--sort", "flaky", "--limit", "1").out.splitlines()[2].startswith("flaky")
    page = worked / "stats.html"
    assert cli("stats", "--html", str(page)).code == 0
    text = page.read_text()
    assert "<svg" in text
    assert "http" not in text.replace("http-equiv", "")
    whole = json.loads(cli("forecast", "--json").out)
    assert whole["run"]["runs"] == 3
    assert whole["tasks"]["flaky"]["runs"] == 3
    assert 0 <= whole["run"]["seconds"]["p05"] <= whole["run"]["seconds"]["p95"]
    assert "3 past runs" in cli("forecast").out
    last = json.loads(cli("report", "--format", "json").out)["run"]
    assert last["foreseen"]["runs"] == 2
    assert "## As foreseen?" in cli("report", "--format", "md").out
    first = json.loads(cli("report", runs(worked)[0].id, "--format", "json").out)["run"]
    assert first["foreseen"] is None
    assert len(json.loads(cli("history", "list", "--json").out)) == 3


def test_a_workflow_that_never_ran_has_no_history(cli: Turbo) -> None:
    (Path.cwd() / "turbo.yaml").write_text(WORKFLOW)
    assert "work: there is no history yet; run it once" in cli("forecast").out
    ended = cli("stats")
    assert (ended.code, ended.err.splitlines()[0]) == (2, "error: there is no history here yet")


def test_facts_outlive_the_folder_and_a_deleted_history_is_made_anew(cli: Turbo, worked: Path) -> None:
    oldest = runs(worked)[0].id
    assert cli("clean", oldest).code == 0
    assert json.loads(cli("stats", "--json").out)["stats"]["runs"] == 3
    ended = cli("history", "rebuild")
    assert "2 runs read from journals" in ended.out
    assert "1 run kept from the old history: their folders are gone" in ended.out
    assert "gone" in cli("history", "list").out
    (worked / ".turbo" / "history.db").unlink()
    assert json.loads(cli("stats", "--json").out)["stats"]["runs"] == 2
    (worked / ".turbo" / "history.db").write_bytes(b"rubbish" * 1000)
    assert cli("run", "--quiet").code == 0
    assert json.loads(cli("stats", "--json").out)["stats"]["runs"] == 3
    (worked / ".turbo" / "history.db").write_bytes(b"rubbish" * 1000)
    assert "not known any more" in cli("history", "rebuild").out


def test_compare_tells_what_differed(cli: Turbo, worked: Path) -> None:
    told = cli("compare").out
    assert "both succeeded" in told
    assert "inputs" in told
    first, second, third = (run.id for run in runs(worked))
    assert cli("compare").out == cli("compare", second, third).out
    found = json.loads(cli("compare", first, third, "--json").out)
    assert found["inputs"] == [{"name": "text", "before": "one", "after": "two"}]
    same = json.loads(cli("compare", first, second, "--json").out)
    assert not any(same[part] for part in ("inputs", "outputs", "plugins", "surroundings", "states"))  # durations may differ
    ended = cli("compare", first)
    assert (ended.code, ended.err.splitlines()[0]) == (2, "error: no earlier run of work succeeded")


def test_events_by_an_expression_and_by_time(cli: Turbo, worked: Path) -> None:
    failed = 'event.kind == "attempt.ended" and event.body.state == "failed"'
    (line,) = cli("events", "--where", failed, "--json").out.splitlines()
    assert json.loads(line)["task"] == "flaky"
    # Most events have no state; those that lack it are not wanted.
    assert len(cli("events", "--where", 'event.body.state == "failed"').out.splitlines()) == 1
    assert cli("events", "--where", 'event.task == "nobody"').out == ""
    for wrong, why in (
        ("event.body.nobody == 1", "nobody"),
        ("tasks.one", "the name tasks is not known"),
        ("event.seq", "it gives no boolean"),
        ("event.seq ==", "the expression cannot be used"),
    ):
        ended = cli("events", "--where", wrong)
        assert (ended.code, ended.out) == (2, "")
        assert why in ended.err
    assert cli("events", "--since", "2000-01-01").out == cli("events").out == cli("events", "--since", "3d").out
    assert cli("events", "--since", "2100-01-01").out == ""
    assert "is no time" in cli("events", "--since", "noon").err


class Meter:
    """A plugin that tracks, and fails at the end."""

    name = "meter"

    def __init__(self) -> None:
        self.seen: list[tuple[Event, RunInfo]] = []

    @hookimpl
    def turbo_track(self, event: Event, run: RunInfo) -> None:
        self.seen.append((event, run))
        if event.kind == "run.ended":
            raise ValueError("no")


def test_a_run_is_replayed_to_a_plugin_that_tracks(cli: Turbo, worked: Path) -> None:
    meter, folder = Meter(), runs(worked)[-1].folder
    with on_the_shelf(find(worked.parent / "caches"), [meter]) as names:
        app = App(worked, names=names)
        done = replay(app.plugins, app.catalog, folder, "meter")
        assert replay(app.plugins, app.catalog, folder, "meter", after=done.events - 1).events == 1
    assert [event for event, _ in meter.seen[:-1]] == [*read(folder)]
    assert (done.faults, done.fault) == (1, "ValueError: no")
    assert not meter.seen[0][1].live
    assert meter.seen[0][1].workflow == "work"
    ended = cli("replay", "--to", "nobody")
    assert (ended.code, ended.err.splitlines()[0]) == (2, "error: no plugin 'nobody' that tracks runs is on")


def test_what_a_task_reports_is_journalled_at_its_end(cli: Turbo, worked: Path) -> None:
    (line,) = cli("events", "--where", 'event.kind == "attempt.ended" and event.task == "report"', "--json").out.splitlines()
    assert json.loads(line)["body"]["progress"] == {"done": 1, "total": 4, "cost": 1.25}
    (line,) = cli("events", "--where", 'event.kind == "attempt.ended" and event.task == "one"', "--json").out.splitlines()
    assert "progress" not in json.loads(line)["body"]


def test_progress_is_reported_from_a_shell_script(cli: Turbo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "progress"
    assert cli("progress", "3", "10").code == 0  # outside of a task
    monkeypatch.setenv("TURBO_PROGRESS", str(file))
    assert cli("progress", "3", "10").code == 0
    assert cli("progress", "--cost", "1.5").code == 0
    assert file.read_text() == "done=3\ntotal=10\ncost=1.5\n"
    assert cli("progress").code == 2
    assert cli("progress", "-1").code == 2


def test_a_run_whose_folder_is_gone_is_known_after_all(worked: Path) -> None:
    gone = runs(worked)[0].id
    before = history.facts(worked, "work", 9)
    shutil.rmtree(run_folder(worked, gone))
    made = history.rebuild(worked)
    assert (made.read, made.kept, made.lost) == (2, 1, False)
    assert history.facts(worked, "work", 9) == before


def test_the_size_of_sources_is_kept_with_what_a_task_took(cli: Turbo) -> None:
    project = Path.cwd()
    (project / "turbo.yaml").write_text("name: w\ntasks:\n  a: {run: 'true', sources: ['data/*']}\n  b: {run: 'true'}\n")
    (project / "data").mkdir()
    (project / "data" / "one").write_bytes(b"1" * 700)
    (project / "data" / "two").write_bytes(b"2" * 300)
    assert cli("run", "--quiet").code == 0
    (done,) = history.facts(project, "w", 10)
    assert {task.address: task.size for task in done.tasks} == {"a": 1000, "b": 0}
    assert cli("forecast").code == 0
