"""The action that looks for secrets in the whole history: what was ever committed can be read by whoever has a clone."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path, PurePosixPath
from tempfile import TemporaryDirectory

from turbo_core import Context, action

from turbo_plugin_git import scanning
from turbo_plugin_git.acting.ground import repository_of, shown
from turbo_plugin_git.acting.looking import baseline_of
from turbo_plugin_git.git import Repository

_BATCH = 200
"""Added texts that are scanned at once: setting up the scanner costs as much as scanning a few."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OldFinding:
    """Where something that looks like a secret was added, by whom, and of what kind. Never the secret itself.

    Attributes:
        commit: the oldest commit that was read and added it.
        path: the file at that time.
        line: the line in that file.
        kind: what it looks like.
        author: who made the commit.
        still_there: whether the file still exists; the secret may be gone from it.
    """

    commit: str
    path: str
    line: int
    kind: str
    author: str
    still_there: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryScan:
    """What a scan of the history found: each secret of a file once.

    Attributes:
        findings: what looks like a secret and is not allowed, up to the limit.
        count: how many findings there are.
        allowed: how many findings the baseline allows.
        commits: how many commits were read.
    """

    findings: list[OldFinding]
    count: int
    allowed: int
    commits: int


@dataclass(frozen=True, slots=True, kw_only=True)
class _Added:
    """Lines that a commit added to a file, each with its number."""

    commit: str
    author: str
    path: str
    lines: Sequence[tuple[int, str]]


@action(risk="read")
def scan_history(
    context: Context,
    since: str = "",
    until: str = "HEAD",
    *,
    guesses: bool = False,
    exclude: tuple[str, ...] = (),
    baseline: str = ".secrets.baseline",
    limit: int = 500,
) -> HistoryScan:
    """Look for secrets in every line that a commit of the history added, also if it was removed later.

    Args:
        since: a tag, branch or commit to start after; empty for the whole history.
        until: the tag, branch or commit to end with.
        guesses: also report what is merely likely.
        exclude: patterns of paths to leave out, for example `tests/*` (`*` also matches slashes).
        baseline: a baseline file of detect-secrets, from the repository's root; empty for none.
        limit: how many findings the list may hold.
    """
    found: dict[tuple[str, str, str], OldFinding] = {}
    with repository_of(context) as repository:
        last = repository.resolve(until)
        span = f"{repository.resolve(since)}..{last}" if since else last
        commits = int(repository.run("rev-list", "--count", "--no-merges", span, "--"))
        tracked = set(repository.files())
        for added, one in _scan(_additions(repository, span, (*exclude, baseline)), guesses=guesses):
            still = added.path in tracked
            found[(added.path, one.kind, one.digest)] = _finding(added, one, still)
    allowed = baseline_of(repository.root, baseline)
    open_ = [one for key, one in found.items() if key not in allowed]
    context.log(f"{commits} commits, {len(open_)} findings, {len(found) - len(open_)} allowed")
    return HistoryScan(findings=open_[:limit], count=len(open_), allowed=len(found) - len(open_), commits=commits)


def _finding(added: _Added, one: scanning.Found, still: bool) -> OldFinding:
    line = added.lines[one.line - 1][0] if one.line <= len(added.lines) else 0
    return OldFinding(
        commit=added.commit, path=shown(added.path), line=line, kind=one.kind, author=added.author, still_there=still
    )


def _scan(additions: Iterator[_Added], *, guesses: bool) -> Iterator[tuple[_Added, scanning.Found]]:
    batch: list[_Added] = []
    for added in additions:
        batch.append(added)
        if len(batch) == _BATCH:
            yield from _scan_batch(batch, guesses=guesses)
            batch = []
    yield from _scan_batch(batch, guesses=guesses)


def _scan_batch(batch: Sequence[_Added], *, guesses: bool) -> Iterator[tuple[_Added, scanning.Found]]:
    """Write each text into a file with the suffix that it had: the scanner reads some kinds of files in their own way."""
    with TemporaryDirectory() as name:
        names: dict[str, _Added] = {}
        for number, added in enumerate(batch):
            file = f"{number}{PurePosixPath(added.path).suffix[:20]}"
            Path(name, file).write_text(
                "".join(f"{text}\n" for _, text in added.lines), encoding="utf-8", errors="surrogateescape"
            )
            names[file] = added
        for one in scanning.scan(Path(name), names, guesses=guesses):
            if isinstance(one, scanning.Found):
                yield names[one.path], one


def _additions(repository: Repository, span: str, exclude: Iterable[str]) -> Iterator[_Added]:
    """What each commit added, newest first, from one stream of diffs without context."""
    patterns = [pattern for pattern in exclude if pattern]
    flags = ("--no-merges", "--unified=0", "--no-renames", "--no-ext-diff", "--no-textconv", "--diff-filter=AM", "--no-prefix")
    with repository.stream("log", "--patch", *flags, "--format=%x01%H%x02%aN", span, "--") as output:
        for added in _read(output):
            if not any(fnmatchcase(added.path, pattern) for pattern in patterns):
                yield added


def _read(output: Iterable[bytes]) -> Iterator[_Added]:
    commit = author = path = ""
    lines: list[tuple[int, str]] = []
    number = 0
    for raw in output:
        text = raw.rstrip(b"\r\n").decode("utf-8", "surrogateescape")
        if text.startswith(("\x01", "diff --git ")) and lines:
            yield _Added(commit=commit, author=author, path=path, lines=lines)
            lines = []
        if text.startswith("\x01"):
            commit, _, author = text[1:].partition("\x02")
            path = ""
        elif text.startswith("diff --git "):
            path = ""
        elif not path and text.startswith("+++ "):
            path = text[4:].removesuffix("\t")
        elif text.startswith("@@ "):
            number = int(text.split("+", 1)[1].split(" ", 1)[0].split(",", 1)[0])
        elif path and text.startswith("+"):
            lines.append((number, text[1:]))
            number += 1
    if lines:
        yield _Added(commit=commit, author=author, path=path, lines=lines)
