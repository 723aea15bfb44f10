"""Actions that exchange commits with other repositories: fetch and push, over HTTP, SSH or from a folder."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr
from turbo_core import ActionFailed, Context, action

from turbo_plugin_git import remotes
from turbo_plugin_git.acting.ground import repository_of
from turbo_plugin_git.git import GitError, Repository
from turbo_plugin_git.remotes import Login, Moved


@dataclass(frozen=True, slots=True, kw_only=True)
class MovedRef:
    """A ref that moved: `before` is null if it was not there, `after` if it is gone."""

    ref: str
    before: str | None
    after: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """What a fetch brought.

    Attributes:
        remote: where from.
        moved: the refs of this repository that moved.
    """

    remote: str
    moved: list[MovedRef]


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push did.

    Attributes:
        remote: where to.
        moved: the refs of the other side that moved; none if it had everything.
        moved_here: the refs of this repository that follow them.
    """

    remote: str
    moved: list[MovedRef]
    moved_here: list[MovedRef]


def _told(moved: Sequence[Moved]) -> list[MovedRef]:
    return [MovedRef(ref=each.ref, before=each.before, after=each.after) for each in moved]


def _read(moved: Sequence[dict[str, Any]]) -> list[Moved]:
    return [Moved(**each) for each in moved]


def _back(moved: Sequence[Moved]) -> list[Moved]:
    return [Moved(ref=each.ref, before=each.after, after=each.before) for each in moved]


def _login(user: str, token: SecretStr | None) -> Login | None:
    return Login(user=user, token=token.get_secret_value()) if token else None


# ---------------------------------------------------------------- fetch


@action(risk="change", idempotent=True)
def fetch(
    context: Context,
    remote: str = "origin",
    *,
    prune: bool = False,
    tags: bool = True,
    user: str = "git",
    token: SecretStr | None = None,
) -> Fetched:
    """Fetch the branches and tags of another repository. Branches of this one are left alone.

    Args:
        remote: the name of a remote.
        prune: forget branches that are gone there.
        tags: fetch all tags too.
        user: who asks, with `token`.
        token: the password for HTTP; without it the credential helper of git is asked.
    """
    with repository_of(context) as repository:
        moved = remotes.fetch(repository, remote, prune=prune, tags=tags, login=_login(user, token))
    context.log(f"{len(moved)} refs moved")
    return Fetched(remote=remote, moved=_told(moved))


@fetch.plan
def _(context: Context, remote: str) -> str:
    with repository_of(context) as repository:
        return f"fetch from {remotes.plain(remotes.url_of(repository, remote))}"


@fetch.undo
def _(context: Context, outputs: dict[str, Any]) -> None:
    moved = _read(outputs.get("moved", ()))
    with repository_of(context) as repository:
        _put_back(repository, moved)
    context.log(f"{len(moved)} refs are what they were")


def _put_back(repository: Repository, moved: Sequence[Moved]) -> None:
    if all(remotes.is_at(repository, each.ref, each.before) for each in moved):
        return
    try:
        remotes.put_back(repository, moved)
    except GitError as error:
        raise ActionFailed("the refs were left alone", why=f"one has moved since: {error.why}") from error


# ---------------------------------------------------------------- push


@action(risk="change")
def push(
    context: Context,
    remote: str = "origin",
    *,
    branch: str = "",
    to: str = "",
    tags: tuple[str, ...] = (),
    force: bool = False,
    hooks: bool = True,
    user: str = "git",
    token: SecretStr | None = None,
) -> Pushed:
    """Push a branch and tags: all of them or none, and never over what somebody else has pushed meanwhile.

    The undo puts the other side back; what others have fetched until then stays with them.

    Args:
        remote: the name of a remote.
        branch: the branch to push; empty for the one that is checked out, `-` for none.
        to: its name there; the same if empty.
        tags: tags to push too.
        force: also where commits of the other side would be left out; still only over what was there a moment ago.
        hooks: run the hook `pre-push`.
        user: who asks, with `token`.
        token: the password for HTTP; without it the credential helper of git is asked.
    """
    login = _login(user, token)
    with repository_of(context) as repository:
        wanted = _wanted(repository, branch, to, tags)
        there = remotes.there(repository, remote, list(wanted), login)
        moved = [Moved(ref=ref, before=there.get(ref), after=name) for ref, name in wanted.items() if there.get(ref) != name]
        here = remotes.tracked(repository, remote)
        if moved:
            remotes.push(repository, remote, moved, force=force, follow=True, hooks=hooks, login=login)
        followed = list(remotes.differences(here, remotes.tracked(repository, remote)))
    for each in moved:
        context.log(f"{each.ref}: {(each.before or 'new')[:12]} -> {(each.after or 'gone')[:12]}")
    return Pushed(remote=remote, moved=_told(moved), moved_here=_told(followed))


def _wanted(repository: Repository, branch: str, to: str, tags: Sequence[str]) -> dict[str, str]:
    """The refs of the other side (whole names) and what they should be."""
    wanted = {}
    name = branch or repository.head().branch
    if name is None:
        raise ActionFailed("no branch is checked out", next_step="name a branch, or '-' to push tags only")
    if name != "-":
        wanted[repository.full_name("refs/heads", to or name)] = repository.resolve(repository.full_name("refs/heads", name))
    for tag in tags:
        found = repository.tag(tag)
        if found is None:
            raise ActionFailed(f"there is no tag {tag!r}")
        wanted[repository.full_name("refs/tags", tag)] = found.object
    return wanted


@push.plan
def _(context: Context, remote: str, branch: str, to: str, tags: tuple[str, ...]) -> str:
    with repository_of(context) as repository:
        refs = ", ".join(_wanted(repository, branch, to, tags))
        return f"push {refs} to {remotes.plain(remotes.url_of(repository, remote, pushing=True))}"


@push.undo
def _(context: Context, remote: str, user: str, token: SecretStr | None, outputs: dict[str, Any]) -> None:
    moved = _read(outputs.get("moved", ()))
    login = _login(user, token)
    with repository_of(context) as repository:
        now = remotes.there(repository, remote, [each.ref for each in moved], login) if moved else {}
        standing = [each for each in moved if now.get(each.ref) != each.before]
        if any(now.get(each.ref) != each.after for each in standing):
            raise ActionFailed("the other side was left alone", why="it is not what this task pushed", where=remote)
        if standing:
            remotes.push(repository, remote, _back(standing), force=True, follow=False, hooks=False, login=login)
        _put_back(repository, _read(outputs.get("moved_here", ())))
    context.log(f"{len(standing)} refs there are what they were")


@push.probe
def _(
    context: Context, remote: str, branch: str, to: str, tags: tuple[str, ...], user: str, token: SecretStr | None
) -> bool | None:
    with repository_of(context) as repository:
        wanted = _wanted(repository, branch, to, tags)
        return remotes.there(repository, remote, list(wanted), _login(user, token)) == wanted
