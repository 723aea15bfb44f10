"""Executors of plugins: they run attempts themselves or have them supervised, and cannot hurt the run."""

from __future__ import annotations

import signal
from pathlib import Path

import pytest

from tests.acceptance.project import Project, until
from tests.plugins.shelf import Shelf

EXECUTORS = """
    import pathlib, threading, time
    from turbo_core import replace
    from turbo_core import ExecutorOffer, Outcome, hookimpl

    class Deaf:
        def cancel(self, *, grace):
            pathlib.Path("cancelled").touch()

    class Broken:
        def cancel(self, *, grace):
            raise ValueError("no way to cancel")

    @hookimpl
    def turbo_register():
        return [ExecutorOffer(name="far")]

    @hookimpl
    def turbo_execute(attempt, context):
        kind = attempt.task
        if kind == "raises":
            raise ConnectionError("nobody is there")
        if kind == "wraps":
            return context.supervise(replace(attempt, argv=("echo", "wrapped", *attempt.argv)))
        if kind == "answers":
            done = Outcome(state="succeeded")
            threading.Thread(target=lambda: (time.sleep(0.2), context.finish(done), context.finish(done))).start()
        else:
            pathlib.Path("begun").touch()
        return Broken() if kind == "broken" else Deaf()
"""


@pytest.fixture
def far(project: Project, tmp_path: Path) -> dict[str, str]:
    """The environment in which a plugin owns the executor ``far``."""
    Shelf(folder=tmp_path / "site", caches=tmp_path / "caches").plugin("far", EXECUTORS)
    return {"PYTHONPATH": str(tmp_path / "site"), "TURBO_CACHE_FOLDER": str(tmp_path / "caches")}


def _ends(project: Project) -> dict[str, tuple[str, str, str]]:
    ended = [event for event in project.events() if event.kind == "task.ended"]
    return {event.task: (event.body["state"], event.body["failure"], event.body["message"]) for event in ended}


def test_an_executor_wraps_answers_later_or_raises(project: Project, far: dict[str, str]) -> None:
    tasks = "".join(f"  {name}: {{run: [ls], executor: far, allow_failure: true}}\n" for name in ("wraps", "answers", "raises"))
    project.write("turbo.yaml", f"name: far\ntasks:\n{tasks}")
    ended = project.turbo("run", env=far)
    assert ended.code == 0, ended.err
    assert "wraps │ wrapped ls" in ended.out
    assert _ends(project) == {
        "wraps": ("succeeded", "", ""),
        "answers": ("succeeded", "", ""),
        "raises": ("failed", "infra", "executor far: ConnectionError: nobody is there"),
    }


@pytest.mark.parametrize(
    ("task", "presses", "message"),
    [
        ("broken", 1, "executor far could not cancel it: ValueError: no way to cancel"),
        ("deaf", 2, "executor far has not said that it ended"),
    ],
)
def test_an_executor_that_cannot_cancel_does_not_keep_the_run(
    project: Project, far: dict[str, str], task: str, presses: int, message: str
) -> None:
    project.write("turbo.yaml", f"name: far\ntasks:\n  {task}: {{run: [ls], executor: far}}\n")
    going = project.start("run", env=far)
    until((project.folder / "begun").exists)
    going.send(signal.SIGINT)
    if presses == 2:
        until((project.folder / "cancelled").exists)
        going.send(signal.SIGINT)
    assert going.wait().code == 130
    (outcome,) = [event.body for event in project.events() if event.kind == "attempt.ended"]
    assert (outcome["state"], outcome["message"], outcome["verified"]) == ("cancelled", message, False)


def test_an_executor_that_nobody_offers_is_told_before_the_run(project: Project) -> None:
    project.write("turbo.yaml", "name: far\ntasks:\n  one: {run: [ls], executor: far}\n")
    ended = project.turbo("run")
    assert ended.code == 2
    assert "far" in ended.err
    assert "Traceback" not in ended.err
    assert not (project.folder / ".turbo" / "runs").exists()
