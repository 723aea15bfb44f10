from pathlib import Path

import pytest

from {{ cookiecutter.package }} import files


@pytest.mark.parametrize(("text", "words"), [("", 0), ("one", 1), ("one two\n three\n", 3)])
def test_words_are_parted_by_blanks(tmp_path: Path, text: str, words: int) -> None:
    file = tmp_path / "text"
    file.write_text(text)
    assert files.count_words(file) == words
