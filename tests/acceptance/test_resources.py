"""What tasks share and need: concurrency keys of two runs, limits, files that did not change, secrets, a selection of tasks."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from tests.acceptance.project import Project, Started, until

HELD = """
name: held
phases:
  one:
    a:
      run: 'echo start >> log; while test ! -e go; do sleep 0.05; done; echo end >> log'
      concurrency: {key: deploy, policy: POLICY}
  two:
    b: {run: echo b >> log}
"""


def holding(project: Project) -> Started:
    """A run that holds the key until the file ``go`` is there."""
    project.write("turbo.yaml", HELD.replace("POLICY", "queue"))
    started = project.start("run", "--plain")
    until(lambda: project.read("log"))
    return started


def test_a_key_is_held_by_one_run_at_a_time_and_the_other_waits_its_turn(project: Project) -> None:
    first = holding(project)
    second = project.start("run", "--plain")
    until(lambda: "a  waits for deploy" in second.out)
    assert project.turbo("why", "a").out == "a waits for the key 'deploy', which another task holds.\n"
    assert project.turbo("why", "b").out == "b is not reached yet: its phase two opens when the phase before it is done.\n"
    project.write("go", "")
    assert (first.wait().code, second.wait().code) == (0, 0)
    assert [word for word in project.read("log").split() if word != "b"] == ["start", "end", "start", "end"]


@pytest.mark.slow
def test_whoever_will_not_wait_fails_and_names_the_holder(project: Project) -> None:
    first = holding(project)
    project.write("other.yaml", HELD.replace("POLICY", "reject"))
    ended = project.turbo("run", "-f", "other.yaml", "--quiet")
    assert ended.code == 1
    (holder,) = (path.name for path in sorted((project.folder / ".turbo" / "runs").iterdir())[:1])
    assert project.turbo("why", "a").out == f"a failed (infra): the key 'deploy' is taken by a of run {holder}.\n"
    project.write("go", "")
    assert first.wait().code == 0


def test_a_run_that_lost_its_task_to_another_one_is_cancelled_and_opens_no_further_phase(project: Project) -> None:
    first = holding(project)
    project.write("other.yaml", HELD.replace("POLICY", "replace").replace("while test ! -e go; do sleep 0.05; done; ", ""))
    assert project.turbo("run", "-f", "other.yaml", "--quiet").code == 0
    ended = first.wait()
    assert ended.code == 130
    assert "■ run cancelled" in ended.out
    assert project.read("log").split() == ["start", "start", "end", "b"]


@pytest.mark.slow
def test_limits_of_memory_and_processes_end_what_exceeds_them(project: Project) -> None:
    grow = "x = bytearray(400_000_000); print(len(x))"
    project.write(
        "turbo.yaml",
        f"""
name: limited
tasks:
  mem: {{run: ["{sys.executable}", -c, "{grow}"], limits: {{memory: 64MiB}}, allow_failure: true}}
  free: {{run: ["{sys.executable}", -c, "{grow}"]}}
""",
    )
    ended = project.turbo("run", "--plain")
    why = project.turbo("why", "mem").out
    assert ended.code == 0, ended.out
    assert why.startswith(("mem failed (oom): the memory limit was reached", "mem failed (infra): ")), why
    assert why.endswith("the failure is tolerated (allow_failure).\n")


FILES = """
name: files
tasks:
  gen:
    run: 'cat src.txt > out.txt; echo ran >> count; echo "n=$(wc -c < src.txt)" >> "$TURBO_OUTPUT"'
    sources: [src.txt]
    produces: [out.txt]
    outputs: {n: integer}
  use: {needs: [gen], run: 'echo "n is $N"', env: {N: "${{ tasks.gen.outputs.n }}"}}
"""


def test_a_task_whose_files_did_not_change_does_nothing_and_says_so(project: Project) -> None:
    project.write("turbo.yaml", FILES)
    source = project.write("src.txt", "hello\n")

    def ran(*options: str) -> int:
        assert project.turbo("run", "--quiet", *options).code == 0
        return len(project.read("count").split())

    assert ran() == 1
    os.utime(source, (1, 1))
    again = project.turbo("run", "--plain")
    assert "✓ gen  succeeded, unchanged" in again.out
    assert "use │ n is 6" in again.out, "its outputs are those of the last time"
    assert project.turbo("why", "gen").out.startswith("gen did not run: nothing changed since run ")
    assert ran("--force") == 2
    source.write_text("more\n")
    assert ran() == 3
    (project.folder / "out.txt").unlink()
    assert ran() == 4


SECRET = """
name: secret
tasks:
  use: {run: 'echo "token $TOKEN"', secrets: [TOKEN]}
  other: {run: 'echo "other ${TOKEN:-none}"'}
"""


def kept(folder: Path, secret: str) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file() and secret.encode() in path.read_bytes()]


def test_a_secret_comes_from_its_file_or_the_environment_and_is_never_kept(project: Project) -> None:
    project.write("turbo.yaml", SECRET)
    nowhere = project.turbo("run")
    assert nowhere.code == 2
    assert "no provider knows the secret TOKEN" in nowhere.err
    assert ".turbo/secrets.env" in nowhere.err

    file = project.write(".turbo/secrets.env", "# ours\n\nTOKEN=from-the-file-1\n")
    file.chmod(0o644)
    readable = project.turbo("run")
    assert readable.code == 2
    assert f"chmod 600 {file}" in readable.err
    file.chmod(0o600)
    assert not (project.folder / ".turbo" / "runs").exists()

    from_file = project.turbo("run", "--plain")
    assert (from_file.code, "token ***" in from_file.out, "other none" in from_file.out) == (0, True, True)
    from_environment = project.turbo("run", "--plain", env={"TOKEN": "from-the-env-2"})
    assert (from_environment.code, "token ***" in from_environment.out, "other none" in from_environment.out) == (0, True, True)
    assert kept(project.folder, "from-the-file-1") == [file]
    assert kept(project.folder, "from-the-env-2") == []


@pytest.mark.slow
def test_a_secret_that_cannot_be_masked_is_refused(project: Project) -> None:
    project.write("turbo.yaml", SECRET)
    ended = project.turbo("run", env={"TOKEN": "abc"})
    assert ended.code == 2
    assert "a secret needs at least 6 characters" in ended.err


def test_only_runs_a_task_with_what_it_needs(project: Project) -> None:
    tasks = "  first: {run: echo 1}\n  second: {needs: [first], run: echo 2}\n  third: {run: echo 3}\n"
    project.write("turbo.yaml", f"name: some\ntasks:\n{tasks}")
    assert project.turbo("run", "--quiet", "--only", "second").code == 0
    assert [event.task for event in project.events() if event.kind == "attempt.started"] == ["first", "second"]
    assert project.turbo("why", "third").out == "third was skipped, because it is not among what --only selects.\n"
    wrong = project.turbo("run", "--only", "secnd")
    assert (wrong.code, "did you mean 'second'?" in wrong.err) == (2, True)
