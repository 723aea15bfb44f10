from pathlib import Path

import pytest

from {{ cookiecutter.package }} import freeze


@pytest.mark.parametrize(
    ("text", "reasons"), [(None, []), ("", ["no reason is given"]), ("\n a move \nholidays\n", ["a move", "holidays"])]
)
def test_the_lines_are_the_reasons(tmp_path: Path, text: str | None, reasons: list[str]) -> None:
    if text is not None:
        (tmp_path / "FREEZE").write_text(text)
    assert freeze.reasons(tmp_path) == reasons


def test_a_freeze_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    (tmp_path / "FREEZE").mkdir()
    with pytest.raises(OSError, match="FREEZE"):
        freeze.reasons(tmp_path)
