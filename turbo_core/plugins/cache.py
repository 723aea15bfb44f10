"""JSON files that may vanish at any time: the caches of names, verdicts and workflows.

Owns their reading and writing. A cache that is damaged, is somebody else's or cannot be written is no error: what it held is made
again.
"""

from __future__ import annotations

import os
from contextlib import suppress
from decimal import Decimal
from pathlib import Path
from typing import Final

import msgspec

from turbo_core.words import JSON

_ENCODER: Final = msgspec.json.Encoder(decimal_format="number")
_DECODER: Final = msgspec.json.Decoder(float_hook=Decimal)
_OTHERS: Final = 0o022


def read(path: Path) -> JSON:
    """The JSON value in ``path``, or ``None`` if there is none that can be read."""
    try:
        return _DECODER.decode(content(path))
    except (OSError, ValueError, RecursionError):
        return None


def content(path: Path) -> bytes:
    """The bytes in ``path``.

    Raises:
        OSError: there is no such file, or somebody else could have written it.
    """
    with path.open("rb") as file:
        status = os.fstat(file.fileno())
        if status.st_uid != os.geteuid() or status.st_mode & _OTHERS:
            raise PermissionError(f"{path} is not ours alone")
        return file.read()


def encode(value: object) -> bytes:
    """A value, structures too, as JSON."""
    return _ENCODER.encode(value)


def write(path: Path, value: object) -> None:
    """Put ``value`` in ``path`` as JSON; see `put`."""
    put(path, encode(value))


def put(path: Path, data: bytes) -> None:
    """Put ``data`` in ``path``, for this user only: whole or not at all. Nothing happens if the folder cannot be written."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        fresh = path.with_name(f"{path.stem}{os.urandom(8).hex()}.new")
        try:
            with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600), "wb") as file:
                file.write(data)
            fresh.replace(path)
        except BaseException:
            fresh.unlink(missing_ok=True)
            raise
