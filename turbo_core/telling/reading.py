"""The table ``[messages]`` of the settings -> a policy, or every mistake in it at once."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from typing import Any, Final
from zoneinfo import ZoneInfo

from turbo_core.errors import UsageError
from turbo_core.telling.policy import Escalation, Policy, Progress, Quiet, Rule, Threads
from turbo_core.words import JSON, KINDS, LEVELS
from turbo_core.workflow.units import parse_duration

_HOURS: Final = re.compile(r"([01]\d|2[0-3]):([0-5]\d)-([01]\d|2[0-3]):([0-5]\d)")
Read = Callable[[JSON], Any]


def read_policy(table: Mapping[str, JSON], place: str = "turbo.toml") -> Policy:
    """The policy that a table says.

    Args:
        table: the table ``messages``.
        place: where it stands, for messages.

    Raises:
        UsageError: a key is unknown or a value is wrong; all mistakes are told.
    """
    mistakes: list[str] = []
    fields = _fields(table, _POLICY, "messages", mistakes)
    quiet = _part(table.get("quiet"), _QUIET, "messages.quiet", mistakes, required=("hours",))
    if quiet:
        start, end = quiet.pop("hours")
        fields["quiet"] = Quiet(**{"zone": ZoneInfo("UTC"), **quiet, "start": start, "end": end})
    for name, known, type_, required in _PARTS:
        part = _part(table.get(name), known, f"messages.{name}", mistakes, required=required)
        if part:
            fields["escalation" if name == "escalate" else name] = type_(**part)
    fields["rules"] = tuple(_rules(table.get("rules", []), mistakes))
    if mistakes:
        one = len(mistakes) == 1
        key, _, why = mistakes[0].partition(": ")
        raise UsageError(
            f"the setting {key!r} is wrong" if one else f"{len(mistakes)} settings of messages are wrong",
            where=place,
            why=why if one else "\n".join(mistakes),
        )
    return Policy(**fields)


def _rules(raw: JSON, mistakes: list[str]) -> list[Rule]:
    if not isinstance(raw, list):
        mistakes.append("messages.rules: it takes a list of tables, written [[messages.rules]]")
        return []
    found = [_part(entry, _RULE, f"messages.rules[{at}]", mistakes, required=("kinds",)) for at, entry in enumerate(raw)]
    return [Rule(**entry) for entry in found if entry]


def _part(
    raw: JSON, known: Mapping[str, Read], place: str, mistakes: list[str], *, required: tuple[str, ...] = ()
) -> dict[str, Any]:
    """The fields of one table; none if it is not there, or wrong."""
    if raw is None:
        return {}
    if not isinstance(raw, Mapping):
        mistakes.append(f"{place}: it takes a table")
        return {}
    before = len(mistakes)
    mistakes += [f"{place}.{name}: it is missing" for name in required if name not in raw]
    for name in raw:
        if name not in known:
            mistakes.append(f"{place}.{name}: there is no such key; there are: {', '.join(known)}")
    fields = _fields(raw, known, place, mistakes)
    return fields if len(mistakes) == before else {}


def _fields(raw: Mapping[str, JSON], known: Mapping[str, Read], place: str, mistakes: list[str]) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    for name, read in known.items():
        if name in raw and read is not _skip:
            try:
                fields[name] = read(raw[name])
            except ValueError as error:
                mistakes.append(f"{place}.{name}: it is {raw[name]!r}; it takes {error}")
    if place == "messages":
        mistakes += [f"messages.{name}: there is no such key; there are: {', '.join(known)}" for name in raw if name not in known]
    return fields


# ---------------------------------------------------------------- one value


def _skip(raw: JSON) -> JSON:
    """A table of its own."""
    return raw


def _text(raw: JSON) -> str:
    if not isinstance(raw, str) or not raw:
        raise ValueError("a text")
    return raw


def _names(raw: JSON) -> tuple[str, ...]:
    if not isinstance(raw, list) or not all(isinstance(name, str) and name for name in raw):
        raise ValueError("a list of names")
    return tuple(raw)


def _kinds(raw: JSON) -> tuple[str, ...]:
    if not isinstance(raw, list) or not raw or any(kind not in KINDS for kind in raw):
        raise ValueError(f"a list of {', '.join(KINDS)}")
    return tuple(raw)


def _level(raw: JSON) -> str:
    if raw not in LEVELS:
        raise ValueError(f"one of {', '.join(LEVELS)}")
    return str(raw)


def _truth(raw: JSON) -> bool:
    if not isinstance(raw, bool):
        raise ValueError("true or false")
    return raw


def _duration(raw: JSON) -> float:
    if not isinstance(raw, str):
        raise ValueError("a duration such as 15m")
    return parse_duration(raw)


def _count(raw: JSON) -> int:
    if not isinstance(raw, int) or isinstance(raw, bool) or raw < 0:
        raise ValueError("a whole number from 0 on")
    return raw


def _percent(raw: JSON) -> float:
    if not isinstance(raw, int | float) or isinstance(raw, bool) or not 0 < raw <= 1:
        raise ValueError("a number above 0 and up to 1")
    return float(raw)


def _hours(raw: JSON) -> tuple[int, int]:
    match = _HOURS.fullmatch(raw) if isinstance(raw, str) else None
    numbers = [int(part) for part in match.groups()] if match else [0, 0, 0, 0]
    start, end = numbers[0] * 60 + numbers[1], numbers[2] * 60 + numbers[3]
    if start == end:
        raise ValueError("hours such as 22:00-07:00")
    return start, end


def _zone(raw: JSON) -> ZoneInfo:
    try:
        return ZoneInfo(_text(raw))
    except (KeyError, OSError, ValueError):
        raise ValueError("the name of a time zone, such as Europe/Berlin") from None


_POLICY: Final[Mapping[str, Read]] = {
    "templates": _text,
    "rules": _skip,
    "quiet": _skip,
    "threads": _skip,
    "escalate": _skip,
    "progress": _skip,
}
_RULE: Final[Mapping[str, Read]] = {
    "kinds": _kinds,
    "level": _level,
    "workflows": _names,
    "audience": _text,
    "channels": _names,
    "escalate": _truth,
}
_QUIET: Final[Mapping[str, Read]] = {"hours": _hours, "zone": _zone, "below": _level}
_PARTS: Final[tuple[tuple[str, Mapping[str, Read], Callable[..., Any], tuple[str, ...]], ...]] = (
    ("threads", {"updates": _count, "every": _duration, "reopen": _duration}, Threads, ()),
    ("escalate", {"after": _duration, "audience": _text, "channels": _names}, Escalation, ("after",)),
    ("progress", {"every": _duration, "moved": _percent}, Progress, ()),
)
