from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Any

import pytest
from turbo_core import ActionFailed, Context, replace

from turbo_plugin_git import actions, branches
from turbo_plugin_git.drafting import FileChange, draft, problems
from turbo_plugin_git.settings import Settings

from .conftest import Project, part
from .test_merging import everything


def with_settings(context: Context, **given: object) -> Context:
    read: Callable[[type[Any]], Any] = lambda type_: type_(**given)  # noqa: E731  # a name of its own would say no more
    return replace(context, read_settings=read)


# ---------------------------------------------------------------- drafts


def a(path: str) -> FileChange:
    return FileChange(status="A", path=path)


def m(path: str) -> FileChange:
    return FileChange(status="M", path=path)


DRAFTS = [
    ([m("docs/a.md"), m("README.md")], "", "docs: update a.md and README.md"),
    ([a("tests/test_a.py")], "", "test: add test_a.py"),
    ([m("uv.lock"), m("pyproject.toml")], "", "build: update uv.lock and pyproject.toml"),
    ([m(".github/workflows/ci.yml")], "", "ci: update ci.yml"),
    ([m("src/shop/cart/total.py")], "+def total(x):\n-x", "feat(cart): add total"),
    ([m("src/shop/cart/total.py")], "+def total(x, y):\n-def total(x):", "fix(cart): change total.py"),
    ([m("src/cart.py"), m("tests/test_cart.py")], "+x\n-y", "fix: change cart.py"),
    ([a("src/cart.py")], "+x = 1", "feat: add cart.py"),
    ([FileChange(status="D", path="src/cart.py")], "-def x():", "refactor: remove cart.py"),
    ([FileChange(status="R", path="src/b.py", old="src/a.py")], "", "refactor: move b.py"),
    ([m(f"src/{number}.py") for number in range(5)], "", "fix: change 0.py, 1.py and 3 more"),
]


@pytest.mark.parametrize(("changes", "diff", "first"), DRAFTS)
def test_a_message_is_drafted(changes: list[FileChange], diff: str, first: str) -> None:
    made = draft(changes, diff, spaces_only=False)
    assert made.message.partition("\n")[0] == first
    assert 0 < made.confidence < 1
    assert problems(made.message, types=Settings().commit_types, scopes=(), longest=100) == []


def test_space_alone_is_style_and_scopes_can_be_given() -> None:
    made = draft([m("src/shop/cart/total.py")], "", spaces_only=True, scopes=["shop"])
    assert made.message == "style(shop): reformat total.py"


BAD = {
    "Update things": "first line",
    "what: is this": "type 'what'",
    "feat(kitchen): cook": "scope 'kitchen'",
    f"feat: {'x' * 100}": "more than 50",
    "feat: done.": "full stop",
    "feat: a\nb": "second line",
}


@pytest.mark.parametrize("message", BAD)
def test_problems_of_a_message(message: str) -> None:
    (found,) = problems(message, types=["feat"], scopes=["cart"], longest=50)
    assert BAD[message] in found


def test_messages_of_a_history_are_checked(project: Project, context: Context) -> None:
    project.commit("feat: good")
    bad = project.commit("bad")
    found = actions.check_messages(context)
    assert (found.count, found.score, [(one.commit, one.subject) for one in found.bad]) == (2, 0.5, [(bad, "bad")])
    assert actions.check_messages(context, since="HEAD").confidence == 0.0


# ---------------------------------------------------------------- staging and committing


def test_staging_is_undone(project: Project, context: Context) -> None:
    project.commit(a="1\n", b="1\n")
    project.write("a", "2\n")
    project.git("add", "a")
    project.write("b", "2\n")
    project.write("new", "3\n")
    (project.root / "a").unlink()
    before = everything(project)
    made = actions.stage(context, everything=True)
    assert (made.staged, project.tracked()) == (["a", "b", "new"], "D  a\nM  b\nA  new")
    for _ in range(2):
        part(actions.stage.undoer)(context, outputs=asdict(made))
        assert everything(project) == before
    assert actions.stage(context, paths=("b",)).staged == ["a", "b"]
    with pytest.raises(ActionFailed, match="nothing is named"):
        actions.stage(context)


def test_what_an_undo_could_not_restore_is_refused_first(project: Project, context: Context) -> None:
    project.commit()
    project.write("new")
    project.git("add", "--intent-to-add", "new")
    with pytest.raises(ActionFailed, match="could not be restored") as caught:
        actions.stage(context, everything=True)
    assert "new was announced" in caught.value.why


def test_an_index_that_went_on_is_left_alone(project: Project, context: Context) -> None:
    project.commit(a="1\n")
    project.write("a", "2\n")
    made = actions.stage(context, everything=True)
    project.write("a", "3\n")
    project.git("add", "a")
    with pytest.raises(ActionFailed, match="left alone"):
        part(actions.stage.undoer)(context, outputs=asdict(made))


@pytest.mark.parametrize("first", [False, True])
def test_a_commit_is_made_probed_and_undone(project: Project, context: Context, first: bool) -> None:
    if not first:
        project.commit(a="1\n")
    project.write("a", "2\n")
    project.write("b", "1\n")
    project.git("add", "b")
    tracked = project.tracked()
    assert part(actions.commit.prober)(context) is False
    made = actions.commit(context, message="feat(x): both", everything=True)
    assert (made.type, made.scope, made.subject, made.files) == ("feat", "x", "both", 2)
    assert (project.git("log", "-1", "--format=%s"), project.tracked()) == ("feat(x): both", "")
    assert part(actions.commit.prober)(context) is True
    for _ in range(2):
        part(actions.commit.undoer)(context, outputs=asdict(made))
        assert project.tracked() == tracked
    assert (project.root / "a").read_text() == "2\n"


def test_a_commit_drafts_its_message(project: Project, context: Context) -> None:
    project.commit(**{"src/shop/cart.py": "x = 1\n"})
    project.write("src/shop/cart.py", "x = 1\n\n\ndef total():\n    return x\n")
    told = actions.draft(context)
    assert (told.message, told.staged, told.files) == ("feat(shop): add total", False, 1)
    made = actions.commit(context, everything=True)
    assert project.git("log", "-1", "--format=%B") == made.message == "feat(shop): add total"
    with pytest.raises(ActionFailed, match="nothing has changed"):
        actions.draft(context)


def test_a_commit_refuses_bad_messages_and_an_empty_change(project: Project, context: Context) -> None:
    project.commit(a="1\n")
    with pytest.raises(ActionFailed, match="nothing has changed"):
        actions.commit(context, message="feat: x")
    project.write("a", "2\n")
    with pytest.raises(ActionFailed, match="breaks the rules"):
        actions.commit(context, message="Update", everything=True)
    assert project.tracked() == "M a"
    assert actions.commit(context, message="Update", everything=True, conventional_only=False).type == ""


def test_a_hook_that_refuses_leaves_the_index_as_it_was(project: Project, context: Context) -> None:
    project.commit(a="1\n")
    hook = project.write(".git/hooks/pre-commit", "#!/bin/sh\necho no >&2\nexit 1\n")
    hook.chmod(0o755)
    project.write("a", "2\n")
    with pytest.raises(ActionFailed, match="commit failed") as caught:
        actions.commit(context, message="feat: x", everything=True)
    assert (caught.value.why, project.tracked()) == ("no", "M a")
    actions.commit(context, message="feat: x", everything=True, hooks=False)


def test_a_commit_that_is_not_the_newest_is_left_alone(project: Project, context: Context) -> None:
    project.commit(a="1\n")
    project.write("a", "2\n")
    made = actions.commit(context, message="feat: x", everything=True)
    project.write("b")
    project.git("add", "b")
    with pytest.raises(ActionFailed, match="staged since"):
        part(actions.commit.undoer)(context, outputs=asdict(made))
    project.commit("feat: more")
    with pytest.raises(ActionFailed, match="left alone"):
        part(actions.commit.undoer)(context, outputs=asdict(made))


# ---------------------------------------------------------------- names of branches


def test_a_name_is_made_of_a_title(project: Project, context: Context) -> None:
    project.commit()
    made = actions.branch_name(context, title="Größere Körbe: add & remove!", ticket="ABC-12")
    assert (made.name, made.free) == ("feature/ABC-12-groere-korbe-add-remove", True)
    assert actions.branch_name(context, title="Fix it", kind="fix").name == "fix/fix-it"
    with pytest.raises(ActionFailed, match="no kind of branch"):
        actions.branch_name(context, title="x", kind="other")
    assert branches.name_of("one two three", kind="fix", ticket="", longest=12) == "fix/one-two"


def test_names_keep_the_rules(project: Project, context: Context) -> None:
    project.commit()
    strict = with_settings(context, branch_pattern=r"(feature|fix)/.+", longest_branch=20)
    for name, why in (("side", "does not match"), (f"fix/{'x' * 20}", "more than 20")):
        with pytest.raises(ActionFailed, match="breaks the rules") as caught:
            actions.branch(strict, name=name)
        assert why in caught.value.why
    assert actions.branch(strict, name="fix/it").name == "fix/it"
    assert "no regular expression" in branches.problem("x", pattern="(", longest=9)
