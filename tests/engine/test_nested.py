"""Nested workflows: what they see, what their parent sees, their steps, their cells, their undo."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import FAILS, play
from turbo_core.testing.world import Stub

CHILD = """
name: child
inputs: {version: {type: string}, count: {type: integer, default: 1}}
vars: {label: "v${{ inputs.version }}"}
outputs: {url: "${{ tasks.up.outputs.url }}", label: "${{ vars.label }}"}
phases:
  one: {up: {run: [up, "${{ vars.label }}"], outputs: {url: string}}}
  two: {check: {run: x}}
on_failure: [{run: mend}]
finally: [{run: tidy}]
"""
PARENT = """
phases:
  one: {deploy: {workflow: child.yaml, with: {version: "1"}}}
  two: {show: {run: [show, "${{ tasks.deploy.outputs.url }}", "${{ tasks.deploy.outputs.label }}"]}}
"""


def commands(run: object) -> list[str]:
    """The first word, or the shell text, of every command, in the order in which they started."""
    return [attempt.argv[-1] if attempt.argv[0] == "/bin/sh" else attempt.argv[0] for attempt in run.world.started]  # type: ignore[attr-defined]


def test_the_parent_sees_the_outputs(tmp_path: Path) -> None:
    run = play(tmp_path, PARENT, {"deploy/up": Stub(outputs={"url": "u"})}, child_yaml=CHILD)
    assert run.states()["deploy"] == "succeeded"
    assert run.world.started[0].argv == ("up", "v1")
    assert run.world.started[-1].argv == ("show", "u", "v1")
    assert commands(run) == ["up", "x", "tidy", "show"]


def test_a_failure_runs_its_steps_first_and_is_of_the_class_child(tmp_path: Path) -> None:
    run = play(tmp_path, PARENT, {"deploy/up": Stub(outputs={"url": "u"}), "deploy/check": FAILS}, child_yaml=CHILD)
    deploy = run.task("deploy")
    assert (deploy.state, deploy.failure) == ("failed", "child")
    assert commands(run) == ["up", "x", "mend", "tidy"]
    assert "deploy/check" in deploy.message
    assert run.task("show").reason == "stopped"


def test_a_tolerated_child_shows_null_outputs(tmp_path: Path) -> None:
    text = """
    phases:
      one: {deploy: {workflow: child.yaml, with: {version: "1"}, allow_failure: true}}
      two: {show: {run: [show, "${{ default(tasks.deploy.outputs.url, 'none') }}", "${{ tasks.deploy.class }}"]}}
    """
    run = play(tmp_path, text, {"deploy/up": FAILS}, child_yaml=CHILD)
    assert run.world.started[-1].argv == ("show", "none", "child")
    assert run.state.exit_code == 0


def test_cells_of_a_nested_workflow(tmp_path: Path) -> None:
    text = """
    phases:
      one: {deploy: {workflow: child.yaml, matrix: {v: ["1", "2"]}, with: {version: "${{ matrix.v }}"}}}
      two: {show: {run: [show, "${{ json(tasks.deploy.outputs.url) }}"]}}
    """
    stubs = {f"deploy[{index}]/up": Stub(outputs={"url": f"u{index}"}) for index in range(2)}
    run = play(tmp_path, text, stubs, child_yaml=CHILD)
    assert run.task("deploy[1]/up").state == "succeeded"
    assert run.world.started[-1].argv == ("show", '["u0","u1"]')


def test_an_input_that_does_not_fit_is_invalid(tmp_path: Path) -> None:
    text = """
    inputs: {given: {type: string, default: many}}
    tasks: {deploy: {workflow: child.yaml, with: {version: "1", count: "${{ inputs.given }}"}}}
    """
    run = play(tmp_path, text, child_yaml=CHILD)
    assert (run.task("deploy").state, run.task("deploy").failure) == ("failed", "invalid")
    assert "count" in run.task("deploy").message


def test_undo_all_of_the_parent_takes_the_child_back(tmp_path: Path) -> None:
    child = "name: child\ntasks: {b: {run: x, undo: unb}}"
    text = """
    phases:
      one: {a: {run: x, undo: una}}
      two: {deploy: {workflow: child.yaml}}
      three: {bad: {run: x}}
    on_failure: [{undo: all}]
    """
    run = play(tmp_path, text, {"bad": FAILS}, child_yaml=child)
    assert commands(run)[-2:] == ["unb", "una"]


def test_undo_all_of_a_child_leaves_its_parent_alone(tmp_path: Path) -> None:
    child = "name: child\nphases:\n  one: {b: {run: x, undo: unb}}\n  two: {bad: {run: x}}\non_failure: [{undo: all}]"
    text = """
    phases:
      one: {a: {run: x, undo: una}}
      two: {deploy: {workflow: child.yaml, allow_failure: true}}
    """
    run = play(tmp_path, text, {"deploy/bad": FAILS}, child_yaml=child)
    assert (run.task("deploy/b").undo, run.task("a").undo) == ("undone", "armed")
    assert run.state.exit_code == 0


def test_two_children_undo_at_the_same_time(tmp_path: Path) -> None:
    child = "name: child\nphases:\n  one: {b: {run: x, undo: unb}}\n  two: {bad: {run: x}}\non_failure: [{undo: all}]"
    text = "keep_going: true\ntasks: {one: {workflow: child.yaml}, two: {workflow: child.yaml}}"
    run = play(tmp_path, text, {"one/bad": FAILS, "two/bad": FAILS}, child_yaml=child)
    assert (run.task("one/b").undo, run.task("two/b").undo) == ("undone", "undone")
    assert run.state.outcome == "failed"


@pytest.mark.parametrize("strict", [False, True])
def test_run_is_that_of_the_whole(tmp_path: Path, strict: bool) -> None:
    child = 'name: child\ntasks: {b: {run: [x, "${{ run.name }}"]}}'
    run = play(tmp_path, "tasks: {deploy: {workflow: child.yaml}}", child_yaml=child, strict=strict)
    assert run.world.started[0].argv == ("x", "main")
