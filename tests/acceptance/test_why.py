"""Looking back: why each task is as it is, which run is meant, events as they come, the report, the list of runs."""

from __future__ import annotations

import json
import re

import pytest

from tests.acceptance.project import Project, until
from tests.acceptance.terminal import terminal
from turbo_core.app import App

EVERY_END = """
name: ends
phases:
  one:
    fine: {run: 'true'}
    flaky: {run: 'test "$TURBO_ATTEMPT" -gt 1', retry: {times: 1, delay: 1ms}}
    unwanted: {run: 'true', when: "${{ run.name == 'x' }}"}
    without: {run: 'true', needs: [unwanted]}
    further: {run: 'true', needs: [without]}
    bad: {run: 'echo broken; exit 3', needs: [fine, flaky]}
    after_bad: {run: 'true', needs: [bad]}
    cleaned: {run: 'true', needs: {bad: failed}}
  two:
    never: {run: 'true'}
on_failure:
  - {run: echo cleanup}
"""
SENTENCES = {
    "fine": r"fine ran because its turn had come, and succeeded in [\d.]+ s\.",
    "flaky": r"flaky ran 2 times and then succeeded; the attempt before the last ended with: exit code 1\.",
    "unwanted": r"unwanted was skipped, because its condition \$\{\{ run\.name == 'x' \}\} is false\.",
    "without": r"without was skipped, because it needs unwanted, which was skipped \(condition\)\.",
    "further": r"further was skipped, because it needs without, .*; it began with unwanted, which was skipped \(condition\)\.",
    "bad": r"bad failed \(exit\): exit code 3\.",
    "after_bad": r"after_bad was not reached: the run stopped first, because bad failed\.",
    "cleaned": r"cleaned ran because bad had ended as it needs, and succeeded in [\d.]+ s\.",
    "never": r"never was not reached: the run stopped first, because bad failed\.",
    "on_failure[0]": r"on_failure\[0\] ran because its turn had come, and succeeded in [\d.]+ s\.",
}


def test_every_task_of_an_ended_run_has_one_true_sentence(project: Project) -> None:
    project.write("turbo.yaml", EVERY_END)
    assert project.turbo("run", "--quiet").code == 1
    # `turbo show --json` holds the sentences that `turbo why` prints one by one.
    phases = json.loads(project.turbo("show", "--json").out)["phases"]
    told = {task["address"]: task["why"] for phase in phases for task in phase["tasks"]}
    assert told.keys() == SENTENCES.keys()
    for address, sentence in SENTENCES.items():
        assert re.fullmatch(sentence, told[address]), told[address]
    assert project.turbo("why", "bad").out == told["bad"] + "\n"
    wrong = project.turbo("why", "flakey")
    assert (wrong.code, "did you mean flaky?" in wrong.err) == (2, True)


@pytest.mark.slow
def test_a_sentence_is_folded_between_words_on_a_terminal(project: Project) -> None:
    project.write("turbo.yaml", EVERY_END)
    project.turbo("run", "--quiet")
    with terminal(project, "why", "after_bad", columns=40) as shown:
        assert shown.wait() == 0
    lines = shown.shown.decode().splitlines()
    assert " ".join(lines) == "after_bad was not reached: the run stopped first, because bad failed."
    assert max(map(len, lines)) <= 40
    silent = project.turbo("logs", "fine")
    assert (silent.out, silent.err) == ("", "fine printed nothing.\n")


@pytest.mark.slow
def test_a_task_that_no_run_has_is_told(project: Project) -> None:
    project.write("turbo.yaml", EVERY_END)
    told = project.turbo("why", "fine")
    assert told.out == "fine has not run, because there are no runs here yet; it stands in the workflow (turbo run).\n"


WAITING = """
name: slow
phases:
  one:
    held: {run: 'echo "to be seen"; while test ! -e go; do sleep 0.05; done'}
    needy: {run: 'true', needs: [held]}
    spare: {run: 'true'}
    again: {run: 'test -e go', retry: {times: 9, delay: 1h}}
  two:
    later: {run: 'true'}
"""


def test_a_task_of_a_run_that_goes_on_is_told_from_another_process(project: Project) -> None:
    project.write("turbo.yaml", WAITING)
    runner = project.start(
        "run", "--plain", "--jobs", "2", "--only", "held", "--only", "needy", "--only", "again", "--only", "later"
    )
    until(lambda: "attempt 1 failed" in runner.out)
    follower = project.start("events", "--follow", "--json")
    logs = project.start("logs", "held", "--follow")
    for task, sentence in {
        "held": "held is running: attempt 1 began at ",
        "needy": "needy waits for held.",
        "spare": "spare was skipped, because it is not among what --only selects.",
        "again": "again waits until ",
        "later": "later is not reached yet: its phase two opens when the phase before it is done.",
    }.items():
        assert project.turbo("why", task).out.startswith(sentence)
    assert project.turbo("runs").out.splitlines()[-1].split()[1:3] == ["●", "running"]
    assert f"Next: turbo show {project.run.name}  (or turbo wait, or turbo cancel)" in project.turbo().out
    project.write("go", "")
    until(lambda: "held  succeeded" in runner.out)
    assert project.turbo("cancel").out == "The runner of the run was told.\n"
    assert runner.wait().code == 130
    lines = [json.loads(line) for line in follower.wait().out.splitlines()]
    assert [line["seq"] for line in lines] == [event.seq for event in project.events()]
    assert lines[-1]["kind"] in {"run.ended", "documents.written"}
    assert logs.wait().out == "to be seen\n"


@pytest.mark.slow
def test_a_run_is_named_by_the_beginning_of_its_id(project: Project) -> None:
    for arguments in (["show"], ["logs", "a"], ["events"], ["report"]):
        ended = project.turbo(*arguments)
        assert (ended.code, ended.out) == (2, "")
        assert ended.err.splitlines()[0] == "error: there are no runs here yet"
    assert project.turbo("runs").out == "There are no runs here yet. Start one with: turbo run\n"
    assert not (project.folder / ".turbo").exists()

    runs = made(project, 50)
    assert project.turbo("logs", "a").out == "number 49\n"
    assert project.turbo("logs", runs[7], "a").out == "number 7\n"
    for prefix, told in ((runs[0][:1], "50 runs have an id that begins with"), ("../../etc", "no run has an id that begins")):
        ended = project.turbo("show", prefix)
        assert ended.code == 2
        assert told in ended.err
        assert runs[49] in ended.err
    lines = project.turbo("runs").out.splitlines()
    assert [line.split()[0] for line in lines[1:21]] == runs[30:]
    assert lines[21] == "30 older runs: turbo runs --limit 50"
    assert [run["id"] for run in json.loads(project.turbo("runs", "--json", "-n", "50").out)] == runs


def made(project: Project, count: int) -> list[str]:
    """Make runs in this process: a command for each would take its time."""
    project.write(
        "turbo.yaml",
        'name: many\ninputs: {n: {type: string}}\ntasks: {a: {run: "echo number $N", env: {N: "${{ inputs.n }}"}}}\n',
    )
    app = App(project.folder, flags={"report": False})
    workflow, _path = app.workflow()
    return [app.run(workflow, {"n": str(number)}).folder.name for number in range(count)]


@pytest.mark.slow
def test_a_report_made_twice_has_the_same_bytes(project: Project) -> None:
    project.write("turbo.yaml", EVERY_END)
    project.turbo("run", "--quiet")
    reports = {path: path.read_bytes() for path in (project.run / "report").iterdir()}
    assert {path.name for path in reports} == {"report.md", "report.html", "report.json"}
    for path in reports:
        path.unlink()
    ended = project.turbo("report")
    assert sorted(ended.out.splitlines()) == sorted(map(str, reports))
    for path, content in reports.items():
        assert path.read_bytes() == content, path.name
