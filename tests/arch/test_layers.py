"""Imports go down the house only; the contract itself stands in pyproject.toml."""

import subprocess
import sys
import tomllib
from pathlib import Path

from tests.arch.source import CORE, ROOT

LINT = [str(Path(sys.executable).with_name("lint-imports")), "--no-cache"]


def test_the_floors_are_kept() -> None:
    ended = subprocess.run(LINT, cwd=ROOT, capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stdout + ended.stderr


def test_every_room_stands_on_a_floor() -> None:
    contracts = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
    floors = next(contract["layers"] for contract in contracts if contract["type"] == "layers")
    placed = {room.strip().removeprefix("turbo_core.") for floor in floors for room in floor.split("|")}
    rooms = {path.stem for path in CORE.glob("*.py")} | {path.parent.name for path in CORE.glob("*/__init__.py")}
    assert rooms - {"__init__", "__main__"} <= placed


def test_a_wrong_import_would_be_seen(tmp_path: Path) -> None:
    (tmp_path / "house").mkdir()
    (tmp_path / "house" / "__init__.py").touch()
    (tmp_path / "house" / "above.py").touch()
    (tmp_path / "house" / "below.py").write_text("import house.above\n")
    (tmp_path / "pyproject.toml").write_text(
        '[tool.importlinter]\nroot_package = "house"\n'
        '[[tool.importlinter.contracts]]\nname = "n"\ntype = "layers"\nlayers = ["house.above", "house.below"]\n'
    )
    ended = subprocess.run(LINT, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert ended.returncode == 1, ended.stdout + ended.stderr
