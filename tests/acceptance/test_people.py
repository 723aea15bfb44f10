"""Questions to people: parking, answering from elsewhere and at the terminal, what an answer is bound to, and taking back."""

from __future__ import annotations

from typing import Any

import pytest

from tests.acceptance.project import Project, until
from tests.acceptance.terminal import terminal

ASKING = """
name: people
inputs: {target: {type: string, default: prod}}
tasks:
  build: {run: echo built}
  fit:
    needs: [build]
    decide: "Deploy to ${{ inputs.target }}?"
    ask:
      within: 2h
      comment: required
      fields:
        count: {type: integer, description: How many}
        level: {type: choice, choices: [low, high], default: low}
  ship:
    needs: [fit]
    run: 'echo "ship $N $LEVEL"'
    env: {N: "${{ tasks.fit.outputs.fields.count }}", LEVEL: "${{ tasks.fit.outputs.fields.level }}"}
"""
PLAIN = """
name: plain
tasks:
  fit: {decide: "Deploy?", ask: {within: 2h}}
  ship: {needs: [fit], run: echo shipped}
"""


def answers(project: Project) -> list[dict[str, Any]]:
    return [dict(event.body) for event in project.events() if event.kind == "gate.answered"]


def test_a_gate_parks_where_nobody_can_be_asked_and_an_answer_goes_on(project: Project) -> None:
    project.write("turbo.yaml", ASKING)
    parked = project.turbo("run")
    run = project.run.name
    assert parked.code == 3
    assert "? fit  asks anyone: Deploy to prod? (until " in parked.out
    assert "\n? people parked since " in parked.out
    assert "fit waits for an answer: turbo approve " in parked.out
    assert project.kinds()[-3:].count("run.parked") == 1
    shown = project.turbo()
    assert f"\n  {run}  fit  Deploy to prod?\n" in shown.out
    assert f"\nNext: turbo approve {run} fit  (or turbo reject)\n" in shown.out
    assert project.turbo("why", "fit").out.startswith("fit waits for a person to answer 'Deploy to prod?' before 20")
    assert project.turbo("why", "ship").out == "ship waits for fit.\n"

    ended = project.turbo("approve", run[:4], "fit", "--comment", "looks good", "-f", "count=3")
    assert ended.code == 0
    assert "ship 3 low" in ended.out
    assert "built" not in ended.out, "what was shown before is not shown again"
    (answer,) = answers(project)
    assert (answer["accepted"], answer["comment"], answer["fields"]) == (True, "looks good", {"count": 3, "level": "low"})

    again = project.turbo("approve", run, "fit", "--comment", "me too", "-f", "count=4")
    assert again.code == 2
    assert "fit asks nothing (any more)" in again.err
    assert project.kinds().count("gate.decided") == 1


@pytest.mark.slow
def test_an_answer_that_does_not_fit_changes_nothing_and_says_why(project: Project) -> None:
    project.write("turbo.yaml", ASKING)
    assert project.turbo("run", "--quiet").code == 3
    run = project.run.name
    for arguments, why in (
        (["fit", "--comment", " ", "-f", "count=1"], "a comment is required (--comment TEXT)"),
        (["fit", "--comment", "x", "-f", "count=many"], "the field 'count': 'many' is not integer"),
        (
            ["fit", "--comment", "x", "-f", "count=1", "-f", "level=mid"],
            "the field 'level': the string 'mid' is none of low, high",
        ),
        (["build", "--comment", "x"], "build asks nothing (any more)"),
        (["fot", "--comment", "x"], "did you mean fit?"),
    ):
        ended = project.turbo("approve", run, *arguments)
        assert (ended.code, ended.out) == (2, "")
        assert why in ended.err
    assert [answer["accepted"] for answer in answers(project)] == [False] * 4
    assert "gate.decided" not in project.kinds()


def test_a_run_that_waits_takes_the_answer_of_another_process(project: Project) -> None:
    project.write("turbo.yaml", ASKING)
    runner = project.start("run", "--wait")
    until(lambda: "asks anyone" in runner.out)
    run = project.run.name
    assert f"Next: turbo approve {run} fit" in project.turbo().out
    wrong = project.turbo("approve", run, "fit")
    assert wrong.code == 2, "the one who answers hears at once that it does not count"
    assert "a comment is required" in wrong.err
    told = project.turbo("approve", run, "fit", "--comment", "yes", "-f", "count=1")
    assert (told.code, told.out) == (0, "The runner of the run was told.\n")
    ended = runner.wait()
    assert ended.code == 0
    assert "ship 1 low" in ended.out
    assert "run.parked" not in project.kinds()


@pytest.mark.slow
def test_a_rejected_gate_fails_the_run(project: Project) -> None:
    project.write("turbo.yaml", PLAIN)
    project.turbo("run", "--quiet")
    ended = project.turbo("reject", project.run.name, "fit", "--comment", "not on a Friday")
    assert ended.code == 1
    assert "fit failed (rejected): root rejected it" in ended.out
    assert project.turbo("why", "fit").out.startswith("fit was rejected: ")
    assert project.turbo("why", "ship").out == "ship was not reached: the run stopped first, because fit failed.\n"
    shown = project.turbo("show").out
    assert "  not on a Friday\n" in shown
    assert "criterion" not in shown


@pytest.mark.slow
def test_an_answer_can_be_recorded_only_and_resume_goes_on(project: Project) -> None:
    project.write("turbo.yaml", PLAIN)
    project.turbo("run", "--quiet")
    run = project.run.name
    assert project.turbo("approve", run, "fit", "--no-resume").code == 0
    assert project.kinds()[-1] == "gate.answered"
    ended = project.turbo("resume")
    assert ended.code == 0
    assert "ship │ shipped\n" in ended.out


@pytest.mark.slow
def test_a_changed_workflow_is_refused_until_the_person_says_which_one_counts(project: Project) -> None:
    project.write("turbo.yaml", PLAIN)
    project.turbo("run", "--quiet")
    run = project.run.name
    project.write("turbo.yaml", PLAIN.replace("shipped", "SHIPPED"))
    for arguments in (["approve", run, "fit"], ["resume"]):
        ended = project.turbo(*arguments)
        assert ended.code == 2
        assert "the workflow has changed since the run was recorded" in ended.err
        assert "turbo.yaml" in ended.err
    assert not answers(project)
    changed = project.turbo("resume", "--accept-changes", "--quiet")
    assert changed.code == 3
    assert project.kinds().count("run.changed") == 1
    assert project.kinds().count("gate.asked") == 2
    # The question was asked about the old text: it is void, and asked anew about the new one.
    ended = project.turbo("approve", run, "fit")
    assert ended.code == 0, ended.err
    assert "SHIPPED" in ended.out


@pytest.mark.slow
def test_silence_past_the_deadline_is_no(project: Project) -> None:
    project.write("turbo.yaml", PLAIN.replace("2h", "200ms"))
    assert project.turbo("run", "--wait").code == 1
    assert project.turbo("why", "fit").out.startswith("fit was not answered in time: nobody answered before ")
    (decided,) = [event.body for event in project.events() if event.kind == "gate.decided"]
    assert decided["decision"] == "expired"


def test_a_person_at_the_terminal_is_asked_there(project: Project) -> None:
    project.write("turbo.yaml", ASKING)
    with terminal(project, "run") as shown:
        shown.says(b"Approve, reject, or later")
        shown.type(b"approve\n")
        shown.says(b"How many")
        shown.type(b"7\n")
        shown.says(b"level")
        shown.type(b"high\n")
        shown.says(b"Comment")
        shown.type(b"fine\n")
        assert shown.wait() == 0
    assert b"ship 7 high" in shown.shown
    (answer,) = answers(project)
    assert (answer["fields"], answer["comment"]) == ({"count": 7, "level": "high"}, "fine")


@pytest.mark.slow
def test_whoever_is_asked_can_leave_it_for_later(project: Project) -> None:
    project.write("turbo.yaml", PLAIN)
    with terminal(project, "run") as shown:
        shown.says(b"Approve, reject, or later")
        shown.type(b"\n")
        assert shown.wait() == 3
    assert not answers(project)


@pytest.mark.slow
def test_only_those_named_can_answer(project: Project) -> None:
    project.write("turbo.yaml", PLAIN.replace("{within: 2h}", "{within: 2h, who: [somebody-else]}"))
    project.turbo("run", "--quiet")
    ended = project.turbo("approve", project.run.name, "fit")
    assert ended.code == 2
    assert "is not among those who may answer: somebody-else" in ended.err


@pytest.mark.slow
def test_what_needs_no_person_waits_for_one_where_autonomy_is_manual(project: Project) -> None:
    gate = '{decide: "Go?", criteria: {sure: {score: "${{ true }}"}}, accept: 0.5, ask: {within: 2h}}'
    project.write("turbo.yaml", f"name: auto\ntasks:\n  go: {gate}\n")
    assert project.turbo("run", "--autonomy", "manual", "--quiet").code == 3
    assert project.turbo("approve", project.run.name, "go").code == 0


UNDO = """
name: undoing
tasks:
  a: {run: echo a >> done, undo: echo -a >> done}
  b: {needs: [a], run: echo b >> done, undo: 'echo no way; echo -b >> done; test ! -e broken'}
  c: {needs: [b], run: echo c >> done}
"""


@pytest.mark.slow
def test_undo_takes_back_in_reverse_order_and_tells_what_is_left(project: Project) -> None:
    project.write("turbo.yaml", UNDO)
    project.write("broken", "")
    assert project.turbo("run", "--quiet").code == 0
    run = project.run.name
    left = project.turbo("undo", run)
    assert left.code == 1
    assert f"b could not be undone; see: turbo logs {run} b --undo" in left.err
    assert project.read("done").split() == ["a", "b", "c", "-b", "-a"]
    assert project.turbo("logs", "b", "--undo").out == "no way\n"
    assert project.turbo("why", "b").out.endswith("; it could not be undone.\n")

    (project.folder / "broken").unlink()
    assert project.turbo("undo", run, "b").code == 0
    assert project.read("done").split() == ["a", "b", "c", "-b", "-a", "-b"]
    assert project.turbo("why", "a").out.endswith("; it was undone.\n")

    events = len(project.events())
    for arguments, why in (
        ([run], "the run has nothing to undo"),
        ([run, "a"], "it was undone already"),
        ([run, "c"], "it has no undo"),
        ([run, "bb"], "did you mean b?"),
    ):
        ended = project.turbo("undo", *arguments)
        assert ended.code == 2
        assert why in ended.err
    assert len(project.events()) == events


@pytest.mark.slow
def test_one_task_can_be_undone_alone(project: Project) -> None:
    project.write("turbo.yaml", UNDO)
    project.turbo("run", "--quiet")
    assert project.turbo("undo", project.run.name, "b", "--plain").code == 0
    assert project.read("done").split() == ["a", "b", "c", "-b"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("steps", "autonomy", "code", "done"),
    [
        ("[{undo: all}]", "full", 1, ["a", "-a"]),
        ("[]", "full", 1, ["a"]),
        ("[]", "manual", 3, ["a"]),
    ],
    ids=["roll back", "stop", "ask"],
)
def test_what_happens_on_a_failure(project: Project, steps: str, autonomy: str, code: int, done: list[str]) -> None:
    tasks = "  a: {run: echo a >> done, undo: echo -a >> done}\n  bad: {needs: [a], run: exit 3}\n"
    project.write("turbo.yaml", f"name: failing\ntasks:\n{tasks}on_failure: {steps}\n")
    assert project.turbo("run", "--quiet", "--autonomy", autonomy).code == code
    assert project.read("done").split() == done
