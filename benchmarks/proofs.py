"""Proofs that the work of a run was done: each says what is missing, or nothing."""

from __future__ import annotations

import os
from pathlib import Path

from benchmarks.secret_lines import LINE, SECRETS, hides_one


def touched(folder: Path, size: int) -> str:
    """Every task left its file."""
    there = {entry.name for entry in os.scandir(folder / "out")}
    gone = sum(str(number) not in there for number in range(size))
    return f"{gone} of {size} tasks left no file" if gone else ""


def untouched(folder: Path, size: int) -> str:
    """Every file is there, and is older than the run: there was nothing to do."""
    began = (folder / "began").stat().st_mtime_ns
    anew = sum(entry.stat().st_mtime_ns > began for entry in os.scandir(folder / "out"))
    return touched(folder, size) or (f"{anew} tasks ran although nothing had changed" if anew else "")


def marked(folder: Path, size: int) -> str:
    """Every call added its byte."""
    done = folder / "done"
    found = done.stat().st_size if done.exists() else 0
    return "" if found == size else f"{found} of {size} calls were made"


def told(folder: Path, _: int) -> str:
    """It answered."""
    return "" if any((folder / name).stat().st_size for name in ("printed", "told")) else "nothing was printed"


def ended(_folder: Path, _: int) -> str:
    """It ended well, which is looked at for every run: more there is not to see."""
    return ""


def copied(folder: Path, size: int) -> str:
    """Every line is in the copy."""
    found = (folder / "copy").stat().st_size
    return "" if found == size * len(LINE.format(0)) else f"the copy has {found} bytes"


def masked(folder: Path, size: int) -> str:
    """Every line is in the log or the copy, and no secret is."""
    logs = [*folder.glob(".turbo/runs/*/logs/print.1.log"), *folder.glob("copy")]
    text = logs[0].read_bytes()
    leaked = sum(secret.encode() in text for secret in SECRETS)
    hidden = sum(hides_one(number) for number in range(size))
    if leaked or text.count(b"***") != hidden:
        return f"{leaked} secrets can be read, and {text.count(b'***')} of {hidden} places are masked"
    return "" if text.count(b"\n") == size else f"not all of {size} lines are there"
