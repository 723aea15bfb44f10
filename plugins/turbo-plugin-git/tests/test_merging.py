from __future__ import annotations

import shutil
import subprocess
from dataclasses import asdict
from pathlib import Path

import pytest
from turbo_core import ActionFailed, Context

from turbo_plugin_git import actions
from turbo_plugin_git.acting.merging import Joined

from .conftest import Project, part


def everything(project: Project) -> object:
    """All refs, where HEAD is, the index, and each file of the work tree."""
    files = {
        path.relative_to(project.root): path.read_bytes() for path in sorted(project.root.rglob("*")) if is_ours(project, path)
    }
    return (
        project.git("for-each-ref"),
        project.git("rev-parse", "--symbolic-full-name", "HEAD"),
        project.git("rev-parse", "HEAD"),
        project.git("ls-files", "--stage"),
        project.git("status", "--porcelain"),
        files,
    )


def is_ours(project: Project, path: Path) -> bool:
    return path.is_file() and ".git" not in path.relative_to(project.root).parts


def fork(project: Project, base: dict[str, str], ours: dict[str, str], theirs: dict[str, str]) -> str:
    """Two branches, ``main`` and ``side``, with these files; gives the commit of ``side``."""
    project.commit("feat: base", **base)
    project.git("switch", "--quiet", "--create", "side")
    there = project.commit("feat: theirs", **theirs)
    project.git("switch", "--quiet", "main")
    project.commit("feat: ours", **ours)
    return there


IMPORTS = ({"a.py": "import a\n\nx\n"}, {"a.py": "import a\nimport b\n\nx\n"}, {"a.py": "import a\nimport c\n\nx\n"})
BOTH = ({"a.py": "1\n"}, {"a.py": "2\n"}, {"a.py": "3\n"})
APART = ({"a": "1\n"}, {"b": "2\n"}, {"c": "3\n"})


# ---------------------------------------------------------------- merge


def test_a_merge_is_made_planned_probed_and_undone(project: Project, context: Context) -> None:
    there = fork(project, *APART)
    before = everything(project)
    assert "merge side" in str(part(actions.merge.planner)(context, ref="side"))
    assert part(actions.merge.prober)(context) is False
    made = actions.merge(context, ref="side")
    assert project.git("rev-parse", "HEAD^2") == there
    assert project.git("log", "-1", "--format=%s") == "Merge branch 'side'"
    assert (made.changed, made.waiting, made.settled, made.left) == (True, "", [], [])
    assert part(actions.merge.prober)(context) is True
    for _ in range(2):
        part(actions.merge.undoer)(context, outputs=asdict(made))
        assert everything(project) == before
    assert part(actions.merge.prober)(context) is False


def test_an_undo_without_outputs_asks_the_reflog(project: Project, context: Context) -> None:
    fork(project, *APART)
    before = everything(project)
    part(actions.merge.undoer)(context, outputs={})
    actions.merge(context, ref="side")
    part(actions.merge.undoer)(context, outputs={})
    assert everything(project) == before


def test_a_merge_that_is_done_already_changes_nothing(project: Project, context: Context) -> None:
    project.commit(a="1\n")
    project.git("branch", "side")
    assert actions.merge(context, ref="side").changed is False
    assert "do nothing" in str(part(actions.merge.planner)(context, ref="side"))


def test_ways_of_merging(project: Project, context: Context) -> None:
    project.commit(a="1\n")
    project.git("switch", "--quiet", "--create", "side")
    there = project.commit(b="2\n")
    project.git("switch", "--quiet", "main")
    made = actions.merge(context, ref="side", fast_forward="only")
    assert made.commit == there
    part(actions.merge.undoer)(context, outputs=asdict(made))
    assert actions.merge(context, ref="side", fast_forward="never", message="feat: joined").commit != there
    assert project.git("log", "-1", "--format=%s") == "feat: joined"
    project.git("reset", "--quiet", "--hard", "HEAD^")
    project.commit(c="3\n")
    with pytest.raises(ActionFailed, match="merge failed"):
        actions.merge(context, ref="side", fast_forward="only")


def test_favour_and_strategy(project: Project, context: Context) -> None:
    fork(project, *BOTH)
    made = actions.merge(context, ref="side", favour="theirs")
    assert (project.root / "a.py").read_text() == "3\n"
    part(actions.merge.undoer)(context, outputs=asdict(made))
    actions.merge(context, ref="side", strategy="ours")
    assert (project.root / "a.py").read_text() == "2\n"


def test_imports_are_settled_and_committed(project: Project, context: Context) -> None:
    fork(project, *IMPORTS)
    before = everything(project)
    made = actions.merge(context, ref="side")
    assert (project.root / "a.py").read_text() == "import a\nimport b\nimport c\n\nx\n"
    assert [(one.path, one.rules) for one in made.settled] == [("a.py", ["imports"])]
    assert (made.waiting, project.tracked(), project.git("log", "-1", "--format=%p").count(" ")) == ("", "", 1)
    part(actions.merge.undoer)(context, outputs=asdict(made))
    assert everything(project) == before
    with pytest.raises(ActionFailed, match="conflicts in 1 files"):
        actions.merge(context, ref="side", settle=())
    assert everything(project) == before


def test_a_conflict_is_refused_with_everything_as_before(project: Project, context: Context) -> None:
    fork(project, *BOTH)
    project.write("new", "untracked\n")
    before = everything(project)
    with pytest.raises(ActionFailed, match="conflicts in 1 files") as caught:
        actions.merge(context, ref="side")
    assert "a.py (both modified, Ada Löve here, Ada Löve there)" in caught.value.why
    assert everything(project) == before


def test_a_conflict_is_left_marked_and_listed(project: Project, context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    base, ours, theirs = (imports | {"b": text} for imports, text in zip(IMPORTS, ("1\n", "2\n", "3\n"), strict=True))
    there = fork(project, base, ours, theirs)
    before = everything(project)
    made = actions.merge(context, ref="side", on_conflict="leave")
    assert (made.waiting, made.changed, [one.path for one in made.settled]) == ("merge", False, ["a.py"])
    (left,) = made.left
    assert (left.path, left.kind, left.left, left.settled) == ("b", "both modified", 1, 0)
    (place,) = left.places
    assert (place.ours.start, place.ours.lines, place.theirs.lines) == (1, ["2"], ["3"])
    assert [(by.name, by.commit, by.subject) for by in place.theirs.by] == [("Ada Löve", there, "feat: theirs")]
    assert "<<<<<<<" in (project.root / "b").read_text()
    assert project.git("rev-parse", "MERGE_HEAD") == there
    assert actions.conflicts(context).left == made.left
    assert part(actions.merge.prober)(context) is None
    with pytest.raises(ActionFailed, match="a merge waits"):
        actions.merge(context, ref="side")
    project.write("b", "half-way\n")
    capsys.readouterr()
    part(actions.merge.undoer)(context, outputs=asdict(made))
    assert everything(project) == before
    kept = capsys.readouterr().out.partition("the commit ")[2].partition(",")[0]
    assert project.git("show", f"{kept}:b") == "half-way"


def test_somebody_elses_merge_is_left_alone(project: Project, context: Context) -> None:
    fork(project, *APART)
    made = actions.merge(context, ref="side")
    project.commit("feat: more")
    with pytest.raises(ActionFailed, match="left alone"):
        part(actions.merge.undoer)(context, outputs=asdict(made))


def test_a_dirty_tree_is_refused(project: Project, context: Context) -> None:
    fork(project, *APART)
    project.write("a", "mine\n")
    with pytest.raises(ActionFailed, match="a merge could lose") as caught:
        actions.merge(context, ref="side")
    assert caught.value.why == "a"
    with pytest.raises(ActionFailed, match="a rebase could lose"):
        actions.rebase(context, onto="side")
    assert (project.root / "a").read_text() == "mine\n"


def test_an_undo_keeps_changes_made_since(project: Project, context: Context) -> None:
    fork(project, *APART)
    made = actions.merge(context, ref="side")
    project.write("c", "mine\n")
    with pytest.raises(ActionFailed, match="reset failed"):
        part(actions.merge.undoer)(context, outputs=asdict(made))
    assert (project.root / "c").read_text() == "mine\n"
    project.git("checkout", "--quiet", "c")
    project.write("a", "mine\n")
    part(actions.merge.undoer)(context, outputs=asdict(made))
    assert (project.root / "a").read_text() == "mine\n"


def test_a_file_that_nobody_tracks_is_not_written_over(project: Project, context: Context) -> None:
    fork(project, *APART)
    project.write("c", "mine\n")
    before = everything(project)
    with pytest.raises(ActionFailed, match="merge failed") as caught:
        actions.merge(context, ref="side")
    assert "c" in caught.value.why
    assert everything(project) == before


KINDS = {
    "deleted by them": ({"a": "1\n"}, {"a": "2\n"}, {}),
    "deleted by us": ({"a": "1\n"}, {}, {"a": "2\n"}),
    "both added": ({}, {"a": "1\n"}, {"a": "2\n"}),
    "binary": ({"a": "\0001"}, {"a": "\0002"}, {"a": "\0003"}),
}


@pytest.mark.parametrize("kind", KINDS)
def test_kinds_of_conflicts(project: Project, context: Context, kind: str) -> None:
    base, ours, theirs = KINDS[kind]
    project.commit("feat: base", other="x\n", **base)
    for name, files in (("side", theirs), ("main", ours)):
        project.git("switch", "--quiet", *(("--create",) if name == "side" else ()), name)
        if not files:
            project.git("rm", "--quiet", "a")
        project.commit(f"feat: {name}", **files)
    found = actions.conflicts(context, ref="side")
    (left,) = found.left
    assert (left.path, left.kind) == ("a", "both modified" if kind == "binary" else kind)
    assert left.suggestion
    assert left.left == (1 if kind == "both added" else 0)
    assert project.tracked() == ""


def test_looking_ahead_touches_nothing(project: Project, context: Context) -> None:
    fork(project, *IMPORTS)
    before = everything(project)
    found = actions.conflicts(context, ref="side")
    assert (found.clean, [one.rules for one in found.settled]) == (True, [["imports"]])
    assert everything(project) == before
    with pytest.raises(ActionFailed, match="no merge waits"):
        actions.conflicts(context)


def test_conversions_of_a_path_are_kept(project: Project, context: Context) -> None:
    project.commit("chore: ends", **{".gitattributes": "*.py text eol=crlf\n"})
    fork(project, *IMPORTS)
    actions.merge(context, ref="side")
    assert (project.root / "a.py").read_bytes() == b"import a\r\nimport b\r\nimport c\r\n\r\nx\r\n"
    assert project.tracked() == ""


@pytest.mark.skipif(shutil.which("uv") is None, reason="uv is not installed: no manager that makes a lock file offline")
def test_a_lock_file_is_made_again(project: Project, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("UV_OFFLINE", "1")
    head = '[project]\nname = "{}"\nversion = "1"\nrequires-python = ">=3.11"\n'
    for name in ("one", "two", "three"):
        project.write(f"{name}/pyproject.toml", head.format(name))

    def manifest(*names: str) -> None:
        needs = "".join(f'    "{name}",\n' for name in names)
        sources = "".join(f'{name} = {{ path = "{name}" }}\n' for name in ("one", "two", "three"))
        project.write("pyproject.toml", f"{head.format('top')}dependencies = [\n{needs}]\n\n[tool.uv.sources]\n{sources}")
        shutil.rmtree(project.root / ".venv", ignore_errors=True)
        subprocess.run(("uv", "lock", "--quiet"), cwd=project.root, check=True)
        project.commit(f"feat: {names}")

    manifest("two")
    project.git("switch", "--quiet", "--create", "side")
    manifest("two", "three")
    project.git("switch", "--quiet", "main")
    manifest("one", "two")
    made = actions.merge(context, ref="side")
    assert [(one.path, one.rules) for one in made.settled] == [("uv.lock", ["locks"])]


def test_a_lock_file_is_left_where_its_manager_cannot_make_it(
    project: Project, context: Context, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def files(text: str) -> dict[str, str]:
        return {"Cargo.lock": text, "web/package.json": text, "web/package-lock.json": text}

    git = shutil.which("git")
    assert git is not None
    (tmp_path / "bin").mkdir()
    (tmp_path / "bin" / "git").symlink_to(git)
    fork(project, files("1\n"), files("2\n"), files("3\n"))
    monkeypatch.setenv("PATH", str(tmp_path / "bin"))
    foreseen = actions.conflicts(context, ref="side")
    made = actions.merge(context, ref="side", on_conflict="leave")
    told = {one.path: one.suggestion for one in made.left}
    assert told["Cargo.lock"] == "run cargo update --workspace: cargo is not installed"
    assert told["web/package-lock.json"].endswith("web/package.json has to be settled first")
    assert "<<<<<<<" in (project.root / "Cargo.lock").read_text()
    assert (foreseen.settled, len(foreseen.left)) == ([], 3)


# ---------------------------------------------------------------- rebase, cherry-pick


def undone(project: Project, context: Context, action: object, made: Joined, before: object) -> None:
    for _ in range(2):
        part(action.undoer)(context, outputs=asdict(made))  # type: ignore[attr-defined]  # an action
        assert everything(project) == before


def test_a_rebase_settles_and_is_undone(project: Project, context: Context) -> None:
    fork(project, *IMPORTS)
    project.commit("feat: more", d="4\n")
    before = everything(project)
    assert "put 2 commits onto side" in str(part(actions.rebase.planner)(context, onto="side"))
    made = actions.rebase(context, onto="side")
    assert (project.root / "a.py").read_text() == "import a\nimport b\nimport c\n\nx\n"
    assert project.git("log", "--format=%s", "side..").split("\n") == ["feat: more", "feat: ours"]
    assert part(actions.rebase.prober)(context) is True
    undone(project, context, actions.rebase, made, before)


def test_a_rebase_with_conflicts_goes_back(project: Project, context: Context) -> None:
    fork(project, *BOTH)
    before = everything(project)
    with pytest.raises(ActionFailed, match="rebase has conflicts"):
        actions.rebase(context, onto="side")
    assert everything(project) == before
    made = actions.rebase(context, onto="side", on_conflict="leave")
    assert (made.waiting, made.left[0].path) == ("rebase", "a.py")
    part(actions.rebase.undoer)(context, outputs=asdict(made))
    assert everything(project) == before


def test_fixups_are_folded(project: Project, context: Context) -> None:
    base = project.commit("feat: base", z="1\n")
    project.commit("feat: one", a="1\n")
    project.commit("feat: two", b="1\n")
    project.commit("fixup! feat: one", a="2\n")
    actions.rebase(context, onto=base, autosquash=True)
    assert project.git("log", "--format=%s", f"{base}..").split("\n") == ["feat: two", "feat: one"]
    assert (project.root / "a").read_text() == "2\n"


def test_commits_are_picked_and_undone(project: Project, context: Context) -> None:
    there = fork(project, *IMPORTS)
    before = everything(project)
    made = actions.cherry_pick(context, commits=("side",))
    assert (project.root / "a.py").read_text() == "import a\nimport b\nimport c\n\nx\n"
    assert f"cherry picked from commit {there}" in project.git("log", "-1", "--format=%B")
    assert part(actions.cherry_pick.prober)(context) is True
    undone(project, context, actions.cherry_pick, made, before)
    with pytest.raises(ActionFailed, match="no commit"):
        actions.cherry_pick(context, commits=())


def test_a_pick_that_brings_nothing_new_is_passed_over(project: Project, context: Context) -> None:
    project.commit("feat: base", a="1\n")
    project.git("switch", "--quiet", "--create", "side")
    project.commit("feat: same", a="2\n")
    project.git("switch", "--quiet", "main")
    project.commit("feat: same here", a="2\n")
    assert actions.cherry_pick(context, commits=("side",)).changed is False


def test_a_pick_with_conflicts_goes_back(project: Project, context: Context) -> None:
    fork(project, *BOTH)
    before = everything(project)
    with pytest.raises(ActionFailed, match="cherry-pick has conflicts"):
        actions.cherry_pick(context, commits=("side",))
    assert everything(project) == before
    made = actions.cherry_pick(context, commits=("side",), on_conflict="leave")
    assert made.waiting == "cherry-pick"
    part(actions.cherry_pick.undoer)(context, outputs=asdict(made))
    assert everything(project) == before
