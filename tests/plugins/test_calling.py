from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest

from turbo_core.plugins.calling import run_action

from .shelf import Shelf

TEXT = """
    from __future__ import annotations
    import sys
    from decimal import Decimal
    from typing import Any
    from turbo_core import ActionFailed, ActionUnavailable, Context, TurboError, action

    @action()
    def tag(context: Context, name: str, price: Decimal = Decimal("1.50"), message: str = "none") -> dict[str, Any]:
        context.log(f"tag {name}")
        return {"name": name, "price": price, "ratio": 0.1, "key": context.key, "project": context.project}

    @tag.plan
    def _(context: Context, name: str, message: str) -> str:
        return f"create {name} ({message}) in {context.project}"

    @tag.undo
    def _(context: Context, outputs: dict[str, Any], name: str) -> None:
        print("undo", name, outputs)

    @tag.probe
    def _(context: Context, name: str) -> Any:
        return {"yes": True, "no": False, "maybe": None}.get(name, {"name": name})

    @action()
    def fail(context: Context, how: str) -> int:
        if how == "failed": raise ActionFailed("tried", why="it broke")
        if how == "unavailable": raise ActionUnavailable("not there")
        if how == "turbo": raise TurboError("a fault")
        if how == "exit": sys.exit(3)
        if how == "raise": raise ValueError("no idea")
        return how

    @fail.plan
    def _(context: Context) -> str:
        return 3
"""


@pytest.fixture
def module(shelf: Shelf) -> str:
    return shelf.plugin("calls", TEXT, group="turbo.actions")


def call(module: str, action: str, arguments: dict[str, Any], mode: str = "run", outputs: Any = None) -> dict[str, Any]:
    context = {"run": "r", "task": "t", "attempt": 1, "project": "/p", "key": "k"}
    return run_action(
        {"action": f"x.{action}", "entry": module, "mode": mode, "arguments": arguments, "context": context, "outputs": outputs}
    )


def test_run(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(module, "tag", {"name": "v1"}) == {
        "state": "succeeded",
        "failure": "",
        "message": "",
        "outputs": {"name": "v1", "price": Decimal("1.50"), "ratio": Decimal("0.1"), "key": "k", "project": "/p"},
    }
    assert capsys.readouterr().out == "tag v1\n"


def test_plan(module: str) -> None:
    assert call(module, "tag", {"name": "v1"}, "plan") == {
        "state": "succeeded",
        "failure": "",
        "message": "create v1 (none) in /p",
        "outputs": {},
    }
    told = call(module, "fail", {"how": "x"}, "plan")
    assert (told["failure"], told["message"]) == ("invalid", "the plan of 'fail' returned int, not a sentence")


def test_undo(module: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(module, "tag", {"name": "v1"}, "undo", {"commit": "abc"})["state"] == "succeeded"
    assert call(module, "tag", {"name": "v1"}, "undo")["outputs"] == {}
    assert capsys.readouterr().out == "undo v1 {'commit': 'abc'}\nundo v1 {}\n"


@pytest.mark.parametrize(
    ("name", "outputs"),
    [
        ("yes", {"happened": True}),
        ("no", {"happened": False}),
        ("maybe", {"happened": None}),
        ("v1", {"happened": True, "outputs": {"name": "v1"}}),
    ],
)
def test_probe(module: str, name: str, outputs: dict[str, Any]) -> None:
    assert call(module, "tag", {"name": name}, "probe")["outputs"] == outputs


@pytest.mark.parametrize(
    ("how", "failure", "message", "log"),
    [
        ("failed", "error", "tried; it broke", ""),
        ("unavailable", "infra", "not there", ""),
        ("turbo", "error", "a fault", "turbo_core.errors.TurboError: a fault"),
        ("exit", "error", "the action ended the process (exit code 3)", "SystemExit: 3"),
        ("raise", "error", "ValueError: no idea", "ValueError: no idea"),
        ("return", "invalid", "fail: it returned what it does not declare; expected int, not str", ""),
    ],
)
def test_failures(module: str, how: str, failure: str, message: str, log: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert call(module, "fail", {"how": how}) == {"state": "failed", "failure": failure, "message": message, "outputs": {}}
    printed = capsys.readouterr().err
    assert printed.strip().endswith(log)
    assert bool(printed) is bool(log)
    assert "calling.py" not in printed


@pytest.mark.parametrize(
    ("action", "mode", "failure", "message"),
    [
        ("tag", "run", "invalid", "tag: the parameter 'name' is missing"),
        ("fail", "undo", "invalid", "the action 'fail' has no undo"),
        ("gone", "run", "infra", "turbo_shelf_calls has no action 'gone'; turbo plugin list"),
    ],
)
def test_what_cannot_be_called(module: str, action: str, mode: str, failure: str, message: str) -> None:
    told = call(module, action, {"how": "x"} if action == "fail" else {}, mode)
    assert (told["failure"], told["message"]) == (failure, message)


def test_a_module_that_cannot_be_imported(shelf: Shelf, capsys: pytest.CaptureFixture[str]) -> None:
    (shelf.folder / "turbo_shelf_gone.py").write_text("raise SystemExit('bye')")
    told = call("turbo_shelf_gone", "tag", {})
    assert (told["failure"], told["message"]) == ("infra", "turbo_shelf_gone cannot be imported; SystemExit: bye")
    assert "SystemExit: bye" in capsys.readouterr().err


def test_the_answer_is_json(module: str) -> None:
    assert json.loads(json.dumps(call(module, "tag", {"name": "v1"}), default=float))["outputs"]["ratio"] == 0.1
