from importlib.metadata import entry_points
from pathlib import Path

import pytest
from turbo_core import ActionFailed, Context

from {{ cookiecutter.package }} import actions


def context_of(project: Path) -> Context:
    return Context(run="r", task="count", attempt=1, project=project, key="k")


def test_the_namespace_is_found() -> None:
    (entry,) = entry_points(group="turbo.actions", name="{{ cookiecutter.namespace }}")
    assert entry.load() is actions


def test_words_are_counted(tmp_path: Path) -> None:
    (tmp_path / "notes.txt").write_text("one two\nthree\n")
    assert actions.count(context_of(tmp_path), path="notes.txt") == actions.Count(words=3)


@pytest.mark.parametrize("content", [None, b"\xff\xfe"])
def test_a_file_that_cannot_be_read_is_a_failure(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / "notes.txt").write_bytes(content)
    with pytest.raises(ActionFailed, match=r"notes\.txt"):
        actions.count(context_of(tmp_path), path="notes.txt")
