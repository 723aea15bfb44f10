"""Which events somebody wants to see: by an expression of the workflow language, and by their time."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Final

from turbo_core.errors import ExpressionFailed, UsageError
from turbo_core.model import Event
from turbo_core.report.text import moment
from turbo_core.words import JSON
from turbo_core.workflow.compiler import Expression, parse
from turbo_core.workflow.units import parse_duration

ROOT: Final = "event"
_FIELDS: Final = Event.__struct_fields__


def chosen(events: Iterable[Event], where: str, since: datetime | None) -> Iterator[Event]:
    """The events that are wanted, as they come.

    An event that lacks what the expression reads is not wanted; if that is so for all, the expression is wrong.

    Raises:
        UsageError: the expression is none, gives no boolean, or could be evaluated for no event.
    """
    expression = _parsed(where) if where else None
    fault: ExpressionFailed | None = None
    told = False
    for event in events:
        if since is not None and (moment(event.at) or since) < since:
            continue
        try:
            wanted = expression is None or _holds(expression, event)
        except ExpressionFailed as error:
            fault = fault or error
            continue
        told = True
        if wanted:
            yield event
    if fault is not None and not told:
        raise _wrong(where, fault)


def moment_of(text: str) -> datetime:
    """A time: ``2026-11-21T14:00:00Z`` (UTC if it names no zone), or how long ago: ``10m``, ``2h``.

    Raises:
        UsageError: it is neither.
    """
    try:
        return datetime.now(UTC) - timedelta(seconds=parse_duration(text))
    except ValueError:
        at = moment(text)
    if at is None:
        raise UsageError(f"{text!r} is no time", where="--since", next_step="write 10m, 2h, or 2026-11-21T14:00:00Z")
    return at


def _holds(expression: Expression, event: Event) -> bool:
    value = expression.evaluate({ROOT: _value(event)})
    if not isinstance(value, bool):
        raise _wrong(expression.text, ExpressionFailed("it gives no boolean", next_step="compare something: event.kind == '…'"))
    return value


def _value(event: Event) -> Mapping[str, JSON]:
    return {name: getattr(event, name) for name in _FIELDS}


def _parsed(text: str) -> Expression:
    try:
        return parse(text, (ROOT,))
    except ExpressionFailed as error:
        raise _wrong(text, error) from error


def _wrong(text: str, error: ExpressionFailed) -> UsageError:
    return UsageError(f"the expression cannot be used: {error.what}", where=text, why=error.why, next_step=error.next_step)
