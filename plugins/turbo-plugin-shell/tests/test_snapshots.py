"""Keeping a folder and putting it back exactly."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from turbo_plugin_shell.snapshots import SnapshotRefused, put_back, take

MUCH = 2**30


def look(folder: Path) -> dict[str, object]:
    """All that a snapshot keeps: kinds, permissions, times, content, where links lead."""
    found: dict[str, object] = {}
    for path in sorted(folder.rglob("*")):
        state = path.lstat()
        content = os.readlink(path) if path.is_symlink() else path.read_bytes() if path.is_file() else b""  # noqa: PTH115
        when = 0 if path.is_symlink() else state.st_mtime_ns
        found[str(path.relative_to(folder))] = (state.st_mode, when, content)
    return found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    place = tmp_path / "data"
    (place / "empty").mkdir(parents=True)
    (place / "deep" / ".git").mkdir(parents=True)
    (place / "deep" / "file").write_bytes(b"\0\xff")
    (place / "run").write_text("#!/bin/sh\n")
    (place / "run").chmod(0o750)
    (place / "link").symlink_to("run")
    (place / "broken").symlink_to("/nowhere")
    return place


def test_all_comes_back_as_it_was(folder: Path, tmp_path: Path) -> None:
    before = look(folder)
    take(folder, tmp_path / "kept" / "one", limit=MUCH)
    shutil.rmtree(folder / "deep")
    (folder / "run").write_text("other")
    (folder / "new").write_text("new")
    put_back(tmp_path / "kept" / "one", folder)
    assert look(folder) == before
    assert not (tmp_path / "kept" / "one").exists()


def test_a_folder_that_is_gone_comes_back(folder: Path, tmp_path: Path) -> None:
    before = look(folder)
    take(folder, tmp_path / "kept", limit=MUCH)
    shutil.rmtree(folder)
    put_back(tmp_path / "kept", folder)
    assert look(folder) == before
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_putting_back_can_be_cut_off_and_repeated(folder: Path, tmp_path: Path) -> None:
    before = look(folder)
    take(folder, tmp_path / "kept", limit=MUCH)
    (tmp_path / ".data.put-back").mkdir()
    folder.rename(tmp_path / ".data.replaced")
    put_back(tmp_path / "kept", folder)
    assert look(folder) == before
    assert {path.name for path in tmp_path.iterdir()} == {"data"}


def test_the_first_copy_counts(folder: Path, tmp_path: Path) -> None:
    before = look(folder)
    take(folder, tmp_path / "kept", limit=MUCH)
    (folder / "run").write_text("of the first attempt")
    take(folder, tmp_path / "kept", limit=MUCH)
    put_back(tmp_path / "kept", folder)
    assert look(folder) == before


def test_a_copy_that_was_cut_off_does_not_count(folder: Path, tmp_path: Path) -> None:
    (tmp_path / "kept.partial").mkdir()
    take(folder, tmp_path / "kept", limit=MUCH)
    assert look(tmp_path / "kept") == look(folder)


def test_what_cannot_be_kept_says_why(folder: Path, tmp_path: Path) -> None:
    with pytest.raises(SnapshotRefused, match=r"it has 0 MiB, more than snapshot_mib allows \(0\)"):
        take(folder, tmp_path / "kept", limit=1)
    with pytest.raises(SnapshotRefused, match="it is no folder"):
        take(folder / "run", tmp_path / "kept", limit=MUCH)
    with pytest.raises(SnapshotRefused, match="the copy would lie inside of it"):
        take(folder, folder / "kept", limit=MUCH)
    with pytest.raises(SnapshotRefused, match="the snapshot is gone"):
        put_back(tmp_path / "kept", folder)
