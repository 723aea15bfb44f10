"""Which trace a run belongs to, and which span each part of it is: names of W3C Trace Context, and nothing else.

The ids follow from the run and the part alone, so that a replay names the same spans again, and tasks can be told theirs before
anybody has seen it. This module knows no exporter, and no clock.
"""

from __future__ import annotations

import re
from hashlib import sha256
from typing import Final

from msgspec import Struct

VARIABLE: Final = "TRACEPARENT"
"""The variable of the environment that names a parent: to Turbo by whoever starts it, to a task by Turbo."""

_HEADER: Final = re.compile(r"([0-9a-f]{2})-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})(-.*)?", re.DOTALL)
_SAMPLED: Final = 1


class Trace(Struct, frozen=True, kw_only=True):
    """The trace of one run, as W3C Trace Context names it.

    Attributes:
        run: the run's id.
        id: of the trace: 32 hexadecimal digits.
        parent: the span under which Turbo was started: 16 hexadecimal digits, or empty.
        sampled: whether whoever started Turbo wants the trace recorded; true if nobody has said anything.
    """

    run: str
    id: str
    parent: str = ""
    sampled: bool = True

    @classmethod
    def of(cls, run: str, outer: str = "") -> Trace:
        """The trace of a run.

        Args:
            run: the run's id.
            outer: the ``trace`` of its ``run.created``: the ``traceparent`` of whoever started it, or empty.
        """
        parts = _parts(outer)
        if parts is None:
            return cls(run=run, id=_digest("turbo/trace/v1", run)[:32])
        trace, parent, flags = parts
        return cls(run=run, id=trace, parent=parent, sampled=bool(int(flags, 16) & _SAMPLED))

    def span(self, part: str) -> str:
        """The id of the span of a part of the run: 16 hexadecimal digits. Of an attempt the part is its ``log``."""
        return _digest("turbo/span/v1", self.run, part)[:16]

    def header(self, part: str) -> str:
        """The ``traceparent`` that makes the span of a part the parent of what it starts."""
        return f"00-{self.id}-{self.span(part)}-{self.sampled:02x}"


def valid(header: str) -> str:
    """The header, or nothing if it is none by the specification: then a new trace begins."""
    return "" if _parts(header) is None else header


def _parts(header: str) -> tuple[str, str, str] | None:
    """Trace, parent and flags of a ``traceparent`` (https://www.w3.org/TR/trace-context/#traceparent-header)."""
    found = _HEADER.fullmatch(header) if header else None
    if found is None or found[1] == "ff" or (found[1] == "00" and found[5]):
        return None
    trace, parent, flags = found[2], found[3], found[4]
    return (trace, parent, flags) if int(trace, 16) and int(parent, 16) else None


def _digest(*parts: str) -> str:
    return sha256("\0".join(parts).encode()).hexdigest()
