from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest

from turbo_plugin_git.scanning import LARGEST, BaselineDamaged, Found, Unread, known, scan

# Put together here, so that a scan of this file finds nothing.
AWS = "AKIA" + "Q3EGRCLMVTZHJ7WN"
RANDOM = "c3VwZXIg" + "bG9uZyBzdHJpbmcgc2hvdWxkIGNhdXNlIGVub3VnaCBlbnRyb3B5"


def found(root: Path, *paths: str, guesses: bool = True) -> list[tuple[str, int, str]]:
    return [(item.path, item.line, item.kind) for item in scan(root, paths, guesses=guesses) if isinstance(item, Found)]


def unread(root: Path, *paths: str) -> dict[str, str]:
    return {item.path: item.reason for item in scan(root, paths, guesses=True) if isinstance(item, Unread)}


def test_a_key_is_found_on_each_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"x = 1\nkey = '{AWS}'\nagain = '{AWS}'\n")
    assert found(tmp_path, "a.py", guesses=False) == [("a.py", 2, "AWS Access Key"), ("a.py", 3, "AWS Access Key")]


def test_guesses_can_be_left_out(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"x = '{RANDOM}'\n")
    assert [kind for _, _, kind in found(tmp_path, "a.py")] == ["Base64 High Entropy String"]
    assert found(tmp_path, "a.py", guesses=False) == []


def test_an_address_is_no_secret(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text("host = '93.184.216.34'\n")
    assert found(tmp_path, "a.py") == []


def test_a_pragma_allows_its_line(tmp_path: Path) -> None:
    (tmp_path / "a.py").write_text(f"a = '{AWS}'  # pragma: allowlist secret\n# pragma: allowlist nextline secret\nb = '{AWS}'\n")
    assert found(tmp_path, "a.py") == []


def test_a_folder_cannot_hide_a_file(tmp_path: Path) -> None:
    (tmp_path / "swagger").mkdir()
    (tmp_path / "swagger" / "a.py").write_text(f"a = '{AWS}'\n")
    assert found(tmp_path, "swagger/a.py", guesses=False) != []


def test_what_cannot_be_read_is_named(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(b"x" * (LARGEST + 1))
    (tmp_path / "binary").write_bytes(b"a\0b")
    (tmp_path / "deep.yaml").write_text("[" * 5000)
    reasons = unread(tmp_path, "large", "binary", "deep.yaml", "deleted")
    assert reasons == {
        "large": f"larger than {LARGEST} bytes",
        "binary": "binary",
        "deep.yaml": "the scanner failed: RecursionError",
    }


def test_only_regular_files_are_opened(tmp_path: Path) -> None:
    (tmp_path / "target").write_text(f"a = '{AWS}'\n")
    (tmp_path / "link").symlink_to("target")
    os.mkfifo(tmp_path / "pipe")
    assert list(scan(tmp_path, ["link", "pipe"], guesses=True)) == []


def test_a_folder_in_place_of_a_parent(tmp_path: Path) -> None:
    (tmp_path / "a").write_text("x")
    assert unread(tmp_path, "a/b") == {"a/b": "unreadable: Not a directory"}


def test_nothing_of_the_project_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spy = "import pathlib\npathlib.Path('ran').touch()\n"
    for name in ("sitecustomize.py", "conftest.py", "setup.py", "custom.py"):
        (tmp_path / name).write_text(spy)
    baseline = {
        "plugins_used": [{"name": "Custom", "path": f"file://{tmp_path}/custom.py"}],
        "filters_used": [{"path": f"file://{tmp_path}/custom.py::hide"}],
        "results": {},
    }
    (tmp_path / ".secrets.baseline").write_text(json.dumps(baseline))
    monkeypatch.chdir(tmp_path)
    before = set(sys.path)
    assert known(tmp_path / ".secrets.baseline") == frozenset()
    assert found(tmp_path, "setup.py", "custom.py") == []
    assert not (tmp_path / "ran").exists()
    assert set(sys.path) == before


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"results": 3}', '{"results": {"a": [{}]}}', "[" * 100_000])
def test_a_damaged_baseline(tmp_path: Path, text: str) -> None:
    (tmp_path / "b").write_text(text)
    with pytest.raises(BaselineDamaged):
        known(tmp_path / "b")
