"""The log file of one attempt: bytes in, masked bytes on disk, counted and digested.

A disk that is full does not stop the attempt: the rest of its output is dropped, and that is said.
"""

from __future__ import annotations

import hashlib
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from turbo_core.redact import SHORTEST, MaskedStream, Masker

_MASK_FILE_LIMIT: Final = 1 << 20


class Output:
    """Writes one log file, masked.

    Args:
        path: where; it must not exist. A missing folder is made, for this user only.
        mask: secrets to take out.
        mask_file: a file that receives more secrets, one per line; it is read again before each chunk if it changed.

    Raises:
        OSError: the file cannot be made.
    """

    def __init__(self, path: Path, *, mask: Sequence[str] = (), mask_file: Path | None = None) -> None:
        self._masker = Masker(mask)
        self._stream = MaskedStream(self._masker)
        self._mask_file = mask_file
        self._mask_seen = (0, 0)
        self._too_short: set[str] = set()
        self._digest = hashlib.sha256()
        self._lost: OSError | None = None
        self.size = 0
        self._file = _create(path)

    @property
    def digest(self) -> str:
        """The SHA-256 of what was written, in hexadecimal."""
        return self._digest.hexdigest()

    @property
    def notes(self) -> list[str]:
        """What the reader of the log has to know about it."""
        notes = []
        if self._lost:
            notes.append(f"the log is not complete: {os.strerror(self._lost.errno or 0)}")
        if self._too_short:
            notes.append(f"{len(self._too_short)} value(s) in TURBO_MASK are under {SHORTEST} characters and were not masked")
        return notes

    def feed(self, chunk: bytes) -> None:
        """Take the next bytes of the attempt's output."""
        if self._mask_file is not None:
            self._learn(self._mask_file)
        self._write(self._stream.feed(chunk))

    def close(self) -> None:
        """Write what was held back, and close the file."""
        self._write(self._stream.flush())
        os.close(self._file)

    def _write(self, data: bytes) -> None:
        while data and self._lost is None:
            try:
                written = os.write(self._file, data)
            except OSError as error:
                self._lost = error
                return
            self._digest.update(data[:written])
            self.size += written
            data = data[written:]

    def _learn(self, path: Path) -> None:
        try:
            status = path.stat()
            if (status.st_size, status.st_mtime_ns) == self._mask_seen:
                return
        except OSError:
            return
        self._mask_seen = (status.st_size, status.st_mtime_ns)
        for secret in secrets_in(path):
            if len(secret) >= SHORTEST:
                self._masker.add(secret)
            else:
                self._too_short.add(secret)


def secrets_in(path: Path) -> list[str]:
    """The secrets that a task has written to its ``TURBO_MASK``, those that are too short included; none if it is not there."""
    try:
        # Not waiting: the task may have put a pipe in its place.
        with os.fdopen(os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC), "rb") as file:
            text = file.read(_MASK_FILE_LIMIT).decode("utf-8", "surrogateescape")
    except OSError:
        return []
    return [line for line in map(str.strip, text.split("\n")) if line]


def _create(path: Path) -> int:
    flags = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC
    try:
        file = os.open(path, flags, 0o600)
    except FileNotFoundError:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        file = os.open(path, flags, 0o600)
    os.fchmod(file, 0o600)  # whatever the umask takes away
    return file
