"""Where a repository stands, what is going on in it, and the way back. Knows git through the adapter; nothing of Turbo.

The way back rests on two things of git: objects that nothing points to stay for a while (two weeks, unless ``gc.pruneExpire``
says otherwise), and the reflog tells which label moved HEAD from where to where.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from turbo_plugin_git.formats import fields
from turbo_plugin_git.git import GitError, Repository, line

_MARKS: Final = {
    "MERGE_HEAD": "merge",
    "rebase-merge": "rebase",
    "rebase-apply": "rebase",
    "CHERRY_PICK_HEAD": "cherry-pick",
    "REVERT_HEAD": "revert",
}
_LOOKED_AT: Final = 2000
"""Entries of the reflog; older ones are not searched for a label."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """HEAD was moved: ``before`` is ``None`` where it had no commit."""

    before: str | None
    after: str


def operation(repository: Repository) -> str:
    """What waits for its end: ``merge``, ``rebase``, ``cherry-pick`` or ``revert``; empty if nothing does."""
    for mark, name in _MARKS.items():
        if (repository.root / line(repository.run("rev-parse", "--git-path", mark))).exists():
            return name
    return ""


def index_tree(repository: Repository) -> str:
    """The index as a tree, so that it can be restored.

    Raises:
        GitError: a merge is not settled.
    """
    return line(repository.run("write-tree"))


def restore_index(repository: Repository, tree: str) -> None:
    """Make the index what ``tree`` says. Entries that are the same already keep what git knows of them."""
    repository.run("read-tree", "-m", tree)
    repository.ask("update-index", "-q", "--refresh")


def intended(repository: Repository) -> tuple[str, ...]:
    """Files that are only announced (``git add --intent-to-add``): a tree cannot hold that."""
    entries = fields(repository.run("status", "--porcelain=v2", "-z", "--untracked-files=no"))
    return tuple(entry.split(b" ", 8)[8].decode("utf-8", "replace") for entry in entries if entry.startswith(b"1 .A"))


def move_of(repository: Repository, label: str) -> Move | None:
    """What HEAD was before anything under this label moved it, and after the last move; ``None`` if nothing did."""
    done = repository.ask("log", "-g", "-z", f"--max-count={_LOOKED_AT}", "--format=%H%x00%gs", "HEAD", "--")
    if done.returncode != 0:
        return None
    texts = [field.decode("utf-8", "replace") for field in fields(done.stdout)]
    entries = list(zip(texts[::2], texts[1::2], strict=True))
    ours = [number for number, (_, reason) in enumerate(entries) if reason.startswith(label)]
    if not ours:
        return None
    oldest = ours[-1] + 1
    return Move(before=entries[oldest][0] if oldest < len(entries) else None, after=entries[ours[0]][0])


def go_back(repository: Repository, commit: str) -> None:
    """Move the branch back to a commit, and the work tree with it. Git refuses where a local change would be lost.

    Raises:
        GitError: it refused; nothing has changed.
    """
    repository.run("reset", "--quiet", "--keep", commit)


def keepsake(repository: Repository) -> str:
    """All files of the work tree as a commit that nothing points to, so that what is taken away now can be looked up."""
    index = repository.root / line(repository.run("rev-parse", "--git-path", "index"))
    copy = index.with_name("turbo-keepsake")
    copy.write_bytes(index.read_bytes() if index.exists() else b"")
    try:
        own = {"GIT_INDEX_FILE": str(copy.resolve())}
        repository.run("add", "--all", env=own)
        tree = line(repository.run("write-tree", env=own))
    finally:
        copy.unlink()
    head = repository.head().commit
    parents = ("-p", head) if head else ()
    return line(repository.run("commit-tree", *parents, "-m", "kept by an undo", tree))


def is_ancestor(repository: Repository, commit: str, of: str) -> bool:
    """Whether ``commit`` stands in the history of ``of``; both are ids."""
    done = repository.ask("merge-base", "--is-ancestor", commit, of)
    if done.returncode not in (0, 1):
        raise GitError("git merge-base failed", why=done.stderr.decode("utf-8", "replace").strip())
    return done.returncode == 0
