from __future__ import annotations

import os
from pathlib import Path

import pytest

from turbo_plugin_git.git import (
    GitError,
    GitMissing,
    NotARepository,
    RefUnknown,
    Repository,
    UnsafeRepository,
    clean_environment,
)

from .conftest import Project

HOSTILE = ("-rf", "--all", "new\nline", 'quo"te', "a\tb", "ümläut 漢字", "back\\slash", ":(glob)*", "$(touch ran)", "a -> b")


def test_environment_keeps_the_person_and_drops_other_repositories() -> None:
    outer = {"HOME": "/h", "GIT_DIR": "/other", "GIT_INDEX_FILE": "/i", "GIT_AUTHOR_NAME": "A", "GIT_TRACE": "1", "LC_ALL": "de"}
    kept = clean_environment(outer)
    assert (kept["HOME"], kept["GIT_AUTHOR_NAME"], kept["LC_ALL"], kept["GIT_TERMINAL_PROMPT"]) == ("/h", "A", "C.UTF-8", "0")
    assert not {"GIT_DIR", "GIT_INDEX_FILE", "GIT_TRACE"} & set(kept)


def test_another_repository_in_the_environment_is_not_used(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    here = project.commit()
    monkeypatch.setenv("GIT_DIR", "/nowhere/.git")
    assert Repository(project.root).head().commit == here


def test_a_folder_below_the_root_leads_to_the_root(project: Project) -> None:
    project.write("a/b/c")
    assert Repository(project.root / "a" / "b").root == project.root.resolve()


def test_a_root_may_end_in_a_line_feed(tmp_path: Path) -> None:
    root = tmp_path / "odd\n"
    root.mkdir()
    Project(root).git("init", "--quiet")
    assert Repository(root).root == root.resolve()


def test_no_repository(tmp_path: Path) -> None:
    with pytest.raises(NotARepository, match="not inside a git repository") as caught:
        Repository(tmp_path)
    assert "git init" in caught.value.next_step


def test_no_folder(tmp_path: Path) -> None:
    with pytest.raises(NotARepository, match="is not a folder"):
        Repository(tmp_path / "gone")


def test_a_bare_repository_is_named(tmp_path: Path) -> None:
    Project(tmp_path).git("init", "--quiet", "--bare")
    with pytest.raises(NotARepository, match="no work tree"):
        Repository(tmp_path)


def test_git_missing(project: Project, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(project.root))
    with pytest.raises(GitMissing) as caught:
        Repository(project.root)
    assert "install git" in caught.value.next_step


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder to another account")
def test_a_repository_of_another_account_is_explained(project: Project) -> None:
    for path in (project.root, project.root / ".git"):
        os.chown(path, 12345, 12345)
    with pytest.raises(UnsafeRepository) as caught:
        Repository(project.root)
    assert "safe.directory" in caught.value.next_step


def test_head_on_a_branch_unborn_and_detached(project: Project) -> None:
    repository = Repository(project.root)
    assert (repository.head().branch, repository.head().commit) == ("main", None)
    commit = project.commit()
    assert (repository.head().branch, repository.head().commit) == ("main", commit)
    project.git("switch", "--quiet", "--detach")
    assert (repository.head().branch, repository.head().commit) == (None, commit)


@pytest.mark.parametrize("ref", ["--all", "-h", "new\nline", "\0", "nowhere", "HEAD~9", "HEAD:file", ""])
def test_what_leads_to_no_commit_is_refused(project: Project, ref: str) -> None:
    project.commit(file="x")
    with pytest.raises(RefUnknown):
        Repository(project.root).resolve(ref)


def test_refs_are_resolved_to_commits(project: Project) -> None:
    first, second = project.commit(), project.commit()
    project.git("tag", "-a", "-m", "t", "v1.0.0", first)
    repository = Repository(project.root)
    assert [repository.resolve(ref) for ref in ("HEAD", "main", "v1.0.0", "HEAD~1", first[:12])] == [
        second,
        second,
        first,
        first,
        first,
    ]


def test_unborn_head_says_so(project: Project) -> None:
    with pytest.raises(RefUnknown, match="no commit yet"):
        Repository(project.root).resolve("HEAD")


def test_hostile_names_in_status_changes_and_files(project: Project) -> None:
    project.commit("chore: base", base="x")
    for name in HOSTILE:
        project.write(name, "1\n")
    (project.root / "link").symlink_to("/etc/passwd")
    repository = Repository(project.root)
    assert set(repository.state().untracked) == {*HOSTILE, "link"}
    assert set(repository.files(untracked=True)) == {*HOSTILE, "link", "base"}
    base = repository.resolve("HEAD")
    head = project.commit("feat: odd names")
    assert {change.path for change in repository.changes(base, head)} == {*HOSTILE, "link"}
    assert set(repository.files()) == {*HOSTILE, "base"}
    assert not (project.root / "ran").exists()


def test_bytes_that_are_no_text_in_a_name(project: Project) -> None:
    name = os.fsdecode(b"caf\xe9")
    try:
        (project.root / name).write_text("x")
    except OSError:
        pytest.skip("this file system takes Unicode names only")
    project.commit()
    (path,) = Repository(project.root).files()
    assert (project.root / path).read_text() == "x"


def test_reading_the_state_writes_nothing(project: Project) -> None:
    project.commit(file="x")
    os.utime(project.root / "file", (1, 1))
    index = (project.root / ".git" / "index").read_bytes()
    Repository(project.root).state()
    assert (project.root / ".git" / "index").read_bytes() == index


def test_a_program_in_the_configuration_does_not_run(project: Project) -> None:
    project.commit(file="x")
    script = project.write(".git/spy", f"#!/bin/sh\ntouch {project.root}/ran\n")
    script.chmod(0o755)
    project.git("config", "core.fsmonitor", str(script))
    project.git("config", "diff.external", str(script))
    repository = Repository(project.root)
    repository.state()
    repository.changes(None, repository.resolve("HEAD"))
    assert not (project.root / "ran").exists()


def test_state_of_a_renamed_and_a_conflicted_file(project: Project) -> None:
    project.commit("chore: a", a="one\ntwo\nthree\n", b="b\n")
    project.git("switch", "--quiet", "--create", "side")
    project.commit("fix: side", b="side\n")
    project.git("switch", "--quiet", "main")
    project.commit("fix: main", b="main\n")
    with pytest.raises(Exception, match="non-zero exit status"):
        project.git("merge", "side")
    project.git("mv", "a", "z")
    state = Repository(project.root).state()
    assert state.conflicted == ("b",)
    assert state.staged == ("z",)
    assert Repository(project.root).files() == ("b", "z")


def test_ahead_and_behind(project: Project, tmp_path: Path) -> None:
    project.commit()
    clone = Project(tmp_path / "clone")
    project.git("clone", "--quiet", str(project.root), str(clone.root))
    project.commit("fix: theirs")
    clone.commit("fix: mine")
    clone.commit("fix: mine too")
    clone.git("fetch", "--quiet")
    state = Repository(clone.root).state()
    assert (state.upstream, state.ahead, state.behind) == ("origin/main", 2, 1)


def test_commits_with_and_without_merges(project: Project) -> None:
    base = project.commit("feat: base")
    project.git("switch", "--quiet", "--create", "side")
    project.commit("fix: side")
    project.git("switch", "--quiet", "main")
    project.git("merge", "--quiet", "--no-ff", "--no-edit", "side")
    repository = Repository(project.root)
    head = repository.resolve("HEAD")
    assert [commit.message for commit in repository.commits(base, head)] == ["fix: side"]
    assert [len(commit.parents) for commit in repository.commits(base, head, merges=True)] == [2, 1]
    (first,) = repository.commits(None, base)
    assert (first.author, first.date) == ("Ada Löve", "2026-01-02T03:04:05+01:00")


def test_changes_count_from_where_the_histories_parted(project: Project) -> None:
    base = project.commit("chore: base", a="a\n")
    project.git("switch", "--quiet", "--create", "side")
    side = project.commit("fix: side", b="1\n2\n")
    project.git("switch", "--quiet", "main")
    main = project.commit("fix: main", c="c\n")
    repository = Repository(project.root)
    assert [change.path for change in repository.changes(main, side)] == ["b"]
    assert {change.path for change in repository.changes(None, main)} == {"a", "c"}
    assert repository.changes(base, base) == ()


def test_histories_without_a_common_commit(project: Project) -> None:
    one = project.commit(a="a\n")
    project.git("switch", "--quiet", "--orphan", "other")
    two = project.commit(b="b\n")
    assert {change.path for change in Repository(project.root).changes(one, two)} == {"a", "b"}


def test_a_shallow_clone_is_noticed(project: Project, tmp_path: Path) -> None:
    first = project.commit()
    project.commit()
    project.git("clone", "--quiet", "--depth=1", f"file://{project.root}", str(tmp_path / "clone"))
    repository = Repository(tmp_path / "clone")
    assert repository.shallow()
    with pytest.raises(RefUnknown) as caught:
        repository.resolve(first)
    assert "unshallow" in caught.value.next_step


def test_tags_reachable_and_not(project: Project) -> None:
    first = project.commit()
    project.git("tag", "v1.0.0")
    project.git("switch", "--quiet", "--create", "side")
    project.commit()
    project.git("tag", "-a", "-m", "t", "v2.0.0")
    project.git("tag", "-a", "-m", "t", "tree", "HEAD^{tree}")
    repository = Repository(project.root)
    assert [tag.name for tag in repository.tags()] == ["v1.0.0", "v2.0.0"]
    assert [tag.name for tag in repository.tags(first)] == ["v1.0.0"]


@pytest.mark.parametrize("name", ["-d", "--delete", "a b", "a..b", "a\nb", "end.lock", "", "x~1", "HEAD"])
def test_names_that_are_none(project: Project, name: str) -> None:
    commit = project.commit()
    repository = Repository(project.root)
    with pytest.raises(RefUnknown):
        repository.create_tag(name, commit, "")
    with pytest.raises(RefUnknown):
        repository.create_branch(name, commit)
    with pytest.raises(RefUnknown):
        repository.create_and_switch(name, commit)
    assert repository.tags() == ()


def test_a_tag_keeps_headings_and_is_deleted_only_if_unchanged(project: Project) -> None:
    commit = project.commit()
    repository = Repository(project.root)
    made = repository.create_tag("v1.0.0", commit, "# Title\n\n- one\n")
    assert made.annotated
    assert "# Title\n\n- one" in project.git("cat-file", "tag", "v1.0.0")
    project.git("tag", "-f", "-a", "-m", "mine", "v1.0.0")
    with pytest.raises(GitError, match="update-ref failed"):
        repository.delete_tag(made)
    assert repository.tag("v1.0.0") is not None


def test_a_tag_and_a_branch_of_one_name_are_told_apart(project: Project) -> None:
    commit = project.commit()
    repository = Repository(project.root)
    repository.create_branch("x", commit)
    assert repository.tag("x") is None
    assert repository.branch("x") is not None


def test_a_worktree_is_a_repository_and_holds_its_branch(project: Project, tmp_path: Path) -> None:
    project.commit()
    project.git("worktree", "add", "--quiet", "-b", "side", str(tmp_path / "tree"))
    there = Repository(tmp_path / "tree")
    assert there.head().branch == "side"
    branch = Repository(project.root).branch("side")
    assert branch is not None
    assert Path(branch.worktree).resolve() == (tmp_path / "tree").resolve()


def test_two_thousand_commits(project: Project) -> None:
    stream = b"".join(
        b"commit refs/heads/main\ncommitter A <a@example.org> %d +0000\ndata 8\nfix: %03d\n" % (1_700_000_000 + n, n % 1000)
        for n in range(2000)
    )
    project.git("fast-import", "--quiet", text=stream)
    repository = Repository(project.root)
    commits = repository.commits(None, repository.resolve("HEAD"))
    assert len(commits) == 2000
    assert (commits[0].message, commits[-1].message) == ("fix: 999", "fix: 000")


def test_switching_refuses_to_lose_a_change(project: Project) -> None:
    first = project.commit(a="1\n")
    project.commit(a="2\n")
    project.write("a", "mine\n")
    repository = Repository(project.root)
    with pytest.raises(GitError, match="switch failed"):
        repository.create_and_switch("side", first)
    assert repository.branch("side") is None
    assert (project.root / "a").read_text() == "mine\n"
