"""What is given to a case reaches the run: stubs, people, plugins, time."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.testing.cases_kit import missed, tried

FAILING = {"outcome": "failed"}
FINE = {"outcome": "succeeded"}


# ---------------------------------------------------------------- stubs


def test_a_stub_says_how_an_attempt_ends_and_how_long_it_takes(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x}, b: {uses: git.push}, c: {run: x}}\nfinally: [{run: clean}]\n"
    stubs = {"a": {"exit_code": 7, "takes": "2h"}, "b": {"outcome": "failed"}, "c": {"class": "infra", "message": "no disk"}}
    verdict = tried(tmp_path, text, {**FAILING, "duration": "2h1s"}, stubs=stubs)
    assert missed(verdict) == []
    assert verdict.run is not None
    tasks = verdict.run.tasks
    assert (tasks["a"].attempts[0].exit_code, tasks["a"].attempts[0].message) == (7, "exit code 7")
    assert (tasks["b"].failure, tasks["b"].attempts[0].message) == ("error", "error, as the test says")
    assert (tasks["c"].failure, tasks["c"].attempts[0].message) == ("infra", "no disk")


def test_timeouts_of_hours_are_real_and_take_no_time(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x, timeout: 2h, retry: {times: 1, delay: 1d, max_delay: 1d, jitter: 0}}}\n"
    verdict = tried(tmp_path, text, {**FINE, "retried": {"a": 1}, "duration": "1d2h1s"}, stubs={"a": [{"takes": "3h"}, {}]})
    assert missed(verdict) == []


def test_an_attempt_that_is_timed_out_needs_no_outputs(tmp_path: Path) -> None:
    text = """
name: w
tasks:
  a: {run: x, timeout: 2h, retry: 1, outputs: {it: string}}
  b: {uses: git.tag, with: {name: v}, timeout: 2h, allow_failure: true}
  c: {needs: {a: ok, b: any}, communicate: "${{ tasks.a.outputs.it }} ${{ json(tasks.b.outputs.ref) }}"}
"""
    given = {"a": [{"takes": "3h"}, {"outputs": {"it": "x"}}], "git.tag": {"takes": "3h"}}
    expect = {**FINE, "failed": {"b": "timeout"}, "messages": ["x null"]}
    assert missed(tried(tmp_path, text, expect, stubs=given)) == []
    within = {**given, "git.tag": {"takes": "2h"}}
    assert "does not give the output 'ref'" in missed(tried(tmp_path, text, expect, stubs=within))[0]


def test_a_list_of_stubs_is_for_one_attempt_after_another(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x, retry: {times: 3, delay: 1s}}}\n"
    assert missed(tried(tmp_path, text, {**FINE, "retried": {"a": 2}}, stubs={"a": ["failed", "failed", "succeeded"]})) == []
    assert missed(tried(tmp_path, text, {**FAILING, "retried": {"a": 3}}, stubs={"a": ["succeeded", "failed"][1:]})) == []


def test_the_closest_stub_wins(tmp_path: Path) -> None:
    text = "name: w\nkeep_going: true\ntasks: {a: {run: x, matrix: {n: [1, 2, 3, 4], os: [mac, linux]}}}\n"
    stubs = {"a": "failed", "a[0]": "succeeded", "a[linux, 4]": "succeeded", "a[2]": "succeeded"}
    verdict = tried(tmp_path, text, FAILING, stubs=stubs)
    assert verdict.run is not None
    assert {address for address, task in verdict.run.tasks.items() if task.state == "succeeded"} == {"a[0]", "a[2]", "a[7]"}


def test_a_task_wins_over_its_action(tmp_path: Path) -> None:
    text = "name: w\nkeep_going: true\ntasks: {a: {uses: git.push}, b: {uses: git.push}}\n"
    stubs = {"git.push": "failed", "b": "succeeded"}
    assert missed(tried(tmp_path, text, {**FAILING, "failed": {"a": "error"}, "ran": ["b"]}, stubs=stubs)) == []


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ("{run: x, outputs: {it: string}}", "there is no stub for a\nwhy: it has outputs: it\nnext: add `a:` to `stubs`"),
        ("{uses: git.tag, with: {name: v}}", "there is no stub for a\nwhy: it has outputs: ref\nnext: add `a:` to `stubs`"),
    ],
)
def test_outputs_are_never_guessed(tmp_path: Path, task: str, told: str) -> None:
    verdict = tried(tmp_path, f"name: w\ntasks: {{a: {task}}}\n", FINE)
    assert (verdict.grade, missed(verdict)) == ("broken", [told])
    assert verdict.explain() == told
    assert verdict.title == "there is no stub for a"


def test_an_output_that_is_read_must_be_stubbed(tmp_path: Path) -> None:
    text = 'name: w\ntasks: {a: {uses: git.tag, with: {name: v}}}\noutputs: {ref: "${{ tasks.a.outputs.ref }}"}\n'
    verdict = tried(tmp_path, text, FINE, stubs={"a": "succeeded"})
    assert missed(verdict)[0].startswith(
        "the stub of a does not give the output 'ref'\nwhy: the workflow reads it\nnext: add ref"
    )
    whole = text.replace("outputs.ref", "outputs")
    assert missed(tried(tmp_path, whole, FINE, stubs={"git.tag": {}}))[0].startswith("the stub of a does not give")
    unread = text.partition("outputs:")[0]
    assert missed(tried(tmp_path, unread, FINE, stubs={"a": "succeeded"})) == []


def test_a_criterion_that_is_an_action_needs_a_score(tmp_path: Path) -> None:
    text = "name: w\ntasks: {fit: {decide: Fit?, accept: 0.5, criteria: {size: {uses: git.size}}}}\n"
    expect = {**FINE, "scores": {"fit": 0.8}}
    assert missed(tried(tmp_path, text, expect, stubs={"fit/size": {"outputs": {"score": 0.8}}})) == []
    assert missed(tried(tmp_path, text, expect, stubs={"git.size": {"outputs": {"score": 0.8}}})) == []
    assert "does not give the output 'score'" in missed(tried(tmp_path, text, expect, stubs={"git.size": {}}))[0]
    lost = {**FAILING, "decisions": {"fit": "rejected"}}
    assert missed(tried(tmp_path, text, lost, stubs={"git.size": "failed"})) == []


def test_an_endless_task_is_noticed(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x, on_lost: rerun}}\n"
    assert missed(tried(tmp_path, text, FINE, stubs={"a": "lost"}))[0].startswith("a is run again and again")
    assert missed(tried(tmp_path, text, {**FINE, "retried": {"a": 1}}, stubs={"a": ["lost", "succeeded"]})) == []


def test_what_is_undone_can_fail(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x, undo: y}, b: {run: x, needs: [a]}}\non_failure: [{undo: all}]\n"
    assert missed(tried(tmp_path, text, {**FAILING, "undone": ["a"], "ran": ["on_failure[0]"]}, stubs={"b": "failed"})) == []
    assert missed(tried(tmp_path, text, {**FAILING, "undone": []}, stubs={"b": "failed", "undo:a": "failed"})) == []


def test_a_probe_answers_as_the_case_says(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {uses: git.push, on_lost: probe}}\n"
    lost: dict[str, Any] = {"a": ["lost", "succeeded"]}
    assert missed(tried(tmp_path, text, FINE, stubs=lost))[0].startswith("there is no stub for probe:a")
    happened = {**lost, "probe:a": {"outputs": {"happened": True}}}
    assert missed(tried(tmp_path, text, {**FINE, "retried": {"a": 0}}, stubs=happened)) == []
    absent = {**lost, "probe:git.push": {"outputs": {"happened": False}}}
    assert missed(tried(tmp_path, text, {**FINE, "retried": {"a": 1}}, stubs=absent)) == []


# ---------------------------------------------------------------- people

GATE = """
name: w
tasks:
  fit: {decide: Is it fit?, ask: {who: [maria, jo], within: 2d, fields: {note: {type: string}}}}
  other: {run: x}
  after: {needs: [fit], run: 'true', env: {NOTE: "${{ tasks.fit.outputs.fields.note }}"}}
"""
YES = {"answer": "approve", "fields": {"note": "go"}}


def test_nobody_answers_and_the_run_parks(tmp_path: Path) -> None:
    expect = {"outcome": "parked", "exit_code": 3, "parked": ["fit"], "decisions": {"fit": "asked"}, "duration": "1s"}
    assert missed(tried(tmp_path, GATE, expect)) == []


def test_somebody_answers_a_parked_run(tmp_path: Path) -> None:
    verdict = tried(tmp_path, GATE, {**FINE, "ran": ["after"], "duration": "1d1s"}, answers={"fit": {**YES, "after": "1d"}})
    assert missed(verdict) == []
    assert verdict.run is not None
    assert [made.by for made in verdict.run.view.decisions] == ["maria"]
    assert "run.parked" in [event.kind for event in verdict.run.events]


def test_somebody_answers_while_other_tasks_run(tmp_path: Path) -> None:
    given: dict[str, Any] = {"answers": {"fit": {**YES, "after": "1h", "by": "jo"}}, "stubs": {"other": {"takes": "3h"}}}
    verdict = tried(tmp_path, GATE, {**FINE, "duration": "3h"}, **given)
    assert missed(verdict) == []
    assert verdict.run is not None
    assert "run.parked" not in [event.kind for event in verdict.run.events]


def test_an_answer_outlives_the_parking_of_the_run(tmp_path: Path) -> None:
    text = "name: w\ntasks: {one: {decide: One?, ask: {}}, two: {decide: Two?, ask: {}}}\n"
    answers = {"one": {"answer": "approve", "after": "1h"}, "two": {"answer": "reject", "after": "2h"}}
    expect = {**FAILING, "decisions": {"one": "accepted", "two": "rejected"}, "duration": "2h"}
    assert missed(tried(tmp_path, text, expect, answers=answers)) == []


def test_an_answer_that_comes_too_late_or_from_the_wrong_person_does_not_count(tmp_path: Path) -> None:
    late = tried(tmp_path, GATE, {**FAILING, "decisions": {"fit": "expired"}}, answers={"fit": {**YES, "after": "3d"}})
    assert missed(late) == []
    wrong = tried(tmp_path, GATE, FINE, answers={"fit": {**YES, "by": "eve"}})
    assert missed(wrong) == ["outcome: expected succeeded, found parked"]
    assert "an answer to fit was refused: eve is not among those who may answer: maria, jo" in wrong.explain()
    second = tried(tmp_path, GATE, FINE, answers={"fit": [{**YES, "by": "eve"}, {**YES, "after": "1h"}]})
    assert missed(second) == []


def test_a_run_that_waits_sees_its_question_expire(tmp_path: Path) -> None:
    expect = {**FAILING, "decisions": {"fit": "expired"}, "failed": {"fit": "expired"}, "duration": "2d"}
    assert missed(tried(tmp_path, GATE, expect, wait=True)) == []


HELD = "name: w\ntasks: {a: {run: x, on_lost: hold}}\n"


@pytest.mark.parametrize(
    ("answer", "expect"),
    [
        ("rerun", {"outcome": "succeeded", "retried": {"a": 1}}),
        ("done", {"outcome": "succeeded", "retried": {"a": 0}}),
        ("fail", {"outcome": "failed", "failed": {"a": "lost"}}),
    ],
)
def test_somebody_says_what_became_of_a_lost_attempt(tmp_path: Path, answer: str, expect: dict[str, Any]) -> None:
    stubs = {"a": ["lost", "succeeded"]}
    assert missed(tried(tmp_path, HELD, expect, stubs=stubs, answers={"a": {"answer": answer, "after": "3h"}})) == []
    assert missed(tried(tmp_path, HELD, expect, stubs=stubs, answers={"a": {"answer": answer, "after": "3h"}}, wait=True)) == []


def test_a_second_word_about_a_lost_attempt_changes_nothing(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x, on_lost: hold}, fit: {decide: Fit?, ask: {}}}\n"
    answers = {"a": ["done", {"answer": "fail", "after": "1h"}]}
    expect = {"outcome": "parked", "parked": ["fit"], "failed": {}}
    assert missed(tried(tmp_path, text, expect, stubs={"a": "lost"}, answers=answers)) == []


def test_a_lost_attempt_parks_the_run_or_is_waited_for_in_vain(tmp_path: Path) -> None:
    assert missed(tried(tmp_path, HELD, {"outcome": "parked", "parked": ["a"]}, stubs={"a": "lost"})) == []
    stuck = missed(tried(tmp_path, HELD, FINE, stubs={"a": "lost"}, wait=True))
    assert stuck[0].startswith("the run waits, and nothing will ever happen\nwhy: nobody answers")


def test_somebody_cancels(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x}, b: {run: x, needs: [a]}}\nfinally: [{run: clean}]\n"
    expect = {"outcome": "cancelled", "exit_code": 130, "ran": ["finally[0]"], "not_ran": ["b"]}
    assert missed(tried(tmp_path, text, expect, stubs={"a": {"takes": "1h"}}, cancel="5m")) == []
    assert missed(tried(tmp_path, GATE, {"outcome": "cancelled"}, cancel="5m")) == []


# ---------------------------------------------------------------- plugins, and how a run is started


def test_plugins_say_what_to_do_about_a_failure(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x}}\n"
    again = {**FINE, "retried": {"a": 1}}
    assert missed(tried(tmp_path, text, again, stubs={"a": ["failed", "succeeded"]}, decide={"a": {"answer": "retry"}})) == []
    assert (
        missed(
            tried(tmp_path, text, {**FINE, "failed": {"a": "exit"}}, stubs={"a": "failed"}, decide={"a": [{"answer": "skip"}]})
        )
        == []
    )
    asked = {"outcome": "parked", "parked": ["a"]}
    assert missed(tried(tmp_path, text, asked, stubs={"a": "failed"}, autonomy="manual")) == []
    assert missed(tried(tmp_path, text, FAILING, stubs={"a": "failed"})) == []


def test_plugins_give_scores_to_gates(tmp_path: Path) -> None:
    text = "name: w\ntasks: {fit: {decide: Fit?, accept: 0.5, criteria: {a: {score: 1}}}}\n"
    said = {"name": "risk", "score": 0.2, "confidence": 0.5, "weight": 3, "reason": "a Friday"}
    verdict = tried(tmp_path, text, {**FAILING, "scores": {"fit": 0.4}, "decisions": {"fit": "rejected"}}, decide={"fit": said})
    assert missed(verdict) == []
    assert verdict.run is not None
    (made,) = verdict.run.view.decisions
    assert [(line.name, line.reason) for line in made.criteria][1] == ("plugin:risk", "a Friday")


def test_options_of_a_run(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x, allow_failure: true}, b: {run: x}, c: {run: x}}\n"
    assert missed(tried(tmp_path, text, FINE, stubs={"a": "failed"})) == []
    assert missed(tried(tmp_path, text, FAILING, stubs={"a": "failed"}, strict=True)) == []
    only = {**FINE, "path": ["b"], "skipped": {"a": "not_selected"}}
    assert missed(tried(tmp_path, text, only, only=["b"])) == []
    assert missed(tried(tmp_path, text, {**FINE, "duration": "3s", "path": ["a", "b", "c"]}, jobs=1)) == []
    fast = {**FAILING, "duration": "1s", "failed": {"a": "exit"}}
    assert missed(tried(tmp_path, text, fast, stubs={"a": "failed", "b": {"takes": "1h"}}, strict=True, fail_fast=True)) == []


def test_inputs_and_variables(tmp_path: Path) -> None:
    text = """
name: w
inputs: {who: {type: string}}
vars: {place: "${{ inputs.who }}'s", loud: "${{ vars.place }}!"}
tasks: {a: {communicate: "${{ inputs.who }} ${{ vars.loud }}"}}
"""
    assert missed(tried(tmp_path, text, {**FINE, "messages": [{"is": "jo jo's!"}]}, inputs={"who": "jo"})) == []
    given = {"inputs": {"who": "jo"}, "vars": {"place": "${{ here"}}
    assert missed(tried(tmp_path, text, {**FINE, "messages": [{"is": "jo ${{ here!"}]}, **given)) == []


def test_secrets_are_masked_and_may_not_leave_by_outputs(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x, secrets: [TOKEN], outputs: {it: string}}}\n"
    stub = {"a": {"outputs": {"it": "it is hunter22"}}}
    assert missed(tried(tmp_path, text, FINE, stubs=stub)) == []
    assert missed(tried(tmp_path, text, {**FAILING, "failed": {"a": "invalid"}}, stubs=stub, secrets={"TOKEN": "hunter22"})) == []
    made_up = {"a": {"outputs": {"it": "secret-TOKEN"}}}
    assert missed(tried(tmp_path, text, {**FAILING, "failed": {"a": "invalid"}}, stubs=made_up)) == []
