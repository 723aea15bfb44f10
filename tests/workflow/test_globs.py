"""Which files a pattern means, and that no pattern makes the search long."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turbo_core.workflow.globs import glob_fault, matching

FILES = ["a.py", "b.txt", ".hid", "src/c.py", "src/deep/d.py", "src/deep/er/e.py", "dist/x.whl", "src/.git/f.py", ".turbo/g.py"]


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    for name in FILES:
        (tmp_path / name).parent.mkdir(parents=True, exist_ok=True)
        (tmp_path / name).touch()
    return tmp_path


@pytest.mark.parametrize(
    ("pattern", "found"),
    [
        ("a.py", ["a.py"]),
        ("./a.py", ["a.py"]),
        ("[A].py", []),
        ("*.py", ["a.py"]),
        ("*", ["a.py", "b.txt", ".hid"]),
        ("?.py", ["a.py"]),
        ("[!a].*", ["b.txt"]),
        ("src", []),
        ("src/", []),
        ("src/*.py", ["src/c.py"]),
        ("src/*/*.py", ["src/deep/d.py"]),
        ("src/**/*.py", ["src/c.py", "src/deep/d.py", "src/deep/er/e.py"]),
        ("**/*.py", ["a.py", "src/c.py", "src/deep/d.py", "src/deep/er/e.py"]),
        ("**/**/deep/**/e.py", ["src/deep/er/e.py"]),
        ("dist/**", ["dist/x.whl"]),
        ("**/er/**", ["src/deep/er/e.py"]),
        (".turbo/*", []),
        (".turbo/g.py", []),
        ("a.py/b.py", []),
        ("src/" + 300 * "n", []),
        (300 * "n" + "/*", []),
        ("src/\0", []),
        ("src/\0/*", []),
        ("src/.git/f.py", []),
        ("no/*", []),
        ("a.py/*", []),
    ],
)
def test_a_pattern_means_these_files(tree: Path, pattern: str, found: list[str]) -> None:
    assert glob_fault(pattern) == ""
    assert matching(tree, pattern) == {tree / name for name in found}


def test_a_folder_is_not_listed_to_find_a_name(tree: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    listed: list[str] = []
    scan = os.scandir
    monkeypatch.setattr(os, "scandir", lambda folder: listed.append(folder) or scan(folder))
    assert matching(tree, "src/deep/d.py") == {tree / "src" / "deep" / "d.py"}
    assert listed == []
    assert matching(tree, "src/deep/*.py") == {tree / "src" / "deep" / "d.py"}
    assert listed == [str(tree / "src" / "deep")]


def test_a_folder_that_cannot_be_entered_is_told(tree: Path) -> None:
    (tree / "ring").symlink_to("ring")
    with pytest.raises(OSError, match="ring"):
        matching(tree, "ring/a.py")


def test_symbolic_links_are_entered_by_their_names_only(tree: Path) -> None:
    (tree / "loop").symlink_to(tree)
    (tree / "link.py").symlink_to(tree / "a.py")
    assert matching(tree, "loop/*.py") == {tree / "loop" / "a.py", tree / "loop" / "link.py"}
    assert matching(tree, "**/a.py") == {tree / "a.py"}
    assert matching(tree, "**/link.py") == {tree / "link.py"}


@pytest.mark.parametrize(
    ("pattern", "fault"),
    [
        ("", "it has 0 characters"),
        ("a" * 1001, "it has 1001 characters"),
        ("/etc/passwd", "it leads out of the project"),
        ("../x", "it leads out of the project"),
        ("a/../../x", "it leads out of the project"),
        ("**x", "** stands alone"),
        ("a/***", "** stands alone"),
    ],
)
def test_what_is_no_pattern_is_told(pattern: str, fault: str) -> None:
    assert fault in glob_fault(pattern)


@given(st.text(st.sampled_from("ab*?[]!-/.^$\\"), max_size=30))
def test_any_pattern_is_told_or_searched_for(pattern: str) -> None:
    assert glob_fault(pattern) or not matching(Path(__file__).parent / "no-such-folder", pattern)


def _cost(root: Path, pattern: str) -> float:
    started = time.thread_time()
    assert matching(root, pattern) == set()
    return time.thread_time() - started


EVIL = ["**/" * 300 + "x", "**/*/" * 150 + "x", "*a" * 400 + "b", "?*" * 400 + "b", "[a-a]*" * 150 + "b"]


@pytest.mark.parametrize("pattern", EVIL)
def test_no_pattern_makes_the_search_long(tmp_path: Path, pattern: str) -> None:
    deep = tmp_path
    for _ in range(15):
        deep = deep / "d"
        deep.mkdir()
        (deep / ("a" * 200)).touch()
    assert glob_fault(pattern) == ""
    assert _cost(tmp_path, pattern) < 1  # one that tries way after way takes years
