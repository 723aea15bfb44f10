"""Version ranges such as ``>=1.0.0,<2.0.0``, read with ``semver``. Owns their small grammar and nothing else."""

from __future__ import annotations

import re
from importlib import import_module
from typing import Any

_BOUND = re.compile(r"\s*(>=|<=|>|<|==|!=)\s*(\d+)(?:\.(\d+))?(?:\.(\d+))?(-[0-9A-Za-z.-]+)?\s*")


def is_version(text: str) -> bool:
    """Tell whether ``text`` is a version by https://semver.org."""
    return bool(_semver().Version.is_valid(text))


def satisfies(version: str, wanted: str) -> bool:
    """Tell whether ``version`` lies in the range ``wanted``: bounds joined by commas, all of which must hold.

    Missing parts of a bound are zero: ``>=1`` is ``>=1.0.0``.

    Raises:
        ValueError: ``wanted`` is not a range.
    """
    return all(_holds(_semver().Version.parse(version), bound) for bound in wanted.split(","))


def _holds(version: Any, bound: str) -> bool:
    found = _BOUND.fullmatch(bound)
    if not found:
        raise ValueError(f"{bound.strip()!r} is not a bound such as '>=1.0.0'")
    operator, major, minor, patch, pre = found.groups()
    return bool(version.match(f"{operator}{major}.{minor or 0}.{patch or 0}{pre or ''}"))


def _semver() -> Any:
    # By name: it brings a command line of its own, and hardly any start has a range to read.
    return import_module("semver")
