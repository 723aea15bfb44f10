"""The log of an attempt when the disk does not take it all."""

from __future__ import annotations

import hashlib
import resource
from pathlib import Path

import pytest

from turbo_core.engine.process.output import Output


def test_a_log_that_cannot_grow_keeps_what_it_has_and_says_so(tmp_path: Path) -> None:
    output = Output(tmp_path / "log", mask=["secret-value"])
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        output.feed(b"x" * 2000)
        output.feed(b"y" * 2000)
        output.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert (tmp_path / "log").read_bytes() == b"x" * 1000
    assert (output.size, output.digest) == (1000, hashlib.sha256(b"x" * 1000).hexdigest())
    assert output.notes == ["the log is not complete: File too large"]


def test_a_mask_file_without_a_last_newline_counts_at_once(tmp_path: Path) -> None:
    output = Output(tmp_path / "log", mask_file=tmp_path / "mask")
    output.feed(b"before ")
    (tmp_path / "mask").write_text("half-wri")
    output.feed(b"half-wri ")
    (tmp_path / "mask").write_text("half-written\nother-value\n")
    output.feed(b"other-value half-written ")
    output.close()
    assert (tmp_path / "log").read_bytes() == b"before *** *** *** "


def test_a_log_that_exists_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "log").touch()
    with pytest.raises(FileExistsError):
        Output(tmp_path / "log")
