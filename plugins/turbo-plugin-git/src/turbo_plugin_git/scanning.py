"""Secrets in files, found by detect-secrets. Knows neither git nor Turbo, and reads no setting of the scanned project.

A baseline of detect-secrets may name plugins and filters to import; they are the project's code, so only its list of known
findings is read. Nothing is verified over the network, and everything happens in this process. The scanner is imported when it
is first used: it brings an HTTP client along that no other action needs.
"""

from __future__ import annotations

import json
import stat
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from importlib import import_module
from pathlib import Path
from typing import Any, Final

LARGEST: Final = 2 * 1024 * 1024
"""Bytes. Larger files are data; scanning them takes minutes."""

_GUESSING: Final = frozenset({"Base64HighEntropyString", "HexHighEntropyString", "KeywordDetector"})
_NO_SECRET: Final = frozenset({"IPPublicDetector"})
_FILTERS: Final = tuple(
    {"path": f"detect_secrets.filters.{name}"}
    for name in (
        "allowlist.is_line_allowlisted",
        "heuristic.is_indirect_reference",
        "heuristic.is_likely_id_string",
        "heuristic.is_lock_file",
        "heuristic.is_not_alphanumeric_string",
        "heuristic.is_potential_uuid",
        "heuristic.is_prefixed_with_dollar_sign",
        "heuristic.is_sequential_string",
        "heuristic.is_templated_secret",
    )
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """What looks like a secret: where and of what kind. ``digest`` is the SHA-1 that baselines hold, never shown."""

    path: str
    line: int
    kind: str
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Unread:
    """A file that was not scanned, and why."""

    path: str
    reason: str


class BaselineDamaged(Exception):
    """The file is no baseline of detect-secrets."""


def scan(root: Path, paths: Iterable[str], *, guesses: bool) -> Iterator[Found | Unread]:
    """Scan files below ``root``.

    Args:
        root: the folder that the paths are relative to.
        paths: the files.
        guesses: look also for what is merely likely: random-looking text, and values after words like ``password``.
    """
    scanner = import_module("detect_secrets.core.scan")
    settings = {"plugins_used": _detectors(guesses), "filters_used": list(_FILTERS)}
    with import_module("detect_secrets.settings").transient_settings(settings):
        for path in paths:
            reason = _unfit(root / path)
            if reason is None:
                yield from _scan_one(scanner, root, path)
            elif reason:
                yield Unread(path=path, reason=reason)


def known(baseline: Path) -> frozenset[tuple[str, str, str]]:
    """The findings that a baseline allows, as (path, kind, digest).

    Raises:
        BaselineDamaged: it cannot be read as one.
    """
    try:
        results = json.loads(baseline.read_text(encoding="utf-8"))["results"]
        return frozenset(
            (path, str(item["type"]), str(item["hashed_secret"])) for path, items in results.items() for item in items
        )
    except (OSError, ValueError, LookupError, TypeError, AttributeError, RecursionError) as error:
        raise BaselineDamaged(f"{type(error).__name__}: {error}") from error


def _detectors(guesses: bool) -> list[dict[str, str]]:
    left_out = _NO_SECRET if guesses else _NO_SECRET | _GUESSING
    classes = import_module("detect_secrets.core.plugins.util").get_mapping_from_secret_type_to_class().values()
    return [{"name": name} for name in sorted(kind.__name__ for kind in classes) if name not in left_out]


def _unfit(path: Path) -> str | None:
    """Why a file cannot be scanned; empty if there is nothing to scan (deleted, or no file any more)."""
    try:
        found = path.lstat()
        if not stat.S_ISREG(found.st_mode):
            return ""
        if found.st_size > LARGEST:
            return f"larger than {LARGEST} bytes"
        with path.open("rb") as file:
            return "binary" if b"\0" in file.read(8192) else None
    except FileNotFoundError:
        return ""
    except OSError as error:
        return f"unreadable: {error.strerror}"


def _scan_one(scanner: Any, root: Path, path: str) -> Iterator[Found | Unread]:
    try:
        found = {
            Found(path=path, line=item.line_number, kind=item.type, digest=item.secret_hash)
            for item in scanner.scan_file(str(root / path))
        }
    except Exception as error:  # the scanner's parsers meet a stranger's bytes: one odd file must not end the scan
        yield Unread(path=path, reason=f"the scanner failed: {type(error).__name__}")
        return
    yield from sorted(found, key=lambda one: (one.line, one.kind))
