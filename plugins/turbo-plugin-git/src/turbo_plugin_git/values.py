"""What git tells, as frozen values. No I/O, and nothing of Turbo."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """Where a repository stands.

    ``branch`` is ``None`` when HEAD is detached, ``commit`` is ``None`` on a branch without any commit.
    """

    branch: str | None
    commit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class State:
    """What differs from HEAD, and from the upstream branch. Paths are relative to the repository's root.

    ``ahead`` and ``behind`` are ``None`` without an upstream. A file can be both staged and unstaged. ``conflicted`` files
    wait for a merge to be settled.
    """

    upstream: str | None = None
    ahead: int | None = None
    behind: int | None = None
    staged: tuple[str, ...] = ()
    unstaged: tuple[str, ...] = ()
    untracked: tuple[str, ...] = ()
    conflicted: tuple[str, ...] = ()

    @property
    def changed(self) -> bool:
        """Whether a tracked file differs from HEAD."""
        return bool(self.staged or self.unstaged or self.conflicted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Commit:
    """One commit. ``date`` is the author's, ISO 8601 with its offset; ``message`` is the whole text."""

    id: str
    parents: tuple[str, ...]
    author: str
    email: str
    date: str
    message: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """How much one file changed. ``insertions`` and ``deletions`` are ``None`` for a binary file."""

    path: str
    insertions: int | None
    deletions: int | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Ref:
    """A tag or a branch: ``object`` is what it points to (for an annotated tag, the tag object), ``commit`` the commit behind."""

    name: str
    object: str
    commit: str
    annotated: bool = False
    worktree: str = ""
