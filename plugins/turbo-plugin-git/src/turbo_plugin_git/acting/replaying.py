"""The action that replays the merges of a history, and compares what the rules make of their conflicts with what people made."""

from __future__ import annotations

from dataclasses import dataclass

from turbo_core import Context, action

from turbo_plugin_git import conflicts, hunks, lockfiles
from turbo_plugin_git.acting.ground import repository_of, shown
from turbo_plugin_git.conflicts import Unmerged
from turbo_plugin_git.git import GitError, Repository
from turbo_plugin_git.settling import RULES, Rule


@dataclass(frozen=True, slots=True, kw_only=True)
class Different:
    """A file that the rules settle in another way than people did."""

    merge: str
    path: str
    rules: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Replayed:
    """What came of replaying merges; also the answer of a criterion of a gate.

    Attributes:
        merges: how many merges of two parents were replayed.
        conflicting: how many of them had conflicts.
        files: how many files conflicted.
        same: files that the rules settle as people did.
        left: files that the rules leave to people.
        different: files that the rules settle in another way, up to the limit.
        different_count: how many of these there are.
        score: the part of the files that are the same or left.
        confidence: grows with the files: half at twenty.
        reason: one sentence.
    """

    merges: int
    conflicting: int
    files: int
    same: int
    left: int
    different: list[Different]
    different_count: int
    score: float
    confidence: float
    reason: str


@action(risk="read")
def replay_merges(
    context: Context, until: str = "HEAD", *, most: int = 1000, settle: tuple[Rule, ...] = RULES, limit: int = 50
) -> Replayed:
    """Replay the merges of the history: are their conflicts settled as people settled them, or left? Nothing is touched.

    Lock files count as left: what their manager made then cannot be made again. It needs git 2.38 or newer.

    Args:
        until: the tag, branch or commit to end with.
        most: how many merges to replay, the newest first.
        settle: the rules to try.
        limit: how many different files the list may hold.
    """
    same = left = conflicting = 0
    different: list[Different] = []
    with repository_of(context) as repository:
        merges = _merges(repository, repository.resolve(until), most)
        for number, (merge, ours, theirs) in enumerate(merges):
            context.progress(number, len(merges))
            paths = _conflicts(repository, ours, theirs)
            conflicting += bool(paths)
            for path in paths:
                verdict, rules = _compare(repository, merge, path, settle)
                same += verdict == "same"
                left += verdict == "left"
                if verdict == "different":
                    different.append(Different(merge=merge, path=shown(path.path), rules=rules))
    files = same + left + len(different)
    return Replayed(
        merges=len(merges),
        conflicting=conflicting,
        files=files,
        same=same,
        left=left,
        different=different[:limit],
        different_count=len(different),
        score=round((same + left) / files, 4) if files else 0.0,
        confidence=round(files / (files + 20), 4),
        reason=f"conflicting files: {files}; settled as people did: {same}, left: {left}, otherwise: {len(different)}",
    )


def _merges(repository: Repository, until: str, most: int) -> list[tuple[str, str, str]]:
    data = repository.run("rev-list", "--merges", "--parents", f"--max-count={most}", until, "--")
    rows = [each.split() for each in data.decode().splitlines()]
    return [(row[0], row[1], row[2]) for row in rows if len(row) == 3]


def _conflicts(repository: Repository, ours: str, theirs: str) -> list[Unmerged]:
    """The conflicts of a merge; none where its histories have nothing in common."""
    if conflicts.base_of(repository, ours, theirs) is None:
        return []
    return conflicts.foreseen(repository, ours, theirs)[1]


def _compare(repository: Repository, merge: str, path: Unmerged, settle: tuple[Rule, ...]) -> tuple[str, list[str]]:
    found = None if lockfiles.manager_of(path.path) else conflicts.settle(repository, path, settle)
    if found is None or found.left or not found.rules:
        return "left", []
    made = hunks.render(found.parts, "ours", "theirs").encode("utf-8", "surrogateescape")
    try:
        people = repository.run("cat-file", "blob", f"{merge}:{path.path}")
    except GitError:
        return "different", list(dict.fromkeys(found.rules))
    return ("same" if made == people else "different"), list(dict.fromkeys(found.rules))
