"""Gates: deciding, asking, expiring."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.runs import FAILS, SLOW, answers, cancels, play, prepare
from turbo_core.engine.times import between
from turbo_core.report.decisions import remark
from turbo_core.testing.memory import Crash, CrashPoint
from turbo_core.testing.world import Stub, opinion

ASKS = "tasks: {gate: {decide: Go?, ask: {within: 24h}}, next: {run: x, needs: [gate]}}"


def gate(criteria: str, more: str = "accept: 0.5") -> str:
    return f"tasks: {{gate: {{decide: Go?, criteria: {{{criteria}}}, {more}}}}}"


@pytest.mark.parametrize(
    ("criteria", "more", "decision"),
    [
        ("a: {score: 0.5}", "accept: 0.5", "accepted"),
        ("a: {score: 0.49}", "accept: 0.5", "rejected"),
        ("a: {score: true, weight: 3}, b: {score: false}", "accept: 0.75", "accepted"),
        ("a: {score: true, weight: 9}, b: {score: false, veto: true}", "accept: 0.5", "rejected"),
        ("a: {score: true}, b: {score: true, veto: true, weight: 0}", "accept: 1", "accepted"),
        ('a: {score: true}, b: {score: "${{ [1][4] }}"}', "accept: 0.6", "rejected"),
        ('a: {score: true}, b: {score: "${{ [1][4] }}", missing: skip}', "accept: 1", "accepted"),
        ('a: {score: true}, b: {score: "${{ 7 }}", missing: 0.5}', "accept: 0.75", "accepted"),
        ("a: {score: 0.3}", "accept: 0.9, reject: 0.4, ask: {}", "rejected"),
        ("a: {score: 0.4}", "accept: 0.9, reject: 0.4, ask: {}", "asked"),
        ("a: {score: 0.4}", "accept: 0.9, reject: 0.4", "rejected"),
    ],
)
def test_what_the_criteria_give(tmp_path: Path, criteria: str, more: str, decision: str) -> None:
    run = play(tmp_path, gate(criteria, more))
    if decision == "asked":
        assert (run.task("gate").state, run.state.exit_code) == ("asking", None)
        return
    assert run.task("gate").outputs["decision"] == decision
    expected = ("succeeded", "", 0) if decision == "accepted" else ("failed", "rejected", 1)
    assert (run.task("gate").state, run.task("gate").failure, run.state.exit_code) == expected


def test_an_action_gives_score_and_confidence(tmp_path: Path) -> None:
    text = gate("a: {uses: git.size, with: {of: x}}, b: {score: true}", "accept: 0.5, confidence: 0.75")
    run = play(tmp_path, text, {"gate/a": Stub(outputs={"score": Decimal("0.5"), "confidence": Decimal("0.5")})})
    outputs = run.task("gate").outputs
    assert (outputs["decision"], outputs["score"], outputs["confidence"]) == ("accepted", Decimal("0.75"), Decimal("0.75"))


def test_an_action_that_fails_is_missing_and_does_not_stop_the_run(tmp_path: Path) -> None:
    run = play(tmp_path, gate("a: {uses: git.size, missing: skip}, b: {score: true}"), {"gate/a": FAILS})
    assert run.state.exit_code == 0
    line = run.view().decisions[0].criteria[0]
    assert (line.name, line.score) == ("a", None)
    assert "exit" in line.missing


def test_opinions_of_plugins_are_criteria(tmp_path: Path) -> None:
    text = gate("a: {score: true}", "accept: 0.75")
    run = play(tmp_path, text, deciders=True, decide=lambda _q: [opinion("oracle", score=Decimal("0.4"))])
    view = run.view().decisions[0]
    assert [line.name for line in view.criteria] == ["a", "plugin:oracle"]
    assert (view.decision, view.score) == ("rejected", Decimal("0.7"))


def test_deciders_are_consulted_once(tmp_path: Path) -> None:
    run = play(tmp_path, gate("a: {score: true}"), deciders=True)
    assert len(run.world.asked) == 1
    assert run.kinds("gate").count("gate.opinions") == 1


def test_deciders_are_consulted_again_if_the_runner_ended_before_they_answered(tmp_path: Path) -> None:
    run = prepare(tmp_path, gate("a: {score: true}"), deciders=True)
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    assert run.resume() == 0
    assert len(run.world.asked) == 1


@pytest.mark.parametrize(("autonomy", "state"), [("manual", "asking"), ("supervised", "succeeded"), ("full", "succeeded")])
def test_manual_autonomy_always_asks(tmp_path: Path, autonomy: str, state: str) -> None:
    run = play(tmp_path, gate("a: {score: true}", "accept: 0.5, ask: {}"), autonomy=autonomy)
    assert run.task("gate").state == state


def test_without_criteria_it_asks_and_the_run_parks(tmp_path: Path) -> None:
    run = prepare(tmp_path, ASKS)
    assert run.run() == 3
    assert run.view().outcome == "parked"
    assert run.kinds().count("run.parked") == 1
    assert [(message.kind, message.subject) for message, _channel in run.world.deliveries] == [("question", "Go?")]


def test_other_tasks_go_on_before_it_parks(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {gate: {decide: Go?}, slow: {run: x, retry: {times: 1, delay: 1h}}}", {"slow": [FAILS, SLOW]})
    assert run.run() == 3
    assert run.task("slow").state == "succeeded"
    assert len(run.of_kind("run.parked")) == 1


def test_silence_counts_as_no_after_24_hours(tmp_path: Path) -> None:
    run = play(tmp_path, ASKS, wait=True)
    assert (run.task("gate").state, run.task("gate").failure) == ("failed", "expired")
    assert between(run.state.created_at, run.task("gate").ended_at) == 24 * 3600
    assert (run.task("next").state, run.state.exit_code) == ("skipped", 1)


@pytest.mark.parametrize(("after", "state"), [(24 * 3600 - 1, "asking"), (24 * 3600, "failed")])
def test_a_parked_question_is_judged_at_the_next_touch(tmp_path: Path, after: float, state: str) -> None:
    run = play(tmp_path, ASKS)
    run.resume(after=after)
    assert run.task("gate").state == state


def test_the_question_is_not_asked_anew_by_a_resume(tmp_path: Path) -> None:
    run = play(tmp_path, ASKS)
    run.resume(after=60)
    assert len(run.of_kind("gate.asked")) == 1
    assert len(run.of_kind("message.queued")) == 1
    assert run.world.deliveries == []  # the receipt is in the journal


def test_a_rejected_gate_never_makes_a_success_even_if_tolerated(tmp_path: Path) -> None:
    text = """
    phases:
      one: {gate: {decide: Go?, criteria: {a: {score: false}}, accept: 1, allow_failure: true}}
      two: {next: {run: x}}
    on_failure: [{run: mend}]
    """
    run = play(tmp_path, text)
    assert (run.task("next").state, run.state.outcome, run.state.exit_code) == ("succeeded", "failed", 1)
    assert run.world.started[-1].argv[-1] == "mend"


def test_what_a_gate_puts_out(tmp_path: Path) -> None:
    text = """
    phases:
      one: {gate: {decide: Go?, ask: {fields: {who: {type: string}}, comment: required}}}
      two:
        show:
          run: [x, "${{ tasks.gate.outputs.fields.who }}", "${{ tasks.gate.outputs.by }}", "${{ tasks.gate.outputs.comment }}"]
    """
    run = play(tmp_path, text, wait=True, requests=[answers("gate", comment="fine", who="me")])
    assert run.world.started[0].argv == ("x", "me", "ann", "fine")


def test_the_message_may_tell_the_scores(tmp_path: Path) -> None:
    more = 'accept: 0.9, ask: {message: "size is ${{ criteria.size.score }}, ${{ criteria.size.missing }}"}'
    run = play(tmp_path, gate("size: {score: 0.5}", more))
    assert run.world.deliveries[0][0].body == "size is 0.5, false"


def test_a_gate_waits_for_slow_criteria_and_expires_with_none(tmp_path: Path) -> None:
    run = play(tmp_path, gate("a: {uses: git.size}", "accept: 0.1"), {"gate/a": Stub(outputs={"score": True}, seconds=500)})
    assert run.task("gate").state == "succeeded"
    assert between(run.task("gate").started_at, run.task("gate").ended_at) == 500


def test_cancel_ends_a_question(tmp_path: Path) -> None:
    run = play(tmp_path, ASKS, wait=True, requests=[cancels(60)])
    assert run.states() == {"gate": "cancelled", "next": "cancelled"}
    assert run.state.exit_code == 130


def test_cancel_ends_a_gate_whose_criteria_are_asked(tmp_path: Path) -> None:
    run = play(tmp_path, gate("a: {uses: git.size}"), {"gate/a": SLOW}, requests=[cancels(5)])
    assert run.states() == {"gate": "cancelled", "gate/a": "cancelled"}


def test_a_gate_waits_for_deciders_that_are_slower_than_its_criteria(tmp_path: Path) -> None:
    text = gate('a: {uses: git.size, with: {of: "${{ 1 / 0 }}"}, missing: skip}, b: {score: true}', "accept: 1")
    run = play(tmp_path, text, deciders=True, decide=lambda _q: [opinion("oracle", score=False)], thinking=60)
    assert run.task("gate").failure == "rejected"
    assert between(run.state.created_at, run.state.ended_at) == 60


def test_an_opinion_on_a_gate_that_was_cancelled_changes_nothing(tmp_path: Path) -> None:
    text = gate("a: {uses: git.size}") + "\nfinally: [{run: tidy}]"
    stubs = {"gate/a": SLOW, "finally[0]": SLOW}
    run = play(tmp_path, text, stubs, requests=[cancels(5)], deciders=True, thinking=60)
    assert run.states() == {"gate": "cancelled", "finally[0]": "succeeded", "gate/a": "cancelled"}
    assert run.kinds("gate")[-1] == "gate.opinions"


def test_a_message_that_has_no_value_is_invalid(tmp_path: Path) -> None:
    run = play(tmp_path, gate("a: {score: 0.5}", 'accept: 0.9, ask: {message: "${{ [1][7] }}"}'))
    assert (run.task("gate").state, run.task("gate").failure) == ("failed", "invalid")


def test_a_question_that_has_no_value_is_invalid(tmp_path: Path) -> None:
    run = play(tmp_path, 'tasks: {gate: {decide: "Go ${{ [1][7] }}?"}}')
    assert (run.task("gate").state, run.task("gate").failure) == ("failed", "invalid")
    assert run.task("gate").message.startswith("question: ")


@pytest.mark.parametrize(
    ("scale", "score"),
    [
        ("{zero: 400, one: 200}", Decimal("0.75")),
        ("{steps: [{to: 200, score: 1}, {to: 300, score: 0.5}]}", Decimal("0.5")),
        ("{baseline: 3, zero: 2, one: 1}", Decimal("0.75")),
    ],
)
def test_a_scale_makes_the_score_of_a_measure(tmp_path: Path, scale: str, score: Decimal) -> None:
    text = gate(f'size: {{score: "${{{{ 200 + 50 }}}}", scale: {scale}}}')
    run = play(tmp_path, text, baselines={"gate/size": [200, 100, 999, 1]})
    (line,) = run.view().decisions[0].criteria
    assert (line.score, line.measure, line.missing) == (score, 250, "")
    assert line.baseline == (200 if "baseline" in scale else None)
    assert remark(line) == ("measured 250 against 200" if "baseline" in scale else "measured 250")


def test_a_measure_without_good_runs_to_compare_with_is_missing(tmp_path: Path) -> None:
    text = gate('size: {score: "${{ 250 }}", scale: {baseline: 3, zero: 2, one: 1}, missing: 0.5}')
    (line,) = play(tmp_path, text).view().decisions[0].criteria
    assert (line.score, line.confidence, line.measure) == (Decimal("0.5"), 0, 250)
    assert "no good run" in line.missing


def test_the_measure_of_an_action_keeps_its_confidence(tmp_path: Path) -> None:
    text = gate("size: {uses: git.size, scale: {zero: 10, one: 0}}")
    run = play(tmp_path, text, {"gate/size": Stub(outputs={"score": 4, "confidence": Decimal("0.5")})})
    (line,) = run.view().decisions[0].criteria
    assert (line.score, line.confidence) == (Decimal("0.6"), Decimal("0.5"))
