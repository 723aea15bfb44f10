"""What goes to another audience because nobody has answered or acknowledged it; on the simulated clock."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from tests.engine.runs import FAILS, play
from turbo_core.engine.ports import Requested
from turbo_core.telling.policy import Escalation, Policy, Rule
from turbo_core.testing.simulation import Simulation
from turbo_core.testing.world import Stub

TEXT = """
keep_going: true
tasks:
  bad: {run: "true", retry: {times: 3, delay: 20s, jitter: 0, factor: 1}}
  long: {run: "true"}
"""
BROKEN: Mapping[str, Any] = {"bad": FAILS, "long": Stub(seconds=300)}
URGENT = Rule(kinds=("failure",), channels=("chat",), escalate=True)
PATIENT = Rule(kinds=("failure",), channels=("chat",))
ESCALATED = ("failure", "on-call", "pager")


def told(
    folder: Path,
    *rules: Rule,
    stubs: Mapping[str, Any] = BROKEN,
    text: str = TEXT,
    requests: Sequence[tuple[float, Requested]] = (),
) -> Simulation:
    policy = Policy(rules=rules, escalation=Escalation(after=30, channels=("pager",)))
    return play(folder, text, stubs, channels=["terminal", "chat"], policy=policy, requests=requests)


def sent(run: Simulation) -> list[tuple[str, str, str]]:
    messages = [event.body for event in run.of_kind("message.queued")]
    return [(body["kind"], body["audience"], ",".join(body["to"])) for body in messages]


def acknowledged(key: str, after: float) -> tuple[float, Requested]:
    return after, Requested(kind="acknowledge", actor="ann", name="seen", body={"key": key})


def test_an_incident_that_nobody_has_seen_is_escalated_once(tmp_path: Path) -> None:
    run = told(tmp_path, URGENT)
    assert sent(run).count(ESCALATED) == 1
    first = run.of_kind("message.queued")[0]
    (second,) = (event for event in run.of_kind("message.queued") if event.body["audience"] == "on-call")
    assert second.body["key"] == f"{first.body['key']}/escalated"
    assert (first.body["level"], second.body["level"]) == ("warning", "alert")
    assert second.body["thread"] == first.body["thread"] == "main/bad"


def test_what_somebody_has_seen_in_time_is_not_escalated(tmp_path: Path) -> None:
    key = told(tmp_path / "before", URGENT).of_kind("message.queued")[0].body["key"]
    run = told(tmp_path / "after", URGENT, requests=[acknowledged(key, 10)])
    assert [event.actor for event in run.of_kind("message.acknowledged")] == ["ann"]
    assert ESCALATED not in sent(run)
    assert ESCALATED in sent(told(tmp_path / "late", URGENT, requests=[acknowledged(key, 40)]))


def test_only_what_a_rule_names_is_escalated(tmp_path: Path) -> None:
    assert ESCALATED not in sent(told(tmp_path / "none", PATIENT))
    other = Rule(kinds=("failure",), level="alert", channels=("chat",), escalate=True)
    assert ESCALATED not in sent(told(tmp_path / "louder", PATIENT, other))


def test_an_incident_that_is_over_in_time_is_not_escalated(tmp_path: Path) -> None:
    run = told(tmp_path, URGENT, stubs={**BROKEN, "bad": [FAILS, Stub(seconds=1)]})
    assert sent(run) == [("failure", "team", "chat"), ("recovery", "team", "chat")]


def test_whoever_it_was_escalated_to_hears_of_the_recovery(tmp_path: Path) -> None:
    run = told(tmp_path, URGENT, stubs={**BROKEN, "bad": [FAILS, FAILS, FAILS, Stub(seconds=1)]})
    assert sent(run)[-2:] == [("recovery", "team", "chat"), ("recovery", "on-call", "pager")]
    assert sent(run).count(ESCALATED) == 1


def test_an_alert_of_the_workflow_itself_is_escalated_by_a_rule(tmp_path: Path) -> None:
    text = 'tasks:\n  say: {communicate: "on fire", level: alert}\n  long: {run: "true"}\n'
    rule = Rule(kinds=("note",), level="alert", escalate=True)
    run = told(tmp_path, rule, text=text, stubs={"long": Stub(seconds=300)})
    assert ("note", "on-call", "pager") in sent(run)
