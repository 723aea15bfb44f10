"""The template of a plugin: what it makes is complete, clean and typed; and a wrong answer makes nothing."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.template.baking_kit import BIN, MIXES, TEMPLATE, bake, files_in, run, succeed
from turbo_core.cli.plugin import baking
from turbo_core.plugins.names import RESERVED, find

ALWAYS = {
    ".github/workflows/test.yml",
    ".gitignore",
    "LICENSE",
    "README.md",
    "changelog/README.md",
    "pyproject.toml",
    "src/PACKAGE/__init__.py",
    "src/PACKAGE/py.typed",
    "tests/__init__.py",
    "tests/test_conformance.py",
    "tests/test_turbo.py",
    "tox.ini",
}
OF_KINDS = {
    "actions": {"src/PACKAGE/actions.py", "src/PACKAGE/files.py", "tests/test_files.py"},
    "executor": {"src/PACKAGE/plugin.py", "src/PACKAGE/priority.py", "tests/test_priority.py"},
    "decider": {"src/PACKAGE/plugin.py", "src/PACKAGE/freeze.py", "tests/test_freeze.py"},
    "documenter": {"src/PACKAGE/plugin.py", "src/PACKAGE/table.py", "tests/test_table.py"},
    "tracker": {"src/PACKAGE/plugin.py", "src/PACKAGE/tally.py", "tests/test_tally.py"},
    "channel": {"src/PACKAGE/plugin.py", "src/PACKAGE/outbox.py", "tests/test_outbox.py"},
    "analyzer": {"src/PACKAGE/plugin.py", "src/PACKAGE/marks.py", "tests/test_marks.py"},
}


def cookiecutter(folder: Path, **answers: str) -> tuple[int, str]:
    """Bake without Turbo; the person's home is empty."""
    words = [f"{key}={value}" for key, value in answers.items()]
    ended = run(BIN / "cookiecutter", "--no-input", TEMPLATE, *words, cwd=folder, env={"HOME": str(folder.parent)})
    return ended.returncode, ended.stderr


@pytest.mark.parametrize("name", MIXES)
def test_it_holds_these_files_and_no_others(tmp_path: Path, name: str) -> None:
    made = files_in(bake(tmp_path, name))
    expected = ALWAYS.union(*(OF_KINDS[kind] for kind in MIXES[name].split()))
    assert sorted(made) == sorted(path.replace("PACKAGE", f"turbo_plugin_{name}") for path in expected)
    assert [path for path, content in made.items() if re.search(rb"cookiecutter|\{%|[^$]\{\{", content)] == []
    assert [path.name for path in tmp_path.iterdir()] == [f"turbo-plugin-{name.replace('_', '-')}"]


@pytest.mark.parametrize("name", MIXES)
def test_its_style_is_clean(tmp_path: Path, name: str) -> None:
    folder = bake(tmp_path, name)
    succeed(BIN / "ruff", "check", "--no-cache", cwd=folder)
    succeed(BIN / "ruff", "format", "--no-cache", "--check", "--diff", cwd=folder)


@pytest.mark.slow
@pytest.mark.timeout(600)
@pytest.mark.parametrize("name", MIXES)
def test_its_types_are_right(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory, name: str) -> None:
    cache = tmp_path_factory.getbasetemp() / "mypy"
    succeed(BIN / "mypy", "--cache-dir", cache, cwd=bake(tmp_path, name))


def test_it_states_only_what_it_has(tmp_path: Path) -> None:
    groups = {
        name: re.findall(r'entry-points\."turbo\.(\w+)"\]', (bake(tmp_path, name) / "pyproject.toml").read_text())
        for name in ("only_actions", "only_channel", "talker")
    }
    assert groups == {"only_actions": ["actions"], "only_channel": ["plugins"], "talker": ["plugins", "actions"]}


def test_cookiecutter_alone_makes_the_same(tmp_path: Path) -> None:
    (tmp_path / "alone").mkdir()
    assert cookiecutter(tmp_path / "alone", name="talker", kinds=MIXES["talker"]) == (0, "")
    assert files_in(tmp_path / "alone" / "turbo-plugin-talker") == files_in(bake(tmp_path, "talker"))


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"name": "Words"}, "name 'Words'"),
        ({"name": "file-words"}, "name 'file-words'"),
        ({"name": "import"}, "name 'import'"),
        ({"name": "resume"}, "is a command of Turbo itself"),
        ({"name": "terminal"}, "of that name"),
        ({"kinds": "actions robot"}, "kinds 'actions robot'"),
        ({"kinds": "actions actions"}, "each once"),
        ({"kinds": " "}, "kinds ''"),
        ({"distribution": "turbo_plugin"}, "distribution 'turbo_plugin'"),
        ({"package": "turbo-plugin"}, "package 'turbo-plugin'"),
        ({"summary": 'Says "hello"'}, "summary: one line"),
        ({"author": " "}, "author: one line"),
    ],
)
def test_cookiecutter_alone_refuses_a_wrong_answer(tmp_path: Path, answers: dict[str, str], message: str) -> None:
    (tmp_path / "alone").mkdir()
    code, told = cookiecutter(tmp_path / "alone", **answers)
    assert code != 0
    assert message in told
    assert list((tmp_path / "alone").iterdir()) == []


def test_the_checks_of_the_template_are_those_of_the_command(tmp_path: Path) -> None:
    hook = (TEMPLATE / "hooks" / "pre_gen_project.py").read_text()
    reserved = re.search(r'"""\n((?:    [a-z_ ]+\n)+)    """\.split', hook)
    assert reserved
    assert set(reserved[1].split()) == RESERVED
    named = dict(re.findall(r"^(KNOWN|BUILT_IN) = [\[{](.*)[\]}]$", hook, re.MULTILINE))
    assert re.findall(r'"(\w+)"', named["KNOWN"]) == list(baking.KINDS)
    assert set(re.findall(r'"(\w+)"', named["BUILT_IN"])) == baking.BUILT_IN


def test_the_names_of_the_built_in_plugins_are_known(tmp_path: Path) -> None:
    assert {entry.name for entry in find(tmp_path).entries if entry.builtin} <= baking.BUILT_IN | RESERVED
