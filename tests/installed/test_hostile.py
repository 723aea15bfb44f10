"""Forty and more hostile plugins, all installed at once: each is named in one line, and nobody else is harmed."""

from __future__ import annotations

import json
import re
import subprocess
import sys

import pytest

from tests.acceptance.project import alive, until
from tests.installed.conftest import Site
from tests.plugins.shelf import ACTIONS, HOOKS

CHANNEL = """
from turbo_core import Receipt, hookimpl

@hookimpl
def turbo_communicate(message):
    return Receipt(channel=message.channel)
"""
ACT = "from turbo_core import Context, action\n"
SPECS = "from turbo_core import SpecOffer, hookimpl, hookspec\nclass Specs:\n    @hookspec\n    def turbo_{0}_x(self): ''\n"
REGISTER = "@hookimpl\ndef turbo_register(): "
UPDATE = "update or uninstall turbo-plugin-"

HOSTILE_HOOKS = {
    "import_error": (
        "import no_such_module_anywhere",
        "ModuleNotFoundError: .*no_such_module",
        "install no_such_module_anywhere",
    ),
    "syntax_error": ("def (:", "SyntaxError: invalid syntax", UPDATE),
    "null_bytes": ("a = '\0'", "SyntaxError: source code .*null bytes|ValueError: source code .*null bytes", UPDATE),
    "raises": ("raise RuntimeError('two\\n lines')", "RuntimeError: two lines", UPDATE),
    "raises_base": ("class Odd(BaseException): pass\nraise Odd('gone')", "ends the process while being imported", UPDATE),
    "interrupts": ("raise KeyboardInterrupt", "ends the process while being imported", UPDATE),
    "exits": ("import sys; sys.exit(4)", r"ends the process while being imported \(exit code 4\)", UPDATE),
    "exits_hard": ("import os; os._exit(5)", r"ends the process while being imported \(exit code 5\)", UPDATE),
    "exits_well": ("import os; os._exit(0)", r"ends the process while being imported \(exit code 0\)", UPDATE),
    "kills_itself": ("import os; os.kill(os.getpid(), 9)", r"\(signal SIGKILL\)", UPDATE),
    "kills_its_group": ("import os; os.killpg(0, 9)", r"\(signal SIGKILL\)", UPDATE),
    "hangs": ("import time; time.sleep(3600)", "its import did not end within 10 s", UPDATE),
    "recurses": ("def f(): f()\nf()", "RecursionError: maximum recursion depth exceeded", UPDATE),
    "api_too_new": (
        "turbo_api = '>=9'\n" + CHANNEL,
        "it needs version >=9 of the hooks, and this Turbo has 1",
        "or another Turbo",
    ),
    "api_malformed": ("turbo_api = 'new'\n" + CHANNEL, "its turbo_api is no version range", "it reads like '>=1.0.0,<2.0.0'"),
    "api_number": ("turbo_api = 1\n" + CHANNEL, "its turbo_api is no version range", "it reads like '>=1.0.0,<2.0.0'"),
    "api_of_others": (
        "turbo_api_lint = ()\nfrom turbo_core import hookimpl\n@hookimpl\ndef turbo_lint_x(): ''",
        "its turbo_api_lint is no version range",
        "it reads like",
    ),
    "no_hook": ("def turbo_decide(question): ...", "it implements no hook", "mark its functions with @hookimpl"),
    "unknown_hook": (HOOKS.replace("turbo_decide", "turbo_decode"), "there is no hook 'turbo_decode'", "mean 'turbo_decide'"),
    "unknown_argument": (HOOKS.replace("(question)", "(question, mood)"), "PluginValidationError: .*mood", UPDATE),
    "hook_of_a_number": ("from turbo_core import hookimpl\nturbo_decide = hookimpl(3)", "AttributeError: 'int' object", UPDATE),
    "wraps": (
        HOOKS.replace("@hookimpl", "@hookimpl(wrapper=True)").replace("return", "yield; return"),
        "wraps other implementations",
        "remove 'wrapper'",
    ),
    "register_raises": (CHANNEL + REGISTER + "raise ValueError('no')", "ValueError: no", UPDATE),
    "register_exits": (CHANNEL + REGISTER + "raise SystemExit(3)", r"ends the process .*\(exit code 3\)", UPDATE),
    "register_gives_a_number": (CHANNEL + REGISTER + "return 3", "TypeError: 'int' object is not iterable", UPDATE),
    "register_gives_text": (
        CHANNEL + REGISTER + "return 'ab'",
        "turbo_register gives str, which is no offer",
        "use ExecutorOffer",
    ),
    "settings_thawed": (
        "from turbo_core import SettingsOffer\n"
        + CHANNEL
        + REGISTER
        + "return [SettingsOffer(name='settings_thawed', type=dict)]",
        "the settings 'dict' are no frozen dataclass",
        "mark it with @dataclass",
    ),
    "settings_of_others": (
        "from turbo_core import SettingsOffer\n" + CHANNEL + REGISTER + "return [SettingsOffer(name='git', type=dict)]",
        "it offers settings named 'git'",
        "name them 'settings_of_others'",
    ),
    "takes_a_namespace": (
        SPECS.format("track") + REGISTER + "return [SpecOffer(namespace='track', version='1.0.0', specs=Specs)]",
        "the namespace belongs to Turbo",
        "rename it",
    ),
    "patches_turbo": (
        "import turbo_core.plugins.examine as host\nhost.cache = None\n" + CHANNEL,
        "ends the process while being imported",
        UPDATE,
    ),
}
if sys.platform == "linux":  # elsewhere the system does not hold a process to a limit of memory
    HOSTILE_HOOKS["eats_memory"] = ("a = bytearray(1 << 36)\n" + CHANNEL, "MemoryError: no message", UPDATE)

HOSTILE_ACTIONS = {
    "no_action": ("def f(): ...", "it has no action", "mark its functions with @action"),
    "untyped": (ACT + "@action()\ndef f(context, x) -> None: ...", "the parameter 'x' has no type", "write 'x: TYPE'"),
    "no_return": (ACT + "@action()\ndef f(context, x: int): ...", "it does not say what it returns", "add '-> TYPE'"),
    "starred": (ACT + "@action()\ndef f(context, *args: int) -> None: ...", r"it takes '\*args'", "name each parameter"),
    "reserved": (ACT + "@action()\ndef f(context, outputs: int) -> None: ...", "'outputs' cannot be the name", "rename it"),
    "odd_risk": (ACT + "@action(risk='none')\ndef f(context) -> None: ...", "the risk is 'none'", "use one of read, change"),
    "odd_type": (
        ACT + "@action()\ndef f(context, x: open) -> None: ...",
        "the signature of the action 'f' cannot be read",
        "use types",
    ),
    "odd_name": (ACT + "@action()\ndef F(context) -> None: ...", "the name of an action has lower-case letters", "rename it"),
}
POINTS = {
    "points_nowhere": ("no_such_module_anywhere.plugin", "ModuleNotFoundError", "install no_such_module_anywhere"),
    "points_at_a_number": ("42", "ModuleNotFoundError: No module named '42'", "install 42"),
    "points_at_no_name": ("not a name", "ModuleNotFoundError: No module named 'not a name'", "install"),
    "points_into_nothing": ("json:nothing.at.all", "AttributeError: module 'json' has no attribute 'nothing'", UPDATE),
    "points_at_the_library": ("json", "it implements no hook", "mark its functions with @hookimpl"),
}
METADATA = {
    "nameless": b"Metadata-Version: 2.1\nVersion: 1.0\n",
    "versionless": b"Metadata-Version: 2.1\nName: versionless\n",
    "binary": b"\xff\xfe\x00\x01\x80",
}


def point(site: Site, name: str, value: str) -> None:
    site.shelf.install(f"turbo-plugin-{name}", {}, {"turbo.plugins": {name: value}})


def fill(site: Site) -> None:
    """Everything hostile, and one good plugin."""
    site.add("good", ACTIONS, "turbo.actions")
    for name, (text, _, _) in HOSTILE_HOOKS.items():
        site.shelf.plugin(name, text)
    for name, (text, _, _) in HOSTILE_ACTIONS.items():
        site.shelf.plugin(name, text, group="turbo.actions")
    for name, (value, _, _) in POINTS.items():
        point(site, name, value)
    for name, metadata in METADATA.items():
        info = site.shelf.install(f"turbo-plugin-{name}", {}, {"turbo.plugins": {name: "json"}})
        (info / "METADATA").write_bytes(metadata)
    info = site.shelf.install("turbo-plugin-garbled", {}, {"turbo.plugins": {"garbled": "json"}})
    (info / "entry_points.txt").write_bytes(b"[turbo.plugins]\n\xff\xfe = \x00\n")
    for letter in "ab":
        site.add("double", HOOKS, distribution=f"turbo-plugin-double-{letter}")
    site.add("serve", "x = 1", "turbo.commands", point=":x")
    site.add("run", "x = 1", "turbo.commands", point=":x")


OTHERS = {
    "turbo-plugin-double-a": ("the name 'double' is also taken by turbo-plugin-double-b 1.0", "uninstall"),
    "turbo-plugin-double-b": ("the name 'double' is also taken by turbo-plugin-double-a 1.0", "uninstall"),
    "turbo-plugin-serve": ("it is a int, not a click command", "name a click command"),
    "turbo-plugin-run": ("'run' is a command of Turbo itself", "another name"),
    "nameless": ("its metadata cannot be read", "reinstall it"),
    "versionless": ("its metadata cannot be read", "reinstall it"),
    "binary": ("its metadata cannot be read", "reinstall it"),
    "garbled": ("its metadata cannot be read", "reinstall it"),
}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_each_is_named_in_one_line_and_a_run_goes_its_way(site: Site) -> None:
    fill(site)
    ended = site.turbo("plugin", "list", timeout=400)
    assert (ended.returncode, ended.stderr) == (0, ""), ended.stderr
    lines = [line for line in ended.stdout.splitlines() if line.startswith("set aside: ")]
    expected = {
        f"turbo-plugin-{name.replace('_', '-')}": told for name, (_, *told) in {**HOSTILE_HOOKS, **HOSTILE_ACTIONS}.items()
    }
    expected |= {f"turbo-plugin-{name.replace('_', '-')}": told for name, (_, *told) in POINTS.items()}
    expected = {name: tuple(told) for name, told in expected.items()} | OTHERS
    assert len(expected) >= 40
    missing = []
    for name, (cause, step) in expected.items():
        mine = [line for line in lines if re.search(rf"(^|[-/]){name}(-1\.0\.dist-info)?$", line.split()[2].replace("_", "-"))]
        if len(mine) != 1 or not re.search(rf"(?:{cause}).*; .*{re.escape(step)}", mine[0]):
            missing.append((name, cause, step))
    assert not missing, "\n".join([*map(str, missing), *lines])
    assert len(lines) == len(expected)
    site.write("turbo.yaml", "name: hello\ntasks:\n  greet: {uses: good.greet, with: {name: Ann}}\n  say: {run: echo said}\n")
    ended = site.turbo("run", timeout=400)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "said" in ended.stdout


# ---------------------------------------------------------------- while an action is at work

ACTING = {
    "raises_base": ("class Odd(BaseException): pass\n    raise Odd('gone')", "Odd: gone"),
    "interrupts": ("raise KeyboardInterrupt", "KeyboardInterrupt"),
    "exits": ("raise SystemExit(3)", r"the action ended the process \(exit code 3\)"),
    "exits_hard": ("import os; os._exit(3)", "the action ended its process"),
    "kills_itself": ("import os; os.kill(os.getpid(), 9)", "the action ended its process"),
    "recurses": ("def f(): f()\n    f()", "RecursionError: maximum recursion depth"),
    "gives_an_object": ("return object()", "returned what it does not declare"),
    "gives_nan": ("return float('nan')", "returned what it does not declare"),
    "gives_a_circle": ("a = []; a.append(a); return a", "returned what it does not declare|ircular|recursion"),
    "gives_too_much": ("return 'x' * 100_000_000", "outputs"),
}
CARELESS = {
    "moves": "import os; os.chdir('/')",
    "masks": "import os; os.umask(0o777)",
    "speaks": "import locale; locale.setlocale(locale.LC_ALL, 'C')",
    "ignores_signals": "import signal; [signal.signal(n, signal.SIG_IGN) for n in (2, 15, 1, 17)]",
    "empties_the_environment": "import os; os.environ.clear()",
    "empties_the_path": "import sys; sys.path.clear()",
    "takes_the_streams": "import sys; sys.stdout = sys.stderr = None",
    "closes_everything": "import os; [os.close(n) for n in (0, 1, 2)]",
    "hooks": "import sys; sys.excepthook = sys.unraisablehook = None",
    "leaves_threads": "import threading, time; threading.Thread(target=time.sleep, args=(3600,)).start()",
    "leaves_processes": "import subprocess, sys; subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(3600)'])",
    "never_ends": "import atexit, time; atexit.register(time.sleep, 3600)",
    "prints": "print('x' * 100_000)",
}


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_an_action_does_to_its_process_harms_no_other(site: Site) -> None:
    bodies = {name: body for name, (body, _) in ACTING.items()} | CARELESS
    text = "".join(f"@action(risk='read')\ndef {name}(context: Context) -> Any:\n    {body}\n" for name, body in bodies.items())
    site.shelf.plugin("wild", "from typing import Any\n" + ACT + text, group="turbo.actions")
    site.add("good", ACTIONS, "turbo.actions")
    tasks = "".join(
        f"    {name}: {{uses: wild.{name}, allow_failure: true}}\n"
        f"    {name}_next: {{run: 'echo still $PWD $(umask)', needs: [{name}]}}\n"
        for name in bodies
    )
    site.write(
        "turbo.yaml", f"name: wild\ntasks:\n{tasks}    greet: {{uses: good.greet, with: {{name: Ann}}}}\n".replace("    ", "  ")
    )
    ended = site.turbo("run", timeout=400, env={"TURBO_JOBS": "1"})
    assert ended.returncode == 0, ended.stdout + ended.stderr
    told = json.loads(site.turbo("show", "--json").stdout)
    found = {task["address"]: task for phase in told["phases"] for task in phase["tasks"]}
    wrong = [
        (name, found[name]["state"], found[name]["attempts"][-1]["message"])
        for name, (_, cause) in ACTING.items()
        if found[name]["state"] != "failed" or not re.search(cause, found[name]["attempts"][-1]["message"])
    ]
    assert not wrong
    careless = {name: found[name]["attempts"][-1]["message"] or found[name]["state"] for name in CARELESS}
    assert careless == dict.fromkeys(CARELESS, "succeeded")
    assert {task["state"] for name, task in found.items() if name.endswith("_next")} == {"succeeded"}
    mask = subprocess.run(["sh", "-c", "umask"], capture_output=True, text=True, check=True).stdout.strip()
    logs = [path.read_text() for path in (site.project / ".turbo" / "runs").rglob("*.log") if "_next" in str(path)]
    assert len(logs) == len(bodies)
    assert {log.strip() for log in logs} == {f"still {site.project} {mask}"}


# ---------------------------------------------------------------- while the host imports it

SPARED = {
    "empties_the_path": "whoever imports cannot go on without it, nor can a plugin that has added to it",
    "ignores_signals": "a tracker is imported in a thread of its own, where Python refuses this",
    "leaves_processes": "it is of this process's own session, as what a plugin means to start may be",
}
CARELESS_IMPORTS = {name: body for name, body in CARELESS.items() if name not in SPARED}
TRACKER = """
from turbo_core import hookimpl

@hookimpl
def turbo_track(event, run):
    (run.project / __name__).touch()
"""


@pytest.mark.slow
@pytest.mark.timeout(600)
def test_what_an_import_does_to_its_process_harms_no_run(site: Site) -> None:
    for name, body in CARELESS_IMPORTS.items():
        site.shelf.plugin(name, f"{body}\n{TRACKER}")
    site.write("turbo.yaml", "name: hello\ntasks: {say: {run: 'echo still $PWD $(umask)'}}\n")
    ended = site.turbo("run", timeout=400)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    mask = subprocess.run(["sh", "-c", "umask"], capture_output=True, text=True, check=True).stdout.strip()
    assert f"still {site.project} {mask}" in ended.stdout
    assert "a plugin has kept this process from ending for 10 s; see: turbo plugin list" in ended.stderr
    assert {path.name for path in site.project.glob("turbo_shelf_*")} == {f"turbo_shelf_{name}" for name in CARELESS_IMPORTS}


def test_a_process_that_an_import_leaves_behind_is_ended(site: Site) -> None:
    code = "import time; time.sleep(3600)"
    site.shelf.plugin(
        "parent",
        f"import pathlib, subprocess, sys\nchild = subprocess.Popen([sys.executable, '-c', {code!r}])\n"
        f"(pathlib.Path(__file__).parent / 'pid').write_text(str(child.pid))\n{CHANNEL}",
    )
    assert "set aside" not in site.turbo("plugin", "list").stdout
    pid = int((site.shelf.folder / "pid").read_text())
    until(lambda: not alive([pid]))


@pytest.mark.parametrize("body", ["raise SystemExit(3)", "raise KeyboardInterrupt", "raise BaseException('gone')"])
def test_a_decider_that_would_end_the_process_is_only_without_an_answer(site: Site, body: str) -> None:
    site.shelf.plugin("judge", f"from turbo_core import hookimpl\n@hookimpl\ndef turbo_decide(question): {body}\n")
    site.write("turbo.yaml", "name: hello\ntasks: {say: {run: 'false'}}\n")
    ended = site.turbo("run")
    assert ended.returncode == 1, ended.stdout + ended.stderr
    told = site.turbo("events", "--json").stdout
    assert "the plugin 'judge' raised" in told
