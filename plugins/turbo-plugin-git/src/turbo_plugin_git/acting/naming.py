"""Actions that give names: tags and branches."""

from __future__ import annotations

from typing import Any

from turbo_core import ActionFailed, Context, action

from turbo_plugin_git import branches
from turbo_plugin_git.acting.ground import not_ours, repository_of, shown
from turbo_plugin_git.git import Repository
from turbo_plugin_git.outputs import Branch, BranchName, Tag
from turbo_plugin_git.settings import Settings

# ---------------------------------------------------------------- changing: a tag


@action(risk="change")
def tag(context: Context, name: str, message: str = "", ref: str = "HEAD") -> Tag:
    """Create an annotated tag. An existing one is never moved.

    Args:
        name: the tag's name, for example ``v1.2.0``.
        message: what the tag says; its name if empty.
        ref: the branch, tag or commit to point to.
    """
    with repository_of(context) as repository:
        commit = repository.resolve(ref)
        existing = repository.tag(name)
        if existing is not None:
            raise ActionFailed(
                f"the tag {name!r} exists",
                why=f"it points to {existing.commit[:12]}",
                next_step="choose another name, or delete it",
            )
        made = repository.create_tag(name, commit, message)
    context.log(f"tag {name} at {commit[:12]}")
    return Tag(name=name, object=made.object, commit=made.commit)


@tag.plan
def _(context: Context, name: str, ref: str) -> str:
    with repository_of(context) as repository:
        commit = repository.resolve(ref)
        if repository.tag(name) is not None:
            return f"fail: the tag {name} exists"
    return f"create the annotated tag {name} at {commit[:12]}"


@tag.undo
def _(context: Context, name: str, outputs: dict[str, Any]) -> None:
    with repository_of(context) as repository:
        existing = repository.tag(name)
        if existing is None:
            return
        if existing.object != outputs.get("object"):
            raise not_ours(f"the tag {name!r}", outputs)
        repository.delete_tag(existing)
    context.log(f"tag {name} deleted")


@tag.probe
def _(context: Context, name: str, ref: str) -> Tag | bool | None:
    with repository_of(context) as repository:
        existing = repository.tag(name)
        if existing is None:
            return False
        here = existing.annotated and existing.commit == repository.resolve(ref)
    return Tag(name=name, object=existing.object, commit=existing.commit) if here else None


# ---------------------------------------------------------------- the name of a branch


@action(risk="read")
def branch_name(context: Context, title: str, kind: str = "feature", ticket: str = "") -> BranchName:
    """Make a name for a branch of a title, by the rules of the project: ``feature/ABC-12-a-short-title``.

    Args:
        title: what the branch is for, in words.
        kind: what the name begins with, one of the kinds in the settings.
        ticket: the key of an issue.
    """
    settings = context.settings(Settings)
    if kind not in settings.branch_kinds:
        raise ActionFailed(f"{kind!r} is no kind of branch here", why=f"the settings know {', '.join(settings.branch_kinds)}")
    name = branches.name_of(title, kind=kind, ticket=ticket, longest=settings.longest_branch)
    _refuse_name(name, settings)
    with repository_of(context) as repository:
        return BranchName(name=name, free=repository.branch(name) is None)


# ---------------------------------------------------------------- changing: a branch


@action(risk="change")
def branch(context: Context, name: str, ref: str = "HEAD", switch: bool = False) -> Branch:
    """Create a branch. An existing one is never moved.

    Args:
        name: the branch's name.
        ref: the branch, tag or commit to start at.
        switch: also check it out; refused if tracked files have changes and it starts elsewhere.
    """
    _refuse_name(name, context.settings(Settings))
    with repository_of(context) as repository:
        commit = repository.resolve(ref)
        head = repository.head()
        existing = repository.branch(name)
        if existing is not None:
            raise ActionFailed(
                f"the branch {name!r} exists", why=f"it points to {existing.commit[:12]}", next_step="choose another name"
            )
        if not switch:
            repository.create_branch(name, commit)
        else:
            _refuse_dirty(repository, head.commit, commit)
            repository.create_and_switch(name, commit)
    context.log(f"branch {name} at {commit[:12]}{', checked out' if switch else ''}")
    return Branch(
        name=name,
        commit=commit,
        switched=switch,
        previous_branch=head.branch if switch else None,
        previous_commit=head.commit if switch else None,
    )


def _refuse_name(name: str, settings: Settings) -> None:
    why = branches.problem(name, pattern=settings.branch_pattern, longest=settings.longest_branch)
    if why:
        step = "git.branch_name makes a name of a title; the rules stand in [plugins.git]"
        raise ActionFailed(f"the name {name!r} breaks the rules", why=why, next_step=step)


def _refuse_dirty(repository: Repository, here: str | None, there: str) -> None:
    if here != there and repository.state().changed:
        raise ActionFailed(
            "the work tree has changes that switching could lose",
            where=shown(str(repository.root)),
            next_step="commit or stash them, or leave out 'switch'",
        )


@branch.plan
def _(context: Context, name: str, ref: str, switch: bool) -> str:
    with repository_of(context) as repository:
        commit = repository.resolve(ref)
        if repository.branch(name) is not None:
            return f"fail: the branch {name} exists"
    return f"create the branch {name} at {commit[:12]}{' and check it out' if switch else ''}"


@branch.undo
def _(context: Context, name: str, outputs: dict[str, Any]) -> None:
    with repository_of(context) as repository:
        existing = repository.branch(name)
        if existing is None:
            return
        if existing.commit != outputs.get("commit"):
            raise not_ours(f"the branch {name!r}", outputs)
        if repository.head().branch == name and outputs.get("previous_commit"):
            _refuse_dirty(repository, existing.commit, outputs["previous_commit"])
            repository.switch(outputs["previous_branch"], outputs["previous_commit"])
            existing = repository.branch(name) or existing
        if existing.worktree:
            raise ActionFailed(
                f"the branch {name!r} is checked out", where=shown(existing.worktree), next_step="check out another one there"
            )
        repository.delete_branch(existing)
    context.log(f"branch {name} deleted")


@branch.probe
def _(context: Context, name: str, ref: str, switch: bool) -> Branch | bool | None:
    with repository_of(context) as repository:
        existing = repository.branch(name)
        if existing is None:
            return False
        if switch or existing.commit != repository.resolve(ref):
            return None
    return Branch(name=name, commit=existing.commit, switched=False, previous_branch=None, previous_commit=None)
