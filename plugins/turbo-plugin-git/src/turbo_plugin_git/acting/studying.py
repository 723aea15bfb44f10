"""Actions that study a history: hot spots, ownership, what changes together, and the rhythm of commits and releases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from statistics import median

from turbo_core import ActionFailed, Context, action

from turbo_plugin_git import history, versions
from turbo_plugin_git.acting.ground import repository_of, shown
from turbo_plugin_git.git import Repository
from turbo_plugin_git.history import FileHistory

_CANDIDATES = 300
"""Files, the most often changed ones, whose complexity is looked at."""
_LARGEST = 2 * 1024 * 1024


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpot:
    """A file that is changed often and is complex.

    Attributes:
        path: the file.
        score: changes times complexity, each as a part of the largest one, from 0 to 1.
        commits: how many commits changed it.
        churn: lines added and removed.
        complexity: its indentation, summed over the lines.
        authors: how many people changed it.
    """

    path: str
    score: float
    commits: int
    churn: int
    complexity: int
    authors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class HotSpots:
    """The hot spots of a project, the hottest first, and how many commits were read."""

    commits: int
    spots: list[HotSpot]


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """An author: how many files are mostly theirs, which part of all that is, and in how many commits."""

    name: str
    files: int
    share: float
    commits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OwnedFile:
    """A file: who added most of its lines, which part that is, and how many added any."""

    path: str
    owner: str
    share: float
    authors: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Ownership:
    """Whose the files of a project are.

    Attributes:
        commits: how many commits were read.
        owners: the authors, who owns most first.
        half: how few of them own half of the files.
        files: the files with the fewest authors and the most commits.
    """

    commits: int
    owners: list[Owner]
    half: int
    files: list[OwnedFile]


@dataclass(frozen=True, slots=True, kw_only=True)
class Companion:
    """A file that changed along with the named ones: in how many commits, and in which part of theirs."""

    path: str
    commits: int
    share: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Impact:
    """What a change of files has touched until now; also the answer of a criterion of a gate.

    Attributes:
        paths: the files that were asked for.
        commits: how many commits changed any of them.
        companions: the files that changed along with them, the most frequent first.
        score: 1 if nothing else was ever touched; falls by the shares of the companions.
        confidence: grows with the commits: half at five.
        reason: one sentence.
    """

    paths: list[str]
    commits: int
    companions: list[Companion]
    score: float
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Release:
    """A version tag: its date, the days since the one before (null for the first), and its commits."""

    tag: str
    date: str
    days: float | None
    commits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Rhythm:
    """How regularly a project moves.

    Attributes:
        commits: how many commits were read.
        authors: how many people made them.
        active_weeks: in how many weeks there was a commit.
        commits_a_week: the median of the weeks with a commit.
        releases: the last version tags, the newest first.
        days_between: the median of the days between releases; null with fewer than two.
        unreleased: commits since the last release.
    """

    commits: int
    authors: int
    active_weeks: int
    commits_a_week: float
    releases: list[Release]
    days_between: float | None
    unreleased: int


@action(risk="read")
def hotspots(context: Context, days: int = 365, limit: int = 20) -> HotSpots:
    """Find the files that are both changed often and complex: there a change pays, and breaks most.

    Args:
        days: how many days of history count; 0 for all.
        limit: how many files to list.
    """
    with repository_of(context) as repository:
        found = history.study(repository, repository.resolve("HEAD"), days=days)
        files = sorted(found.files.items(), key=lambda item: (-item[1].commits, item[0]))[:_CANDIDATES]
        measured = [(path, file, _complexity(repository, path)) for path, file in files if file.commits]
    most = max((file.commits for _, file, _ in measured), default=1)
    deepest = max((depth for *_, depth in measured), default=0) or 1
    spots = [_spot(path, file, depth, (file.commits / most) * (depth / deepest)) for path, file, depth in measured]
    return HotSpots(commits=found.commits, spots=sorted(spots, key=lambda spot: (-spot.score, -spot.commits, spot.path))[:limit])


def _complexity(repository: Repository, path: str) -> int:
    file = repository.root / path
    try:
        data = file.read_bytes() if file.stat().st_size <= _LARGEST else b""
    except OSError:
        return 0
    return 0 if b"\0" in data else history.complexity(data.decode("utf-8", "replace"))


def _spot(path: str, file: FileHistory, depth: int, score: float) -> HotSpot:
    return HotSpot(
        path=shown(path),
        score=round(score, 4),
        commits=file.commits,
        churn=file.churn,
        complexity=depth,
        authors=len(file.lines),
    )


@action(risk="read")
def ownership(context: Context, days: int = 0, limit: int = 20) -> Ownership:
    """Tell whose the files are, and how few people own half of them.

    Args:
        days: how many days of history count; 0 for all.
        limit: how many authors and files to list.
    """
    with repository_of(context) as repository:
        found = history.study(repository, repository.resolve("HEAD"), days=days)
    known = {path: file for path, file in found.files.items() if file.lines}
    owned = history.busiest_owners(known.values())
    alone = sorted(known.items(), key=lambda item: (len(item[1].lines), -item[1].commits, item[0]))[:limit]
    return Ownership(
        commits=found.commits,
        owners=[
            Owner(name=name, files=count, share=round(count / len(known), 4), commits=found.authors[name])
            for name, count in sorted(owned.items(), key=lambda item: (-item[1], item[0]))[:limit]
        ],
        half=history.fewest_for_half(owned),
        files=[_owned(path, file) for path, file in alone],
    )


def _owned(path: str, file: FileHistory) -> OwnedFile:
    owner = history.owner_of(file) or ""
    total = sum(file.lines.values())
    share = file.lines[owner] / total if total else 1.0
    return OwnedFile(path=shown(path), owner=owner, share=round(share, 4), authors=len(file.lines))


@action(risk="read")
def impact(context: Context, paths: tuple[str, ...] = (), since: str = "", days: int = 0, limit: int = 20) -> Impact:
    """Tell what else changed whenever these files changed: what a change of them may touch, and what it may have forgotten.

    Args:
        paths: the files, or folders that end in `/`; without any, those that differ from `since` or, without that, from HEAD.
        since: a tag, branch or commit; only needed without `paths`.
        days: how many days of history count; 0 for all.
        limit: how many files to list.
    """
    with repository_of(context) as repository:
        head = repository.resolve("HEAD")
        targets = list(paths) or _changed(repository, since, head)
        if not targets:
            raise ActionFailed("no file has changed", next_step="name paths, or a ref to compare with")
        found = history.study(repository, head, days=days, targets=targets)
    shares = {path: count / found.target_commits for path, count in found.together.items()}
    ordered = sorted(found.together.items(), key=lambda item: (-item[1], item[0]))
    return Impact(
        paths=[shown(path) for path in targets],
        commits=found.target_commits,
        companions=[Companion(path=shown(path), commits=count, share=round(shares[path], 4)) for path, count in ordered[:limit]],
        score=round(1 / (1 + sum(share for share in shares.values() if share >= 0.1)), 4),
        confidence=round(found.target_commits / (found.target_commits + 5), 4),
        reason=f"{found.target_commits} commits changed these files, and {len(shares)} others along with them",
    )


def _changed(repository: Repository, since: str, head: str) -> list[str]:
    if since:
        return [change.path for change in repository.changes(repository.resolve(since), head)]
    state = repository.state()
    return sorted({*state.staged, *state.unstaged, *state.conflicted})


@action(risk="read")
def rhythm(context: Context, prefix: str = "v", days: int = 0, limit: int = 20) -> Rhythm:
    """Tell how regularly commits and releases come.

    Args:
        prefix: what stands before the version in a version tag.
        days: how many days of history count for the commits; 0 for all.
        limit: how many releases to list.
    """
    with repository_of(context) as repository:
        head = repository.resolve("HEAD")
        found = history.study(repository, head, days=days)
        tags = [item.ref for item in versions.tagged(repository.tags(head), prefix) if not item.version.prerelease]
        releases = _releases(repository, [(ref.name, ref.commit) for ref in tags[-limit - 1 :]])
        unreleased = _number_of_commits(repository, tags[-1].commit if tags else None, head)
    gaps = [release.days for release in releases if release.days is not None]
    return Rhythm(
        commits=found.commits,
        authors=len(found.authors),
        active_weeks=len(found.weeks),
        commits_a_week=float(median(found.weeks.values())) if found.weeks else 0.0,
        releases=releases[::-1][:limit],
        days_between=round(median(gaps), 2) if gaps else None,
        unreleased=unreleased,
    )


def _releases(repository: Repository, tags: Sequence[tuple[str, str]]) -> list[Release]:
    releases = []
    last: tuple[str, int] | None = None
    for name, commit in tags:
        when = int(repository.run("log", "--max-count=1", "--format=%ct", commit, "--"))
        releases.append(
            Release(
                tag=name,
                date=datetime.fromtimestamp(when, UTC).isoformat(),
                days=round((when - last[1]) / 86400, 2) if last else None,
                commits=_number_of_commits(repository, last[0] if last else None, commit),
            )
        )
        last = (commit, when)
    return releases


def _number_of_commits(repository: Repository, since: str | None, until: str) -> int:
    return int(repository.run("rev-list", "--count", "--no-merges", until if since is None else f"{since}..{until}", "--"))
