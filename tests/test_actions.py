from __future__ import annotations

import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from turbo_core.actions import Action, Context, action
from turbo_core.errors import PluginFailed

CONTEXT = Context(run="r", task="t", attempt=1, project=Path(), key="k")


def test_an_action_is_its_function() -> None:
    @action(risk="read", idempotent=True)
    def import_(context: Context, size: int = 2) -> int:
        """Twice the size."""
        return 2 * size

    assert import_(CONTEXT) == 4
    assert import_(CONTEXT, size=5) == 10
    assert (import_.verb, import_.risk, import_.idempotent, import_.__doc__) == ("import", "read", True, "Twice the size.")
    assert repr(import_) == f"<action import of {__name__}>"


def test_what_is_not_said_is_assumed_bad() -> None:
    @action()
    def drop(context: Context) -> None: ...

    assert drop.risk == "destroy"
    assert drop.idempotent is False
    assert (drop.planner, drop.undoer, drop.prober) == (None, None, None)


def test_parts_name_what_they_want() -> None:
    @action()
    def tag(context: Context, name: str, message: str = "") -> None: ...

    @tag.plan
    def plan(context: Context, name: str) -> str:
        return f"create {name}"

    @tag.undo
    def undo(context: Context, outputs: dict[str, Any]) -> None: ...

    @tag.probe
    def probe(context: Context) -> bool | None:
        return None

    assert (tag.planner, tag.undoer, tag.prober) == (plan, undo, probe)
    assert plan(CONTEXT, "v1") == "create v1"


def test_log_goes_to_standard_output_at_once(capsys: pytest.CaptureFixture[str]) -> None:
    CONTEXT.log("hello")
    assert capsys.readouterr().out == "hello\n"


def many(context: Context, *names: str) -> None: ...
def keywords(context: Context, **names: str) -> None: ...
def positional(context: Context, name: str, /) -> None: ...
def untyped(context: Context, name) -> None: ...  # type: ignore[no-untyped-def]  # what the test is about
def no_return(context: Context): ...  # type: ignore[no-untyped-def]  # what the test is about
def nothing() -> None: ...
def other(name: str) -> None: ...
def reserved(context: Context, outputs: str) -> None: ...
def private(context: Context, _name: str) -> None: ...
def Upper(context: Context) -> None: ...


@pytest.mark.parametrize(
    ("function", "told"),
    [
        (many, "it takes '*names'; name each parameter and give it a type"),
        (keywords, "it takes '**names'; name each parameter and give it a type"),
        (positional, "the parameter 'name' has no name for callers; remove the '/'"),
        (untyped, "the parameter 'name' has no type; write 'name: TYPE'"),
        (no_return, "it does not say what it returns; add '-> TYPE', or '-> None' if it has no outputs"),
        (nothing, "the first parameter is not 'context'; begin with 'context: Context'"),
        (other, "the first parameter is not 'context'; begin with 'context: Context'"),
        (reserved, "'outputs' cannot be the name of a parameter; rename it"),
        (private, "'_name' cannot be the name of a parameter; rename it"),
        (Upper, "the name of an action has lower-case letters, digits and underscores only; rename it"),
    ],
)
def test_functions_that_cannot_be_actions(function: Any, told: str) -> None:
    with pytest.raises(PluginFailed) as error:
        action()(function)
    line = function.__code__.co_firstlineno
    assert str(error.value) == f"{__file__}:{line}: {function.__name__!r} cannot be an action; {told}"


def test_an_unknown_risk() -> None:
    with pytest.raises(PluginFailed, match="the risk is 'low'; use one of read, change, destroy"):
        action(risk="low")(nothing)  # type: ignore[arg-type]  # what the test is about


def test_an_object_that_is_called_has_no_line() -> None:
    class Callable:
        __name__ = "thing"

        def __call__(self, context: Context, name) -> None: ...  # type: ignore[no-untyped-def]  # what the test is about

    with pytest.raises(PluginFailed, match=f"{__name__}: 'thing' cannot be an action; the parameter 'name' has no type"):
        action()(Callable())


@pytest.mark.parametrize("kind", ["plan", "undo", "probe"])
def test_parts_that_do_not_fit(kind: str) -> None:
    tag: Action[..., object] = action()(reserved_free)
    part = getattr(tag, kind)
    with pytest.raises(PluginFailed, match=f"the first parameter of the {kind} of 'reserved_free' is not 'context'"):
        part(lambda name: None)
    known = "context, name, outputs" if kind == "undo" else "context, name"
    with pytest.raises(PluginFailed, match=f"the {kind} of 'reserved_free' asks for 'nam'; it can be given: {known}; name one"):
        part(lambda context, nam: None)


def reserved_free(context: Context, name: str) -> None: ...


def test_importing_actions_is_cheap() -> None:
    heavy = ("pydantic", "pluggy", "stevedore")
    code = f"import sys, turbo_core.actions; print([n for n in {heavy} if n in sys.modules])"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
