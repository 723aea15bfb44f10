"""Actions for more than one work tree of a repository."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from turbo_core import ActionFailed, Context, action

from turbo_plugin_git.acting.ground import not_ours, repository_of, shown
from turbo_plugin_git.git import Repository


@dataclass(frozen=True, slots=True, kw_only=True)
class Worktree:
    """A work tree of the repository.

    Attributes:
        path: its folder.
        commit: what is checked out there; null if nothing is.
        branch: the branch that is checked out there; null if HEAD is detached.
        locked: whether it may not be removed.
        gone: whether its folder is missing.
    """

    path: str
    commit: str | None
    branch: str | None
    locked: bool
    gone: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Worktrees:
    """The work trees of the repository, the main one first."""

    worktrees: list[Worktree]


@dataclass(frozen=True, slots=True, kw_only=True)
class AddedWorktree:
    """A work tree that was added.

    Attributes:
        path: its folder.
        commit: what is checked out there.
        branch: the branch that was created for it; null if HEAD is detached there.
    """

    path: str
    commit: str
    branch: str | None


def _all(repository: Repository) -> list[Worktree]:
    blocks = repository.run("worktree", "list", "--porcelain", "-z").decode("utf-8", "surrogateescape").split("\0\0")
    return [_read(dict(each.partition(" ")[::2] for each in block.split("\0"))) for block in blocks if block]


def _read(told: dict[str, str]) -> Worktree:
    branch = told.get("branch")
    return Worktree(
        path=shown(told["worktree"]),
        commit=told.get("HEAD"),
        branch=branch.removeprefix("refs/heads/") if branch else None,
        locked="locked" in told,
        gone="prunable" in told,
    )


@action(risk="read")
def worktrees(context: Context) -> Worktrees:
    """List the work trees of the repository."""
    with repository_of(context) as repository:
        return Worktrees(worktrees=_all(repository))


@action(risk="change")
def worktree(context: Context, path: str, ref: str = "HEAD", branch: str = "") -> AddedWorktree:
    """Check out a ref in a folder of its own, beside the project's work tree.

    Args:
        path: the folder, relative to the project; it must not exist, or be empty.
        ref: the branch, tag or commit to check out.
        branch: create this branch there; without it HEAD is detached.
    """
    folder = _folder(context, path)
    with repository_of(context) as repository:
        commit = repository.resolve(ref)
        if branch:
            repository.full_name("refs/heads", branch)
        way = ("--no-track", "-b", branch) if branch else ("--detach",)
        repository.run("worktree", "add", "--quiet", *way, "--", str(folder), commit)
    context.log(f"{path}: {commit[:12]}")
    return AddedWorktree(path=str(folder), commit=commit, branch=branch or None)


def _folder(context: Context, path: str) -> Path:
    if not path:
        raise ActionFailed("no folder is named")
    return (context.project / path).resolve()


def _found(repository: Repository, folder: Path) -> Worktree | None:
    return next((each for each in _all(repository) if Path(each.path) == folder), None)


@worktree.plan
def _(context: Context, path: str, ref: str) -> str:
    with repository_of(context) as repository:
        commit = repository.resolve(ref)
    return f"{'fail: it exists: ' if _folder(context, path).exists() else ''}check out {commit[:12]} in {path}"


@worktree.undo
def _(context: Context, path: str, outputs: dict[str, Any]) -> None:
    folder = _folder(context, path)
    with repository_of(context) as repository:
        found = _found(repository, folder)
        if found is not None and (not outputs or found.branch != outputs["branch"]):
            raise not_ours(f"the work tree {path!r}", outputs)
        if found is not None:
            _refuse_loss(repository, folder, found, outputs)
            repository.run("worktree", "remove", "--", str(folder))
        made = repository.branch(outputs["branch"]) if outputs.get("branch") else None
        if made is not None and made.commit == outputs["commit"]:
            repository.delete_branch(made)
    context.log(f"the work tree {path} is removed")


def _refuse_loss(repository: Repository, folder: Path, found: Worktree, outputs: dict[str, Any]) -> None:
    """Git itself refuses where files differ from the commit. New commits it would drop."""
    if found.commit != outputs["commit"]:
        raise ActionFailed("the work tree was left alone", where=str(folder), why="commits were made there since")


@worktree.probe
def _(context: Context, path: str, ref: str, branch: str) -> AddedWorktree | bool:
    folder = _folder(context, path)
    with repository_of(context) as repository:
        found, commit = _found(repository, folder), repository.resolve(ref)
    if found is None or found.gone or found.commit != commit or found.branch != (branch or None):
        return False
    return AddedWorktree(path=str(folder), commit=commit, branch=branch or None)
