"""What a task is given: folder, environment, standard input; and which tasks run, how many at once."""

from __future__ import annotations

import json
import os

from tests.acceptance.project import Project
from tests.acceptance.terminal import terminal

LOOKS = """
name: looks
env: {FROM_WORKFLOW: "1"}
tasks:
  one:
    run: [python3, -c, "import json, os; json.dump([os.getcwd(), dict(os.environ)], open('seen', 'w'))"]
    env: {FROM_TASK: "2", TOKEN_COPY: "${{ secrets.TOKEN }}"}
    cwd: below
  two:
    run: [python3, -c, "import json, os; json.dump([os.getcwd(), dict(os.environ)], open('seen', 'w'))"]
"""


def test_a_task_is_given_what_is_documented_and_no_more(project: Project) -> None:
    project.write("turbo.yaml", LOOKS)
    project.write("below/keep", "")
    (project.folder / "deep").mkdir()
    ended = project.turbo("--project", "..", "run", cwd=project.folder / "deep", env={"TOKEN": "opensesame", "MINE": "yes"})
    assert ended.code == 0, ended.err
    place, one = json.loads(project.read("below/seen"))
    root, two = json.loads(project.read("seen"))
    assert (place, root) == (str(project.folder / "below"), str(project.folder))
    for env, task in ((one, "one"), (two, "two")):
        assert (env["MINE"], env["FROM_WORKFLOW"], env["PATH"]) == ("yes", "1", os.environ["PATH"])
        assert "TOKEN" not in env
        told = {name for name in env if name.startswith("TURBO_")} - {"TURBO_CACHE_FOLDER"}
        files = {"TURBO_OUTPUT", "TURBO_MASK", "TURBO_PROGRESS"}
        assert told == {"TURBO_RUN", "TURBO_TASK", "TURBO_ATTEMPT", "TURBO_IDEMPOTENCY_KEY"} | files
        assert (env["TURBO_RUN"], env["TURBO_TASK"], env["TURBO_ATTEMPT"]) == (project.run.name, task, "1")
    assert (one["FROM_TASK"], one["TOKEN_COPY"]) == ("2", "opensesame")
    assert not {"FROM_TASK", "TOKEN_COPY"} & two.keys()
    assert one["TURBO_IDEMPOTENCY_KEY"] != two["TURBO_IDEMPOTENCY_KEY"]


def test_a_run_without_its_secret_does_not_start(project: Project) -> None:
    project.write("turbo.yaml", LOOKS)
    ended = project.turbo("run")
    assert ended.code == 2
    assert ended.err.startswith("error: no provider knows the secret TOKEN\n")
    assert "set the variable TOKEN" in ended.err
    assert not (project.folder / ".turbo" / "runs").exists()


def test_tasks_do_not_read_what_is_typed(project: Project) -> None:
    project.write("turbo.yaml", "name: reads\ntasks:\n  one: {run: 'cat; echo read'}\n")
    ended = project.turbo("run", input=b"for whoever comes next\n")
    assert ended.code == 0
    assert "one │ read" in ended.out
    assert "whoever" not in ended.out


def test_tasks_have_no_terminal(project: Project) -> None:
    project.write(
        "turbo.yaml",
        "name: asks\ntasks:\n  one: {run: 'if (exec < /dev/tty) 2> /dev/null; then echo a terminal; else echo none; fi'}\n",
    )
    with terminal(project, "run", "--plain", NO_COLOR="1") as screen:
        screen.type(b"typed\n")
        assert screen.wait() == 0
    assert "one │ none".encode() in screen.shown


COUNTS = """
name: counts
tasks:
  many:
    run: |
      mkdir "at/$X"; ls at | wc -l >> seen; sleep 0.3; rmdir "at/$X"
    matrix: {x: [1, 2, 3, 4, 5, 6]}
    env: {X: "${{ matrix.x }}"}
"""


def test_no_more_run_at_once_than_jobs_allow(project: Project) -> None:
    project.write("turbo.yaml", COUNTS)
    (project.folder / "at").mkdir()
    assert project.turbo("run", "--jobs", "1").code == 0
    assert project.read("seen").split() == ["1"] * 6
    (project.folder / "seen").unlink()
    assert project.turbo("run", "-j", "3").code == 0
    seen = list(map(int, project.read("seen").split()))
    assert max(seen) <= 3
    assert project.turbo("run", "--jobs", "0").code == 2


ORDER = """
name: order
phases:
  one:
    a: {run: echo a >> done}
    b: {run: echo b >> done}
  two:
    c: {needs: [d], run: echo c >> done}
    d: {run: echo d >> done}
    e: {run: echo e >> done}
"""


def test_only_what_was_selected_and_what_it_needs_runs(project: Project) -> None:
    project.write("turbo.yaml", ORDER)
    ended = project.turbo("run", "--only", "c", "--only", "a")
    assert ended.code == 0
    assert project.read("done").split() == ["a", "d", "c"]
    skipped = {event.task: event.body["reason"] for event in project.events() if event.kind == "task.skipped"}
    assert skipped == {"b": "not_selected", "e": "not_selected"}
    unknown = project.turbo("run", "--only", "f")
    assert (unknown.code, unknown.out) == (2, "")
    assert unknown.err == "error: there is no task 'f'\n  next:  known: a, b, c, d, e\n"
