"""Each implementation is called alone, with what it names, and a plugin comes in once whichever threads want it."""

from __future__ import annotations

import threading
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor

import pytest

from turbo_core.errors import PluginFailed

from .shelf import HOOKS, QUESTION, Shelf

COUNTED = """
    import pathlib, time
    from turbo_core import hookimpl

    def count(what):
        with (pathlib.Path(__file__).parent / "counted").open("a") as file:
            file.write(what + "\\n")

    count("import")
    time.sleep(0.05)

    @hookimpl
    def turbo_register():
        count("register")
        time.sleep(0.05)
        return []

    @hookimpl
    def turbo_decide(question):
        return question.text
"""


def test_threads_that_need_a_plugin_at_once_import_it_once(shelf: Shelf) -> None:
    shelf.plugin("slow", COUNTED)
    plugins = shelf.plugins()
    assert plugins.implementers("turbo_decide") == ("slow",)
    (shelf.folder / "counted").unlink()
    threads = 8
    start = threading.Barrier(threads)

    def ask(_number: int) -> object:
        start.wait()
        return plugins.call("slow", "turbo_decide", question=QUESTION, context=None)

    with ThreadPoolExecutor(threads) as pool:
        assert list(pool.map(ask, range(threads))) == ["fit?"] * threads
    assert (shelf.folder / "counted").read_text().split() == ["import", "register"]


def test_threads_that_need_a_broken_plugin_at_once_all_hear_why(shelf: Shelf) -> None:
    shelf.plugin("slow", COUNTED + "\n    if pathlib.Path(__file__).with_name('flag').exists(): raise OSError('bad day')\n")
    plugins = shelf.plugins()
    assert plugins.implementers("turbo_decide") == ("slow",)
    (shelf.folder / "flag").touch()

    def ask(_number: int) -> str:
        with pytest.raises(PluginFailed) as error:
            plugins.call("slow", "turbo_decide", question=QUESTION, context=None)
        return error.value.why

    with ThreadPoolExecutor(4) as pool:
        assert set(pool.map(ask, range(4))) == {"OSError: bad day"}
    assert [told.cause for told in plugins.problems] == ["OSError: bad day"]


def test_a_plugin_that_comes_later_does_not_answer_for_one_that_was_called_before(shelf: Shelf) -> None:
    for name in ("a", "b"):
        shelf.plugin(name)
    plugins = shelf.plugins()
    for name in ("a", "b", "a"):
        answer = plugins.call(name, "turbo_decide", question=QUESTION, context=None)
        assert answer.name == f"turbo_shelf_{name}"


def test_an_argument_with_a_default_is_given(shelf: Shelf) -> None:
    shelf.plugin(
        "a", HOOKS.replace("(question)", "(question, context='nothing', other='mine')").replace("question.text", "context+other")
    )
    assert shelf.plugins().call("a", "turbo_decide", question=QUESTION, context="seat ").reason == "seat mine"


def test_what_is_watched(shelf: Shelf) -> None:
    shelf.plugin("a")
    shelf.plugin("b", HOOKS.replace("return", "raise ValueError('no')  #"))
    plugins = shelf.plugins()
    seen: list[tuple[str, str, Mapping[str, object], object, str]] = []
    with plugins.watched(lambda *told: seen.append((*told[:4], repr(told[4])))):
        plugins.collect("turbo_decide", question=QUESTION, context=None)
    plugins.collect("turbo_decide", question=QUESTION, context=None)
    decided = [told for told in seen if told[1] == "turbo_decide"]
    assert [(plugin, dict(asked), fault) for plugin, _, asked, _, fault in decided] == [
        ("a", {"question": QUESTION, "context": None}, "None"),
        ("b", {"question": QUESTION, "context": None}, "ValueError('no')"),
    ]
    assert getattr(decided[0][3], "reason", "") == "fit?"
