"""All plugins of this repository in one environment: do their names and requirements bear each other, and do they still work?

``python tests/together.py install`` installs their wheels and what their tests need into the current environment, in one
resolution; ``test`` then looks whether Turbo sees all of them, and runs the tests of each.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

FOLDERS = sorted(file.parent for file in (Path(__file__).resolve().parents[1] / "plugins").glob("*/pyproject.toml"))


def install() -> int:
    """Install every plugin; gives the exit code of the installer."""
    groups = [f"--group={folder / 'pyproject.toml'}:test" for folder in FOLDERS]
    return subprocess.run(["uv", "pip", "install", *map(str, FOLDERS), *groups], check=False).returncode


def test(options: list[str]) -> int:
    """Run the tests of every plugin, with these options of pytest; gives the number of plugins that failed."""
    listed = subprocess.run(["turbo", "plugin", "list"], stdout=subprocess.PIPE, text=True, check=True).stdout
    missing = [folder.name for folder in FOLDERS if folder.name not in listed]
    if missing or "set aside" in listed:
        print(f"{listed}\nTurbo does not see, or sets aside, one of: {', '.join(folder.name for folder in FOLDERS)}")
        return 1
    return sum(subprocess.run(["pytest", *options], cwd=folder, check=False).returncode != 0 for folder in FOLDERS)


if __name__ == "__main__":
    sys.exit(install() if sys.argv[1] == "install" else test(sys.argv[2:]))
