"""The tutorial for authors of plugins works, word for word: as a reader types it, in a clean environment with Turbo's wheel."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.docs.blocks import blocks_of
from tests.docs.test_examples import ROOT, TUTORIAL, try_console

UV = shutil.which("uv")
CACHE = subprocess.run([UV, "cache", "dir"], capture_output=True, text=True, check=True).stdout.strip() if UV else ""
"""Asked before the tests have a home of their own: what was downloaded once serves here too."""

NOT_INHERITED = ("COV", "PYTEST", "PYTHON", "TOX", "TURBO", "VIRTUAL_ENV")


CARRY_ON = """\
. "$READER/variables"
cd "$(cat "$READER/folder")"
trap 'export -p > "$READER/variables"; pwd > "$READER/folder"' EXIT
"""


class Typing:
    """A shell in which a reader types: folder and variables stay from one command to the next."""

    def __init__(self, notes: Path, env: Mapping[str, str]) -> None:
        self._env = {**env, "READER": str(notes)}
        self._notes = notes
        notes.mkdir()
        (notes / "variables").touch()

    def __call__(self, command: str, project: Path) -> subprocess.CompletedProcess[str]:
        if not (self._notes / "folder").exists():
            (self._notes / "folder").write_text(str(project))
        return subprocess.run(
            ["/bin/sh", "-c", f"{CARRY_ON}{command}\n"],
            env=self._env,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
            timeout=600,
        )


@pytest.fixture
def reader(tmp_path: Path) -> Typing:
    """Somebody with Python and uv. Turbo's wheel is found where the reader's installer looks; all else is as on their machine."""
    if UV is None:
        pytest.skip("uv is not installed")
    built = subprocess.run(
        [UV, "build", "--quiet", "--wheel", "--out-dir", tmp_path / "wheels", ROOT],
        env=os.environ | {"UV_CACHE_DIR": CACHE},
        capture_output=True,
        text=True,
        check=False,
    )
    if "Failed to fetch" in built.stderr:
        pytest.skip("what the tutorial installs cannot be fetched here")
    assert built.returncode == 0, built.stderr
    around = {name: value for name, value in os.environ.items() if not name.startswith(NOT_INHERITED)}
    # The bin of the tests' own environment is left out: nothing of it is met by accident.
    own = str(Path(sys.executable).parent)
    places = [str(Path(sys.base_prefix) / "bin"), str(Path(UV).parent), *around["PATH"].split(os.pathsep)]
    mine = {
        "PATH": os.pathsep.join(place for place in places if place != own),
        "UV_CACHE_DIR": CACHE,
        "UV_FIND_LINKS": str(tmp_path / "wheels"),
        "UV_PYTHON_DOWNLOADS": "never",
        "NO_COLOR": "1",
        "COLUMNS": "120",
    }
    return Typing(tmp_path / "notes", around | mine)


@pytest.mark.slow
@pytest.mark.timeout(1200)
def test_the_tutorial_works_word_for_word(reader: Typing, tmp_path: Path) -> None:
    folder = tmp_path / "reader"
    folder.mkdir()
    blocks = list(blocks_of(TUTORIAL, TUTORIAL.read_text()))
    assert not any(block.illustration for block in blocks)
    for block in blocks:
        if block.file:
            assert (folder / block.file).parent.is_dir(), f"{block}: the folder is not there yet"
            (folder / block.file).write_text(block.text)
        else:
            assert block.tag == "console", f"{block}: a reader does not know what to do with it"
            try_console(block, folder, reader)


def test_folder_and_variables_stay(tmp_path: Path) -> None:
    shell = Typing(tmp_path / "notes", os.environ)
    (tmp_path / "it's").mkdir()
    shell("cd it*; export MOOD='quite good'; LOCAL=1", tmp_path)
    assert shell("pwd; echo $MOOD $LOCAL; exit 3", tmp_path).returncode == 3
    assert shell("pwd; echo $MOOD $LOCAL", tmp_path).stdout == f"{tmp_path}/it's\nquite good\n"
