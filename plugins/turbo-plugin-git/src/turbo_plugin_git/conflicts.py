"""The conflicts of a merge in a repository: what they are, whose lines, and settling those that can be. Knows nothing of Turbo.

A merge leaves up to three versions of a path (the common ancestor, ours, theirs) in the index. They stay there until the path is
settled, so whatever is written into the work tree, no side is lost.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from turbo_plugin_git import hunks, lockfiles, settling
from turbo_plugin_git.formats import fields
from turbo_plugin_git.git import GitError, Repository, line
from turbo_plugin_git.hunks import lines_of

_LARGEST: Final = 2 * 1024 * 1024
"""Bytes. Larger files are data; nobody settles them by line."""
_REGULAR: Final = ("100644", "100755")
_KINDS: Final = {
    (True, True, True): "both modified",
    (False, True, True): "both added",
    (True, False, True): "deleted by us",
    (True, True, False): "deleted by them",
    (False, True, False): "added by us",
    (False, False, True): "added by them",
    (True, False, False): "both deleted",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Version:
    """A version of a path: its mode and the id of its content."""

    mode: str
    blob: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmerged:
    """A path that waits to be settled. A version that is ``None`` does not exist."""

    path: str
    base: Version | None
    ours: Version | None
    theirs: Version | None

    @property
    def kind(self) -> str:
        """What the two sides did, in words."""
        return _KINDS[(self.base is not None, self.ours is not None, self.theirs is not None)]

    @property
    def mode(self) -> str | None:
        """The mode that the path should have; ``None`` if that is part of the conflict, or it is no regular file."""
        modes = [each.mode if each else None for each in (self.base, self.ours, self.theirs)]
        changed = {mode for mode in modes[1:] if mode != modes[0]} or {modes[0]}
        (mode, *others) = changed
        return mode if not others and set(modes) - {None} <= set(_REGULAR) else None


def parse_unmerged(data: bytes) -> list[Unmerged]:
    """Read ``git ls-files --unmerged -z``, and what ``git merge-tree -z`` writes of the same form."""
    stages: dict[str, dict[str, Version]] = {}
    for entry in fields(data):
        meta, _, path = entry.partition(b"\t")
        mode, blob, stage = meta.decode().split()
        stages.setdefault(os.fsdecode(path), {})[stage] = Version(mode=mode, blob=blob)
    return [Unmerged(path=path, base=at.get("1"), ours=at.get("2"), theirs=at.get("3")) for path, at in stages.items()]


def unmerged(repository: Repository) -> list[Unmerged]:
    """The paths of the work tree that wait to be settled."""
    return parse_unmerged(repository.run("ls-files", "--unmerged", "-z"))


def foreseen(repository: Repository, ours: str, theirs: str) -> tuple[str, list[Unmerged]]:
    """Merge two commits (ids) without touching anything; gives the tree and the conflicts.

    Raises:
        GitError: git is older than 2.38, or the histories have nothing in common.
    """
    done = repository.ask("merge-tree", "--write-tree", "-z", "--no-messages", ours, theirs)
    if done.returncode not in (0, 1):
        step = "" if b"usage:" not in done.stderr else "looking ahead needs git 2.38 or newer"
        raise GitError("the merge cannot be foreseen", why=done.stderr.decode("utf-8", "replace").strip()[:500], next_step=step)
    tree, _, rest = done.stdout.partition(b"\0")
    return tree.decode(), parse_unmerged(rest)


def texts(repository: Repository, path: Unmerged) -> tuple[str, str, str] | None:
    """The three versions as text; ``None`` if one is missing on a side, large, binary, a link or a submodule."""
    if path.mode is None or path.ours is None or path.theirs is None:
        return None
    found = [blob(repository, each.blob) if each else b"" for each in (path.base, path.ours, path.theirs)]
    known = [each.decode("utf-8", "surrogateescape") for each in found if each is not None and b"\0" not in each]
    return (known[0], known[1], known[2]) if len(known) == 3 else None


def blob(repository: Repository, name: str) -> bytes | None:
    """A content by its id; ``None`` if it is too large to look at."""
    size = int(repository.run("cat-file", "-s", name))
    return repository.run("cat-file", "blob", name) if size <= _LARGEST else None


def settle(repository: Repository, path: Unmerged, rules: Collection[str]) -> settling.Settlement | None:
    """Merge one path and apply the rules; ``None`` if it is nothing that can be merged by line."""
    if lockfiles.manager_of(path.path):
        return None
    versions = texts(repository, path)
    return settling.settle(path.path, hunks.merge(repository, *versions), rules) if versions else None


def write_settled(repository: Repository, path: Unmerged, settled: settling.Settlement) -> None:
    """Put a text into the work tree; with no conflict left also into the index. Conversions of the path are kept."""
    text = hunks.render(settled.parts, "ours", "theirs").encode("utf-8", "surrogateescape")
    made = line(repository.run("hash-object", "-w", "--stdin", text=text))
    if settled.left:
        (repository.root / path.path).write_bytes(repository.run("cat-file", "--filters", f"--path={path.path}", made))
        return
    repository.run(
        "update-index", "-z", "--index-info", text=b"%s %s 0\t%s\0" % (_mode(path), made.encode(), os.fsencode(path.path))
    )
    repository.run("checkout-index", "--force", "--index", "--", path.path)


def _mode(path: Unmerged) -> bytes:
    return (path.mode or _REGULAR[0]).encode()


def obstacle(path: Unmerged, waiting: Collection[str]) -> str:
    """Why a lock file cannot be made again; empty if nothing stands in the way.

    Args:
        path: the lock file.
        waiting: the paths that are not settled; a manifest among them is no ground to stand on.
    """
    manager = lockfiles.manager_of(path.path)
    if manager is None:
        return "its manager is not known"
    if path.ours is None or path.theirs is None or path.mode is None:
        return "one side has deleted it, or it is no regular file"
    unsettled = set(lockfiles.manifests_of(path.path, manager)) & set(waiting)
    if unsettled:
        return f"{min(unsettled)} has to be settled first"
    return "" if shutil.which(manager.command[0]) else f"{manager.command[0]} is not installed"


def make_lock(repository: Repository, path: Unmerged) -> str:
    """Have a lock file made again from our version, where no ``obstacle`` is; gives why that did not work, empty if it did."""
    manager = lockfiles.manager_of(path.path)
    assert manager is not None  # there was no obstacle
    assert path.ours is not None
    file = repository.root / path.path
    marked = file.read_bytes()
    file.write_bytes(repository.run("cat-file", "blob", path.ours.blob))
    try:
        lockfiles.make(file, manager)
    except lockfiles.NotMade as error:
        file.write_bytes(marked)
        return str(error)
    repository.run("add", "--", path.path)
    return ""


# ---------------------------------------------------------------- whose lines


@dataclass(frozen=True, slots=True, kw_only=True)
class Author:
    """Who changed something last, in which commit, and what it says."""

    name: str
    commit: str
    subject: str


def spans(text: str, sides: Iterable[Sequence[str]]) -> Iterator[tuple[int, int]]:
    """Where each run of lines stands in a text: the first and the last line, from 1. An empty run has no last line: it is 0."""
    lines, start = lines_of(text), 0
    bare = [each.rstrip("\n") for each in lines]
    for side in sides:
        wanted = [each.rstrip("\n") for each in side]
        places = range(start, len(bare) - len(wanted) + 1)
        start = next((at for at in places if bare[at : at + len(wanted)] == wanted), start)
        yield start + 1, start + len(wanted) if wanted else 0
        start += len(wanted)


def authors(repository: Repository, commit: str, since: str | None, path: str, span: tuple[int, int]) -> tuple[Author, ...]:
    """Who changed these lines of a path after ``since``; without lines, who changed the path."""
    start, end = span
    history = commit if since is None else f"{since}..{commit}"
    if end:
        done = repository.ask("blame", "--porcelain", f"-L{start},{end}", history, "--", path)
        found = _blamed(done.stdout) if done.returncode == 0 else {}
    else:
        data = repository.run("log", "--max-count=1", "-z", "--format=%H%x00%aN%x00%s", history, "--", path)
        parts = [each.decode("utf-8", "replace") for each in fields(data)]
        found = {parts[0]: Author(commit=parts[0], name=parts[1], subject=parts[2])} if len(parts) == 3 else {}
    return tuple(found.values())


def _blamed(data: bytes) -> Mapping[str, Author]:
    """Read ``git blame --porcelain``: what is not newer than the common ancestor is nobody's change."""
    found: dict[str, Author] = {}
    commit, told, old = "", dict[str, str](), False
    for each in data.decode("utf-8", "replace").split("\n"):
        key, _, value = each.partition(" ")
        if each.startswith("\t"):
            if not old and "summary" in told:
                found.setdefault(commit, Author(commit=commit, name=told.get("author", ""), subject=told["summary"]))
            commit, told, old = "", {}, False
        elif not commit:
            commit = key
        elif key == "boundary":
            old = True
        else:
            told[key] = value
    return found


def base_of(repository: Repository, ours: str, theirs: str) -> str | None:
    """The best common ancestor of two commits, if there is one."""
    done = repository.ask("merge-base", ours, theirs)
    return line(done.stdout) if done.returncode == 0 else None
