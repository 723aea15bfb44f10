"""docs/plugins.md says what is true: its plugin is installed and used, its tables are compared with the code."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from typing import Any, get_args

import pytest

from turbo_core.hookspecs import API_VERSION
from turbo_core.messages import Message
from turbo_core.model import Question
from turbo_core.plugins.calling import run_action
from turbo_core.plugins.examine import DEFAULT_RANGE
from turbo_core.plugins.names import Group
from turbo_core.plugins.ranges import satisfies
from turbo_core.plugins.trials import LIMIT

from .shelf import Shelf

TEXT = (Path(__file__).parents[2] / "docs" / "plugins.md").read_text()
FILES = dict(re.findall(r"^`([\w./]+)`:\n\n```\w+\n(.*?)```$", TEXT, re.MULTILINE | re.DOTALL))


@pytest.fixture
def note(shelf: Shelf) -> Shelf:
    project = tomllib.loads(FILES["pyproject.toml"])["project"]
    modules = {name.removeprefix("src/").removesuffix(".py"): text for name, text in FILES.items() if name.endswith(".py")}
    package = {"turbo_plugin_note/__init__": '"""Notes."""\n'}
    # The name of the package is changed, so that the shelf can clear it away.
    renamed = {name.replace("turbo_plugin_note", "turbo_shelf_note"): text for name, text in (package | modules).items()}
    points = {
        group: {name: value.replace("turbo_plugin_note", "turbo_shelf_note") for name, value in each.items()}
        for group, each in project["entry-points"].items()
    }
    shelf.install(project["name"], renamed, points, version=project["version"])
    return shelf


def call(shelf: Shelf, project: Path, mode: str, **more: Any) -> dict[str, Any]:
    context = {"run": "r", "task": "t", "attempt": 1, "project": str(project), "key": "k"}
    catalog = shelf.catalog()
    request = {"action": "note.write", "entry": catalog.entry("note.write"), "mode": mode, "arguments": {"text": "released"}}
    return run_action(request | {"context": context} | more)


def test_the_actions_of_the_example(note: Shelf, tmp_path: Path) -> None:
    info = note.catalog().info("note.write")
    assert (info.summary, info.risk) == ("Append one line to a file of notes.", "change")
    assert (info.has_plan, info.has_undo, info.has_probe) == (True, True, True)
    assert info.parameters["properties"]["text"]["description"] == "the note, one line."
    assert call(note, tmp_path, "plan")["message"] == "append 'released' to NOTES.txt"
    assert call(note, tmp_path, "probe")["outputs"] == {"happened": False}
    assert call(note, tmp_path, "run")["outputs"] == {"file": "NOTES.txt", "line": 1}
    assert call(note, tmp_path, "probe")["outputs"] == {"happened": True}
    for _ in range(2):
        assert call(note, tmp_path, "undo", outputs={"line": 1})["state"] == "succeeded"
    assert (tmp_path / "NOTES.txt").read_text() == ""
    assert call(note, tmp_path, "run", arguments={"text": "a\nb"})["message"].startswith("a note is one line")


def test_the_hooks_of_the_example(note: Shelf, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plugins = note.plugins()
    assert not plugins.problems
    monkeypatch.chdir(tmp_path)
    message = Message(key="k", run="r", task="t", kind="note", level="info", subject="hello", channel="note")
    receipt = plugins.call(plugins.owner("channel", "note"), "turbo_communicate", message=message)
    assert (receipt.channel, (tmp_path / "messages.txt").read_text()) == ("note", "hello\n")
    gate = Question(kind="gate", run="r", task="t", text="fit?")
    failure = Question(kind="failure", run="r", task="t", text="what now?")
    [(plugin, opinion)] = plugins.collect("turbo_decide", question=gate, context=None)
    assert (plugin, opinion.score) == ("note", True)
    assert plugins.collect("turbo_decide", question=failure, context=None) == []


def test_the_facts_of_the_page() -> None:
    assert re.findall(r"^\| `(turbo\.\w+)` \|", TEXT, re.MULTILINE) == list(get_args(Group))
    assert f"a time limit of {LIMIT:g} seconds" in TEXT
    assert f'turbo_api = "{DEFAULT_RANGE}"' in TEXT
    assert satisfies(API_VERSION, DEFAULT_RANGE)
