"""What all actions stand on: the project's repository, errors in Turbo's form, refusing in time, and the common undo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from typing import Any

from turbo_core import ActionFailed, ActionUnavailable, Context

from turbo_plugin_git import positions
from turbo_plugin_git.git import GitError, GitMissing, Repository


def label_of(context: Context) -> str:
    """What git writes into its reflog for a task: the same in all attempts, and in the undo."""
    return f"turbo:{sha256(f'{context.run}/{context.task}'.encode()).hexdigest()[:20]}"


@contextmanager
def repository_of(context: Context) -> Iterator[Repository]:
    """The project's repository; what git refuses inside becomes an error of the action."""
    try:
        yield Repository(context.project, label_of(context))
    except GitError as error:
        kind = ActionUnavailable if isinstance(error, GitMissing) else ActionFailed
        raise kind(error.what, where=shown(str(context.project)), why=error.why, next_step=error.next_step) from error


def shown(path: str) -> str:
    r"""A path as text that JSON can hold: bytes that are no UTF-8 are written as ``\xNN``."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def not_ours(what: str, outputs: Mapping[str, Any]) -> ActionFailed:
    """The error of an undo that leaves something alone."""
    why = "it is not what this task created" if outputs else "how the task ended is not known, so it may be somebody else's"
    return ActionFailed(f"{what} was left alone", why=why, next_step="look at it, and delete it by hand if it should go")


def refuse_unfinished(repository: Repository) -> None:
    """A merge or the like that waits for its end is not walked over."""
    waiting = positions.operation(repository)
    if waiting:
        raise ActionFailed(
            f"a {waiting} waits for its end here",
            where=shown(str(repository.root)),
            next_step=f"settle it and go on with git {waiting} --continue, or git {waiting} --abort",
        )


def refuse_dirty(repository: Repository, doing: str) -> None:
    """Changes that are in no commit could not be told from what is done next, so an undo could not keep them apart."""
    refuse_unfinished(repository)
    state = repository.state()
    if state.changed:
        paths = sorted({*state.staged, *state.unstaged, *state.conflicted})
        more = f" and {len(paths) - 5} more" if len(paths) > 5 else ""
        raise ActionFailed(
            f"the work tree has changes that a {doing} could lose",
            where=shown(str(repository.root)),
            why=", ".join(map(shown, paths[:5])) + more,
            next_step="commit them, or put them aside with git stash",
        )


def take_back_move(context: Context, outputs: Mapping[str, Any]) -> None:
    """Undo of what moved the branch from ``previous_commit`` to ``commit``, or waits half-way (``waiting``).

    Nothing is taken back that is not this task's: the same branch has to stand where the task left it.
    """
    with repository_of(context) as repository:
        waiting = positions.operation(repository)
        if waiting:
            _abort(context, repository, waiting, outputs)
            return
        before, after = outputs.get("previous_commit"), outputs.get("commit")
        if not outputs:
            move = positions.move_of(repository, repository.label)
            before, after = (move.before, move.after) if move else (None, None)
        head = repository.head()
        if before is None or head.commit == before:
            return
        if head.commit != after or head.branch != outputs.get("branch", head.branch):
            raise not_ours(f"the branch {head.branch or 'HEAD'!r}", outputs)
        positions.go_back(repository, before)
    context.log(f"{head.branch or 'HEAD'} is at {before[:12]} again")


def _abort(context: Context, repository: Repository, waiting: str, outputs: Mapping[str, Any]) -> None:
    if outputs.get("waiting") != waiting:
        raise not_ours(f"the {waiting} that waits here", outputs)
    kept = positions.keepsake(repository)
    repository.run(waiting, "--abort")
    context.log(f"the {waiting} was aborted; the files as they were are in the commit {kept}, as long as git keeps it")


def has_moved(context: Context) -> bool | None:
    """Probe of what moves the branch: the reflog tells; ``None`` if something waits half-way."""
    with repository_of(context) as repository:
        if positions.operation(repository):
            return None
        move = positions.move_of(repository, repository.label)
    return move is not None and move.before != move.after
