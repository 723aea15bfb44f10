"""Getting the text of a registry over HTTP: bounded in size and time, remembered with its ETag, and usable offline.

Owns the requests and their cache. It must not know what stands in a registry.
"""

from __future__ import annotations

import hashlib
import time
from pathlib import Path
from typing import Final

import requests
from msgspec import Struct

from turbo_core.errors import RegistryRefused
from turbo_core.plugins import cache
from turbo_core.words import JSON

_CONNECT, _READ, _WHOLE = 5.0, 10.0, 30.0
"""Seconds that connecting, one silence, and the whole answer may take."""

_CHUNK: Final = 64 * 1024
_UNCHANGED = 304


class Fetched(Struct, frozen=True, kw_only=True):
    """The text of a registry. ``age`` is in seconds; ``None``: it is as its server has it now, else ``why`` tells why not."""

    text: bytes
    etag: str = ""
    age: float | None = None
    why: str = ""


def fetch(address: str, folder: Path, largest: int) -> Fetched:
    """Get a registry; what is remembered of it stands in if its server cannot be reached.

    Args:
        address: begins with ``http://`` or ``https://``.
        folder: the folder of caches; it need not exist, nor be writable.
        largest: bytes that it may have.

    Raises:
        RegistryRefused: it cannot be reached and is not remembered, or its server misbehaves.
    """
    known = _known(cache.read(_file(address, folder)), address)
    try:
        text, tag = _get(address, known["etag"] if known else "", largest)
    except (requests.ConnectionError, requests.Timeout) as error:
        if known is None:
            why = f"it cannot be reached: {_cause(error)}"
            raise RegistryRefused("the registry cannot be read", where=address, why=why, next_step=_later(address)) from error
        age = max(0.0, time.time() - float(known["at"]))
        return Fetched(text=known["text"].encode(), age=age, why=_cause(error))
    except (requests.RequestException, ValueError) as error:
        raise RegistryRefused("the registry cannot be read", where=address, why=str(error), next_step=_later(address)) from error
    unchanged = known["text"].encode() if text is None and known else b""
    return Fetched(text=text or unchanged, etag=tag)


def remember(address: str, folder: Path, fetched: Fetched) -> None:
    """Keep a registry that was found to be right: what was not must never stand in for it later."""
    if fetched.age is None:
        fresh = {"address": address, "etag": fetched.etag, "at": int(time.time()), "text": fetched.text.decode()}
        cache.write(_file(address, folder), fresh)


def forget(address: str, folder: Path) -> None:
    """Remove what is remembered of a registry."""
    _file(address, folder).unlink(missing_ok=True)


def _file(address: str, folder: Path) -> Path:
    return folder / "registries" / f"{hashlib.sha256(address.encode()).hexdigest()[:16]}.json"


def _known(stored: JSON, address: str) -> dict[str, JSON] | None:
    whole = isinstance(stored, dict) and stored.get("address") == address and stored.keys() >= {"etag", "at", "text"}
    return stored if whole else None


def _get(address: str, etag: str, largest: int) -> tuple[bytes | None, str]:
    """The text, ``None`` if it has not changed, and its ETag.

    Raises:
        requests.RequestException: the server cannot be reached, or answers with an error.
        ValueError: the answer is too large, too slow, or comes from an address of another kind.
    """
    ends = time.monotonic() + _WHOLE
    headers = {"Accept": "application/json"} | ({"If-None-Match": etag} if etag else {})
    with requests.get(address, headers=headers, stream=True, timeout=(_CONNECT, _READ)) as answer:
        check_way(address, answer.url)
        if answer.status_code == _UNCHANGED and etag:
            return None, etag
        answer.raise_for_status()
        parts = bytearray()
        for part in answer.iter_content(_CHUNK):
            parts += part
            if len(parts) > largest:
                raise ValueError(f"it has more than {largest:,} bytes")
            if time.monotonic() > ends:
                raise ValueError(f"it took more than {_WHOLE:g} s")
        return bytes(parts), answer.headers.get("ETag", "")


def check_way(address: str, end: str) -> None:
    """Refuse a way that begins encrypted and ends in the open.

    Args:
        address: where it begins.
        end: where redirects have led.

    Raises:
        ValueError: it does.
    """
    if address.startswith("https:") and not end.startswith("https:"):
        raise ValueError(f"it leads to {end}, which is not encrypted")


def _cause(error: BaseException) -> str:
    """The innermost reason; those around it only repeat the address."""
    while (inner := error.__cause__ or error.__context__) is not None:
        error = inner
    return str(error) or type(error).__name__


def _later(address: str) -> str:
    return f"try again later, or remove it: turbo plugin registry remove {address}"
