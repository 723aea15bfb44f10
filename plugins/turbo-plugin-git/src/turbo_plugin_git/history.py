"""What a history tells of its files, read from one stream of ``git log`` in one pass. Knows nothing of Turbo.

What is kept grows with the files that exist, never with the commits. Merges are passed over: what they bring was counted where it
was made. A file that was renamed begins anew.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass, field
from typing import Final

from turbo_plugin_git.git import Repository

_FORMAT: Final = "--format=%x01%at%x02%aN"
_MASS: Final = 100
"""Files. A commit that changes more says nothing about which of them belong together."""
_TAB: Final = 8


@dataclass(slots=True, kw_only=True)
class FileHistory:
    """What became of one file: ``lines`` are the lines that each author added, ``last`` is when it changed last (Unix time)."""

    commits: int = 0
    added: int = 0
    removed: int = 0
    last: int = 0
    lines: Counter[str] = field(default_factory=Counter)

    @property
    def churn(self) -> int:
        """Lines added and removed."""
        return self.added + self.removed


@dataclass(slots=True, kw_only=True)
class Study:
    """What one pass found: ``together`` counts the commits that changed a file along with one of the targets."""

    commits: int = 0
    files: dict[str, FileHistory] = field(default_factory=dict)
    authors: Counter[str] = field(default_factory=Counter)
    weeks: Counter[int] = field(default_factory=Counter)
    target_commits: int = 0
    together: Counter[str] = field(default_factory=Counter)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Change:
    added: int
    removed: int
    path: str


def study(repository: Repository, until: str, *, since: str | None = None, days: int = 0, targets: Collection[str] = ()) -> Study:
    """Read a history.

    Args:
        repository: where.
        until: the commit (an id) that it ends with.
        since: the commit (an id) that it starts after; all of it if ``None``.
        days: only commits so many days before the last one; 0 for all.
        targets: files, or folders that end in ``/``, whose company is counted.
    """
    found = Study(files={path: FileHistory() for path in repository.files()})
    flags = [f"--since={_start(repository, until, days)}"] if days else []
    span = until if since is None else f"{since}..{until}"
    with repository.stream("log", "--no-merges", "--no-renames", "--numstat", _FORMAT, *flags, span, "--") as output:
        for when, author, changes in _commits(output):
            _count(found, when, author, changes, targets)
    return found


def _start(repository: Repository, until: str, days: int) -> int:
    last = int(repository.run("log", "--max-count=1", "--format=%ct", until, "--"))
    return last - days * 86400


def _commits(output: Iterable[bytes]) -> Iterator[tuple[int, str, list[_Change]]]:
    when, author = 0, ""
    changes: list[_Change] = []
    for raw in output:
        text = raw.rstrip(b"\n").decode("utf-8", "surrogateescape")
        if text.startswith("\x01"):
            if author:
                yield when, author, changes
            stamp, _, author = text[1:].partition("\x02")
            when, author, changes = int(stamp), author or "?", []
        elif text:
            added, removed, path = text.split("\t", 2)
            changes.append(_Change(added=_number(added), removed=_number(removed), path=path))
    if author:
        yield when, author, changes


def _number(text: str) -> int:
    return 0 if text == "-" else int(text)


def _count(found: Study, when: int, author: str, changes: list[_Change], targets: Collection[str]) -> None:
    found.commits += 1
    found.authors[author] += 1
    found.weeks[when // (7 * 86400)] += 1
    for change in changes:
        file = found.files.get(change.path)
        if file is not None:
            file.commits += 1
            file.added += change.added
            file.removed += change.removed
            file.last = max(file.last, when)
            file.lines[author] += change.added
    if targets and len(changes) <= _MASS and any(is_target(change.path, targets) for change in changes):
        found.target_commits += 1
        found.together.update(
            change.path for change in changes if not is_target(change.path, targets) and change.path in found.files
        )


def is_target(path: str, targets: Collection[str]) -> bool:
    """Whether a path is one of the targets, or lies in a folder among them."""
    return path in targets or any(target.endswith("/") and path.startswith(target) for target in targets)


def complexity(text: str) -> int:
    """How deep a text is indented, summed over its lines, in steps of four columns.

    It goes with the cyclomatic complexity in any language that people indent (A. Hindle, M. Godfrey, R. Holt: Reading beside the
    lines: indentation as a proxy for complexity metrics, ICPC 2008).
    """
    lines = (each.expandtabs(_TAB) for each in text.split("\n") if each.strip())
    return sum((len(each) - len(each.lstrip(" "))) // 4 for each in lines)


def busiest_owners(files: Iterable[FileHistory]) -> Counter[str]:
    """How many files each author owns: has added the most lines to."""
    return Counter(owner for file in files if (owner := owner_of(file)) is not None)


def owner_of(file: FileHistory) -> str | None:
    """Who added the most lines to a file; of equals the first by name."""
    return min(file.lines, key=lambda name: (-file.lines[name], name), default=None)


def fewest_for_half(owned: Counter[str]) -> int:
    """How few authors own half of the files: with them gone, half of the project is nobody's."""
    half, total = 0, sum(owned.values())
    for number, (_, count) in enumerate(owned.most_common(), 1):
        half += count
        if 2 * half >= total:
            return number
    return 0
