"""More work trees, and the search for the commit that broke something."""

from __future__ import annotations

import sys
from dataclasses import asdict
from pathlib import Path

import pytest
from turbo_core import ActionFailed, ActionUnavailable, Context

from turbo_plugin_git import actions

from .conftest import Project, part
from .test_merging import everything


def test_a_work_tree_is_added_listed_probed_and_removed(project: Project, context: Context, tmp_path: Path) -> None:
    first = project.commit("feat: 1", a="1\n")
    project.commit("feat: 2", a="2\n")
    before = everything(project)
    named = {"path": "../beside", "ref": first, "branch": "work"}
    assert first[:12] in str(part(actions.worktree.planner)(context, path="../beside", ref=first))
    assert part(actions.worktree.prober)(context, **named) is False
    made = actions.worktree(context, **named)
    assert ((tmp_path / "beside" / "a").read_text(), made.commit, made.branch) == ("1\n", first, "work")
    assert part(actions.worktree.prober)(context, **named) == made
    listed = actions.worktrees(context).worktrees
    assert [(Path(one.path).name, one.branch, one.gone) for one in listed] == [
        ("project", "main", False),
        ("beside", "work", False),
    ]
    for _ in range(2):
        part(actions.worktree.undoer)(context, path="../beside", outputs=asdict(made))
        assert everything(project) == before
        assert not (tmp_path / "beside").exists()


def test_work_in_a_work_tree_is_not_lost(project: Project, context: Context, tmp_path: Path) -> None:
    project.commit("feat: 1", a="1\n")
    made = actions.worktree(context, path="../beside")
    beside = Project(tmp_path / "beside")
    beside.write("new", "mine\n")
    with pytest.raises(ActionFailed, match="worktree failed"):
        part(actions.worktree.undoer)(context, path="../beside", outputs=asdict(made))
    beside.commit("feat: mine")
    with pytest.raises(ActionFailed, match="left alone"):
        part(actions.worktree.undoer)(context, path="../beside", outputs=asdict(made))
    assert (tmp_path / "beside" / "new").exists()
    with pytest.raises(ActionFailed, match="left alone"):
        part(actions.worktree.undoer)(context, path="../beside", outputs={})


# ---------------------------------------------------------------- bisect

TELL = "import sys; text = open('state').read(); sys.exit({'good': 0, 'odd': 125, 'end': 200}.get(text, 1))"


def history(project: Project, *states: str) -> list[str]:
    return [project.commit(f"feat: {number}", state=state, number=f"{number}") for number, state in enumerate(states)]


@pytest.mark.parametrize("first_bad", [1, 5, 9])
def test_the_first_bad_commit_is_found(project: Project, context: Context, first_bad: int) -> None:
    commits = history(project, *("good" if number < first_bad else "bad" for number in range(10)))
    project.write("state", "mine\n")
    before = everything(project)
    found = actions.bisect(context, good=commits[0], command=(sys.executable, "-c", TELL))
    assert (found.commit, found.suspects, found.subject) == (commits[first_bad], [commits[first_bad]], f"feat: {first_bad}")
    assert len(found.tried) <= 4
    assert everything(project) == before
    assert "9 commits" in str(part(actions.bisect.planner)(context, good=commits[0], bad="HEAD", command=("x",)))


def test_commits_that_cannot_be_told_stay_suspects(project: Project, context: Context) -> None:
    commits = history(project, "good", "odd", "bad", "bad")
    found = actions.bisect(context, good=commits[0], command=(sys.executable, "-c", TELL))
    assert (found.commit, sorted(found.suspects)) == (None, sorted(commits[1:3]))
    assert {(one.commit, one.verdict) for one in found.tried} == {(commits[1], "skip"), (commits[2], "bad")}


def test_what_cannot_be_searched_is_refused(project: Project, context: Context) -> None:
    commits = history(project, "bad", "good", "end", "bad")
    command = (sys.executable, "-c", TELL)
    with pytest.raises(ActionFailed, match="good commit is not good"):
        actions.bisect(context, good=commits[0], command=command)
    with pytest.raises(ActionFailed, match="not in the history"):
        actions.bisect(context, good=commits[3], bad=commits[0], command=command)
    with pytest.raises(ActionFailed, match="ended by its command") as caught:
        actions.bisect(context, good=commits[1], command=command)
    assert "200" in caught.value.why
    with pytest.raises(ActionUnavailable, match="could not be started"):
        actions.bisect(context, good=commits[1], command=("/no/such/program",))
    with pytest.raises(ActionFailed, match="there is no command"):
        actions.bisect(context, good=commits[1], command=())


def test_a_command_that_hangs_is_bad(project: Project, context: Context) -> None:
    commits = history(project, "good", "slow")
    code = "import time; time.sleep(600 if open('state').read() == 'slow' else 0)"
    found = actions.bisect(context, good=commits[0], command=(sys.executable, "-c", code), timeout=1, verify=False)
    assert found.commit == commits[1]
