from __future__ import annotations

from datetime import UTC
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turbo_core.report import text
from turbo_core.report.looks import LOOKS, look, painted, speaks_unicode, words


@pytest.mark.parametrize(
    ("foreign", "harmless"),
    [
        ("plain\ttext\n", "plain\ttext\n"),
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b[?25l\x1b[2J\x1b[1;1Hx", "x"),
        ("\x9b31mred", "red"),
        ("\x1b]0;title\x07after", "after"),
        ("\x1b]8;;http://evil\x1b\\link\x1b]8;;\x1b\\", "link"),
        ("\x1b]0;never ended\nnext line", "\nnext line"),
        ("\x1bP1$tx\x1b\\after", "after"),
        ("\x1b(Bx\x1b=y\x1bcz", "xyz"),
        ("50%\r100%\r\ndone", "50%\n100%\ndone"),
        ("a\x00\x07\x08\x7f\x85b", "a\nb"),
        ("user\u202etxt.exe\u2066", "user<U+202E>txt.exe<U+2066>"),
        ("\x1b\x1b[31mx\x1b", "x"),
        ("lone \ud800 surrogate", "lone  surrogate"),
    ],
)
def test_control_sequences_go_and_direction_is_made_visible(foreign: str, harmless: str) -> None:
    assert text.strip_controls(foreign) == harmless


@given(st.text(alphabet=st.characters(codec=None) | st.sampled_from("\x1b\x9b\x9d[]m;\x07\r\u202e")))
def test_no_control_character_ever_passes(foreign: str) -> None:
    harmless = text.strip_controls(foreign)
    assert not [mark for mark in harmless if (ord(mark) < 32 and mark not in "\n\t") or 0x7F <= ord(mark) <= 0x9F]
    assert not set("\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069") & set(harmless)
    assert text.strip_controls(harmless) == harmless


@pytest.mark.parametrize(
    ("seconds", "said"),
    [
        (0, "0ms"),
        (-1, "0ms"),
        (0.34, "340ms"),
        (0.9996, "1.0s"),
        (4.21, "4.2s"),
        (9.96, "10s"),
        (59.7, "1m 00s"),
        (63, "1m 03s"),
        (3599.6, "1h 00m"),
        (7500, "2h 05m"),
        (90_000, "1d 01h"),
    ],
)
def test_durations_have_two_units(seconds: float, said: str) -> None:
    assert text.duration(seconds) == said


def test_whole_seconds_have_no_fraction() -> None:
    assert [text.whole(seconds) for seconds in (0.9, 9.99, 10.2, 63.9)] == ["0s", "9s", "10s", "1m 03s"]


def test_times_are_utc_and_other_text_stays() -> None:
    assert text.when("2026-11-21T10:30:00.5+01:00") == "2026-11-21 09:30:00 UTC"
    assert text.when("2026-11-21T10:30:00") == "2026-11-21 10:30:00 UTC"
    assert text.when("") == ""
    assert text.clock("2026-11-21T09:30:05Z", UTC) == "09:30:05"
    assert text.clock("soon") == " " * 8
    assert text.between("2026-11-21T09:30:05Z", "2026-11-21T09:30:07Z") == 2
    assert text.between("2026-11-21T09:30:07Z", "2026-11-21T09:30:05Z") == 0
    assert text.between("", "2026-11-21T09:30:05Z") == 0


def test_json_keeps_exact_decimals() -> None:
    assert text.as_json({"a": Decimal("0.10"), "b": [None, True]}) == '{"a":0.10,"b":[null,true]}'
    assert text.as_json({"a": 1}, indent=2) == '{\n  "a": 1\n}'
    assert text.as_text("as it is") == "as it is"
    assert text.as_text([1]) == "[1]"


def test_a_table_is_padded_without_trailing_blanks() -> None:
    assert text.table(("task", "state"), (("build\x1b[1m", "ok"), ("a", "failed"))) == "task   state\nbuild  ok\na      failed"


def test_short_forms() -> None:
    assert text.cut("abcdef", 4) == "abc…"
    assert text.cut("abcd", 4) == "abcd"
    assert text.one_line(" a\n\tb ") == "a b"
    assert text.plural(1, "task") == "1 task"
    assert text.plural(1200, "task") == "1,200 tasks"
    assert text.tail_lines("a\n\nb \nc\n", 2) == ["b", "c"]


def test_every_look_has_an_ascii_form() -> None:
    assert all(shown.ascii.isascii() and shown.ascii for shown in LOOKS.values())
    assert look("failed").mark() != look("failed").mark(unicode=False)
    assert look("never heard of").tone == "quiet"
    assert words("undo_failed") == "undo failed"
    assert painted("x", "failed", color=True) == "\x1b[1;31mx\x1b[0m"
    assert painted("x", "failed", color=False) == "x"
    assert (speaks_unicode("UTF-8"), speaks_unicode("ascii"), speaks_unicode(None)) == (True, False, False)
