"""The inbox: how other processes ask the runner of a run for something.

A request is one file, written under a hidden name and then renamed, so that it is there whole or not at all. The runner
turns it into an event, with the request's name as ``dedupe``, and only then takes the file away.
"""

from __future__ import annotations

import re
import secrets
import time
from collections.abc import Mapping
from pathlib import Path
from typing import NamedTuple

from turbo_core.journal import codec
from turbo_core.journal.files import private_folder, storage, write_whole
from turbo_core.words import JSON

INBOX_NAME = "inbox"
REFUSED_NAME = "refused"
LARGEST = 1024 * 1024
"""A request of more bytes than this is refused."""

_NAME = re.compile(r"\d{20}-[0-9a-f]{8}\.json")


class Request(NamedTuple):
    """What somebody asks for. ``name`` identifies it for ever."""

    name: str
    request: Mapping[str, JSON]


def leave(folder: Path, request: Mapping[str, JSON]) -> str:
    """Leave a request in the inbox of the run in ``folder``; durable when this returns. Gives the request's name.

    Raises:
        ValueError: the request is too large, or not JSON.
        StorageFailed: it could not be written.
    """
    data = codec.encode(request)
    if len(data) > LARGEST:
        raise ValueError(f"the request has {len(data)} bytes, at most {LARGEST} are allowed")
    name = f"{time.time_ns():020d}-{secrets.token_hex(4)}.json"
    write_whole(private_folder(folder / INBOX_NAME) / name, data)
    return name


def take(folder: Path) -> list[Request]:
    """Read the requests that are waiting, oldest first; they stay until ``done``.

    What is not a request is moved to ``inbox/refused``.

    Raises:
        StorageFailed: the inbox cannot be read.
    """
    inbox = folder / INBOX_NAME
    with storage(inbox):
        try:
            waiting = sorted(entry for entry in inbox.iterdir() if not entry.name.startswith(".") and entry.name != REFUSED_NAME)
        except FileNotFoundError:
            return []
        read = [(entry, _read(entry)) for entry in waiting]
        for entry in (entry for entry, request in read if request is None):
            _refuse(entry)
    return [Request(entry.name, request) for entry, request in read if request is not None]


def done(folder: Path, name: str) -> None:
    """Take a request away, after its event is committed. Harmless if done twice.

    Raises:
        StorageFailed: it cannot be removed.
    """
    path = folder / INBOX_NAME / name
    with storage(path):
        path.unlink(missing_ok=True)


def _read(path: Path) -> Mapping[str, JSON] | None:
    if not _NAME.fullmatch(path.name) or path.is_symlink() or not path.is_file() or path.stat().st_size > LARGEST:
        return None
    try:
        value = codec.decode(path.read_bytes())
    except ValueError:
        return None
    return value if isinstance(value, dict) else None


def _refuse(path: Path) -> None:
    refused = private_folder(path.parent / REFUSED_NAME)
    path.rename(refused / f"{secrets.token_hex(4)}-{path.name}")
