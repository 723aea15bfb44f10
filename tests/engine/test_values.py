"""What expressions see of a run, what attempts are made of, and what a wrong value is called."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.engine.runs import FAILS, play, prepare
from turbo_core.engine.scheduler import idempotency_key
from turbo_core.engine.values import evaluate, fields, text_of
from turbo_core.errors import ExpressionFailed
from turbo_core.model import Attempt
from turbo_core.testing.simulation import ACTOR, RUN
from turbo_core.testing.world import Stub
from turbo_core.words import JSON


def attempt(folder: Path, task: str, head: str = "") -> Attempt:
    """The first attempt of a task that is all of a workflow."""
    return play(folder, f"{head}\ntasks: {{a: {{{task}}}}}").world.started[0]


def failure(folder: Path, task: str) -> str:
    """Why that attempt could not be made."""
    run = play(folder, f"tasks: {{a: {{{task}}}}}")
    assert (run.task("a").state, run.task("a").failure, run.world.started) == ("failed", "invalid", [])
    return run.task("a").message


# ---------------------------------------------------------------- text


@pytest.mark.parametrize(
    ("value", "text"),
    [("x", "x"), (True, "true"), (False, "false"), (-3, "-3"), (Decimal("1.50"), "1.50"), (Decimal("1e3"), "1E+3"), ("", "")],
)
def test_scalars_as_text(value: JSON, text: str) -> None:
    assert text_of(value) == text


@pytest.mark.parametrize(("value", "kind"), [(None, "null"), ([], "a list"), ({}, "an object")])
def test_what_is_no_scalar_has_no_text(value: JSON, kind: str) -> None:
    with pytest.raises(ExpressionFailed, match=rf"{kind} cannot stand in text; write json\(…\)"):
        text_of(value)


@pytest.mark.parametrize("number", ["1.50", "1e3", "1e-7", "0.1", "12345678901234567890.5", "-0.0"])
def test_a_number_has_one_text_wherever_it_stands(tmp_path: Path, number: str) -> None:
    task = 'run: [x, "${{ vars.n }}", "is ${{ vars.n }}"], env: {N: "${{ vars.n }}"}'
    made = attempt(tmp_path, task, f"vars: {{n: {number}}}")
    whole, inserted = made.argv[1:]
    assert inserted == f"is {whole}"
    assert made.env["N"] == whole


# ---------------------------------------------------------------- what expressions see


def test_run_says_who_and_what(tmp_path: Path) -> None:
    names = ("id", "name", "project", "actor", "started", "autonomy")
    argv = ", ".join(f'"${{{{ run.{name} }}}}"' for name in names)
    made = play(tmp_path, f"tasks: {{a: {{run: [x, {argv}]}}}}", autonomy="full").world.started[0]
    assert made.argv[1:] == (RUN, "main", str(tmp_path), ACTOR, "2026-01-01T00:00:00.000Z", "full")


def test_a_task_sees_how_others_ended(tmp_path: Path) -> None:
    text = """
    phases:
      one:
        a: {run: x, retry: 1, allow_failure: true, outputs: {o: integer}}
        g: {decide: Go?, criteria: {t: {score: true}}, accept: 1}
      two:
        b:
          run:
            - x
            - "${{ json([tasks.a.state, tasks.a.ok, tasks.a.class, tasks.a.attempts, tasks.a.outputs.o]) }}"
            - "${{ tasks.g.outputs.decision }}"
            - "${{ tasks.g.outputs.score }}"
    """
    run = play(tmp_path, text, {"a": FAILS})
    assert run.world.started[-1].argv[1:] == ('["failed",false,"exit",2,null]', "accepted", "1")


def test_vars_may_read_earlier_ones_and_are_evaluated_once(tmp_path: Path) -> None:
    head = 'inputs: {who: {type: string, default: you}}\nvars: {a: "hi ${{ inputs.who }}", b: "${{ vars.a }}!"}'
    run = play(tmp_path, f'{head}\ntasks: {{t: {{run: [x, "${{{{ vars.b }}}}"]}}}}', inputs={"who": "me"})
    assert run.world.started[0].argv == ("x", "hi me!")
    assert run.kinds().count("vars.set") == 1


def test_what_reads_the_attempt_is_evaluated_for_each_and_the_rest_once(tmp_path: Path) -> None:
    text = 'tasks: {a: {run: [x, "${{ attempt.number }}"], env: {E: "${{ run.id }}"}, retry: 1}}'
    run = play(tmp_path, text, {"a": [FAILS, Stub()]})
    assert [made.argv[1] for made in run.world.started] == ["1", "2"]
    assert [event.body["values"] for event in run.of_kind("attempt.started")] == [{"argv": ["x", 1]}, {"argv": ["x", 2]}]
    assert run.of_kind("task.ready")[0].body["values"] == {"env": {"E": RUN}}


# ---------------------------------------------------------------- an attempt


def test_a_command_of_text_is_the_last_argument_of_its_shell(tmp_path: Path) -> None:
    assert attempt(tmp_path, "run: echo hi").argv == ("/bin/sh", "-e", "-c", "echo hi")
    assert attempt(tmp_path, "run: echo hi, shell: [zsh, -c]").argv == ("zsh", "-c", "echo hi")


def test_an_attempt_has_all_that_it_needs(tmp_path: Path) -> None:
    made = attempt(
        tmp_path,
        "run: [x], cwd: sub, env: {B: 2, C: true}, timeout: 1m, executor: local, risk: destroy, "
        'limits: {memory: 64MiB, processes: "${{ 1 + 2 }}"}, secrets: [TOKEN]',
        "env: {A: one, B: two}",
    )
    key = idempotency_key(RUN, "a")
    assert {name: value for name, value in made.env.items() if name != "TRACEPARENT"} == {
        "A": "one",
        "B": "2",
        "C": "true",
        "TOKEN": {"$secret": "TOKEN"},
        "TURBO_RUN": RUN,
        "TURBO_TASK": "a",
        "TURBO_ATTEMPT": "1",
        "TURBO_IDEMPOTENCY_KEY": key,
        "TURBO_OUTPUT": str(tmp_path / "files" / "a.1.output"),
        "TURBO_MASK": str(tmp_path / "files" / "a.1.mask"),
        "TURBO_PROGRESS": str(tmp_path / "files" / "a.1.progress"),
    }
    assert (made.key, made.cwd, made.timeout, made.memory, made.processes) == (key, tmp_path / "sub", 60, 64 * 2**20, 3)
    assert (made.risk, made.log, made.number) == ("destroy", tmp_path / "logs" / "a.1.log", 1)


def test_an_action_gets_its_arguments_and_secrets_stay_references(tmp_path: Path) -> None:
    made = attempt(tmp_path, 'uses: git.tag, with: {name: "v${{ 1 + 1 }}"}, env: {T: "${{ secrets.TOKEN }}"}')
    assert (made.action, made.arguments, made.env["T"]) == ("git.tag", {"name": "v2"}, {"$secret": "TOKEN"})


@pytest.mark.parametrize(
    ("memory", "size"),
    [("64MiB", 64 * 2**20), ('"${{ 1024 * 1024 }}"', 2**20), ("\"${{ '2' + 'kB' }}\"", 2000)],
)
def test_limits_are_sizes_or_bytes(tmp_path: Path, memory: str, size: int) -> None:
    assert attempt(tmp_path, f"run: x, limits: {{memory: {memory}}}").memory == size


WRONG: dict[str, tuple[str, str]] = {
    "an argument that is null": ('run: [x, "${{ null }}"]', "null cannot stand in text"),
    "an argument that has no value": ('run: [x, "y", "${{ [1][7] }}"]', "argv.2: "),
    "a variable that is a list": ('run: x, env: {A: "${{ [1] }}"}', "env.A: a list cannot stand in text"),
    "a variable that has no value": ('run: x, env: {A: "a", B: "${{ 1 / 0 }}"}', "env.B: "),
    "an argument of an action": ('uses: git.tag, with: {name: "${{ 1 / 0 }}"}', "with.name: "),
    "a memory that is no size": ('run: x, limits: {memory: "${{ true }}"}', "limits.memory: "),
    "a memory that is a word": ("run: x, limits: {memory: \"${{ 'much' }}\"}", "limits.memory: "),
    "no processes": ('run: x, limits: {processes: "${{ 0 }}"}', "limits.processes: 0 is not a whole number from 1"),
    "half a process": ('run: x, limits: {processes: "${{ 1.5 }}"}', "limits.processes: "),
    "true processes": ('run: x, limits: {processes: "${{ true }}"}', "limits.processes: True is not"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_wrong_value_is_named_with_its_place(tmp_path: Path, what: str) -> None:
    task, why = WRONG[what]
    assert failure(tmp_path, task).startswith(why)


@pytest.mark.parametrize(("length", "fits"), [(128 * 1024, True), (128 * 1024 + 1, False)])
def test_a_variable_of_128_kibibytes_is_the_longest(tmp_path: Path, length: int, fits: bool) -> None:
    text = 'inputs: {s: {type: string}}\ntasks: {a: {run: x, env: {A: "${{ inputs.s }}"}}}'
    run = play(tmp_path, text, inputs={"s": "x" * length})
    assert run.task("a").state == ("succeeded" if fits else "failed")
    assert ("env.A is longer than 128 KiB" in run.task("a").message) is not fits


def test_an_error_keeps_the_place_in_its_text(tmp_path: Path) -> None:
    run = prepare(tmp_path, 'tasks: {a: {uses: git.tag, with: {name: "v ${{ 1 / 0 }}"}}}')
    run.run()
    node = run.task("a")
    with pytest.raises(ExpressionFailed) as caught:
        evaluate(run.state, node, fields(node.task))
    assert caught.value.path == ("with", "name")
    assert caught.value.offset >= len("v ${{")


def test_a_secret_in_an_output_fails_the_attempt(tmp_path: Path) -> None:
    text = "tasks: {a: {run: x, outputs: {o: string}, retry: 1}}"
    run = play(tmp_path, text, {"a": Stub(outputs={"o": "it is hunter22"})}, secrets=("hunter22",))
    assert (run.task("a").failure, len(run.task("a").attempts)) == ("invalid", 1)
    assert "holds a secret" in run.task("a").message
    assert not any(b"hunter22" in repr(event.body).encode() for event in run.events)


def test_a_secret_in_a_message_is_masked(tmp_path: Path) -> None:
    fails = Stub(state="failed", failure="error", message="no hunter22", outputs={"o": "hunter22"})
    text = "tasks: {a: {uses: git.tag, with: {name: v}, undo: true}, m: {communicate: tell hunter22}}"
    run = play(tmp_path, text, {"a": fails}, secrets=("hunter22",))
    assert run.task("a").message == "no ***"
    assert run.task("a").attempts[0].outcome is not None
    assert run.task("a").attempts[0].outcome["outputs"] == {}
    assert run.world.deliveries[0][0].subject == "tell ***"


TITLES: dict[str, tuple[str, str]] = {
    "one line": ("run: echo hi", "echo hi"),
    "several lines": ('run: "\\n  echo hi\\n\\n  echo ho\\n"', "echo hi …"),
    "argv": ('run: [x, "${{ 1 + 1 }}"]', "x 2"),
    "an action": ("uses: git.read", "git.read"),
    "a message": ('communicate: "hi ${{ run.name }}"', "hi main"),
    "a gate": ('decide: "Go ${{ run.name }}?"', "Go main?"),
    "a nested workflow": ("workflow: child.yaml", "workflow child"),
}


@pytest.mark.parametrize("what", TITLES)
def test_the_title_of_a_task(tmp_path: Path, what: str) -> None:
    task, title = TITLES[what]
    run: Any = play(tmp_path, f"tasks: {{a: {{{task}}}}}", child_yaml="name: child\ntasks: {u: {run: x}}")
    assert run.view().phases[0].tasks[0].title == title


def test_the_title_of_an_undo(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}\non_failure: [{undo: all}]", {"a": FAILS})
    assert run.view().phases[-1].tasks[0].title == "undo: all"
