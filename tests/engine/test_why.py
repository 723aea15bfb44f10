"""``turbo why``: one true sentence about each task, whatever became of it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from tests.engine.runs import FAILS, HANGS, SLOW, answers, cancels, play, prepare
from turbo_core.engine.why import why
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.simulation import Simulation
from turbo_core.testing.world import Stub

CHILD = "name: child\nphases:\n  one: {u: {run: x}}\n  two: {v: {run: x}}\n"

Told = tuple[str, dict[str, Stub | Sequence[Stub]], dict[str, Any], str, str]

ENDED: dict[str, Told] = {
    "ran": ("tasks: {a: {run: x}}", {}, {}, "a", "a ran because its turn had come, and succeeded in 1.0 s."),
    "ran after a need": (
        "tasks: {a: {run: x, needs: [b]}, b: {run: x}}",
        {"a": SLOW},
        {},
        "a",
        "a ran because b had ended as it needs, and succeeded in 100.0 s.",
    ),
    "ran after needs": (
        "tasks: {a: {run: x, needs: [b, c, d]}, b: {run: x}, c: {run: x}, d: {run: x}}",
        {},
        {},
        "a",
        "a ran because b, c and d had ended as it needs, and succeeded in 1.0 s.",
    ),
    "retried": (
        "tasks: {a: {run: x, retry: 2}}",
        {"a": [FAILS, Stub.fails("signal"), Stub()]},
        {},
        "a",
        "a ran 3 times and then succeeded; the attempt before the last ended with: signal as told.",
    ),
    "up to date": (
        "tasks: {a: {run: x, sources: [s]}}",
        {},
        {"unchanged": {"a": {}}},
        "a",
        "a did not run: nothing changed since run before-simulated.",
    ),
    "all cells": ("tasks: {a: {run: x, matrix: {n: [1, 2]}}}", {}, {}, "a", "a succeeded in all its 2 cells that ran."),
    "a message": ("tasks: {a: {communicate: hi}}", {}, {}, "a", "a succeeded because its turn had come."),
    "skipped by its condition": (
        'tasks: {a: {run: x, when: "${{ 1 > 2 }}"}}',
        {},
        {},
        "a",
        "a was skipped, because its condition ${{ 1 > 2 }} is false.",
    ),
    "no cell": ("tasks: {a: {run: x, matrix: {n: []}}}", {}, {}, "a", "a was skipped, because its matrix has no cell."),
    "not selected": (
        "tasks: {a: {run: x}, b: {run: x}}",
        {},
        {"only": ["b"]},
        "a",
        "a was skipped, because it is not among what --only selects.",
    ),
    "skipped by a need that failed": (
        "keep_going: true\ntasks: {a: {run: x}, b: {run: x, needs: [a]}}",
        {"a": FAILS},
        {},
        "b",
        "b was skipped, because it needs a, which failed (exit).",
    ),
    "skipped by a need that was skipped": (
        "tasks: {a: {run: x, when: false}, b: {run: x, needs: [a]}, c: {run: x, needs: [b]}}",
        {},
        {},
        "c",
        "c was skipped, because it needs b, which was skipped (need); it began with a, which was skipped (condition).",
    ),
    "skipped by a need that succeeded": (
        "tasks: {a: {run: x}, b: {run: x, needs: {a: failed}}}",
        {},
        {},
        "b",
        "b was skipped, because it needs a, which succeeded.",
    ),
    "stopped": (
        "phases:\n  one: {a: {run: x}}\n  two: {b: {run: x}}",
        {"a": FAILS},
        {},
        "b",
        "b was not reached: the run stopped first, because a failed.",
    ),
    "stopped by a cancel": (
        "phases:\n  one: {a: {run: x}}\n  two: {b: {run: x}}",
        {"a": HANGS},
        {"requests": [cancels(5)]},
        "b",
        "b was not reached: the run stopped first, because it was cancelled.",
    ),
    "cancelled before it started": (
        "tasks: {a: {run: x}, b: {run: x, needs: [a]}}",
        {"a": HANGS},
        {"requests": [cancels(5)]},
        "b",
        "b was cancelled, because the run was.",
    ),
    "cancelled": (
        "tasks: {a: {run: x}}",
        {"a": HANGS},
        {"requests": [cancels(5)]},
        "a",
        "a was cancelled: it was cancelled.",
    ),
    "failed": ("tasks: {a: {run: x}}", {"a": FAILS}, {}, "a", "a failed (exit): exit as told."),
    "failed again and again": (
        "tasks: {a: {run: x, retry: 1}}",
        {"a": FAILS},
        {},
        "a",
        "a failed after 2 attempts (exit): exit as told.",
    ),
    "failed, and that is fine": (
        "tasks: {a: {run: x, allow_failure: true}}",
        {"a": FAILS},
        {},
        "a",
        "a failed (exit): exit as told; the failure is tolerated (allow_failure).",
    ),
    "a nested workflow failed": (
        "tasks: {d: {workflow: child.yaml}}",
        {"d/u": FAILS},
        {"child_yaml": CHILD},
        "d",
        "d failed, because the workflow it ran failed: child failed: 1 failed, 1 skipped. d/u failed (exit): exit as told.",
    ),
    "expired": (
        "tasks: {g: {decide: Go?, ask: {within: 1h}}}",
        {},
        {"wait": True},
        "g",
        "g was not answered in time: nobody answered before 2026-01-01T01:00:00.000Z.",
    ),
    "rejected": (
        "tasks: {g: {decide: Go?}}",
        {},
        {"wait": True, "requests": [answers("g", approve=False)]},
        "g",
        "g was rejected: ann rejected it.",
    ),
    "accepted": (
        "tasks: {g: {decide: Go?}}",
        {},
        {"wait": True, "requests": [answers("g")]},
        "g",
        "g was accepted: ann approved it.",
    ),
    "waits for a person": (
        "tasks: {g: {decide: Go?}}",
        {},
        {},
        "g",
        "g waits for a person to answer 'Go?' before 2026-01-02T00:00:00.000Z (turbo approve or reject).",
    ),
    "waits for somebody": (
        "tasks: {g: {decide: Go?, ask: {who: [ann, bob]}}}",
        {},
        {},
        "g",
        "g waits for ann and bob to answer 'Go?' before 2026-01-02T00:00:00.000Z (turbo approve or reject).",
    ),
    "waits for a need that asks": (
        "tasks: {g: {decide: Go?}, a: {run: x, needs: [g]}}",
        {},
        {},
        "a",
        "a waits for g.",
    ),
    "not reached yet": (
        "phases:\n  one: {g: {decide: Go?}}\n  two: {a: {run: x}}",
        {},
        {},
        "a",
        "a is not reached yet: its phase two opens when the phase before it is done.",
    ),
    "steps that were not needed": (
        "tasks: {a: {run: x}}\non_failure: [{run: mend}]",
        {},
        {},
        "on_failure[0]",
        "on_failure[0] did not run, because main succeeded, and it is for failures.",
    ),
    "steps that a second cancel left out": (
        "tasks: {a: {run: x}}\nfinally: [{run: tidy}]",
        {"a": Stub(seconds=None, dying=9)},
        {"requests": [cancels(5), cancels(6)]},
        "finally[0]",
        "finally[0] did not run, because the run was ended at once.",
    ),
    "steps that are not for a cancelled run": (
        "tasks: {a: {run: x}}\non_failure: [{run: mend}]",
        {"a": HANGS},
        {"requests": [cancels(5)]},
        "on_failure[0]",
        "on_failure[0] did not run, because main was cancelled, and it is for failures.",
    ),
    "steps of a nested workflow": (
        "tasks: {d: {workflow: child.yaml}, bad: {run: x}}",
        {"bad": FAILS},
        {"child_yaml": CHILD + "on_failure: [{run: mend}]"},
        "d/on_failure[0]",
        "d/on_failure[0] did not run, because child succeeded, and it is for failures.",
    ),
}


@pytest.mark.parametrize("what", ENDED)
def test_one_true_sentence(tmp_path: Path, what: str) -> None:
    text, stubs, more, task, sentence = ENDED[what]
    run = play(tmp_path, text, stubs, **more)
    assert why(run.fold(), run.fold().nodes[task]) == sentence


# ---------------------------------------------------------------- while it goes on


def crashed(
    folder: Path, text: str, stubs: dict[str, Stub | Sequence[Stub]] | None = None, commit: int = 1, **more: Any
) -> Simulation:
    """The run as it was right after a commit."""
    run = prepare(folder, text, stubs, **more)
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=commit, when="after"))
    run.state = run.fold()
    return run


WAITING: dict[str, tuple[str, int, dict[str, Any], str, str]] = {
    "running": ("tasks: {a: {run: x}}", 1, {}, "a", "a is running: attempt 1 began at 2026-01-01T00:00:00.000Z."),
    "no slot": (
        "tasks: {a: {run: x}, b: {run: x}}",
        1,
        {"jobs": 1},
        "b",
        "b is ready and waits for a free slot; 1 of 1 are taken.",
    ),
    "a key": (
        "tasks: {a: {run: x, concurrency: {key: prod}}}",
        1,
        {},
        "a",
        "a waits for the key 'prod', which another task holds.",
    ),
    "a retry": (
        "tasks: {a: {run: x, retry: {times: 1, delay: 1m, jitter: 0}}}",
        2,
        {"stubs": {"a": FAILS}},
        "a",
        "a waits until 2026-01-01T00:01:01.000Z for its next attempt, because the last one ended with: exit as told.",
    ),
    "cells": (
        "tasks: {a: {run: x, matrix: {n: [1, 2, 3]}}}",
        2,
        {"jobs": 1},
        "a",
        "a is running: 2 of its 3 cells are not done.",
    ),
    "a cell": (
        "tasks: {a: {run: x, matrix: {n: [1, 2, 3], max_parallel: 1}}}",
        1,
        {},
        "a[1]",
        "a[1] waits for other cells of a (max_parallel).",
    ),
    "criteria": (
        "tasks: {g: {decide: Go?, criteria: {s: {uses: git.size}}, accept: 1}}",
        1,
        {},
        "g",
        "g is being decided: its criteria are not all in.",
    ),
    "a nested workflow": (
        "tasks: {d: {workflow: child.yaml}}",
        1,
        {"child_yaml": CHILD},
        "d",
        "d is running the workflow child.",
    ),
    "a later phase of a nested workflow": (
        "tasks: {d: {workflow: child.yaml}}",
        1,
        {"child_yaml": CHILD},
        "d/v",
        "d/v is not reached yet: its phase two opens when the phase before it is done.",
    ),
    "an undo": (
        "phases:\n  one: {a: {run: x, undo: una}}\n  two: {bad: {run: x}}\non_failure: [{undo: all}]",
        3,
        {"stubs": {"bad": FAILS}},
        "on_failure[0]",
        "on_failure[0] is running: it undoes a.",
    ),
    "a step": (
        "tasks: {a: {run: x}}\nfinally: [{run: tidy}, {run: more}]",
        2,
        {},
        "finally[1]",
        "finally[1] waits for the steps before it.",
    ),
    "deciders": (
        "tasks: {a: {run: x}}",
        2,
        {"stubs": {"a": FAILS}, "deciders": True},
        "a",
        "a is running: what to do about its failure is being decided.",
    ),
    "a probe": (
        "tasks: {a: {run: x, on_lost: probe, probe: y}}",
        0,
        {},
        "a",
        "a is running: its probe is asked whether it happened.",
    ),
}


@pytest.mark.parametrize("what", WAITING)
def test_one_true_sentence_while_it_goes_on(tmp_path: Path, what: str) -> None:
    text, commit, more, task, sentence = WAITING[what]
    run = crashed(tmp_path, text, commit=commit or 1, **more)
    if not commit:
        with pytest.raises(Crash):
            run.resume(crash=CrashPoint(commit=1, when="after"))
    state = run.fold()
    assert why(state, state.nodes[task]) == sentence


def test_a_held_task_waits_for_a_person(tmp_path: Path) -> None:
    run = crashed(tmp_path, "tasks: {a: {run: x}}")
    run.resume()
    told = "its end was lost: run again, is it done, or did it fail? (turbo resume --lost rerun|done|fail --task a)"
    assert why(run.state, run.task("a")) == f"a waits for a person: {told}."


def test_what_a_person_said_is_told(tmp_path: Path) -> None:
    run = crashed(tmp_path, "tasks: {a: {run: x, on_lost: probe, probe: y}}", {"probe:a": Stub(exit_code=0)})
    assert run.resume() == 0
    assert why(run.state, run.task("a")) == "a succeeded: its end was lost; its probe says that it happened."


def test_a_run_without_vars_reached_nothing(tmp_path: Path) -> None:
    run = play(tmp_path, 'vars: {n: "${{ 1 / 0 }}"}\ntasks: {a: {run: x}}')
    assert why(run.state, run.task("a")) == "a was not reached: the run failed before its phase opened."
