"""Broken plugins of every kind: each is named in one line, with cause and next step, and the others work."""

from __future__ import annotations

import json

import pytest

from tests.acceptance.project import alive, until
from turbo_core.plugins.names import Entry
from turbo_core.plugins.trials import Trials, fingerprint

from .shelf import ACTIONS, HOOKS, QUESTION, Shelf

BROKEN = {
    "import_error": (
        "import turbo_no_such_module",
        "ModuleNotFoundError: No module named 'turbo_no_such_module'",
        "install turbo_no",
    ),
    "raises": ("raise RuntimeError('two\\n lines')", "RuntimeError: two lines", "update or uninstall"),
    "raises_nothing": ("raise RuntimeError", "RuntimeError: no message", "update or uninstall"),
    "syntax_error": ("def (:", "SyntaxError: invalid syntax", "update or uninstall"),
    "exits": ("import sys; sys.exit(4)", "it ends the process while being imported (exit code 4)", "update or uninstall"),
    "exits_hard": ("import os; os._exit(5)", "it ends the process while being imported (exit code 5)", "update or uninstall"),
    "interrupts": ("raise KeyboardInterrupt", "it ends the process while being imported (", "update or uninstall"),
    "dies": (
        "import os; os.kill(os.getpid(), 9)",
        "it ends the process while being imported (signal SIGKILL)",
        "update or uninstall",
    ),
    "wrong_api": (
        f"turbo_api = '>=7'\n{HOOKS}",
        "it needs version >=7 of the hooks, and this Turbo has 1.",
        "install a version of",
    ),
    "odd_api": ("turbo_api = 'new'", "its turbo_api is no version range: 'new' is not a bound", "it reads like '>=1.0.0,<2.0.0'"),
    "number_api": ("turbo_api = 1", "its turbo_api is no version range", "it reads like"),
    "odd_argument": (
        "from turbo_core import hookimpl\n@hookimpl\ndef turbo_decide(question, weather): ...",
        "PluginValidationError: Plugin 'odd_argument' for hook 'turbo_decide'",
        "update or uninstall",
    ),
    "odd_hook": (
        "from turbo_core import hookimpl\n@hookimpl\ndef turbo_decid(question): ...",
        "there is no hook 'turbo_decid'",
        "did you mean 'turbo_decide'?",
    ),
    "odder_hook": (
        "from turbo_core import hookimpl\n@hookimpl\ndef turbo_xyzzy(question): ...",
        "there is no hook 'turbo_xyzzy'",
        "the hooks are turbo_register, turbo_decide, turbo_suggest, turbo_execute, turbo_document, turbo_track, turbo_track_end",
    ),
    "other_name": (
        "from turbo_core import hookimpl\n@hookimpl\ndef before_tag(name): ...",
        "there is no hook 'before_tag'",
        "the hooks are turbo_register",
    ),
    "odd_range_of_others": (
        "from turbo_core import hookimpl\nturbo_api_lint = 'new'\n@hookimpl\ndef turbo_lint_files(files): ...",
        "its turbo_api_lint is no version range: 'new' is not a bound",
        "it reads like '>=1.0.0,<2.0.0'",
    ),
    "wrapper": (
        "from turbo_core import hookimpl\n@hookimpl(wrapper=True)\ndef turbo_decide(question): return (yield)",
        "its 'turbo_decide' wraps other implementations",
        "remove 'wrapper'; each is called alone",
    ),
    "no_hook": ("def turbo_decide(question): ...", "it implements no hook", "mark its functions with @hookimpl"),
    "odd_offer": (
        "from turbo_core import hookimpl\n@hookimpl\ndef turbo_register(): return ['slack']",
        "turbo_register gives str, which is no offer",
        "use ExecutorOffer, ChannelOffer",
    ),
    "offer_raises": (
        "from turbo_core import hookimpl\n@hookimpl\ndef turbo_register(): raise ValueError('no')",
        "ValueError: no",
        "update or uninstall",
    ),
}


@pytest.mark.parametrize("name", BROKEN)
def test_a_broken_plugin_is_set_aside(shelf: Shelf, name: str) -> None:
    text, cause, next_step = BROKEN[name]
    shelf.plugin(name, text, version="3.1")
    shelf.plugin("healthy")
    plugins = shelf.plugins()
    assert plugins.implementers("turbo_decide") == ("healthy",)
    [told] = plugins.problems
    assert (told.distribution, told.version) == (f"turbo-plugin-{name}".replace("_", "-"), "3.1")
    assert told.cause.startswith(cause)
    assert told.next_step.startswith(next_step)
    assert "\n" not in str(told)


def test_a_hanging_plugin_is_ended_with_its_children(shelf: Shelf) -> None:
    shelf.plugin(
        "hangs",
        f"""
        import pathlib, subprocess, sys, time
        child = subprocess.Popen([sys.executable, "-c", "import time; time.sleep(1000)"])
        pathlib.Path({str(shelf.folder)!r}, "pid").write_text(str(child.pid))
        time.sleep(1000)
        """,
    )
    [entry] = shelf.names().entries
    verdict = Trials(shelf.caches, limit=3).verdict(entry)
    assert verdict.cause == "its import did not end within 3 s"
    pid = int((shelf.folder / "pid").read_text())
    until(lambda: not alive([pid]))


def test_what_a_plugin_prints_at_import_is_dropped(shelf: Shelf, capfd: pytest.CaptureFixture[str]) -> None:
    shelf.plugin("loud", f"import sys\nprint('out')\nprint('err', file=sys.stderr)\n{HOOKS}")
    plugins = shelf.plugins()
    [(name, _)] = plugins.collect("turbo_decide", question=QUESTION, context=None)
    assert name == "loud"
    assert capfd.readouterr() == ("", "")


def test_a_thread_left_by_an_import_does_not_hold_the_trial(shelf: Shelf) -> None:
    shelf.plugin("threads", f"import threading, time\nthreading.Thread(target=time.sleep, args=(1000,)).start()\n{HOOKS}")
    assert shelf.plugins().implementers("turbo_decide") == ("threads",)


def test_a_trial_imports_nothing_here(shelf: Shelf) -> None:
    module = shelf.plugin("far")
    code = f"""
        from pathlib import Path
        from turbo_core.plugins.names import find
        from turbo_core.plugins.trials import Trials
        [entry] = find(Path({str(shelf.caches)!r}), [{str(shelf.folder)!r}]).entries
        print(Trials(Path({str(shelf.caches)!r})).verdict(entry).hooks, {module!r} in sys.modules)
    """
    assert shelf.python(code) == "('turbo_decide',) False"


def count_imports(shelf: Shelf) -> str:
    marks = shelf.folder / "marks"
    return f"open({str(marks)!r}, 'a').write('x')\n"


def imports(shelf: Shelf) -> int:
    return len((shelf.folder / "marks").read_text())


def test_a_good_verdict_is_remembered(shelf: Shelf) -> None:
    shelf.plugin("a", count_imports(shelf) + HOOKS)
    entry = shelf.names().entries[0]
    trials = Trials(shelf.caches, environment="1")
    assert trials.verdict(entry) == trials.verdict(entry) == Trials(shelf.caches, environment="2", refresh=True).verdict(entry)
    assert imports(shelf) == 1


def test_a_failure_is_tried_again_when_the_environment_changes(shelf: Shelf) -> None:
    shelf.plugin("a", count_imports(shelf) + "import turbo_shelf_needed\n" + HOOKS)
    [entry] = shelf.names().entries
    for _ in range(2):
        assert "turbo_shelf_needed" in Trials(shelf.caches, environment="1").verdict(entry).cause
    assert imports(shelf) == 1
    assert "turbo_shelf_needed" in Trials(shelf.caches, environment="1", refresh=True).verdict(entry).cause
    assert imports(shelf) == 2
    (shelf.folder / "turbo_shelf_needed.py").write_text("")
    assert Trials(shelf.caches, environment="2").verdict(entry).hooks == ("turbo_decide",)


def test_a_failure_is_tried_again_after_an_hour(shelf: Shelf) -> None:
    shelf.plugin("a", count_imports(shelf) + "import turbo_shelf_needed")
    [entry] = shelf.names().entries
    Trials(shelf.caches).verdict(entry)
    [file] = (shelf.caches / "verdicts").iterdir()
    stored = json.loads(file.read_text())
    file.write_text(json.dumps(stored | {"at": stored["at"] - 3601}))
    Trials(shelf.caches).verdict(entry)
    assert imports(shelf) == 2


@pytest.mark.parametrize("text", ["", "{}", "[]", '{"environment": "", "at": "now"}', '{"environment": "", "at": 1, "hooks": 3}'])
def test_a_damaged_verdict_is_made_again(shelf: Shelf, text: str) -> None:
    shelf.plugin("a")
    [entry] = shelf.names().entries
    Trials(shelf.caches).verdict(entry)
    [file] = (shelf.caches / "verdicts").iterdir()
    file.write_text(text)
    assert Trials(shelf.caches).verdict(entry).hooks == ("turbo_decide",)


def test_an_editable_plugin_is_pinned_by_its_sources(shelf: Shelf) -> None:
    package = shelf.folder / "turbo_shelf_dev"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "plugin.py").write_text(HOOKS)
    origin = {"url": "file:///src", "dir_info": {"editable": True}}
    shelf.install("turbo-plugin-dev", {}, {"turbo.plugins": {"dev": "turbo_shelf_dev.plugin"}}, origin=origin)
    [entry] = shelf.names().entries
    assert Trials(shelf.caches).verdict(entry).hooks == ("turbo_decide",)
    before = fingerprint(entry)
    (package / "plugin.py").write_text(HOOKS.replace("turbo_decide(question)", "turbo_decid(question)"))
    assert fingerprint(entry) != before
    assert Trials(shelf.caches).verdict(entry).cause == "there is no hook 'turbo_decid'"


def test_the_fingerprint_of_other_shapes(shelf: Shelf) -> None:
    def entry(module: str, *, editable: bool) -> Entry:
        return Entry(group="turbo.plugins", name="a", value=module, distribution="a", version="1", record="r", editable=editable)

    (shelf.folder / "turbo_shelf_single.py").write_text("a = 1")
    assert fingerprint(entry("turbo_shelf_single", editable=False)) == "r"
    single = fingerprint(entry("turbo_shelf_single", editable=True))
    assert single not in {"r", fingerprint(entry("turbo_shelf_absent", editable=True)), fingerprint(entry("sys", editable=True))}


def test_actions_and_commands_are_tried_too(shelf: Shelf) -> None:
    shelf.plugin("good", ACTIONS, group="turbo.actions")
    shelf.plugin("none", "x = 1", group="turbo.actions")
    shelf.plugin("untyped", "from turbo_core import action\n@action()\ndef f(context, x) -> None: ...", group="turbo.actions")
    shelf.plugin("serve", "import click\n@click.command()\ndef main(): ...", group="turbo.commands")
    plugins = shelf.plugins()
    plugins.inventory()
    assert {told.distribution: told.cause for told in plugins.problems if "untyped" not in told.distribution} == {
        "turbo-plugin-none": "it has no action",
        "turbo-plugin-serve": "it is a module, not a click command",
    }
    [untyped] = [told for told in plugins.problems if "untyped" in told.distribution]
    assert "'f' cannot be an action; the parameter 'x' has no type; write 'x: TYPE'" in untyped.cause
    assert plugins.verdict(plugins.require("turbo.actions", "good")).actions["greet"]["summary"] == "Greet somebody."


def test_a_command_that_is_one(shelf: Shelf) -> None:
    module = "turbo_shelf_serve"
    shelf.install(
        "turbo-plugin-serve",
        {module: "import click\n@click.command()\ndef main(): ..."},
        {"turbo.commands": {"serve": f"{module}:main"}},
    )
    loaded = shelf.plugins().load("turbo.commands", "serve")
    assert getattr(loaded, "name", "") == "main"
