"""Actions that look: status, log, size of a change, secrets, the next version, the changelog."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from semver import Version
from turbo_core import ActionFailed, Context, action

from turbo_plugin_git import conventional, scanning, versions
from turbo_plugin_git.acting.ground import repository_of, shown
from turbo_plugin_git.git import Repository
from turbo_plugin_git.outputs import (
    Changelog,
    ChangeSize,
    Finding,
    Log,
    LogEntry,
    NextVersion,
    Scan,
    SkippedFile,
    Status,
)
from turbo_plugin_git.values import Change

_BODY = 4000
"""Characters of a commit's body that are handed on."""


def _start(repository: Repository, since: str, prefix: str) -> tuple[str | None, str | None]:
    """The name and the id of the commit that a history starts after: ``since``, else the last version tag."""
    if since:
        return since, repository.resolve(since)
    last = versions.last(versions.tagged(repository.tags(repository.resolve("HEAD")), prefix))
    return (last.ref.name, last.ref.commit) if last else (None, None)


def _entries(repository: Repository, start: str | None, until: str, *, merges: bool = False) -> list[conventional.Entry]:
    return [conventional.read(commit) for commit in repository.commits(start, repository.resolve(until), merges=merges)]


def _note_shallow(context: Context, repository: Repository) -> bool:
    shallow = repository.shallow()
    if shallow:
        context.log("This clone is shallow: commits and tags may be missing (git fetch --unshallow --tags).")
    return shallow


# ---------------------------------------------------------------- reading


@action(risk="read")
def status(context: Context, limit: int = 1000) -> Status:
    """Tell the branch, how it stands to its upstream, and which files differ.

    Args:
        limit: how many files each list may hold.
    """
    with repository_of(context) as repository:
        head = repository.head()
        state = repository.state()
    lists = (state.staged, state.unstaged, state.untracked, state.conflicted)
    staged, unstaged, untracked, conflicted = ([shown(path) for path in paths[:limit]] for paths in lists)
    return Status(
        branch=head.branch,
        commit=head.commit,
        upstream=state.upstream,
        ahead=state.ahead,
        behind=state.behind,
        dirty=state.changed,
        staged=staged,
        unstaged=unstaged,
        untracked=untracked,
        conflicted=conflicted,
        shortened=any(len(paths) > limit for paths in lists),
    )


@action(risk="read")
def log(
    context: Context, *, since: str = "", until: str = "HEAD", prefix: str = "v", merges: bool = False, limit: int = 200
) -> Log:
    """List the commits since the last version tag, read as conventional commits, newest first.

    Args:
        since: a tag, branch or commit to start after, in place of the last version tag.
        until: the tag, branch or commit to end with.
        prefix: what stands before the version in a version tag.
        merges: also list merge commits.
        limit: how many commits the list may hold.
    """
    with repository_of(context) as repository:
        name, start = _start(repository, since, prefix)
        entries = _entries(repository, start, until, merges=merges)
        shallow = _note_shallow(context, repository)
    context.log(f"{len(entries)} commits since {name or 'the beginning'}")
    return Log(since=name, count=len(entries), commits=[_log_entry(entry) for entry in entries[:limit]], shallow=shallow)


def _log_entry(entry: conventional.Entry) -> LogEntry:
    return LogEntry(
        commit=entry.commit.id,
        type=entry.type,
        scope=entry.scope,
        breaking=entry.breaking,
        subject=entry.subject,
        body=entry.body if len(entry.body) <= _BODY else f"{entry.body[:_BODY]}…",
        author=entry.commit.author,
        date=entry.commit.date,
    )


@action(risk="read")
def change_size(context: Context, since: str = "", prefix: str = "v", small: int = 200, large: int = 5000) -> ChangeSize:
    """Measure how much changed since the last version tag; as a criterion, a small change scores high.

    Args:
        since: a tag, branch or commit to compare with, in place of the last version tag.
        prefix: what stands before the version in a version tag.
        small: up to so many changed lines the score is 1.
        large: from so many changed lines on the score is 0; between the two it falls in a straight line.
    """
    if not 0 <= small < large:
        raise ActionFailed("'small' must be less than 'large'", why=f"small is {small}, large is {large}")
    with repository_of(context) as repository:
        name, start = _start(repository, since, prefix)
        changes = repository.changes(start, repository.resolve("HEAD"))
        shallow = _note_shallow(context, repository)
    return _measured(name, changes, small, large, shallow=shallow)


def _measured(name: str | None, changes: Sequence[Change], small: int, large: int, *, shallow: bool) -> ChangeSize:
    insertions = sum(change.insertions or 0 for change in changes)
    deletions = sum(change.deletions or 0 for change in changes)
    lines = insertions + deletions
    counted = sum(change.insertions is not None for change in changes)
    confidence = (counted / len(changes) if changes else 1.0) * (0.5 if shallow else 1.0)
    largest = sorted(changes, key=lambda change: (-_lines(change), change.path))[:5]
    return ChangeSize(
        since=name,
        files=len(changes),
        insertions=insertions,
        deletions=deletions,
        score=round(min(1.0, max(0.0, (large - lines) / (large - small))), 4),
        confidence=round(confidence, 4),
        reason=f"{lines} lines in {len(changes)} files changed since {name or 'the beginning'}",
        evidence=[f"{shown(change.path)}: {_lines(change)} lines" for change in largest],
    )


def _lines(change: Change) -> int:
    return (change.insertions or 0) + (change.deletions or 0)


@action(risk="read")
def scan_secrets(
    context: Context,
    *,
    untracked: bool = False,
    guesses: bool = True,
    exclude: tuple[str, ...] = (),
    baseline: str = ".secrets.baseline",
    limit: int = 500,
) -> Scan:
    """Look for secrets in the tracked files, as they stand in the work tree.

    A line that ends with ``# pragma: allowlist secret`` is allowed, and so is what a baseline of detect-secrets lists.

    Args:
        untracked: also look at files that git neither tracks nor ignores.
        guesses: also report what is merely likely: random-looking text, and values after words like ``password``.
        exclude: patterns of paths to leave out, for example ``tests/*`` (``*`` also matches slashes).
        baseline: a baseline file of detect-secrets, from the repository's root; empty for none.
        limit: how many findings and skipped files the lists may hold.
    """
    with repository_of(context) as repository:
        paths = [path for path in repository.files(untracked=untracked) if path != baseline and not _matches(path, exclude)]
    allowed = baseline_of(repository.root, baseline)
    results = list(scanning.scan(repository.root, paths, guesses=guesses))
    found = [item for item in results if isinstance(item, scanning.Found)]
    open_ = [item for item in found if (item.path, item.kind, item.digest) not in allowed]
    skipped = [item for item in results if isinstance(item, scanning.Unread)]
    context.log(f"{len(paths)} files, {len(open_)} findings, {len(found) - len(open_)} allowed, {len(skipped)} files skipped")
    return Scan(
        findings=[Finding(path=shown(item.path), line=item.line, kind=item.kind) for item in open_[:limit]],
        count=len(open_),
        allowed=len(found) - len(open_),
        files=len(paths),
        skipped=[SkippedFile(path=shown(item.path), reason=item.reason) for item in skipped[:limit]],
    )


def _matches(path: str, patterns: Iterable[str]) -> bool:
    return any(fnmatchcase(path, pattern) for pattern in patterns)


def baseline_of(root: Path, name: str) -> frozenset[tuple[str, str, str]]:
    """What the baseline file of a repository allows, as (path, kind, digest); nothing if there is none."""
    path = root / name
    if not name or not path.is_file():
        return frozenset()
    try:
        return scanning.known(path)
    except scanning.BaselineDamaged as error:
        raise ActionFailed(
            "the baseline cannot be read", where=name, why=str(error), next_step="make a new one with: detect-secrets scan"
        ) from error


@action(risk="read")
def next_version(
    context: Context, bump: versions.Bump = "auto", prefix: str = "v", prerelease: str = "", first: str = "0.1.0"
) -> NextVersion:
    """Find the next version (SemVer) from the conventional commits since the last version tag.

    A breaking change raises major (below 1.0.0: minor), a feature minor, anything else patch.

    Args:
        bump: what to raise, whatever the commits say.
        prefix: what stands before the version in a version tag.
        prerelease: a word like ``rc`` for the next prerelease of that name.
        first: the version if no tag names one yet.
    """
    with repository_of(context) as repository:
        head = repository.resolve("HEAD")
        tagged = versions.tagged(repository.tags(head), prefix)
        base = versions.last(tagged)
        entries = _entries(repository, base.ref.commit if base else None, "HEAD")
        _note_shallow(context, repository)
    step = versions.following(tagged, entries, bump=bump, first=_version(first), prerelease=prerelease)
    context.log(f"{base.version if base else 'no version'} -> {step.version}: {step.reason}")
    return NextVersion(current=str(base.version) if base else None, next=str(step.version), bump=step.bump, reason=step.reason)


def _version(text: str) -> Version:
    try:
        return Version.parse(text)
    except ValueError as error:
        raise ActionFailed(f"{text!r} is no version", why=str(error), next_step="write it as 0.1.0") from error


@action(risk="read")
def changelog(
    context: Context, *, since: str = "", until: str = "HEAD", prefix: str = "v", title: str = "", limit: int = 500
) -> Changelog:
    """Write the changelog since the last version tag as Markdown, grouped by type, what breaks first.

    Args:
        since: a tag, branch or commit to start after, in place of the last version tag.
        until: the tag, branch or commit to end with.
        prefix: what stands before the version in a version tag.
        title: a heading, for example the next version.
        limit: how many commits the text may tell of, the newest first.
    """
    with repository_of(context) as repository:
        _, start = _start(repository, since, prefix)
        entries = _entries(repository, start, until)
    more = len(entries) - limit
    rest = f"\nAnd {more} older commits.\n" if more > 0 else ""
    return Changelog(text=conventional.changelog(entries[:limit], title) + rest, count=len(entries))
