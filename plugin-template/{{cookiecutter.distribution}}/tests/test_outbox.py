import json
from pathlib import Path

import pytest

from {{ cookiecutter.package }} import outbox


def test_each_key_has_one_line(tmp_path: Path) -> None:
    file = tmp_path / "box.jsonl"
    told = [outbox.append(file, key, {"text": text}) for key, text in [("a", "one\ntwo"), ("b", "ü\u2028"), ("a", "again")]]
    assert told == [1, 2, 1]
    lines = [json.loads(line) for line in file.read_text().splitlines()]
    assert lines == [{"key": "a", "text": "one\ntwo"}, {"key": "b", "text": "ü\u2028"}]


def test_what_cannot_be_written_is_told(tmp_path: Path) -> None:
    with pytest.raises(OSError, match="nowhere"):
        outbox.append(tmp_path / "nowhere" / "box.jsonl", "a", {})
