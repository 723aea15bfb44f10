"""Matrices: cells, their conditions, what others see of them, how many run at once."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import FAILS, SLOW, play, prepare
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.world import Stub


def test_cells_are_tasks_of_their_own_in_file_order(tmp_path: Path) -> None:
    run = play(tmp_path, 'tasks: {a: {run: [x, "${{ matrix.os }}", "${{ matrix.py }}"], matrix: {os: [l, m], py: [1, 2]}}}')
    assert run.started() == ["a[0]", "a[1]", "a[2]", "a[3]"]
    assert [attempt.argv for attempt in run.world.started] == [(*"xl1",), (*"xl2",), (*"xm1",), (*"xm2",)]
    assert run.task("a").state == "succeeded"


def test_others_see_lists_in_cell_order(tmp_path: Path) -> None:
    text = """
    keep_going: true
    tasks:
      a: {run: x, matrix: {n: [1, 2, 3]}, outputs: {o: integer}, allow_failure: true}
      b:
        needs: {a: any}
        run:
          - x
          - "${{ json(tasks.a.outputs.o) }}"
          - "${{ json(pluck(tasks.a.cells, 'ok')) }}"
          - "${{ json(pluck(tasks.a.cells, 'matrix')) }}"
    """
    stubs = {"a[0]": Stub(outputs={"o": 10}, seconds=9), "a[1]": FAILS, "a[2]": Stub(outputs={"o": 30})}
    run = play(tmp_path, text, stubs)
    argv = run.world.started[-1].argv
    assert argv[1:] == ("[10,null,30]", "[true,false,true]", '[{"n":1},{"n":2},{"n":3}]')
    assert run.task("a").state == "succeeded"  # its failed cell is tolerated


def test_no_cell_is_skipped_empty(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, matrix: {n: []}}, b: {run: x, needs: {a: skip_ok}}}")
    assert (run.task("a").state, run.task("a").reason, run.task("b").state) == ("skipped", "empty", "succeeded")


def test_a_wrong_matrix_is_invalid(tmp_path: Path) -> None:
    run = play(tmp_path, 'inputs: {n: {type: list, default: [1, 1]}}\ntasks: {a: {run: x, matrix: {n: "${{ inputs.n }}"}}}')
    assert (run.task("a").state, run.task("a").failure) == ("failed", "invalid")


def test_when_is_judged_for_each_cell_if_it_reads_the_matrix(tmp_path: Path) -> None:
    text = 'tasks: {a: {run: x, matrix: {n: [1, 2, 3]}, when: "${{ matrix.n != 2 }}"}}'
    run = play(tmp_path, text)
    assert run.states() == {"a": "succeeded", "a[0]": "succeeded", "a[1]": "skipped", "a[2]": "succeeded"}
    assert run.task("a[1]").reason == "condition"


def test_all_cells_skipped_is_skipped(tmp_path: Path) -> None:
    run = play(tmp_path, 'tasks: {a: {run: x, matrix: {n: [1]}, when: "${{ matrix.n > 2 }}"}, b: {run: x, needs: {a: skip_ok}}}')
    assert (run.task("a").state, run.task("a").reason, run.task("b").state) == ("skipped", "condition", "succeeded")


def test_when_without_the_matrix_is_judged_once_and_before_it(tmp_path: Path) -> None:
    run = play(tmp_path, 'tasks: {a: {run: x, matrix: {n: "${{ [1][7] }}"}, when: false}}')
    assert (run.task("a").state, run.task("a").reason) == ("skipped", "condition")


def test_one_failed_cell_fails_the_task(tmp_path: Path) -> None:
    run = play(tmp_path, "phases:\n  one: {a: {run: x, matrix: {n: [1, 2]}}}\n  two: {b: {run: x}}", {"a[0]": FAILS})
    a = run.task("a")
    assert (a.state, a.failure, run.task("a[1]").state, run.task("b").reason) == ("failed", "exit", "succeeded", "stopped")
    assert a.message.startswith("a[0]: ")


def test_max_parallel_bounds_the_cells(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, matrix: {n: [1, 2, 3, 4, 5], max_parallel: 2}}}", jobs=9)
    assert run.world.most_running == 2
    assert run.started() == [f"a[{index}]" for index in range(5)]


def test_a_held_cell_does_not_keep_the_run_from_parking(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x, matrix: {n: [1, 2, 3], max_parallel: 1}}}")
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    assert run.resume() == 3
    assert run.task("a[0]").state == "asking"


def test_each_cell_has_its_own_retries(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, retry: 1, matrix: {n: [1, 2]}}}", {"a[0]": [FAILS, Stub()], "a[1]": FAILS})
    assert (run.task("a[0]").state, run.task("a[1]").state) == ("succeeded", "failed")
    assert sorted(run.started()) == ["a[0]", "a[0]", "a[1]", "a[1]"]


def test_stopping_skips_the_cells_that_have_not_started(tmp_path: Path) -> None:
    text = "tasks: {a: {run: x, matrix: {n: [1, 2, 3], max_parallel: 1}}, bad: {run: x}}"
    run = play(tmp_path, text, {"bad": FAILS, "a[0]": SLOW})
    assert [run.task(f"a[{index}]").state for index in range(3)] == ["succeeded", "skipped", "skipped"]
    assert (run.task("a").state, run.task("a").reason, run.task("a").root) == ("skipped", "stopped", "bad")


def test_cells_are_the_same_after_a_resume(tmp_path: Path) -> None:
    text = 'tasks: {a: {run: [x, "${{ matrix.n }}"], matrix: {n: [1, 2], include: [{n: 7}], exclude: [{n: 2}]}, risk: read}}'
    run = prepare(tmp_path, text)
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    run.resume()
    assert [attempt.argv[1] for attempt in run.world.started] == ["1", "7"]
    assert len(run.of_kind("task.expanded")) == 1
