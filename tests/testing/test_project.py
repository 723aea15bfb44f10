"""A throw-away project: the command in it, runs in this process, and results that explain themselves."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from turbo_core import ActionFailed, Opinion, Outcome, Question, hookimpl
from turbo_core.errors import UsageError, WorkflowInvalid
from turbo_core.testing import FakeChannel, FakeExecutor, FakeSecrets, ProjectFactory
from turbo_core.testing.playing import shelf

pytest_plugins = ["pytester"]

HELLO = """
    name: hello
    inputs:
      who: {type: string, default: world}
    tasks:
      greet:
        run: 'echo "hello $WHO"; echo "said=hi $WHO" >> "$TURBO_OUTPUT"'
        env: {WHO: "${{ inputs.who }}"}
        outputs: {said: string}
"""
FAILING = "name: failing\ntasks:\n  bad: {run: 'echo oh dear; exit 3'}\n  later: {needs: [bad], run: 'true'}\n"
ASKING = 'name: asking\ntasks:\n  fit: {decide: "Is it fit?", ask: {within: 2h}}\n'


def test_a_command_runs_in_a_project_of_its_own(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"turbo.yaml": HELLO})
    result = project.run("run", "-i", "who=you")
    assert result.ok, result
    assert "hello you" in result.out
    assert result.err == ""
    assert result.run.outcome == "succeeded"
    assert result.tasks["greet"].state == "succeeded"
    assert result.outputs == {"greet": {"said": "hi you"}}
    assert result.log("greet") == "hello you\n"
    assert result.events[0].kind == "run.created"


def test_projects_are_apart(turbo_project: ProjectFactory) -> None:
    one, other = turbo_project({"a.txt": "a\n"}), turbo_project({"b/c.bin": b"\x00"})
    assert one.folder != other.folder
    assert (one.read("a.txt"), other.read("a.txt")) == ("a\n", "")
    assert (other.folder / "b" / "c.bin").read_bytes() == b"\x00"


def test_text_may_stand_indented(turbo_project: ProjectFactory) -> None:
    project = turbo_project({})
    assert project.write({"a.py": "\n    def f():\n        pass\n"}) is project
    assert project.read("a.py") == "\ndef f():\n    pass\n"


def test_a_command_that_makes_no_run_has_none(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"turbo.yaml": HELLO})
    assert project.run("run").ok
    result = project.run("list")
    assert result.ok
    assert result.events == ()
    with pytest.raises(AssertionError, match="no run was started or taken further\nturbo list: exit 0"):
        _ = result.run


def test_the_run_that_a_command_takes_further_is_its_run(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"turbo.yaml": ASKING})
    first = project.run("run")
    assert first.exit_code == 3
    assert first.run.outcome == "parked"
    second = project.run("run")
    assert second.run.id != first.run.id
    approved = project.run("approve", first.run.id, "fit")
    assert approved.ok, approved
    assert approved.run.id == first.run.id
    assert approved.decisions["fit"].decision == "accepted"


def test_input_and_environment_reach_the_command(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"turbo.yaml": "name: e\ntasks:\n  a: {run: 'echo $WORD'}\n"})
    assert project.run("run", env={"WORD": "blue"}).log("a") == "blue\n"
    assert project.run("check", "-f", "/dev/stdin", input="name: x\n").exit_code == 2


def test_a_command_has_no_terminal_and_no_settings_of_the_person(
    turbo_project: ProjectFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    project = turbo_project({"turbo.yaml": "name: e\ntasks:\n  a: {run: 'echo $HOME; test -t 0 || echo none'}\n"})
    told = project.run("run").log("a").splitlines()
    assert told == [str(project.folder.parent / "turbo-home"), "none"]


def test_settings_of_the_person_are_out_of_the_way(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TURBO_JOBS", "nonsense")
    monkeypatch.setenv("XDG_CONFIG_HOME", "/nowhere")
    pytester.makepyfile("""
        import os

        def test_it(turbo_project):
            project = turbo_project({"turbo.yaml": "name: x\\ntasks:\\n  a: {run: 'true'}\\n"})
            assert project.run("run").ok
            assert project.play().ok
            assert "XDG_CONFIG_HOME" not in os.environ
    """)
    pytester.runpytest_subprocess("-p", "no:cacheprovider").assert_outcomes(passed=1)


def test_a_command_that_does_not_end_fails_the_test(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"turbo.yaml": "name: slow\ntasks:\n  a: {run: 'echo begun; sleep 1000'}\n"})
    with pytest.raises(AssertionError, match="turbo run: it did not end within 3 s; so far it said:"):
        project.run("run", timeout=3)


# ---------------------------------------------------------------- in process


def test_a_workflow_is_played_in_this_process(turbo_project: ProjectFactory, capfd: pytest.CaptureFixture[str]) -> None:
    project = turbo_project({"turbo.yaml": HELLO})
    result = project.play(inputs={"who": "me"})
    assert result.ok, result
    assert result.outputs["greet"] == {"said": "hi me"}
    assert result.log("greet") == "hello me\n"
    assert result.events[-1].kind == "documents.written"
    assert capfd.readouterr() == ("", "")


def test_the_terminal_is_kept_silent(turbo_project: ProjectFactory, capfd: pytest.CaptureFixture[str]) -> None:
    result = turbo_project({"turbo.yaml": "name: m\ntasks:\n  say: {communicate: hello}\n"}).play()
    assert result.messages[0].receipts == {"terminal": "delivered"}
    assert capfd.readouterr() == ("", "")


def test_a_workflow_by_name_and_a_part_of_it(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"workflows/two.yaml": "name: two\ntasks:\n  a: {run: 'true'}\n  b: {run: 'false'}\n"})
    result = project.play("two", only=["a"])
    assert result.ok, result
    assert result.tasks["b"].reason == "not_selected"


def test_mistakes_are_raised(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"turbo.yaml": "name: x\ntaskz: {}\n", "workflows/good.yaml": HELLO})
    with pytest.raises(WorkflowInvalid, match="taskz"):
        project.play()
    with pytest.raises(UsageError, match="nobody"):
        project.play("good", inputs={"nobody": 1})
    with pytest.raises(UsageError, match="jobs"):
        project.play("good", flags={"jobs": "many"})


def test_a_failed_play_keeps_everything(turbo_project: ProjectFactory) -> None:
    result = turbo_project({"turbo.yaml": FAILING}).play()
    assert not result.ok
    assert result.exit_code == 1
    assert result.tasks["bad"].attempts[0].exit_code == 3
    assert result.tasks["later"].state == "skipped"


# ---------------------------------------------------------------- fakes


def test_a_fake_channel_keeps_messages(turbo_project: ProjectFactory) -> None:
    channel = FakeChannel("chat")
    project = turbo_project({"turbo.yaml": "name: m\ntasks:\n  say: {communicate: hello there, to: [chat]}\n"})
    result = project.play(plugins=[channel])
    assert result.ok, result
    assert [(message.subject, message.channel) for message in channel.messages] == [("hello there", "chat")]
    assert channel.tries == 1
    assert result.messages[0].receipts == {"chat": "delivered"}


def test_a_fake_channel_fails_as_told(turbo_project: ProjectFactory) -> None:
    channel = FakeChannel(failures=1)
    project = turbo_project({"turbo.yaml": "name: m\ntasks:\n  say: {communicate: hello, to: [fake]}\n"})
    result = project.play(plugins=[channel])
    assert channel.tries == 2
    assert len(channel.messages) == 1
    first, second = result.calls("turbo_communicate")
    assert isinstance(first.error, ConnectionError)
    assert "1 of 1" in str(first.error)
    assert (second.plugin, second.error) == ("fake", None)


def test_a_fake_executor_runs_nothing(turbo_project: ProjectFactory) -> None:
    executor = FakeExecutor("farm", outcomes={"b": Outcome(state="failed", failure="exit", exit_code=9, message="no luck")})
    workflow = "name: f\ntasks:\n  a: {run: touch a, executor: farm}\n  b: {run: touch b, executor: farm}\n"
    project = turbo_project({"turbo.yaml": workflow})
    result = project.play(plugins=[executor])
    assert {address: task.state for address, task in result.tasks.items()} == {"a": "succeeded", "b": "failed"}
    assert sorted(attempt.argv[-1] for attempt in executor.attempts) == ["touch a", "touch b"]
    assert result.tasks["b"].attempts[0].exit_code == 9
    assert not (project.folder / "a").exists()


def test_attempts_of_a_fake_executor_end_one_after_another(turbo_project: ProjectFactory) -> None:
    failed, succeeded = Outcome(state="failed", failure="infra"), Outcome(state="succeeded")
    executor = FakeExecutor(outcomes={"a": [failed, failed, succeeded]})
    workflow = "name: f\ntasks:\n  a: {run: 'x', executor: fake, retry: {times: 5, delay: 1ms}}\n"
    result = turbo_project({"turbo.yaml": workflow}).play(plugins=[executor])
    assert result.ok, result
    assert [attempt.number for attempt in executor.attempts] == [1, 2, 3]


def test_an_attempt_that_goes_on_is_ended_from_outside(turbo_project: ProjectFactory) -> None:
    executor = FakeExecutor(outcomes={"a": None})
    failed = Outcome(state="failed", failure="infra")
    thread = threading.Thread(target=lambda: (executor.started.wait(), executor.finish("a", failed)))
    thread.start()
    result = turbo_project({"turbo.yaml": "name: f\ntasks:\n  a: {run: 'x', executor: fake}\n"}).play(plugins=[executor])
    thread.join()
    assert result.tasks["a"].failure == "infra"


def test_an_attempt_that_goes_on_is_cancelled(turbo_project: ProjectFactory) -> None:
    executor = FakeExecutor(outcomes={"a": None})
    workflow = "name: f\ntasks:\n  a: {run: 'x', executor: fake}\n  b: {run: 'exit 1'}\n"
    result = turbo_project({"turbo.yaml": workflow}).play(plugins=[executor], fail_fast=True)
    assert executor.cancelled == ["a"]
    assert result.tasks["a"].state == "cancelled"


def test_fake_secrets_are_found_and_masked(turbo_project: ProjectFactory) -> None:
    secrets = FakeSecrets({"TOKEN": "correct-horse-battery"})
    workflow = 'name: s\ntasks:\n  a: {run: \'echo "$TOKEN"; test -n "$TOKEN"\', secrets: [TOKEN]}\n'
    result = turbo_project({"turbo.yaml": workflow}).play(plugins=[secrets])
    assert result.ok, result
    assert secrets.asked == ["TOKEN"]
    assert "correct-horse" not in result.log("a")


class Judge:
    """A plugin of a test, without a name."""

    @hookimpl
    def turbo_decide(self, question: Question) -> Opinion | None:
        if question.text == "raise?":
            raise ActionFailed("no idea")
        return Opinion(name="judge", score=1, reason=f"why not {question.text}")


def test_calls_of_hooks_are_recorded(turbo_project: ProjectFactory) -> None:
    project = turbo_project(
        {"turbo.yaml": "name: g\ntasks:\n  fit: {decide: 'fit?', accept: 0.5, criteria: {x: {score: true}}}\n"}
    )
    result = project.play(plugins=[Judge()])
    (call,) = [call for call in result.calls("turbo_decide") if call.plugin == "object0"]
    question = call.arguments["question"]
    assert isinstance(question, Question)
    assert question.text == "fit?"
    assert isinstance(call.answer, Opinion)
    assert call.answer.reason == "why not fit?"
    assert result.decisions["fit"].criteria[-1].reason == "why not fit?"
    assert {"turbo_execute", "turbo_track"} & {call.hook for call in result.hooks} == set()
    assert result.calls("turbo_document")


def test_objects_leave_the_shelf(turbo_project: ProjectFactory) -> None:
    turbo_project({"turbo.yaml": HELLO}).play(plugins=[FakeChannel(), Judge()])
    assert vars(shelf) == {}


# ---------------------------------------------------------------- explaining


def test_a_result_explains_itself(turbo_project: ProjectFactory) -> None:
    result = turbo_project({"turbo.yaml": FAILING}).run("run")
    told = str(result)
    assert told.startswith(f"turbo run: exit 1, run {result.run.id} failed\n  bad: ")
    assert "    | oh dear" in told
    assert "standard output:" in told
    assert repr(result).startswith("<turbo run: exit 1; bad: ")
    assert len(repr(result)) < 240


def test_a_usage_error_explains_itself(turbo_project: ProjectFactory) -> None:
    result = turbo_project({}).run("run", "nothing")
    assert repr(result).startswith("<turbo run nothing: exit 2; error: ")
    assert "standard error:\n    | error: " in result.explain()


def test_long_output_is_shortened(turbo_project: ProjectFactory) -> None:
    result = turbo_project({"turbo.yaml": "name: l\ntasks:\n  a: {run: 'seq 1 500; exit 1'}\n"}).play()
    assert "    | ...\n" in result.explain()
    assert "    | 500\n" in result.explain() + "\n"
    assert "    | 1\n" not in result.explain()


def test_a_failed_test_shows_what_ran(pytester: pytest.Pytester) -> None:
    pytester.makepyfile(f"""
        def test_it(turbo_project):
            project = turbo_project({{"turbo.yaml": {FAILING!r}}})
            assert project.play().ok

        def test_good(turbo_project):
            assert not turbo_project({{"turbo.yaml": {FAILING!r}}}).play().ok
    """)
    ended = pytester.runpytest_subprocess("-p", "no:cacheprovider")
    ended.assert_outcomes(failed=1, passed=1)
    ended.stdout.fnmatch_lines(["*assert False*", "*<play failing: exit 1; bad: *", "*play failing*", "*| oh dear"])
    assert ended.stdout.str().count("oh dear") < 4


# ---------------------------------------------------------------- cost


def test_a_run_that_does_not_use_the_plugin_does_not_pay_for_it(tmp_path: Path) -> None:
    (tmp_path / "test_nothing.py").write_text("def test_nothing(): pass\n")
    code = "import json, sys, pytest; pytest.main(['-q', '-p', 'no:cacheprovider']); print(json.dumps(sorted(sys.modules)))"
    ended = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True)
    assert "1 passed" in ended.stdout
    loaded = json.loads(ended.stdout.splitlines()[-1])
    assert "turbo_core.testing.pytest_plugin" in loaded
    assert [name for name in loaded if name.startswith("turbo_core.") and not name.startswith("turbo_core.testing")] == []
    assert {"click", "msgspec", "pydantic", "rich", "yaml"} & set(loaded) == set()
