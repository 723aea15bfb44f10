"""What can be done about a failure, as values: remedies, and the rules of a project that say when which answer fits.

It reads one table of the settings at a time. It matches nothing, and knows no run.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from msgspec import Struct

from turbo_core.words import Risk

ANSWERS: Final = ("ask", "stop", "undo", "heal", "retry", "skip")
"""What a decider can answer to a failure, the most careful first: of two that weigh the same the first one counts."""

CLASSES: Final = ("exit", "signal", "timeout", "oom", "error", "infra", "lost", "child")
"""The classes of failures that can be asked about."""


class Remedy(Struct, frozen=True, kw_only=True):
    """A command (shell text) that may take away the cause of a failure, in the surroundings of the task that failed."""

    name: str
    run: str
    risk: Risk = "change"
    timeout: float | None = None


class FailureRule(Struct, frozen=True, kw_only=True):
    """One rule: a failure that fits all that it names gets its answer, at most ``times`` for each task.

    ``log`` is a pattern (RE2) that is looked for in the end of the log; ``tasks`` are globs of addresses. A retry has
    ``memory`` times the limit that the task had.
    """

    name: str
    answer: str
    classes: frozenset[str] = frozenset()
    exit_codes: frozenset[int] = frozenset()
    log: str = ""
    tasks: tuple[str, ...] = ()
    times: int = 1
    memory: float = 1.0
    remedy: Remedy | None = None
    weight: int = 1
    reason: str = ""


_TYPES: Final[Mapping[str, tuple[type, ...]]] = {
    "name": (str,),
    "do": (str,),
    "class": (list, str),
    "exit_codes": (list,),
    "log": (str,),
    "tasks": (list,),
    "times": (int,),
    "memory": (int, float),
    "run": (str,),
    "risk": (str,),
    "timeout": (int, float),
    "weight": (int,),
    "reason": (str,),
}


def read_rule(table: object) -> FailureRule:
    """The rule that a table of the settings is.

    Raises:
        ValueError: it is none; the text says what it takes.
    """
    if not isinstance(table, dict) or not isinstance(table.get("name"), str) or table.get("do") not in ANSWERS:
        raise ValueError(f"tables with `name` and `do`, which is one of {', '.join(ANSWERS)}")
    name = table["name"]
    for key, value in table.items():
        types = _TYPES.get(key)
        if types is None or not isinstance(value, types) or isinstance(value, bool):
            what = f"no {key!r}" if types is None else f"another kind of value for {key!r}"
            raise ValueError(f"{what} in the rule {name!r}; the keys are {', '.join(_TYPES)}")
    return _checked(name, table)


class _Bound(Struct, frozen=True):
    fits: bool
    takes: str


def _checked(name: str, table: Mapping[str, object]) -> FailureRule:
    given: dict[str, object] = {"times": 1, "memory": 1, "weight": 1, "timeout": 1, **table}
    classes = given.get("class", ())
    names = [classes] if isinstance(classes, str) else [*_items(classes)]
    codes, tasks = [*_items(given.get("exit_codes", ()))], [*_items(given.get("tasks", ()))]
    heals = table["do"] == "heal"
    bounds = (
        _Bound(all(one in CLASSES for one in names), f"`class` of {', '.join(CLASSES)}"),
        _Bound(all(isinstance(code, int) and 0 < code < 256 for code in codes), "`exit_codes` from 1 to 255"),
        _Bound(all(isinstance(task, str) for task in tasks), "`tasks`, which are globs of addresses"),
        _Bound(heals == bool(table.get("run")), "`run` where it does `heal`, and nowhere else"),
        _Bound(table.get("risk", "change") in {"read", "change", "destroy"}, "`risk`, one of read, change, destroy"),
        _Bound(_number(given["times"]) >= 1 and _number(given["weight"]) >= 1, "`times` and `weight` from 1"),
        _Bound(_number(given["memory"]) >= 1 and _number(given["timeout"]) > 0, "`memory` from 1, and `timeout` in seconds"),
    )
    wrong = next((bound for bound in bounds if not bound.fits), None)
    if wrong is not None:
        raise ValueError(f"{wrong.takes} in the rule {name!r}")
    return FailureRule(
        name=name,
        answer=str(table["do"]),
        classes=frozenset(map(str, names)),
        exit_codes=frozenset(int(_number(code)) for code in codes),
        log=str(given.get("log", "")),
        tasks=tuple(map(str, tasks)),
        times=int(_number(given["times"])),
        memory=_number(given["memory"]),
        remedy=_remedy(name, table) if heals else None,
        weight=int(_number(given["weight"])),
        reason=str(given.get("reason", "")),
    )


def _remedy(name: str, table: Mapping[str, object]) -> Remedy:
    risks: Mapping[object, Risk] = {"read": "read", "change": "change", "destroy": "destroy"}
    timeout = _number(table["timeout"]) if "timeout" in table else None
    return Remedy(name=name, run=str(table["run"]), risk=risks[table.get("risk", "change")], timeout=timeout)


def _items(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, list | tuple) else ()


def _number(value: object) -> float:
    return float(value) if isinstance(value, int | float) and not isinstance(value, bool) else -1.0
