"""The template of a plugin: what it makes is complete, clean, typed and tested; and a wrong name makes nothing."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from turbo_core.plugins.names import RESERVED

TEMPLATE = Path(__file__).parents[2] / "plugin-template"
BIN = Path(sys.executable).parent

FILES = [
    ".gitignore",
    "README.md",
    "pyproject.toml",
    "src/turbo_plugin_file_words/__init__.py",
    "src/turbo_plugin_file_words/actions.py",
    "src/turbo_plugin_file_words/files.py",
    "src/turbo_plugin_file_words/py.typed",
    "tests/test_actions.py",
    "tests/test_files.py",
    "tox.ini",
]


def run(*command: object, cwd: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(part) for part in command], cwd=cwd, capture_output=True, text=True, check=False)


def bake(folder: Path, **answers: str) -> subprocess.CompletedProcess[str]:
    words = [f"{key}={value}" for key, value in answers.items()]
    return run(BIN / "cookiecutter", "--no-input", TEMPLATE, *words, cwd=folder)


@pytest.fixture
def plugin(tmp_path: Path) -> Path:
    """A plugin for the namespace ``file_words``, baked and not installed."""
    baked = bake(tmp_path, namespace="file_words")
    assert baked.returncode == 0, baked.stdout + baked.stderr
    return tmp_path / "turbo-plugin-file-words"


def test_it_holds_these_files_and_no_others(plugin: Path) -> None:
    assert sorted(path.relative_to(plugin).as_posix() for path in plugin.rglob("*") if path.is_file()) == FILES
    assert [path for path in plugin.rglob("*") if path.is_file() and "cookiecutter" in path.read_text()] == []


@pytest.mark.parametrize("check", [("ruff", "check"), ("ruff", "format", "--check", "--diff"), ("mypy",)], ids=" ".join)
def test_it_is_clean(plugin: Path, check: tuple[str, ...]) -> None:
    ended = run(BIN / check[0], *check[1:], cwd=plugin)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_its_own_tests_pass_when_it_is_installed(plugin: Path, tmp_path: Path) -> None:
    """Installed by hand (its sources and its entry point), so that the test needs no network."""
    site = tmp_path / "site"
    (site / "turbo_plugin_file_words-0.1.0.dist-info").mkdir(parents=True)
    (site / "turbo_plugin_file_words").symlink_to(plugin / "src" / "turbo_plugin_file_words")
    points = re.search(r'entry-points\."(turbo\.actions)"\]\n(.*)\n', (plugin / "pyproject.toml").read_text())
    assert points
    about = site / "turbo_plugin_file_words-0.1.0.dist-info"
    (about / "METADATA").write_text("Metadata-Version: 2.1\nName: turbo-plugin-file-words\nVersion: 0.1.0\n")
    (about / "entry_points.txt").write_text(f"[{points[1]}]\n{points[2].replace(chr(34), '')}\n")
    code = (
        "import sys; sys.path.insert(0, sys.argv.pop(1)); import pytest; sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider']))"
    )
    ended = run(sys.executable, "-c", code, site, cwd=plugin)
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert "7 passed" in ended.stdout


@pytest.mark.parametrize(
    ("answers", "message"),
    [
        ({"namespace": "Words"}, "namespace 'Words'"),
        ({"namespace": "file-words"}, "namespace 'file-words'"),
        ({"namespace": "import"}, "namespace 'import'"),
        ({"namespace": "resume"}, "is a command of Turbo itself"),
        ({"distribution": "turbo_plugin"}, "distribution 'turbo_plugin'"),
        ({"package": "turbo-plugin"}, "package 'turbo-plugin'"),
        ({"summary": 'Says "hello"'}, "summary: one line"),
        ({"author": " "}, "author: one line"),
    ],
)
def test_a_wrong_name_makes_nothing(tmp_path: Path, answers: dict[str, str], message: str) -> None:
    ended = bake(tmp_path, **answers)
    assert ended.returncode != 0
    assert message in ended.stderr
    assert list(tmp_path.iterdir()) == []


def test_the_reserved_names_are_those_of_the_core() -> None:
    hook = (TEMPLATE / "hooks" / "pre_gen_project.py").read_text()
    listed = re.search(r'"""\n((?:    [a-z_ ]+\n)+)    """\.split', hook)
    assert listed
    assert set(listed[1].split()) == RESERVED
