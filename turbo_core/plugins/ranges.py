"""Version ranges such as ``>=1.0.0,<2.0.0``, read with ``semver``. Owns their small grammar and nothing else."""

from __future__ import annotations

import re

import semver

_BOUND = re.compile(r"\s*(>=|<=|>|<|==|!=)\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?\s*")


def satisfies(version: str, wanted: str) -> bool:
    """Tell whether ``version`` lies in the range ``wanted``: bounds joined by commas, all of which must hold.

    Missing parts of a bound are zero: ``>=1`` is ``>=1.0.0``.

    Raises:
        ValueError: ``wanted`` is not a range.
    """
    return all(_holds(semver.Version.parse(version), bound) for bound in wanted.split(","))


def _holds(version: semver.Version, bound: str) -> bool:
    found = _BOUND.fullmatch(bound)
    if not found:
        raise ValueError(f"{bound.strip()!r} is not a bound such as '>=1.0.0'")
    operator, major, minor, patch, pre = found.groups()
    return version.match(f"{operator}{major}.{minor or 0}.{patch or 0}{pre or ''}")
