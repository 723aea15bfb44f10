"""Verdicts on entry points: from the cache, or from a trial import in a child process with a time limit.

Owns the child processes and the cache of verdicts, one small file each, so that processes that write at the same time do not
meet. It imports no plugin itself, except built-in ones.
"""

from __future__ import annotations

import hashlib
import importlib.util
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from pathlib import Path
from typing import Final

from msgspec.structs import asdict

from turbo_core.hookspecs import API_VERSION
from turbo_core.plugins import cache
from turbo_core.plugins.examine import examine
from turbo_core.plugins.names import Entry
from turbo_core.plugins.verdict import Verdict, from_json

LIMIT: Final = 10.0
"""Seconds that a plugin may take to be imported."""

_FORMAT = 4
_FAILURE_HOLDS = 3600.0
_BOOT = (
    "import json, sys; request = json.loads(sys.argv[1]); sys.path[:] = request['path']; "
    "from turbo_core.plugins.examine import child; child(request)"
)


class Trials:
    """The verdicts of this process, each made or read once.

    Args:
        folder: the folder of caches; it need not exist, nor be writable.
        environment: a text that changes when anything is installed; a failure is tried again when it does, or after an hour.
        limit: seconds that a trial import may take.
        refresh: do not believe remembered failures.
    """

    def __init__(self, folder: Path, *, environment: str = "", limit: float = LIMIT, refresh: bool = False) -> None:
        self._folder = folder / "verdicts"
        self._environment = environment
        self._limit = limit
        self._refresh = refresh
        self._known: dict[Entry, Verdict] = {}

    def verdict(self, entry: Entry) -> Verdict:
        """The verdict on one entry point."""
        return self.verdicts([entry])[entry]

    def verdicts(self, entries: Iterable[Entry]) -> dict[Entry, Verdict]:
        """The verdicts on several entry points; those that are not known yet are tried side by side."""
        wanted = list(entries)
        unknown = [entry for entry in wanted if entry not in self._known]
        strangers = [entry for entry in unknown if not entry.builtin]
        # Built-in plugins are imported in this process, and imports do not belong in threads.
        self._known.update((entry, self._judge(entry)) for entry in unknown if entry.builtin)
        if len(strangers) > 1:
            with ThreadPoolExecutor(min(len(strangers), os.cpu_count() or 1)) as pool:
                self._known.update(zip(strangers, pool.map(self._judge, strangers), strict=True))
        else:
            self._known.update((entry, self._judge(entry)) for entry in strangers)
        return {entry: self._known[entry] for entry in wanted}

    def forget(self, entry: Entry) -> None:
        """Remove what is remembered of an entry point."""
        self._known.pop(entry, None)
        with suppress(OSError):
            self._file(entry).unlink()

    def _file(self, entry: Entry) -> Path:
        key = [_FORMAT, API_VERSION, sys.version, asdict(entry), fingerprint(entry)]
        return self._folder / f"{hashlib.sha256(json.dumps(key).encode()).hexdigest()}.json"

    def _judge(self, entry: Entry) -> Verdict:
        file = self._file(entry)
        known = self._remembered(file)
        if known is None:
            known = examine(entry) if entry.builtin else _try(entry, self._limit)
            cache.write(file, asdict(known) | {"environment": self._environment, "at": int(time.time())})
        return known

    def _remembered(self, file: Path) -> Verdict | None:
        stored = cache.read(file)
        try:
            environment, at = stored.pop("environment"), stored.pop("at")
            stale = self._refresh or environment != self._environment or not 0 <= time.time() - at < _FAILURE_HOLDS
        except (AttributeError, KeyError, TypeError):
            return None
        verdict = from_json(stored)
        return None if verdict and verdict.cause and stale else verdict


def fingerprint(entry: Entry) -> str:
    """What pins the code of an entry point (hex SHA-256): the RECORD, or for an editable install the sources themselves."""
    if not entry.editable:
        return entry.record
    digest = hashlib.sha256(entry.record.encode())
    for file in _sources(entry.module.partition(".")[0]):
        with suppress(OSError):
            digest.update(f"{file}\0".encode() + file.read_bytes() + b"\0")
    return digest.hexdigest()


def _sources(package: str) -> list[Path]:
    found = importlib.util.find_spec(package)
    if found is None:
        return []
    folders = found.submodule_search_locations
    if folders is None:
        return [Path(found.origin)] if found.origin else []
    return sorted(file for folder in folders for file in Path(folder).rglob("*.py"))


def _try(entry: Entry, limit: float) -> Verdict:
    request = json.dumps({"entry": asdict(entry), "path": sys.path})
    process = subprocess.Popen(
        [sys.executable, "-c", _BOOT, request],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )
    with process:
        try:
            answer, _ = process.communicate(timeout=limit)
            # What the import has started and left behind is of the same session.
            with suppress(ProcessLookupError, PermissionError):
                os.killpg(process.pid, signal.SIGKILL)
        except subprocess.TimeoutExpired:
            os.killpg(process.pid, signal.SIGKILL)
            return Verdict(
                cause=f"its import did not end within {limit:g} s", next_step=f"update or uninstall {entry.distribution}"
            )
    try:
        verdict = from_json(json.loads(answer))
    except ValueError:
        verdict = None
    return verdict or Verdict(cause=_ended(process.returncode), next_step=f"update or uninstall {entry.distribution}")


def _ended(code: int) -> str:
    how = f"exit code {code}" if code >= 0 else f"signal {signal.Signals(-code).name}"
    return f"it ends the process while being imported ({how})"
