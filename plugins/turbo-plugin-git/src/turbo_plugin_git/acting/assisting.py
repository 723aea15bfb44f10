"""Help with conflicts: settle what has one right answer, tell of the rest whose lines they are and what could be done."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from turbo_core import Context

from turbo_plugin_git import conflicts, hunks, lockfiles
from turbo_plugin_git.acting.ground import shown
from turbo_plugin_git.conflicts import Unmerged
from turbo_plugin_git.git import Repository
from turbo_plugin_git.hunks import Conflict

_PLACES = 20
"""Places of one file whose authors are looked up."""
_LINES = 30
"""Lines of a place that are handed on."""
_BY_HAND = {
    "both modified": "both sides changed these lines in different ways: read both, keep what each side wanted",
    "both added": "both sides added a file of this name: keep one, rename one, or put them together",
    "deleted by us": "we deleted it, they changed it: delete it (git rm), or keep theirs (git checkout --theirs, git add)",
    "deleted by them": "they deleted it, we changed it: delete it (git rm), or keep ours (git checkout --ours, git add)",
    "added by us": "it stands where their change moved something: keep it (git add) or remove it (git rm)",
    "added by them": "it stands where our change moved something: keep it (git add) or remove it (git rm)",
    "both deleted": "both sides moved it, to different places: remove it (git rm), and keep the place that is right",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Person:
    """Who changed lines, in which commit, and what the commit says."""

    name: str
    commit: str
    subject: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Side:
    """What one side has at a place.

    Attributes:
        start: the first line in this side's file, from 1.
        lines: the lines, cut after thirty.
        by: who changed them since the sides parted.
    """

    start: int
    lines: list[str]
    by: list[Person]


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A place of a file that nobody but a person can settle: what each side has."""

    ours: Side
    theirs: Side


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftConflict:
    """A file that somebody has to settle.

    Attributes:
        path: the file.
        kind: what the two sides did, such as `both modified` or `deleted by them`.
        suggestion: what could be done.
        settled: how many of its places were settled, or would be.
        left: how many places are left; 0 if it cannot be settled by line.
        places: the places that are left, up to twenty.
    """

    path: str
    kind: str
    suggestion: str
    settled: int
    left: int
    places: list[Place]


@dataclass(frozen=True, slots=True, kw_only=True)
class SettledConflict:
    """A file that was settled, or would be, and by which rules: `imports`, `whitespace`, `locks`."""

    path: str
    rules: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Help:
    """What became of the conflicts of a merge."""

    settled: tuple[SettledConflict, ...] = ()
    left: tuple[LeftConflict, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Sides:
    """The two commits (ids) that are put together, and where they parted."""

    ours: str
    theirs: str
    base: str | None


def help_with(repository: Repository, paths: Sequence[Unmerged], sides: Sides, rules: Collection[str], *, act: bool) -> Help:
    """Apply the rules to the paths of a merge.

    Args:
        repository: where.
        paths: what waits to be settled.
        sides: what is merged.
        rules: which rules to apply.
        act: write what is settled into work tree and index; if not, only tell what would be.
    """
    settled: list[SettledConflict] = []
    left: list[LeftConflict] = []
    locks: list[Unmerged] = []
    for path in paths:
        if lockfiles.manager_of(path.path) and "locks" in rules:
            locks.append(path)
            continue
        found = conflicts.settle(repository, path, rules)
        if found is not None and found.rules and act:
            conflicts.write_settled(repository, path, found)
        if found is not None and found.rules and not found.left:
            settled.append(SettledConflict(path=shown(path.path), rules=list(dict.fromkeys(found.rules))))
        else:
            rest = () if found is None else tuple(hunks.conflicts(found.parts))
            left.append(_left(repository, path, rest, 0 if found is None else len(found.rules), sides))
    return _with_locks(repository, locks, Help(settled=tuple(settled), left=tuple(left)), act=act)


def _with_locks(repository: Repository, locks: Sequence[Unmerged], found: Help, *, act: bool) -> Help:
    for path in locks:
        manager = lockfiles.manager_of(path.path)
        command = " ".join(manager.command) if manager else ""
        why = conflicts.obstacle(path, {each.path for each in found.left})
        if act and not why:
            why = conflicts.make_lock(repository, path)
        if why:
            one = LeftConflict(
                path=shown(path.path), kind=path.kind, suggestion=f"run {command}: {why}", settled=0, left=0, places=[]
            )
            found = replace(found, left=(*found.left, one))
        else:
            found = replace(found, settled=(*found.settled, SettledConflict(path=shown(path.path), rules=["locks"])))
    return found


def _left(repository: Repository, path: Unmerged, rest: Sequence[Conflict], settled: int, sides: Sides) -> LeftConflict:
    manager = lockfiles.manager_of(path.path)
    by_hand = f"settle its manifest, then run {' '.join(manager.command)}" if manager else _BY_HAND[path.kind]
    return LeftConflict(
        path=shown(path.path),
        kind=path.kind,
        suggestion=by_hand
        if rest or manager or path.kind != "both modified"
        else "it cannot be merged by line: keep one side's file",
        settled=settled,
        left=len(rest),
        places=_places(repository, path, rest[:_PLACES], sides),
    )


def _places(repository: Repository, path: Unmerged, rest: Sequence[Conflict], sides: Sides) -> list[Place]:
    versions = conflicts.texts(repository, path) if rest else None
    if versions is None:
        return []
    _, ours, theirs = versions
    mine = conflicts.spans(ours, [each.ours for each in rest])
    yours = conflicts.spans(theirs, [each.theirs for each in rest])
    return [
        Place(
            ours=_side(repository, path.path, each.ours, sides.ours, sides.base, at),
            theirs=_side(repository, path.path, each.theirs, sides.theirs, sides.base, there),
        )
        for each, at, there in zip(rest, mine, yours, strict=True)
    ]


def _side(repository: Repository, path: str, lines: Sequence[str], commit: str, base: str | None, span: tuple[int, int]) -> Side:
    by = conflicts.authors(repository, commit, base, path, span)
    told = [shown(each.rstrip("\r\n")) for each in lines[:_LINES]]
    return Side(start=span[0], lines=told, by=[Person(name=each.name, commit=each.commit, subject=each.subject) for each in by])


def tell(context: Context, found: Help) -> None:
    """Write into the log what was settled, and what is left."""
    for done in found.settled:
        context.log(f"settled {done.path} ({', '.join(done.rules)})")
    for one in found.left:
        context.log(f"left {one.path}: {one.kind}{_whose(one)}. {one.suggestion}")


def summary(found: Help) -> str:
    """What is left, in a line."""
    told = [f"{one.path} ({one.kind}{_whose(one)})" for one in found.left[:5]]
    return "; ".join(told) + (f"; and {len(found.left) - 5} more" if len(found.left) > 5 else "")


def _whose(one: LeftConflict) -> str:
    sides = [sorted({by.name for place in one.places for by in side(place).by}) for side in (_ours, _theirs)]
    return f", {' and '.join(sides[0]) or 'nobody'} here, {' and '.join(sides[1]) or 'nobody'} there" if any(sides) else ""


def _ours(place: Place) -> Side:
    return place.ours


def _theirs(place: Place) -> Side:
    return place.theirs
