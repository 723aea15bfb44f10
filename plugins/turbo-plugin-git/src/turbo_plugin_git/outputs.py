"""What the actions give to a workflow. Values only; text in them is always valid Unicode."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Status:
    """The state of the work tree.

    Attributes:
        branch: the branch; null if HEAD is detached.
        commit: the commit; null before the first one.
        upstream: the branch that it follows, or null.
        ahead: commits that the upstream has not; null without an upstream.
        behind: commits of the upstream that are missing here; null without an upstream.
        dirty: whether a tracked file differs from the commit.
        staged: files with staged changes.
        unstaged: files with changes that are not staged.
        untracked: files that git neither tracks nor ignores.
        conflicted: files that wait for a merge to be settled.
        shortened: whether a list was cut at the limit.
    """

    branch: str | None
    commit: str | None
    upstream: str | None
    ahead: int | None
    behind: int | None
    dirty: bool
    staged: list[str]
    unstaged: list[str]
    untracked: list[str]
    conflicted: list[str]
    shortened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class LogEntry:
    """One commit, read as a conventional one; ``type`` is empty if it is not."""

    commit: str
    type: str
    scope: str
    breaking: bool
    subject: str
    body: str
    author: str
    date: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """The history since a commit.

    Attributes:
        since: the ref that it starts after; null if it is the whole history.
        count: how many commits there are.
        commits: the newest of them, up to the limit.
        shallow: whether a part of the history is missing in this clone.
    """

    since: str | None
    count: int
    commits: list[LogEntry]
    shallow: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeSize:
    """How much changed; also the answer of a criterion of a gate.

    Attributes:
        since: the ref that it is compared with; null if everything counts.
        files: how many files changed.
        insertions: lines added.
        deletions: lines removed.
        score: 1 for a small change, 0 for a large one.
        confidence: the part of the files whose lines can be counted; half of it in a shallow clone.
        reason: one sentence.
        evidence: the files that changed most.
    """

    since: str | None
    files: int
    insertions: int
    deletions: int
    score: float
    confidence: float
    reason: str
    evidence: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """Where something looks like a secret, and of what kind. Never the secret itself."""

    path: str
    line: int
    kind: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SkippedFile:
    """A file that was not scanned, and why."""

    path: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Scan:
    """What a scan for secrets found.

    Attributes:
        findings: what looks like a secret and is not allowed, up to the limit.
        count: how many findings there are.
        allowed: how many findings the baseline allows.
        files: how many files were looked at.
        skipped: files that could not be scanned, up to the limit.
    """

    findings: list[Finding]
    count: int
    allowed: int
    files: int
    skipped: list[SkippedFile]


@dataclass(frozen=True, slots=True, kw_only=True)
class NextVersion:
    """The version that follows.

    Attributes:
        current: the highest version in the history that is no prerelease; null if there is none.
        next: the version that follows; equal to ``current`` if nothing changed.
        bump: ``first``, ``none``, ``patch``, ``minor`` or ``major``.
        reason: one sentence.
    """

    current: str | None
    next: str
    bump: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Changelog:
    """Markdown, and how many commits it tells of. The text is empty if there are none."""

    text: str
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Tag:
    """A tag that was created: ``object`` is the id of the tag itself, ``commit`` where it points."""

    name: str
    object: str
    commit: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Branch:
    """A branch that was created.

    Attributes:
        name: the branch.
        commit: where it started.
        switched: whether it was checked out.
        previous_branch: the branch that was checked out before; null if HEAD was detached, or nothing was switched.
        previous_commit: the commit that was checked out before; null if nothing was switched.
    """

    name: str
    commit: str
    switched: bool
    previous_branch: str | None
    previous_commit: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class BranchName:
    """A name for a branch that keeps the rules of the project; ``free`` tells whether no branch has it yet."""

    name: str
    free: bool
