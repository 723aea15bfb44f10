"""Durations and sizes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turbo_core.workflow.units import format_duration, format_size, parse_duration, parse_size


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("500ms", 0.5),
        ("90s", 90),
        ("10m", 600),
        ("2h", 7200),
        ("3d", 259_200),
        ("1h30m", 5400),
        ("1d2h3m4s5ms", 93_784.005),
        ("0s", 0),
    ],
)
def test_a_duration(text: str, seconds: float) -> None:
    assert parse_duration(text) == seconds


@pytest.mark.parametrize(
    "text",
    ["", "10", "1.5h", "-1s", "1 h", "30m1h", "1s1s", "1ms1s", "s", "1S", "1w", "1h30", "१s", "36501d", "9" * 50 + "d", "1m\n"],
)
def test_what_is_no_duration(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a duration: whole numbers|longer than 100 years"):
        parse_duration(text)


@pytest.mark.parametrize(
    ("seconds", "text"),
    [
        (0, "0s"),
        (0.0004, "0s"),
        (0.25, "250ms"),
        (1.5, "1s500ms"),
        (60, "1m"),
        (59.9996, "1m"),
        (3661.7, "1h1m2s"),
        (86_400, "1d"),
    ],
)
def test_a_duration_for_people(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


@given(st.integers(0, 59_999) | st.integers(60, 10**9).map(lambda seconds: seconds * 1000))
def test_a_formatted_duration_reads_back(milliseconds: int) -> None:
    assert parse_duration(format_duration(milliseconds / 1000)) == milliseconds / 1000


@pytest.mark.parametrize(
    ("text", "size"),
    [("64KiB", 65_536), ("512MiB", 2**29), ("2GiB", 2**31), ("64kB", 64_000), ("512MB", 512_000_000), ("2GB", 2_000_000_000)],
)
def test_a_size(text: str, size: int) -> None:
    assert parse_size(text) == size


@pytest.mark.parametrize(
    "text", ["", "10", "1.5GB", "1KB", "1gb", "1 GB", "-1MB", "1B", "9" * 30 + "GB", "9999999999GiB", "9" * 50 + "GB"]
)
def test_what_is_no_size(text: str) -> None:
    with pytest.raises(ValueError, match=r"is not a size: a whole number|too large a size"):
        parse_size(text)


@pytest.mark.parametrize(
    ("size", "text"), [(0, "0B"), (1023, "1023B"), (1024, "1KiB"), (1536, "1.5KiB"), (2**20, "1MiB"), (3 * 2**30, "3GiB")]
)
def test_a_size_for_people(size: int, text: str) -> None:
    assert format_size(size) == text
