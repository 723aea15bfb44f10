"""``turbo plugin new``: what it asks, what it refuses, and that it leaves nothing half-written."""

from __future__ import annotations

import subprocess
import sys
import tomllib
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.project import Project
from tests.acceptance.terminal import terminal
from tests.cli.conftest import Turbo
from turbo_core.cli.plugin import baking


def project_of(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = tomllib.loads((folder / "pyproject.toml").read_text())["project"]
    return found


def test_a_name_is_enough(cli: Turbo) -> None:
    told = cli("plugin", "new", "my-words")
    assert told.code == 0, told.err
    made, following = told.out.splitlines()
    assert made == "Made turbo-plugin-my-words: actions."
    assert following.startswith("Next: cd turbo-plugin-my-words, then: tox")
    assert [path.name for path in Path.cwd().iterdir()] == ["turbo-plugin-my-words"]
    project = project_of(Path("turbo-plugin-my-words"))
    assert project["entry-points"] == {"turbo.actions": {"my_words": "turbo_plugin_my_words.actions"}}
    assert (project["description"], project["authors"]) == (
        "My words for Turbo",
        [{"name": "The turbo-plugin-my-words authors"}],
    )


def test_every_answer_can_be_given(cli: Turbo, tmp_path: Path) -> None:
    (tmp_path / "my work").mkdir()
    given = ("summary=Löve = counting", "author=Ada Löve", "distribution=ada-words", "package=ada_words", "kinds=channel,actions")
    told = cli("plugin", "new", "name=words", *given, "--output", str(tmp_path / "my work"), "--no-input")
    assert told.code == 0, told.err
    assert told.out.startswith(f"Made {tmp_path}/my work/ada-words: actions, channel.\nNext: cd '{tmp_path}/my work/ada-words'")
    project = project_of(tmp_path / "my work" / "ada-words")
    assert (project["name"], project["description"]) == ("ada-words", "Löve = counting")
    assert project["authors"] == [{"name": "Ada Löve"}]
    assert (tmp_path / "my work" / "ada-words" / "src" / "ada_words" / "outbox.py").is_file()


def test_kinds_are_given_by_an_option_too(cli: Turbo) -> None:
    assert cli("plugin", "new", "turbo-plugin-words", "--kind", "tracker", "--kind", "decider").out.startswith(
        "Made turbo-plugin-words: decider, tracker.\n"
    )
    assert cli("plugin", "new", "more", "--kind", "robot").code == 2


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ([], "the plugin needs a name\n  next:  give one: turbo plugin new NAME"),
        (["summary=x"], "the plugin needs a name"),
        (["one", "two"], "name is given twice\n  why:   'one' and 'two'"),
        (["Größe"], "called 'Größe'\n  why:   it takes lower-case letters"),
        (["2words"], "next:  did you mean 'words'?"),
        (["Run"], "next:  choose another name"),
        (["42"], "next:  choose another name"),
        (["../words"], "next:  did you mean 'words'?"),
        (["import"], "why:   Python reserves the word\n  next:  did you mean 'import_it'?"),
        (["run"], "why:   'turbo run' is a command of Turbo itself"),
        (["track"], "why:   Turbo itself has a plugin, a channel or an executor of that name"),
        (["git"], "there is a plugin turbo-plugin-git already\n  why:   Git for Turbo"),
        (["a--b"], "parted by single hyphens"),
        (["words", "nmae=x"], "the template asks for no 'nmae'\n  next:  did you mean 'name'?"),
        (["words", "zzz=x"], "choose from name, kinds"),
        (["words", "kinds=chanel"], "there is no kind 'chanel' of plugins\n  next:  did you mean 'channel'?"),
        (["words", "kinds="], "a plugin is of at least one kind"),
        (["words", "package=my-words"], "a package has a name that Python can import"),
        (["words", "package=class"], "a package has a name that Python can import"),
        (["words", "distribution=My_Words"], "a distribution takes lower-case letters"),
        (["words", "distribution=turbo-plugin-aws"], "there is a plugin turbo-plugin-aws already"),
        (["words", 'summary=says "hello"'], "it is one line, without quotation marks"),
        (["words", "author="], "'' cannot be the author"),
        (["words", "author=two\nlines"], "cannot be the author"),
    ],
)  # fmt: skip
def test_what_cannot_be_used_makes_nothing(cli: Turbo, words: list[str], told: str) -> None:
    ended = cli("plugin", "new", *words, "--no-input")
    assert ended.code == 2
    assert told in ended.err
    assert list(Path.cwd().iterdir()) == []


def test_other_commands_do_not_pay_for_it(tmp_path: Path) -> None:
    code = "import sys; from turbo_core.cli.door import enter; enter(['plugin', '--help']); print('cookiecutter' in sys.modules)"
    told = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "Make a new plugin from the template." in told
    assert told.splitlines()[-1] == "False"


def test_a_name_that_is_close_to_a_known_one_is_told(cli: Turbo) -> None:
    told = cli("plugin", "new", "gut")
    assert told.code == 0
    assert "asked whether turbo-plugin-git is meant" in told.err


def test_what_is_there_stays(cli: Turbo) -> None:
    Path("turbo-plugin-words").symlink_to("nowhere")
    told = cli("plugin", "new", "words")
    assert told.code == 2
    assert "it is there already, and nothing was changed\n  where: turbo-plugin-words" in told.err
    assert [path.name for path in Path.cwd().iterdir()] == ["turbo-plugin-words"]


def test_a_folder_that_cannot_be_written_is_told(cli: Turbo, tmp_path: Path) -> None:
    told = cli("plugin", "new", "words", "--output", "/dev/fd")
    assert told.code == 2
    assert "the plugin cannot be written\n  where: /dev/fd/turbo-plugin-words" in told.err


def test_nothing_half_written_is_left(cli: Turbo, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """The template breaks in the middle."""
    broken = tmp_path / "broken"
    (broken / "{{cookiecutter.distribution}}").mkdir(parents=True)
    (broken / "cookiecutter.json").write_text("{}")
    (broken / "{{cookiecutter.distribution}}" / "a.txt").write_text("good")
    (broken / "{{cookiecutter.distribution}}" / "b.txt").write_text("{{ cookiecutter.nothing }}")
    monkeypatch.setattr(baking, "_template", lambda: broken)
    assert cli("plugin", "new", "words").code != 0
    assert list(Path.cwd().iterdir()) == []


def test_a_person_is_asked_until_the_answer_can_be_used(tmp_path: Path) -> None:
    for name in ("project", "aside"):
        (tmp_path / name).mkdir()
    place = Project(folder=tmp_path / "project", aside=tmp_path / "aside")
    with terminal(place, "plugin", "new", "author=Ada") as person:
        person.says(b"Name: ")
        person.type(b"run\n")
        person.says(b"is a command of Turbo itself")
        person.type(b"my-words\n")
        person.says(b"tracker, channel, analyzer) [actions]: ")
        person.type(b"tracker, actions\n")
        person.says(b"Summary [My words for Turbo]: ")
        person.type(b"\n")
        person.says(b"Next: cd turbo-plugin-my-words")
        assert person.wait() == 0
    assert b"Author" not in person.shown
    assert project_of(place.folder / "turbo-plugin-my-words")["authors"] == [{"name": "Ada"}]
    assert set(project_of(place.folder / "turbo-plugin-my-words")["entry-points"]) == {"turbo.actions", "turbo.plugins"}
