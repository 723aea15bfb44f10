"""Which rules of the project fit a failure. Patterns are those of RE2, whose time grows with the text and never explodes."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from fnmatch import fnmatchcase
from functools import lru_cache
from importlib import import_module
from typing import Any

from turbo_core.errors import UsageError
from turbo_core.failures import FailureRule
from turbo_core.model import Opinion
from turbo_core.words import JSON

TAIL = 65_536
"""How many characters of the end of a log are looked at."""
_QUOTE = 200


def check(rules: Iterable[FailureRule]) -> None:
    """Make sure that every pattern is one.

    Raises:
        UsageError: one is not.
    """
    for rule in rules:
        if rule.log:
            _pattern(rule.log, rule.name)


def opinions_of(
    rules: Iterable[FailureRule], task: str, facts: Mapping[str, JSON], log: Callable[[int], str]
) -> Iterable[Opinion]:
    """What each rule answers that fits; one that was used up is silent.

    Args:
        rules: those of the project, in their order.
        task: the address of what failed.
        facts: what the question is about.
        log: gives the end of the log.
    """
    tried = facts.get("tried") or {}
    for rule in rules:
        if tried.get(rule.name, 0) < rule.times and _fits(rule, task, facts):
            line = _line(rule, log)
            if line is not None:
                yield _opinion(rule, facts, line)


def _fits(rule: FailureRule, task: str, facts: Mapping[str, JSON]) -> bool:
    return (
        (not rule.classes or facts["class"] in rule.classes)
        and (not rule.exit_codes or facts["exit_code"] in rule.exit_codes)
        and (not rule.tasks or any(fnmatchcase(task, glob) for glob in rule.tasks))
    )


def _line(rule: FailureRule, log: Callable[[int], str]) -> str | None:
    """The line of the log that the rule's pattern is found in; empty if it looks at no log, ``None`` if it is not there."""
    if not rule.log:
        return ""
    text = log(TAIL)
    found = _pattern(rule.log, rule.name).search(text)
    if found is None:
        return None
    start, end = text.rfind("\n", 0, found.start()) + 1, text.find("\n", found.end())
    return text[start : end if end >= 0 else None].strip()[:_QUOTE]


def _opinion(rule: FailureRule, facts: Mapping[str, JSON], line: str) -> Opinion:
    limit = facts.get("memory")
    grows = rule.answer == "retry" and rule.memory > 1 and isinstance(limit, int)
    return Opinion(
        name=rule.name,
        answer=rule.answer,
        weight=rule.weight,
        times=rule.times,
        remedy=rule.remedy,
        limits={"memory": int(limit * rule.memory)} if grows and isinstance(limit, int) else {},
        reason=rule.reason or _reason(rule, facts, line),
        evidence={"rule": rule.name, "line": line} if line else {"rule": rule.name},
    )


def _reason(rule: FailureRule, facts: Mapping[str, JSON], line: str) -> str:
    found = f"the log says {line!r}" if line else f"it failed with {facts['class']}"
    return f"{found}, which the rule {rule.name} is for"


@lru_cache(maxsize=256)
def _pattern(text: str, rule: str) -> Any:
    # By name: rules without a pattern do not pay for the engine.
    engine: Any = import_module("re2")
    options = engine.Options()
    options.log_errors = False
    try:
        return engine.compile(text, options)
    except engine.error as error:
        told = error.args[0].decode("utf-8", "replace") if error.args and isinstance(error.args[0], bytes) else str(error)
        raise UsageError(
            f"the pattern of the rule {rule!r} is wrong",
            where="failures",
            why=told,
            next_step="write it as RE2 takes it: without look-around and back references",
        ) from error
