"""Actions that make commits: a drafted message, the check of messages, staging and committing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from turbo_core import ActionFailed, Context, action

from turbo_plugin_git import conventional, drafting, positions
from turbo_plugin_git.acting.ground import not_ours, refuse_unfinished, repository_of, shown
from turbo_plugin_git.formats import fields
from turbo_plugin_git.git import GitError, Repository, line
from turbo_plugin_git.settings import Settings
from turbo_plugin_git.values import Commit

_LOOKED_AT = 1024 * 1024
"""Bytes of a diff that are read for a draft."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Drafted:
    """A message drafted from a change.

    Attributes:
        message: the whole message.
        type: what kind of change it is taken for.
        scope: the part of the project; may be empty.
        subject: what the change does.
        confidence: how sure the type is, from 0 to 1.
        reason: what the type was judged by.
        files: how many files change.
        staged: whether it tells of what is staged; if nothing is, it tells of all changes and new files.
    """

    message: str
    type: str
    scope: str
    subject: str
    confidence: float
    reason: str
    files: int
    staged: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class BadMessage:
    """A commit whose message breaks the rules."""

    commit: str
    subject: str
    problems: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckedMessages:
    """How the messages of a history keep the rules; also the answer of a criterion of a gate.

    Attributes:
        count: how many commits were read.
        bad: the commits that break a rule, up to the limit.
        score: the part of the commits that keep the rules.
        confidence: 1; 0 if there was no commit to read.
        reason: one sentence.
    """

    count: int
    bad: list[BadMessage]
    score: float
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Staged:
    """What is staged now.

    Attributes:
        staged: the files that differ from HEAD in the index.
        tree: the index as a tree.
        previous_tree: the index before, as a tree.
    """

    staged: list[str]
    tree: str
    previous_tree: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Committed:
    """A commit that was made.

    Attributes:
        commit: its id.
        branch: where it was made; null if HEAD is detached.
        message: its whole message.
        type: the type of the conventional commit.
        scope: its scope; may be empty.
        subject: its subject.
        files: how many files it changes.
        previous_commit: the commit before; null if it is the first.
        previous_tree: the index before, as a tree.
    """

    commit: str
    branch: str | None
    message: str
    type: str
    scope: str
    subject: str
    files: int
    previous_commit: str | None
    previous_tree: str


# ---------------------------------------------------------------- messages


@action(risk="read")
def draft(context: Context) -> Drafted:
    """Draft a conventional commit message from what is staged, or from all changes and new files if nothing is."""
    with repository_of(context) as repository:
        staged = bool(repository.state().staged)
        made, files = _draft(repository, context.settings(Settings), staged=staged)
    return Drafted(
        message=made.message,
        type=made.type,
        scope=made.scope,
        subject=made.subject,
        confidence=made.confidence,
        reason=made.reason,
        files=files,
        staged=staged,
    )


def _draft(repository: Repository, settings: Settings, *, staged: bool) -> tuple[drafting.Draft, int]:
    of = _against(repository, staged=staged)
    changes = _file_changes(repository.run("diff", "--name-status", "-z", "--find-renames", "--no-ext-diff", *of, "--"))
    if not staged:
        changes += [drafting.FileChange(status="A", path=shown(path)) for path in repository.state().untracked]
    if not changes:
        raise ActionFailed("nothing has changed", where=shown(str(repository.root)))
    plain = ("--unified=0", "--no-ext-diff", "--no-textconv")
    diff = repository.run("diff", *plain, *of, "--")[:_LOOKED_AT].decode("utf-8", "replace")
    modified_only = all(change.status == "M" for change in changes)
    spaces_only = modified_only and not repository.run("diff", "--ignore-all-space", "--ignore-blank-lines", *plain, *of, "--")
    return drafting.draft(changes, diff, spaces_only=spaces_only, scopes=settings.commit_scopes), len(changes)


def _against(repository: Repository, *, staged: bool) -> tuple[str, ...]:
    head = repository.head().commit or line(repository.run("hash-object", "-t", "tree", "--stdin"))
    return ("--cached", head) if staged else (head,)


def _file_changes(data: bytes) -> list[drafting.FileChange]:
    entries = iter(fields(data))
    changes = []
    for status in entries:
        kind, path = status[:1].decode(), shown_path(next(entries))
        if kind in "RC":
            changes.append(drafting.FileChange(status="R" if kind == "R" else "A", path=shown_path(next(entries)), old=path))
        else:
            changes.append(drafting.FileChange(status=kind if kind in "AD" else "M", path=path))
    return changes


def shown_path(path: bytes) -> str:
    """A path of git's output, as text that a message can hold."""
    return path.decode("utf-8", "backslashreplace")


@action(risk="read")
def check_messages(context: Context, since: str = "", until: str = "HEAD", limit: int = 100) -> CheckedMessages:
    """Check the messages of a history against the rules of conventional commits and of the project's settings.

    Args:
        since: a tag, branch or commit to start after; empty for the whole history.
        until: the tag, branch or commit to end with.
        limit: how many bad commits the list may hold.
    """
    with repository_of(context) as repository:
        commits = repository.commits(repository.resolve(since) if since else None, repository.resolve(until))
    settings = context.settings(Settings)
    bad = [_bad(commit, found) for commit in commits if (found := _problems(commit.message, settings))]
    good = len(commits) - len(bad)
    return CheckedMessages(
        count=len(commits),
        bad=bad[:limit],
        score=round(good / len(commits), 4) if commits else 0.0,
        confidence=1.0 if commits else 0.0,
        reason=f"{good} of {len(commits)} messages keep the rules",
    )


def _bad(commit: Commit, found: list[str]) -> BadMessage:
    return BadMessage(commit=commit.id, subject=commit.message.partition("\n")[0], problems=found)


def _problems(message: str, settings: Settings) -> list[str]:
    return drafting.problems(
        message, types=settings.commit_types, scopes=settings.commit_scopes, longest=settings.longest_subject
    )


# ---------------------------------------------------------------- staging


@action(risk="change", idempotent=True)
def stage(context: Context, paths: tuple[str, ...] = (), everything: bool = False) -> Staged:
    """Stage changes, new and deleted files among them.

    Args:
        paths: files, folders or patterns of git, from the repository's root.
        everything: stage all changes, and all files that git neither tracks nor ignores.
    """
    with repository_of(context) as repository:
        before = _index_to_keep(repository)
        _stage(repository, paths, everything=everything)
        after = positions.index_tree(repository)
        staged = [shown(path) for path in repository.state().staged]
    context.log(f"{len(staged)} files are staged")
    return Staged(staged=staged, tree=after, previous_tree=before)


def _stage(repository: Repository, paths: Sequence[str], *, everything: bool) -> None:
    if everything:
        repository.run("add", "--all", "--", ":/")
    elif paths:
        text = b"".join(f"{path}\0".encode("utf-8", "surrogateescape") for path in paths)
        repository.run("add", "--all", "--pathspec-from-file=-", "--pathspec-file-nul", text=text)
    else:
        raise ActionFailed("nothing is named that could be staged", next_step="give paths, or everything: true")


def _index_to_keep(repository: Repository) -> str:
    """The index as a tree, for the undo; refused where a tree could not hold all of it."""
    refuse_unfinished(repository)
    announced = positions.intended(repository)
    if announced:
        raise ActionFailed(
            "the index could not be restored by an undo",
            why=f"{shown(announced[0])} was announced by git add --intent-to-add, which a tree cannot hold",
            next_step="stage it, or take it out of the index with git rm --cached",
        )
    return positions.index_tree(repository)


@stage.plan
def _(context: Context, paths: tuple[str, ...], everything: bool) -> str:
    with repository_of(context) as repository:
        state = repository.state()
    known = {*state.unstaged, *state.untracked}
    return f"stage all {len(known)} files that have changed" if everything else f"stage what has changed in {', '.join(paths)}"


@stage.undo
def _(context: Context, outputs: dict[str, Any]) -> None:
    if not outputs:
        return
    with repository_of(context) as repository:
        now = positions.index_tree(repository)
        if now == outputs["previous_tree"]:
            return
        if now != outputs["tree"]:
            raise not_ours("the index", outputs)
        positions.restore_index(repository, outputs["previous_tree"])
    context.log("the index is as it was")


# ---------------------------------------------------------------- committing


@action(risk="change")
def commit(
    context: Context,
    message: str = "",
    *,
    paths: tuple[str, ...] = (),
    everything: bool = False,
    conventional_only: bool = True,
    hooks: bool = True,
) -> Committed:
    """Commit what is staged, with a conventional message; without one, with a message drafted from the change.

    Args:
        message: the whole message; drafted if empty.
        paths: stage these first: files, folders or patterns of git, from the repository's root.
        everything: stage all changes and new files first.
        conventional_only: refuse a message that breaks the rules.
        hooks: run the hooks of the repository; one that refuses makes the task fail.
    """
    settings = context.settings(Settings)
    _refuse_message(message, settings, conventional_only=conventional_only)
    with repository_of(context) as repository:
        head = repository.head()
        before = _index_to_keep(repository)
        try:
            if paths or everything:
                _stage(repository, paths, everything=everything)
            drafted, files = _draft(repository, settings, staged=True)
            text = message or drafted.message
            flags = () if hooks else ("--no-verify",)
            repository.run("commit", "--quiet", "--cleanup=whitespace", "--file=-", *flags, text=text.encode())
        except (ActionFailed, GitError):
            positions.restore_index(repository, before)
            raise
        made = repository.resolve("HEAD")
    entry = conventional.read(Commit(id=made, parents=(), author="", email="", date="", message=text))
    context.log(f"{made[:12]} {text.partition(chr(10))[0]}")
    return Committed(
        commit=made,
        branch=head.branch,
        message=text,
        type=entry.type,
        scope=entry.scope,
        subject=entry.subject,
        files=files,
        previous_commit=head.commit,
        previous_tree=before,
    )


def _refuse_message(message: str, settings: Settings, *, conventional_only: bool) -> None:
    found = _problems(message, settings) if message and conventional_only else []
    if found:
        raise ActionFailed(
            "the message breaks the rules",
            where=repr(message.partition("\n")[0]),
            why="; ".join(found),
            next_step="mend it, or set conventional_only: false",
        )


@commit.plan
def _(context: Context, message: str, paths: tuple[str, ...], everything: bool) -> str:
    with repository_of(context) as repository:
        state = repository.state()
    what = "all changes" if everything else ", ".join(paths) or f"{len(state.staged)} staged files"
    return f"commit {what} as {message.partition(chr(10))[0] or 'a drafted message says'!r}"


@commit.undo
def _(context: Context, outputs: dict[str, Any]) -> None:
    with repository_of(context) as repository:
        if not outputs:
            move = positions.move_of(repository, repository.label)
            if move is None or repository.head().commit != move.after:
                return
            raise not_ours(f"the commit {move.after[:12]}", outputs)
        head = repository.head()
        if head.commit == outputs["previous_commit"]:
            return
        _refuse_other(repository, outputs)
        _uncommit(repository, outputs)
    context.log(f"the commit {outputs['commit'][:12]} is taken back; its changes are as they were before")


def _refuse_other(repository: Repository, outputs: Mapping[str, Any]) -> None:
    """Only the newest commit can be taken back, and only while nothing else was staged since."""
    head = repository.head()
    if head.commit != outputs["commit"] or head.branch != outputs["branch"]:
        raise not_ours(f"the branch {head.branch or 'HEAD'!r}", outputs)
    refuse_unfinished(repository)
    if positions.index_tree(repository) != line(repository.run("rev-parse", "HEAD^{tree}")):
        raise ActionFailed("the commit was left alone", why="something was staged since", next_step="commit it or unstage it")


def _uncommit(repository: Repository, outputs: Mapping[str, Any]) -> None:
    if outputs["previous_commit"] is None:
        repository.run("update-ref", "-d", "HEAD", outputs["commit"])
    else:
        repository.run("update-ref", "-m", repository.label, "HEAD", outputs["previous_commit"], outputs["commit"])
    positions.restore_index(repository, outputs["previous_tree"])


@commit.probe
def _(context: Context) -> bool | None:
    with repository_of(context) as repository:
        move = positions.move_of(repository, repository.label)
    return move is not None and move.before != move.after
