from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from turbo_plugin_aws.content import PART, arriving, fingerprint, kept_as, put_back


def digest(content: bytes) -> str:
    return sha256(content).hexdigest()


def arrive(target: Path, content: bytes, tag: str = "t") -> None:
    with arriving(target, tag) as part:
        part.write_bytes(content)


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


@pytest.mark.parametrize(("size", "parts"), [(0, ""), (1, ""), (PART - 1, ""), (PART, "-1"), (PART + 1, "-2")])
def test_a_fingerprint(tmp_path: Path, size: int, parts: str) -> None:
    (tmp_path / "a").write_bytes(b"x" * size)
    told = fingerprint(tmp_path / "a")
    assert (told.size, told.sha256, told.etag[32:]) == (size, digest(b"x" * size), parts)


def test_a_file_arrives_and_goes_again(tmp_path: Path) -> None:
    target = tmp_path / "deep" / "a"
    arrive(target, b"new")
    assert names(target.parent) == ["a"]
    for _ in range(2):
        assert put_back(target, "t", sha256=digest(b"new"), replaced=False)
        assert names(target.parent) == []


def test_the_file_from_before_is_kept_and_comes_back(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    target.chmod(0o640)
    arrive(target, b"new")
    arrive(target, b"newer")
    assert (target.read_bytes(), target.stat().st_mode & 0o777) == (b"newer", 0o640)
    assert kept_as(target, "t").read_bytes() == b"old"
    for _ in range(2):
        assert put_back(target, "t", sha256=digest(b"newer"), replaced=True)
        assert (target.read_bytes(), names(tmp_path)) == (b"old", ["a"])


def test_an_error_leaves_everything_as_it_was(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")

    def fail() -> None:
        with arriving(target, "t") as part:
            part.write_bytes(b"ne")
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        fail()
    assert (target.read_bytes(), names(tmp_path)) == (b"old", ["a"])


def test_what_somebody_changed_is_left_alone(tmp_path: Path) -> None:
    target = tmp_path / "a"
    arrive(target, b"new")
    target.write_bytes(b"mine")
    assert not put_back(target, "t", sha256=digest(b"new"), replaced=False)
    kept_as(target, "t").write_bytes(b"old")
    assert not put_back(target, "t", sha256=digest(b"new"), replaced=True)
    assert (target.read_bytes(), kept_as(target, "t").read_bytes()) == (b"mine", b"old")


def test_without_the_kept_file_nothing_is_put_back(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    arrive(target, b"new")
    kept_as(target, "t").unlink()
    assert not put_back(target, "t", sha256=digest(b"new"), replaced=True)
    assert target.read_bytes() == b"new"


def test_a_file_that_somebody_deleted_comes_back_too(tmp_path: Path) -> None:
    target = tmp_path / "a"
    target.write_bytes(b"old")
    arrive(target, b"new")
    target.unlink()
    assert put_back(target, "t", sha256=digest(b"new"), replaced=True)
    assert target.read_bytes() == b"old"
