"""Events and their bytes: one canonical form, and the hash that chains it to the event before.

The canonical form of an event is one JSON object (UTF-8, sorted keys, no white space) of all its fields but ``prev`` and
``hash``. Decimals are exact JSON numbers. Knows nothing of files.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from hashlib import sha256
from typing import NamedTuple

import msgspec

from turbo_core.model import Draft, Event
from turbo_core.words import FORMAT, JSON

GENESIS = bytes(32)
"""What the first event has as ``prev``. The hash of each event covers the run's id, so no two runs share a chain."""

_DOMAIN = b"turbo/event/v1\0"
_SORTED = msgspec.json.Encoder(decimal_format="number", order="deterministic")
_AS_GIVEN = msgspec.json.Encoder()
_DECODER = msgspec.json.Decoder(float_hook=Decimal)


class Row(NamedTuple):
    """An event as it is stored: the body in its canonical bytes, both hashes raw. The order is that of the table's columns."""

    seq: int
    epoch: int
    round: int
    kind: str
    task: str
    attempt: int
    at: str
    actor: str
    source: str
    dedupe: str
    tenant: str
    body: bytes
    prev: bytes
    hash: bytes


def encode(value: JSON) -> bytes:
    """Give the canonical bytes of a JSON value.

    Raises:
        TypeError: it holds something that JSON does not have.
        ValueError: it holds a decimal that is not finite, or text that is not Unicode.
    """
    data = _SORTED.encode(value)
    if b"NaN" in data or b"Infinity" in data:
        _require_finite(value)
    return data


def decode(data: bytes) -> JSON:
    """Read a JSON value; numbers with a fraction or an exponent become ``Decimal``.

    Raises:
        ValueError: the bytes are not JSON.
    """
    try:
        return _DECODER.decode(data)
    except (ArithmeticError, RecursionError) as error:
        raise ValueError("the JSON is nested too deeply or holds a number out of range") from error


def row_of(run: str, draft: Draft, *, seq: int, epoch: int, round: int, at: str, prev: bytes) -> Row:  # noqa: A002 - its own word
    """Give a draft its place in the chain.

    Raises:
        TypeError, ValueError: the body has no canonical bytes (`encode`).
    """
    row = Row(
        seq=seq,
        epoch=epoch,
        round=round,
        kind=draft.kind,
        task=draft.task,
        attempt=draft.attempt,
        at=at,
        actor=draft.actor,
        source=draft.source,
        dedupe=draft.dedupe,
        tenant="",
        body=encode(draft.body),
        prev=prev,
        hash=b"",
    )
    return Row(*row[:-1], digest(run, row))


def canonical(run: str, row: Row) -> bytes:
    """Give the canonical bytes of an event, from which its hash is made."""
    return _AS_GIVEN.encode(
        {  # in the order of the sorted keys, which spares the sorting
            "actor": row.actor,
            "at": row.at,
            "attempt": row.attempt,
            "body": msgspec.Raw(row.body),
            "dedupe": row.dedupe,
            "epoch": row.epoch,
            "format": FORMAT,
            "kind": row.kind,
            "round": row.round,
            "run": run,
            "seq": row.seq,
            "source": row.source,
            "task": row.task,
            "tenant": row.tenant,
        }
    )


def digest(run: str, row: Row) -> bytes:
    """Compute the hash of an event: over the hash before it, the length, and the canonical bytes."""
    data = canonical(run, row)
    return sha256(b"".join((_DOMAIN, row.prev, len(data).to_bytes(8, "big"), data))).digest()


def to_event(run: str, row: Row) -> Event:
    """Turn what is stored into the value that the rest of Turbo knows.

    Raises:
        ValueError: the body is not JSON.
    """
    return Event(
        format=FORMAT,
        run=run,
        seq=row.seq,
        epoch=row.epoch,
        round=row.round,
        kind=row.kind,
        task=row.task,
        attempt=row.attempt,
        at=row.at,
        actor=row.actor,
        source=row.source,
        dedupe=row.dedupe,
        tenant=row.tenant,
        body=decode(row.body),
        prev=row.prev.hex(),
        hash=row.hash.hex(),
    )


def _require_finite(value: JSON) -> None:
    if isinstance(value, Decimal) and not value.is_finite():
        raise ValueError(f"{value} is not a JSON number")
    if isinstance(value, Mapping):
        value = list(value.values())
    if isinstance(value, list | tuple):
        for item in value:
            _require_finite(item)
