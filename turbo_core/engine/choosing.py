"""Which of the deciders' answers to a failure counts: the one with the most weight, if the autonomy allows it. Pure."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Any

from turbo_core.failures import ANSWERS
from turbo_core.words import JSON

Entry = Mapping[str, Any]
"""An opinion as the journal keeps it."""


def choose(opinions: Sequence[Entry], facts: Mapping[str, JSON]) -> dict[str, JSON]:
    """The body of ``failure.decided``.

    Each answer weighs the sum of weight times confidence of those that give it; of two equal ones the more careful one counts,
    and of those that give it the first one is named. An opinion that was followed as often as it allows is set aside.

    Args:
        opinions: what the deciders answered.
        facts: what they were asked about; ``autonomy``, ``ask_before`` and ``tried`` count here.
    """
    known = [entry for entry in opinions if not _set_aside(entry, facts)]
    if not known:
        return _body(opinions, answer="stop", reason=_why_none(opinions, facts))
    given = [answer for answer in ANSWERS if any(entry["answer"] == answer for entry in known)]
    answer = max(given, key=lambda one: sum(_strength(entry) for entry in known if entry["answer"] == one))  # the first of equals
    chosen = max((entry for entry in known if entry["answer"] == answer), key=_strength)
    barred = _barred(chosen, facts)
    if barred:
        reason = f"{barred}; {chosen['name']} would {answer}: {chosen['reason']}"
        return _body(opinions, answer="ask", by=str(chosen["name"]), reason=reason)
    more = {"remedy": chosen.get("remedy"), "limits": chosen.get("limits") or {}}
    return _body(opinions, answer=answer, by=str(chosen["name"]), reason=str(chosen["reason"]), **more)


def _body(opinions: Sequence[Entry], *, answer: str, by: str = "", reason: str, **more: JSON) -> dict[str, JSON]:
    return {"answer": answer, "by": by, "reason": reason, "opinions": list(opinions), **more}


def _set_aside(entry: Entry, facts: Mapping[str, JSON]) -> str:
    """Why an opinion cannot be followed; empty if it can."""
    answer, times = entry["answer"], entry.get("times") or 0
    if answer not in ANSWERS:
        return f"{answer!r} is no answer" if answer else "it gave no answer"
    if answer == "heal" and not entry.get("remedy"):
        return "it would heal, and names no remedy"
    if times and (facts.get("tried") or {}).get(entry["name"], 0) >= times:
        return f"it was followed {times} times"
    return ""


def _why_none(opinions: Sequence[Entry], facts: Mapping[str, JSON]) -> str:
    told = [f"{entry['name']}: {_set_aside(entry, facts)}" for entry in opinions]
    return f"no decider had an answer that counts ({'; '.join(told)})" if told else "no decider had an opinion"


def _strength(entry: Entry) -> Fraction:
    """Weight times confidence, which is from 0 to 1; one that is missing counts as 0, and loses against every other."""
    sure = entry["confidence"]
    number = Fraction(sure) if isinstance(sure, int | Decimal) and not isinstance(sure, bool) else Fraction(0)
    return Fraction(entry["weight"]) * min(max(number, Fraction(0)), Fraction(1))


def _barred(chosen: Entry, facts: Mapping[str, JSON]) -> str:
    """Why a person has to say yes to what was chosen; empty if nobody has to."""
    if chosen["answer"] in {"ask", "stop"}:
        return ""
    if facts.get("autonomy") == "manual":
        return "autonomy is manual: a person decides"
    remedy = chosen.get("remedy") or {}
    if remedy.get("risk") in (facts.get("ask_before") or ()):
        return f"a remedy of risk {remedy['risk']} needs a person's yes"
    return ""
