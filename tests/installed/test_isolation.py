"""A plugin that is broken, doubled, too new, turned off or ill-mannered is named, and harms only who needs it."""

from __future__ import annotations

import json
import re

import pytest

from tests.acceptance.project import alive, until
from tests.installed.conftest import Site
from tests.plugins.shelf import ACTIONS, HOOKS

HELLO = """
    name: hello
    tasks:
      greet: {uses: good.greet, with: {name: Ann}}
      say: {run: echo said}
"""
TRACKER = """
    import sys
    print("noise of the import")
    print("noise of the import", file=sys.stderr)
    from turbo_core import hookimpl

    @hookimpl
    def turbo_track(event, run):
        with (run.project / "seen").open("a") as file:
            file.write(event.kind + "\\n")
"""


def fill(site: Site) -> None:
    """One good plugin among many bad ones."""
    site.add("good", ACTIONS, "turbo.actions")
    site.add("broken", "raise RuntimeError('it is broken')", "turbo.actions")
    site.add("hookless", "import no_such_module_anywhere")
    site.add("future", "turbo_api = '>=9.0.0'\n" + HOOKS)
    site.add("vague", "turbo_api = 'new'\n" + HOOKS)
    site.add("typo", HOOKS.replace("turbo_decide", "turbo_decode"))
    site.add("leaver", "import sys; sys.exit(5)")
    site.add("killer", "import os; os._exit(6)", "turbo.actions")
    site.add("double", ACTIONS, "turbo.actions", distribution="turbo-plugin-double-a")
    site.add("double", ACTIONS, "turbo.actions", distribution="turbo-plugin-double-b")
    site.add("run", "import click\ncommand = click.Command('run')", "turbo.commands", point=":command")
    site.add("off", "raise RuntimeError('never imported')")
    site.write("turbo.toml", "[plugins]\ndisabled = ['off']\n")
    site.write("turbo.yaml", HELLO)


CAUSES = {
    "turbo-plugin-broken": ("RuntimeError: it is broken", r"turn it off with '-p no:broken'"),
    "turbo-plugin-hookless": ("ModuleNotFoundError: .*no_such_module_anywhere", "install no_such_module_anywhere, or reinstall"),
    "turbo-plugin-future": (r"needs version >=9\.0\.0 of the hooks, and this Turbo has 1\.", "another Turbo"),
    "turbo-plugin-vague": ("its turbo_api is no version range", "it reads like"),
    "turbo-plugin-typo": ("there is no hook 'turbo_decode'", "did you mean 'turbo_decide'"),
    "turbo-plugin-leaver": (r"ends the process while being imported \(exit code 5\)", "uninstall turbo-plugin-leaver"),
    "turbo-plugin-killer": (r"ends the process while being imported \(exit code 6\)", "uninstall turbo-plugin-killer"),
    "turbo-plugin-double-a": ("the name 'double' is also taken by turbo-plugin-double-b 1.0", "uninstall"),
    "turbo-plugin-double-b": ("the name 'double' is also taken by turbo-plugin-double-a 1.0", "uninstall"),
    "turbo-plugin-run": ("'run' is a command of Turbo itself", "another name"),
}
"""Each bad distribution with its cause and the next step."""


def test_the_list_names_each_with_its_cause_and_the_next_step(site: Site) -> None:
    fill(site)
    ended = site.turbo("plugin", "list")
    assert (ended.returncode, ended.stderr) == (0, "")
    told = {line.split()[2]: line for line in ended.stdout.splitlines() if line.startswith("set aside: ")}
    assert told.keys() == CAUSES.keys()
    for distribution, (cause, step) in CAUSES.items():
        assert re.search(rf"{cause}.*; .*{step}", told[distribution]), told[distribution]
    states = {row[0]: row[1] for line in ended.stdout.splitlines()[1:] if len(row := re.split(r"  +", line)) > 3}
    assert (states["good"], states["off"]) == ("on", "off")
    assert states["broken"] == states["future"] == states["leaver"] == "set aside"
    assert "turbo_shelf_off" not in site.imported()
    assert not site.imported() & {"turbo_shelf_turbo_plugin_double_a", "turbo_shelf_turbo_plugin_double_b", "turbo_shelf_run"}


def test_what_is_built_in_is_on(site: Site) -> None:
    told = json.loads(site.turbo("plugin", "list", "--json").stdout)
    states = {plugin["name"]: plugin["state"] for plugin in told["plugins"] if plugin["distribution"] == "turbo-core"}
    assert states == dict.fromkeys(("communicate", "decide", "document", "execute", "test", "track"), "on")


def test_the_list_as_json_tells_the_same(site: Site) -> None:
    fill(site)
    told = json.loads(site.turbo("plugin", "list", "--json").stdout)
    problems = {problem["distribution"]: problem for problem in told["problems"]}
    assert problems.keys() == CAUSES.keys()
    assert all(problem["cause"] and problem["next_step"] and problem["entry_point"] for problem in problems.values())


def test_a_run_that_does_not_need_them_succeeds(site: Site) -> None:
    fill(site)
    ended = site.turbo("run")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "said" in ended.stdout
    assert "Ann" in site.turbo("show", "--json").stdout


@pytest.mark.parametrize(
    ("task", "told"),
    [
        ("{uses: broken.verb}", "RuntimeError: it is broken"),
        ("{uses: killer.verb}", r"ends the process while being imported \(exit code 6\)"),
        ("{uses: double.greet, with: {name: x}}", "also taken by turbo-plugin-double-"),
        ("{run: 'true', executor: far}", "no plugin offers the executor 'far'.*turbo-plugin-leaver"),
        ("{uses: zebra.verb}", "no plugin is named 'zebra'.*pip install turbo-plugin-zebra"),
    ],
)
def test_a_run_that_needs_one_fails_before_its_first_task_and_names_it(site: Site, task: str, told: str) -> None:
    fill(site)
    site.write("turbo.yaml", f"name: needy\nphases:\n  one:\n    first: {{run: touch ran}}\n  two:\n    second: {task}\n")
    ended = site.turbo("run")
    assert (ended.returncode, ended.stdout) == (2, "")
    assert re.search(told, " ".join(ended.stderr.split())), ended.stderr
    assert not (site.project / "ran").exists()
    assert site.runs() == []


def test_what_is_turned_off_says_how_to_turn_it_on(site: Site) -> None:
    fill(site)
    ended = site.turbo("-p", "no:good", "run")
    assert ended.returncode == 2
    assert "the plugin 'good' is turned off; turn it on with '-p good'" in ended.stderr
    assert "turbo_shelf_good" not in site.imported()
    assert site.turbo("--no-plugins", "plugin", "list").stdout.count("set aside: ") == 3


@pytest.mark.parametrize("name", ["broken", "turbo-plugin-broken"])
def test_info_tells_why_one_is_set_aside(site: Site, name: str) -> None:
    fill(site)
    ended = site.turbo("plugin", "info", name)
    assert ended.stdout.splitlines()[0] == "broken  (actions of turbo-plugin-broken 1.0): set aside"
    assert "  module   turbo_shelf_broken" in ended.stdout.splitlines()
    assert (
        "set aside: turbo-plugin-broken 1.0 (turbo.actions: broken = turbo_shelf_broken): RuntimeError: it is broken"
        in ended.stdout
    )
    assert "turbo-plugin-future" not in ended.stdout


def test_a_core_command_cannot_be_taken(site: Site) -> None:
    fill(site)
    assert "turbo-plugin-run" not in site.turbo("--help").stdout
    assert site.turbo("run", "--help").stdout.startswith("Usage: turbo run [OPTIONS] [NAME]")
    assert "turbo_shelf_run" not in site.imported()


def test_a_namespace_with_the_name_of_a_core_command_is_reached_by_do(site: Site) -> None:
    site.add("list", ACTIONS, "turbo.actions")
    assert "turbo list" in site.turbo("list", "--help").stdout.splitlines()[0]
    assert "hello Ann" in site.turbo("do", "list.greet", "--name", "Ann").stdout


def test_a_plugin_that_prints_at_import_stays_unheard(site: Site) -> None:
    site.add("noisy", TRACKER)
    site.write("turbo.yaml", "name: hello\ntasks: {say: {run: echo said}}\n")
    for _ in range(2):
        ended = site.turbo("run", "--json")
        assert (ended.returncode, ended.stderr) == (0, "")
        assert [json.loads(line)["seq"] for line in ended.stdout.splitlines()] == [*range(1, len(ended.stdout.splitlines()) + 1)]
    assert "run.ended" in (site.project / "seen").read_text().split()


DOCUMENTER = """
    from turbo_core import Document, hookimpl

    @hookimpl
    def turbo_document(run):
        {body}
"""


@pytest.mark.parametrize(
    ("body", "told"),
    [
        ("raise RuntimeError('no paper')", "RuntimeError: no paper"),
        ("return [1]", "it gave int, which is no Document"),
        ("return 'text'", "it gave str, which is no Document"),
        ("return [Document(name='../out.txt', media_type='text/plain', content=b'')]", "would lie outside of the report"),
        ("return [Document(name='.', media_type='text/plain', content=b'')]", "would lie outside of the report"),
        ("return [Document(name='a.txt', media_type='text/plain', content='text')]", "is a str, not bytes"),
    ],
)
def test_a_documenter_that_fails_is_named_and_the_others_write(site: Site, body: str, told: str) -> None:
    site.add("pen", DOCUMENTER.format(body=body))
    site.write("turbo.yaml", "name: hello\ntasks: {say: {run: echo said}}\n")
    ended = site.turbo("run")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "wrote report.md, report.html, report.json; the documents of pen are not complete: " in ended.stdout
    assert told in ended.stdout
    events = [json.loads(line) for line in site.turbo("events", "--json").stdout.splitlines()]
    assert [*events[-1]["body"]["faults"]] == ["pen"]
    page = next(site.project.rglob("report.html"))
    content = page.read_bytes()
    assert b"Faults of plugins" in content
    again = site.turbo("report")
    assert again.returncode == 1
    assert "the documents of pen are missing" in again.stderr
    assert page.read_bytes() == content
    assert not [*site.project.rglob("out.txt")]


def test_a_mended_plugin_is_tried_again_as_soon_as_it_is_installed(site: Site) -> None:
    site.add("needy", "import turbo_shelf_needed\n" + ACTIONS, "turbo.actions")
    site.settle()
    assert "No module named 'turbo_shelf_needed'" in site.turbo("plugin", "list").stdout
    (site.shelf.folder / "turbo_shelf_needed.py").touch()
    ended = site.turbo("needy", "greet", "--name", "Ann")
    assert ended.returncode == 0, ended.stderr
    assert "hello Ann" in ended.stdout


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_a_plugin_that_hangs_at_import_is_ended_and_named(site: Site) -> None:
    site.add("hang", "import os, time; (pathlib.Path(__file__).parent / 'pid').write_text(str(os.getpid())); time.sleep(3600)")
    site.write("turbo.yaml", "name: hello\ntasks: {say: {run: echo said}}\n")
    ended = site.turbo("run")
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "its import did not end within 10 s" in site.turbo("plugin", "list").stdout
    pid = int((site.shelf.folder / "pid").read_text())
    until(lambda: not alive([pid]))
