from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import asdict
from hashlib import sha1
from importlib.metadata import entry_points
from pathlib import Path

import pytest
from turbo_core import ActionFailed, ActionUnavailable, Context

from turbo_plugin_git import actions
from turbo_plugin_git.outputs import Branch, Tag

from .conftest import Project, context_of, part
from .test_scanning import AWS

READING: list[Callable[[Context], object]] = [
    actions.status,
    actions.log,
    actions.change_size,
    actions.scan_secrets,
    actions.next_version,
    actions.changelog,
]


def test_the_namespace_is_found() -> None:
    (entry,) = entry_points(group="turbo.actions", name="git")
    assert entry.load() is actions


def test_loading_the_actions_does_not_load_the_scanner() -> None:
    code = "import sys, turbo_plugin_git.actions; print({'detect_secrets', 'requests', 'yaml'} & set(sys.modules))"
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


@pytest.mark.parametrize("read", READING)
def test_reading_leaves_the_repository_as_it_is(project: Project, context: Context, read: Callable[[Context], object]) -> None:
    project.commit("feat: a", a="x")
    before = (project.tracked(), project.git("for-each-ref"), project.git("rev-parse", "HEAD"))
    json.dumps(asdict(read(context)))  # type: ignore[call-overload]  # each gives another dataclass
    assert (project.tracked(), project.git("for-each-ref"), project.git("rev-parse", "HEAD")) == before


@pytest.mark.parametrize("read", READING)
def test_no_repository_is_the_same_error_everywhere(tmp_path: Path, read: Callable[[Context], object]) -> None:
    with pytest.raises(ActionFailed, match="not inside a git repository"):
        read(context_of(tmp_path))


@pytest.mark.parametrize("read", READING)
def test_without_git_it_is_not_the_task_that_failed(
    context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, read: Callable[[Context], object]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(ActionUnavailable, match="no git command"):
        read(context)


# ---------------------------------------------------------------- status, log, changelog


def test_status_of_an_unborn_branch(project: Project, context: Context) -> None:
    project.write("new\nfile")
    status = actions.status(context)
    assert (status.branch, status.commit, status.dirty, status.untracked) == ("main", None, False, ["new\nfile"])


def test_status_cuts_long_lists_and_says_so(project: Project, context: Context) -> None:
    project.commit(a="x", b="x")
    project.write("a", "y")
    project.write("b", "y")
    assert actions.status(context).shortened is False
    status = actions.status(context, limit=1)
    assert (status.unstaged, status.shortened, status.dirty) == (["a"], True, True)


def test_bytes_that_are_no_text_are_shown() -> None:
    assert actions.shown("caf\udce9 ü") == r"caf\xe9 ü"


def test_log_starts_after_the_last_version(project: Project, context: Context) -> None:
    project.commit("feat: old")
    project.git("tag", "v1.0.0")
    project.git("tag", "latest")
    project.commit("fix(core)!: new\n\nwhy")
    log = actions.log(context)
    assert (log.since, log.count, log.shallow) == ("v1.0.0", 1, False)
    (entry,) = log.commits
    assert (entry.type, entry.scope, entry.breaking, entry.subject, entry.body) == ("fix", "core", True, "new", "why")
    assert (entry.author, entry.date) == ("Ada Löve", "2026-01-02T03:04:05+01:00")


def test_log_since_a_ref_up_to_a_limit(project: Project, context: Context) -> None:
    first = project.commit("feat: 1")
    project.commit("feat: 2")
    project.commit(f"feat: 3\n\n{'x' * 5000}")
    log = actions.log(context, since=first, limit=1)
    assert (log.count, [entry.subject for entry in log.commits]) == (2, ["3"])
    assert log.commits[0].body == "x" * 4000 + "…"
    assert actions.log(context, until=first).count == 1


def test_log_of_an_unborn_branch(context: Context) -> None:
    with pytest.raises(ActionFailed, match="no commit yet"):
        actions.log(context)


def test_a_shallow_clone_is_noted(project: Project, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    project.commit("feat: 1", a="x\n")
    project.commit("feat: 2", a="y\n")
    project.git("clone", "--quiet", "--depth=1", f"file://{project.root}", str(tmp_path / "clone"))
    context = context_of(tmp_path / "clone")
    assert actions.log(context).shallow is True
    assert "shallow" in capsys.readouterr().out
    assert actions.change_size(context).confidence == 0.5


def test_changelog(project: Project, context: Context) -> None:
    project.commit("feat: old")
    project.git("tag", "v1.0.0")
    fix = project.commit("fix: new")
    made = actions.changelog(context, title="1.0.1")
    assert (made.text, made.count) == (f"## 1.0.1\n\n### Fixes\n\n- new ({fix[:8]})\n", 1)
    assert actions.changelog(context, since="HEAD").text == ""


def test_a_long_changelog_is_cut_and_says_so(project: Project, context: Context) -> None:
    for number in range(3):
        project.commit(f"fix: {number}")
    made = actions.changelog(context, limit=2)
    assert made.count == 3
    assert made.text.endswith("\n\nAnd 1 older commits.\n")
    assert "- 2 (" in made.text
    assert "- 0 (" not in made.text


# ---------------------------------------------------------------- change_size, next_version


@pytest.mark.parametrize(("lines", "score"), [(10, 1.0), (20, 1.0), (40, 0.5), (60, 0.0), (90, 0.0)])
def test_change_size_scores_in_a_straight_line(project: Project, context: Context, lines: int, score: float) -> None:
    project.commit("chore: base")
    project.git("tag", "v1.0.0")
    project.commit("feat: more", a="x\n" * lines)
    size = actions.change_size(context, small=20, large=60)
    assert (size.since, size.files, size.insertions, size.deletions) == ("v1.0.0", 1, lines, 0)
    assert (size.score, size.confidence) == (score, 1.0)
    assert size.evidence == [f"a: {lines} lines"]
    assert "v1.0.0" in size.reason


def test_binary_files_lower_the_confidence(project: Project, context: Context) -> None:
    project.write("picture", b"\0\1")
    project.commit("feat: picture", a="x\n")
    size = actions.change_size(context)
    assert (size.since, size.files, size.insertions, size.confidence) == (None, 2, 1, 0.5)


def test_change_size_refuses_bounds_in_the_wrong_order(context: Context) -> None:
    with pytest.raises(ActionFailed, match="less than"):
        actions.change_size(context, small=10, large=10)


def test_next_version(project: Project, context: Context) -> None:
    project.commit("feat: 1")
    first = actions.next_version(context, first="1.0.0")
    assert (first.current, first.next, first.bump) == (None, "1.0.0", "first")
    project.git("tag", "v1.0.0")
    assert actions.next_version(context).bump == "none"
    project.commit("feat: 2")
    project.git("tag", "v1.1.0-rc.1")
    project.commit("fix: 3")
    following = actions.next_version(context)
    assert (following.current, following.next, following.bump) == ("1.0.0", "1.1.0", "minor")
    assert actions.next_version(context, prerelease="rc").next == "1.1.0-rc.2"
    assert actions.next_version(context, bump="major").next == "2.0.0"


def test_next_version_ignores_tags_of_other_histories(project: Project, context: Context) -> None:
    project.commit("feat: 1")
    project.git("tag", "v1.0.0")
    project.git("switch", "--quiet", "--create", "side")
    project.commit("feat: 2")
    project.git("tag", "v9.0.0")
    project.git("switch", "--quiet", "main")
    assert actions.next_version(context).current == "1.0.0"


def test_a_first_version_must_be_one(project: Project, context: Context) -> None:
    project.commit()
    with pytest.raises(ActionFailed, match="'one' is no version"):
        actions.next_version(context, first="one")


# ---------------------------------------------------------------- scan_secrets


def test_scan_never_tells_the_secret(project: Project, context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    project.commit("feat: oops", **{"a.py": f"key = '{AWS}'\n"})
    scan = actions.scan_secrets(context, guesses=False)
    assert [(finding.path, finding.line, finding.kind) for finding in scan.findings] == [("a.py", 1, "AWS Access Key")]
    assert (scan.count, scan.allowed, scan.files, scan.skipped) == (1, 0, 1, [])
    assert AWS not in json.dumps(asdict(scan)) + capsys.readouterr().out


def test_scan_leaves_out_untracked_ignored_and_excluded_files(project: Project, context: Context) -> None:
    line = f"key = '{AWS}'\n"
    project.commit("feat: a", **{".gitignore": "ignored.py\n", "tests/deep/t.py": line})
    project.write("new.py", line)
    project.write("ignored.py", line)

    def paths(**options: object) -> list[str]:
        scan = actions.scan_secrets(context, guesses=False, **options)  # type: ignore[arg-type]  # options of several types
        return [finding.path for finding in scan.findings]

    assert paths() == ["tests/deep/t.py"]
    assert paths(untracked=True) == ["tests/deep/t.py", "new.py"]
    assert paths(untracked=True, exclude=("tests/*",)) == ["new.py"]


def test_a_baseline_allows_what_it_lists(project: Project, context: Context) -> None:
    item = {"type": "AWS Access Key", "filename": "a.py", "hashed_secret": sha1(AWS.encode()).hexdigest(), "line_number": 7}
    project.write(".secrets.baseline", json.dumps({"results": {"a.py": [item]}}))
    project.commit("feat: a", **{"a.py": f"key = '{AWS}'\n", "b.py": f"key = '{AWS}'\n"})
    scan = actions.scan_secrets(context, guesses=False)
    assert ([finding.path for finding in scan.findings], scan.allowed) == (["b.py"], 1)
    assert actions.scan_secrets(context, guesses=False, baseline="").count == 2


def test_a_damaged_baseline_is_an_error(project: Project, context: Context) -> None:
    project.commit(**{".secrets.baseline": "{"})
    with pytest.raises(ActionFailed, match="baseline cannot be read"):
        actions.scan_secrets(context)


# ---------------------------------------------------------------- tag


def test_tag_is_made_planned_probed_and_undone(project: Project, context: Context) -> None:
    commit = project.commit()
    assert part(actions.tag.planner)(context, name="v1.0.0", ref="HEAD") == f"create the annotated tag v1.0.0 at {commit[:12]}"
    assert part(actions.tag.prober)(context, name="v1.0.0", ref="HEAD") is False
    assert project.git("tag") == ""
    made = actions.tag(context, name="v1.0.0", message="# Notes\n\n- one")
    assert made == Tag(name="v1.0.0", object=project.git("rev-parse", "v1.0.0"), commit=commit)
    assert project.git("for-each-ref", "--format=%(objecttype) %(contents:subject)", "refs/tags") == "tag # Notes"
    assert part(actions.tag.prober)(context, name="v1.0.0", ref="HEAD") == made
    for _ in range(2):
        part(actions.tag.undoer)(context, name="v1.0.0", outputs=asdict(made))
        assert project.git("tag") == ""


def test_an_existing_tag_is_refused(project: Project, context: Context) -> None:
    project.commit()
    project.git("tag", "v1.0.0")
    with pytest.raises(ActionFailed, match=r"'v1\.0\.0' exists"):
        actions.tag(context, name="v1.0.0")
    assert "exists" in str(part(actions.tag.planner)(context, name="v1.0.0", ref="HEAD"))
    assert part(actions.tag.prober)(context, name="v1.0.0", ref="HEAD") is None


def test_somebody_elses_tag_is_left_alone(project: Project, context: Context) -> None:
    project.commit()
    made = actions.tag(context, name="v1.0.0")
    project.git("tag", "-f", "-a", "-m", "mine", "v1.0.0")
    for outputs in (asdict(made), {}):
        with pytest.raises(ActionFailed, match="left alone"):
            part(actions.tag.undoer)(context, name="v1.0.0", outputs=outputs)
    assert project.git("tag") == "v1.0.0"


def test_a_tag_elsewhere_is_not_taken_for_ours(project: Project, context: Context) -> None:
    first = project.commit()
    actions.tag(context, name="v1.0.0", ref=first)
    project.commit()
    assert part(actions.tag.prober)(context, name="v1.0.0", ref="HEAD") is None


# ---------------------------------------------------------------- branch


def test_branch_is_made_planned_probed_and_undone(project: Project, context: Context) -> None:
    first = project.commit()
    project.commit()
    assert (
        part(actions.branch.planner)(context, name="side", ref=first, switch=False) == f"create the branch side at {first[:12]}"
    )
    assert part(actions.branch.prober)(context, name="side", ref=first, switch=False) is False
    made = actions.branch(context, name="side", ref=first)
    assert made == Branch(name="side", commit=first, switched=False, previous_branch=None, previous_commit=None)
    assert project.git("branch", "--show-current") == "main"
    assert part(actions.branch.prober)(context, name="side", ref=first, switch=False) == made
    assert part(actions.branch.prober)(context, name="side", ref="HEAD", switch=False) is None
    assert part(actions.branch.prober)(context, name="side", ref=first, switch=True) is None
    for _ in range(2):
        part(actions.branch.undoer)(context, name="side", outputs=asdict(made))
        assert project.git("branch", "--format=%(refname:short)") == "main"


@pytest.mark.parametrize("detached", [False, True])
def test_switching_is_undone_too(project: Project, context: Context, detached: bool) -> None:
    first = project.commit(a="1\n")
    second = project.commit(a="2\n")
    if detached:
        project.git("switch", "--quiet", "--detach")
    made = actions.branch(context, name="side", ref=first, switch=True)
    assert (made.switched, made.previous_branch, made.previous_commit) == (True, None if detached else "main", second)
    assert project.git("branch", "--show-current") == "side"
    assert (project.root / "a").read_text() == "1\n"
    part(actions.branch.undoer)(context, name="side", outputs=asdict(made))
    assert project.git("branch", "--show-current") == ("" if detached else "main")
    assert project.git("rev-parse", "HEAD") == second
    assert project.git("branch", "--list", "side") == ""


def test_switching_with_changes_is_refused_where_they_could_be_lost(project: Project, context: Context) -> None:
    first = project.commit(a="1\n")
    project.commit(a="2\n")
    project.write("a", "mine\n")
    with pytest.raises(ActionFailed, match="could lose"):
        actions.branch(context, name="side", ref=first, switch=True)
    assert project.git("branch", "--list", "side") == ""
    made = actions.branch(context, name="here", switch=True)
    assert (project.root / "a").read_text() == "mine\n"
    part(actions.branch.undoer)(context, name="here", outputs=asdict(made))
    assert (project.git("branch", "--show-current"), (project.root / "a").read_text()) == ("main", "mine\n")


def test_an_existing_branch_is_refused(project: Project, context: Context) -> None:
    project.commit()
    with pytest.raises(ActionFailed, match="'main' exists"):
        actions.branch(context, name="main")
    assert "exists" in str(part(actions.branch.planner)(context, name="main", ref="HEAD", switch=False))


def test_a_branch_with_new_commits_is_left_alone(project: Project, context: Context) -> None:
    project.commit()
    made = actions.branch(context, name="side", switch=True)
    project.commit("feat: work")
    for outputs in (asdict(made), {}):
        with pytest.raises(ActionFailed, match="left alone"):
            part(actions.branch.undoer)(context, name="side", outputs=outputs)
    assert project.git("branch", "--show-current") == "side"


def test_a_branch_that_is_checked_out_elsewhere_is_left_alone(project: Project, context: Context, tmp_path: Path) -> None:
    project.commit()
    made = actions.branch(context, name="side")
    project.git("worktree", "add", "--quiet", str(tmp_path / "tree"), "side")
    with pytest.raises(ActionFailed, match="is checked out"):
        part(actions.branch.undoer)(context, name="side", outputs=asdict(made))
    assert project.git("branch", "--list", "side", "--format=%(refname:short)") == "side"
