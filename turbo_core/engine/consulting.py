"""Asking the deciders: their opinions as the journal keeps them, with what went wrong in the place of an answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from pathlib import Path

from msgspec import Struct
from msgspec.structs import asdict

from turbo_core.failures import FailureRule
from turbo_core.model import Opinion, Question
from turbo_core.plugins.hooking import Failure
from turbo_core.plugins.loading import Plugins
from turbo_core.words import JSON


class Context(Struct):
    """What deciders see of the host. ``log_tail`` gives the end of the log of what failed."""

    project: Path
    rules: Sequence[FailureRule] = ()
    log_tail: Callable[[int], str] = lambda _limit: ""


def opinions(plugins: Plugins, question: Question, context: Context, weights: Mapping[str, int]) -> list[dict[str, JSON]]:
    """What each plugin answers. One that raised, or answered with something else, has no score and says why in ``missing``."""
    answers = plugins.collect("turbo_decide", question=question, context=context)
    return [_entry(name, answer, weights) for name, answer in answers]


def _entry(plugin: str, answer: object, weights: Mapping[str, int]) -> dict[str, JSON]:
    if not isinstance(answer, Opinion):
        told = answer.message if isinstance(answer, Failure) else f"it answered with a {type(answer).__name__}, not an Opinion"
        answer = Opinion(name=plugin, weight=1)
    else:
        told = ""
    score, confidence = _number(answer.score), _number(answer.confidence)
    return {
        "name": answer.name or plugin,
        "plugin": plugin,
        "score": score,
        "confidence": confidence,
        "answer": answer.answer,
        "weight": weights.get(plugin, answer.weight),
        "reason": answer.reason,
        "evidence": answer.evidence,
        "times": answer.times,
        "remedy": asdict(answer.remedy) if answer.remedy else None,
        "limits": dict(answer.limits),
        "missing": told or ("" if score is not None or answer.answer else "it gave no usable score"),
    }


def _number(value: JSON) -> JSON:
    """A number as the journal keeps it: exact, and ``None`` for what is no finite number."""
    if isinstance(value, bool | int):
        return value
    if isinstance(value, float):
        value = Decimal(repr(value))
    return value if isinstance(value, Decimal) and value.is_finite() else None
