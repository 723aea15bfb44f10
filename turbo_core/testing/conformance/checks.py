"""A check of a suite: a test with a level. Owns the levels, and how a failed check speaks.

The level that a plugin reaches is earned: every check of that level and of those below has passed.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Literal, NoReturn, TypeAlias, TypeVar, get_args

import pytest
from msgspec import Struct

from turbo_core.model import ActionInfo

Level: TypeAlias = Literal["bronze", "silver", "gold"]
LEVELS: tuple[Level, ...] = get_args(Level)
Applies: TypeAlias = Callable[[ActionInfo], bool]
Test = TypeVar("Test", bound=Callable[..., None])

_MARK = "turbo_check"


class Check(Struct, frozen=True, kw_only=True):
    """What is known of a check. ``applies`` tells the actions that it is for, if it is for actions one by one."""

    level: Level
    applies: Applies


def check(level: Level, *, applies: Applies = lambda _info: True) -> Callable[[Test], Test]:
    """Make a check of a test of a suite.

    Args:
        level: the level that it belongs to.
        applies: tells the actions that it is for, if it takes an ``action``.
    """

    def decorate(test: Test) -> Test:
        setattr(test, _MARK, Check(level=level, applies=applies))
        return test

    return decorate


def check_of(test: object) -> Check | None:
    """The check that a function is; ``None`` if it is none."""
    found = getattr(test, _MARK, None)
    return found if isinstance(found, Check) else None


def checks_of(suite: type) -> Mapping[str, Level]:
    """The checks of a suite by name."""
    found = {name: check_of(getattr(suite, name)) for name in dir(suite) if name.startswith("test_")}
    return {name: told.level for name, told in found.items() if told is not None}


def require(condition: object, what: str, next_step: str) -> None:
    """Fail the check, without a traceback through the suite, unless the condition is true.

    Args:
        condition: what has to be true.
        what: what is wrong otherwise.
        next_step: what the author can do about it.
    """
    if not condition:
        refuse(what, next_step)


def refuse(what: str, next_step: str) -> NoReturn:
    """Fail the check."""
    pytest.fail(f"{what}; {next_step}", pytrace=False)
