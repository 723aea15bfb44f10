"""Git's machine formats -> values. Pure: bytes in, values out; knows neither processes nor Turbo.

Paths are decoded the way the file system does it, so that each of them can be opened again, whatever bytes it is made of.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from turbo_plugin_git.values import Change, Commit, Ref, State

LOG_FORMAT = "%H%x00%P%x00%aN%x00%aE%x00%aI%x00%B"
"""Six fields; with ``-z`` a NUL ends each commit as well, so a log is a flat list of fields."""
_LOG_FIELDS = 6

REF_FORMAT = "%(refname)%00%(objecttype)%00%(objectname)%00%(*objecttype)%00%(*objectname)%00%(worktreepath)"


def fields(data: bytes) -> list[bytes]:
    """Split a NUL-terminated list."""
    return data.split(b"\0")[:-1]


def parse_status(data: bytes) -> State:
    """Read ``git status --porcelain=v2 --branch -z``."""
    upstream: str | None = None
    counts: tuple[int | None, int | None] = (None, None)
    staged: list[str] = []
    unstaged: list[str] = []
    untracked: list[str] = []
    conflicted: list[str] = []
    entries = iter(fields(data))
    for entry in entries:
        kind, _, rest = entry.partition(b" ")
        if kind == b"#":
            key, _, value = rest.partition(b" ")
            if key == b"branch.upstream":
                upstream = value.decode("utf-8", "replace")
            elif key == b"branch.ab":
                ahead, behind = value.split()
                counts = (abs(int(ahead)), abs(int(behind)))
        elif kind == b"?":
            untracked.append(os.fsdecode(rest))
        elif kind == b"u":
            conflicted.append(os.fsdecode(rest.split(b" ", 9)[9]))
        elif kind in (b"1", b"2"):
            path = os.fsdecode(rest.split(b" ", 7 if kind == b"1" else 8)[-1])
            if rest[:1] != b".":
                staged.append(path)
            if rest[1:2] != b".":
                unstaged.append(path)
            if kind == b"2":
                next(entries)  # the name before the renaming
    return State(
        upstream=upstream,
        ahead=counts[0],
        behind=counts[1],
        staged=tuple(staged),
        unstaged=tuple(unstaged),
        untracked=tuple(untracked),
        conflicted=tuple(conflicted),
    )


def parse_log(data: bytes) -> Iterator[Commit]:
    """Read ``git log -z --format=LOG_FORMAT``."""
    texts = [field.decode("utf-8", "replace") for field in fields(data)]
    for start in range(0, len(texts), _LOG_FIELDS):
        commit, parents, author, email, date, message = texts[start : start + _LOG_FIELDS]
        yield Commit(
            id=commit, parents=tuple(parents.split()), author=author, email=email, date=date, message=message.rstrip("\n")
        )


def parse_numstat(data: bytes) -> Iterator[Change]:
    """Read ``git diff --numstat -z``. A renamed file counts under its new name."""
    entries = iter(fields(data))
    for entry in entries:
        insertions, deletions, path = entry.split(b"\t", 2)
        if not path:
            next(entries)  # the name before the renaming
            path = next(entries)
        yield Change(path=os.fsdecode(path), insertions=_count(insertions), deletions=_count(deletions))


def _count(text: bytes) -> int | None:
    return None if text == b"-" else int(text)


def parse_refs(data: bytes) -> Iterator[Ref]:
    """Read ``git for-each-ref --format=REF_FORMAT``, leaving out refs that lead to no commit.

    A ref's name cannot hold a line feed, so a line is a safe unit; the path of a worktree stands last because it can.
    """
    for line in data.split(b"\n"):
        parts = line.split(b"\0")
        if len(parts) != 6:
            continue  # the rest of a worktree's path that holds a line feed
        name, kind, target, peeled_kind, peeled, worktree = parts
        annotated = kind == b"tag"
        if b"commit" in (kind, peeled_kind):
            yield Ref(
                name=os.fsdecode(name).split("/", 2)[2],
                object=target.decode(),
                commit=(peeled if annotated else target).decode(),
                annotated=annotated,
                worktree=os.fsdecode(worktree),
            )
