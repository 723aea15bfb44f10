"""The actions as a workflow meets them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from turbo_core import ActionFailed, ActionUnavailable, Context, replace

from turbo_plugin_shell import actions
from turbo_plugin_shell.settings import Settings


@pytest.fixture
def context(tmp_path: Path) -> Context:
    project = tmp_path / "project"
    (project / "data").mkdir(parents=True)
    (project / "data" / "notes.txt").write_text("one\n")
    return Context(run="0abc-0000-000", task="clean", attempt=1, project=project, key="k")


def under(context: Context, settings: Settings) -> Context:
    return replace(context, read_settings=lambda _: settings)


def refused(call: Callable[..., Any], *arguments: object, **more: object) -> str:
    with pytest.raises(ActionFailed) as caught:
        call(*arguments, **more)
    return str(caught.value)


def test_what_a_command_gives(context: Context, capfd: pytest.CaptureFixture[str]) -> None:
    ran = actions.read(context, ["cat", "notes.txt"], folder="data")
    assert (ran.exit_code, ran.output, ran.category, ran.risk, ran.snapshot) == (0, "one\n", "files", "read", "")
    assert "$ cat notes.txt\n" in capfd.readouterr().out


def test_an_exit_code_is_a_failure_if_it_is_checked(context: Context) -> None:
    assert "the command ended with exit code 1" in refused(actions.read, context, ["cat", "nothing"])
    assert actions.read(context, ["cat", "nothing"], check=False).exit_code == 1


def test_each_action_refuses_what_is_above_its_risk(context: Context) -> None:
    told = refused(actions.read, context, ["touch", "data/a"])
    assert "the command is change, not read" in told
    assert "use shell.change" in told
    told = refused(actions.change, context, ["rm", "-rf", "/"])
    assert "the command is destroy, not change" in told
    assert "/ leads out of the workspace" in told
    assert not (context.project / "data" / "a").exists()


def test_what_destroys_wants_somebody_to_approve_it(context: Context) -> None:
    command = ["sh", "-c", "echo two >> data/notes.txt"]
    assert "wants somebody to approve" in refused(actions.destroy, context, command)
    assert (context.project / "data" / "notes.txt").read_text() == "one\n"
    actions.destroy(context, command, approved=True)
    assert (context.project / "data" / "notes.txt").read_text() == "one\ntwo\n"


def test_what_is_denied_does_not_run_even_if_approved(context: Context) -> None:
    strict = under(context, Settings(deny=["risk:destroy", "touch"]))
    assert "the policy denies the command" in refused(actions.destroy, strict, ["sh", "-c", "exit 0"], approved=True)
    assert "the rule touch" in refused(actions.change, strict, ["touch", "a"])
    assert not (context.project / "a").exists()


def test_a_setting_that_names_nothing_is_refused(context: Context) -> None:
    assert "a setting names nothing: category:gti" in refused(
        actions.read, under(context, Settings(ask=["category:gti"])), ["ls"]
    )
    assert "a setting names nothing: gti" in refused(actions.read, under(context, Settings(timeout={"gti": 1})), ["ls"])


def test_the_workspace_holds_the_folder_too(context: Context) -> None:
    inside = under(context, Settings(workspace="data"))
    assert actions.change(inside, ["touch", "a"], folder="data").exit_code == 0
    assert "the folder is not in the workspace" in refused(actions.change, inside, ["touch", "a"])
    assert "not in the workspace" in refused(actions.change, inside, ["touch", "a"], folder="data", snapshot="..")


def test_time_is_limited_by_category_and_by_the_task(context: Context) -> None:
    short = under(context, Settings(timeout={"system": 1}))
    assert "took longer than 1 s" in refused(actions.read, short, ["sleep", "600"])
    assert "took longer than 2 s" in refused(actions.read, short, ["sleep", "600"], timeout=2)


def test_a_program_that_is_not_there_may_come_back(context: Context) -> None:
    with pytest.raises(ActionUnavailable, match="could not be started"):
        actions.read(context, ["ls"], folder="nowhere")


def test_bad_arguments_are_told(context: Context) -> None:
    assert "there is no command" in refused(actions.read, context, [])
    assert "NUL" in refused(actions.read, context, ["ls", "a\0b"])
    assert "there is no such category" in refused(actions.commands_, context, category="nothing")


def test_a_snapshot_is_taken_before_and_put_back_by_the_undo(context: Context) -> None:
    command = ["rm", "data/notes.txt"]
    ran = actions.change(context, command, snapshot="data")
    assert Path(ran.snapshot, "notes.txt").read_text() == "one\n"
    assert not (context.project / "data" / "notes.txt").exists()
    undo = actions.change.undoer
    assert undo is not None
    for _ in range(2):
        undo(context, command, "data")
        assert (context.project / "data" / "notes.txt").read_text() == "one\n"


def test_without_a_snapshot_nothing_runs_if_it_was_asked_for_and_nothing_is_taken_back(context: Context) -> None:
    small = under(context, Settings(snapshot_mib=0))
    assert "so nothing was run" in refused(actions.change, small, ["rm", "data/notes.txt"], snapshot="data")
    assert (context.project / "data" / "notes.txt").exists()
    undo = actions.change.undoer
    assert undo is not None
    assert "cannot be taken back" in refused(undo, context, ["rm", "data/notes.txt"], "")
    undo(context, ["rm", "data/notes.txt"], "data")
    assert (context.project / "data" / "notes.txt").exists()


def test_the_plan_says_what_would_run(context: Context) -> None:
    plan = actions.destroy.planner
    assert plan is not None
    assert (
        plan(context, ["git", "push", "--force"], ".", "data") == "run git push --force (destroy; ask), after a snapshot of data"
    )
    assert actions.commands_(context, "git").count == 2
    assert actions.classify(context, ["git", "push"]).answer == "allow"
