from pathlib import Path

from {{ cookiecutter.package }} import marks


def test_both_ends_of_a_conflict_are_found(tmp_path: Path) -> None:
    file = tmp_path / "merged.txt"
    file.write_text("one\n<<<<<<< ours\ntwo\n=======\nthree\n>>>>>>> theirs\n <<<<<<< not at the start\n")
    assert marks.conflicts(file) == [2, 6]
