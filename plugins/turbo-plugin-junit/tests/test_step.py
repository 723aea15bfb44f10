from __future__ import annotations

from pathlib import Path

import pytest

from turbo_plugin_junit import step


def test_a_text_is_added_once_for_each_mark(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("text\n")
    for mark in ("one", "one", "two"):
        step.show(source, target, mark=mark)
    assert target.read_text() == "<!-- one -->\ntext\n<!-- two -->\ntext\n"


def test_a_page_that_would_be_too_large_is_left_as_it_is(tmp_path: Path) -> None:
    source, target = tmp_path / "source", tmp_path / "target"
    source.write_text("x" * step.LARGEST)
    with pytest.raises(ValueError, match="GitHub Actions would show nothing"):
        step.show(source, target, mark="one")
    assert not target.exists()


def test_what_is_not_there_is_not_shown(tmp_path: Path) -> None:
    step.show(tmp_path / "source", tmp_path / "target", mark="one")
    assert not (tmp_path / "target").exists()
