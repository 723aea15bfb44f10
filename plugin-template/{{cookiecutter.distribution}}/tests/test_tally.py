import json
from pathlib import Path

from {{ cookiecutter.package }} import tally


def test_each_number_counts_once(tmp_path: Path) -> None:
    file = tmp_path / "tally.json"
    for number, kind in [(1, "a"), (2, "b"), (3, "a"), (2, "b"), (3, "a")]:
        tally.add(file, number, kind)
    assert json.loads(file.read_text()) == {"last": 3, "counts": {"a": 2, "b": 1}}
    assert [path.name for path in tmp_path.iterdir()] == ["tally.json"]
