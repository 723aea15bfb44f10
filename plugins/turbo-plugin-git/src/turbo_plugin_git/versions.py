"""Version tags and the next version. Pure; knows neither git nor Turbo.

Versions follow SemVer. Tags as Python projects write them are read too: ``1.2`` is ``1.2.0``, ``1.2.0rc1`` is ``1.2.0-rc.1``.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Final, Literal, TypeAlias

from semver import Version

from turbo_plugin_git.conventional import Entry
from turbo_plugin_git.values import Ref

Bump: TypeAlias = Literal["auto", "patch", "minor", "major"]
_PYTHON_PRERELEASE: Final = re.compile(r"(\d+(?:\.\d+){1,2})\.?(a|b|rc)(\d+)")


@dataclass(frozen=True, slots=True, kw_only=True)
class Tagged:
    """A version and the tag that bears it."""

    version: Version
    ref: Ref


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """A next version: ``bump`` is ``first``, ``none``, ``patch``, ``minor`` or ``major``; ``reason`` is one sentence."""

    version: Version
    bump: str
    reason: str


def read(tag: str, prefix: str = "v") -> Version | None:
    """The version that a tag names, or ``None``. The prefix ``v`` may be missing, any other may not."""
    if not tag.startswith(prefix) and prefix != "v":
        return None
    text = tag.removeprefix(prefix)
    python = _PYTHON_PRERELEASE.fullmatch(text)
    if python is not None:
        text = f"{python[1]}{'.0' * (2 - python[1].count('.'))}-{python[2]}.{int(python[3])}"
    if "." not in text:
        return None
    try:
        return Version.parse(text, optional_minor_and_patch=True)
    except ValueError:
        return None


def tagged(refs: Iterable[Ref], prefix: str = "v") -> list[Tagged]:
    """The version tags among these, lowest first."""
    found = [Tagged(version=version, ref=ref) for ref in refs if (version := read(ref.name, prefix)) is not None]
    return sorted(found, key=lambda item: (item.version, item.ref.name))


def last(versions: Sequence[Tagged], *, prereleases: bool = False) -> Tagged | None:
    """The highest version; prereleases count only where wanted."""
    return next((item for item in reversed(versions) if prereleases or not item.version.prerelease), None)


def following(versions: Sequence[Tagged], entries: Sequence[Entry], *, bump: Bump, first: Version, prerelease: str) -> Step:
    """The version that follows.

    Args:
        versions: the version tags in the history, lowest first.
        entries: the commits since the last version that is no prerelease.
        bump: what to raise; ``auto`` asks the commits.
        first: the version if there is none yet.
        prerelease: a word like ``rc`` makes the next prerelease of that name instead of the version itself.
    """
    base = last(versions)
    step = _first(first) if base is None else _raise(base.version, entries, bump)
    if step.bump == "none":
        return step
    newest = last(versions, prereleases=True)
    if newest is not None and newest.version.prerelease and newest.version.finalize_version() >= step.version:
        opened = newest.version.finalize_version()
        step = Step(version=opened, bump=step.bump, reason=f"{step.reason}; the prerelease {newest.version} leads to {opened}")
    if prerelease:
        step = Step(version=_next_prerelease(step.version, versions, prerelease), bump=step.bump, reason=step.reason)
    return step


def _first(version: Version) -> Step:
    return Step(version=version, bump="first", reason="no version tag yet")


def _raise(base: Version, entries: Sequence[Entry], bump: Bump) -> Step:
    kind, reason = (bump, f"{bump} was asked for") if bump != "auto" else _judge(base, entries)
    raised = {"none": base, "patch": base.bump_patch(), "minor": base.bump_minor(), "major": base.bump_major()}[kind]
    return Step(version=raised, bump=kind, reason=reason)


def _judge(base: Version, entries: Sequence[Entry]) -> tuple[str, str]:
    breaking = sum(entry.breaking for entry in entries)
    features = sum(entry.type == "feat" for entry in entries)
    if not entries:
        return "none", f"no commit since {base}"
    if breaking and base.major == 0:
        return "minor", f"{_count(breaking, 'breaking change')} since {base}; below 1.0.0 that raises minor"
    if breaking:
        return "major", f"{_count(breaking, 'breaking change')} since {base}"
    if features:
        return "minor", f"{_count(features, 'feature')} since {base}"
    return "patch", f"{_count(len(entries), 'commit')} since {base}, neither features nor breaking"


def _count(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"


def _next_prerelease(version: Version, versions: Sequence[Tagged], word: str) -> Version:
    pattern = re.compile(rf"{re.escape(word)}\.(\d+)")
    taken = [
        int(match[1])
        for item in versions
        if item.version.finalize_version() == version and (match := pattern.fullmatch(item.version.prerelease or ""))
    ]
    return version.replace(prerelease=f"{word}.{max(taken, default=0) + 1}")
