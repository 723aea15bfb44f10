"""Secrets do not get through, in whatever form and however the bytes are cut; and what is no secret gets through unchanged."""

from __future__ import annotations

import base64
import html
import json
import random
import shlex
import string
import subprocess
import sys
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from urllib.parse import quote, quote_plus

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turbo_core.redact import MaskedStream, Masker, variants

ALPHABET = string.ascii_letters + string.digits + string.punctuation + " üß☃"
FORMS: dict[str, Callable[[str], bytes]] = {
    "plain": lambda s: s.encode(),
    "reversed": lambda s: s[::-1].encode(),
    "hex": lambda s: s.encode().hex().encode(),
    "upper hex": lambda s: s.encode().hex().upper().encode(),
    "percent": lambda s: quote(s, safe="").encode(),
    "percent with slash": lambda s: quote(s).encode(),
    "form": lambda s: quote_plus(s).encode(),
    "json": lambda s: json.dumps(s)[1:-1].encode(),
    "json utf-8": lambda s: json.dumps(s, ensure_ascii=False)[1:-1].encode(),
    "json in json": lambda s: json.dumps(json.dumps(s)[1:-1])[1:-1].encode(),
    "html": lambda s: html.escape(s).encode(),
    "html text": lambda s: html.escape(s, quote=False).encode(),
    "shell": lambda s: shlex.quote(s).encode(),
    "shell single": lambda s: ("'" + s.replace("'", "'\\''") + "'").encode(),
    "repr": lambda s: repr(s).encode(),
    "repr of bytes": lambda s: repr(s.encode()).encode(),
}

QUOTES = {"shell": 2, "shell single": 2, "repr": 2, "repr of bytes": 3}
"""What of a form is no part of the secret, and stays."""


def masked(masker: Masker, data: bytes, cut: random.Random) -> bytes:
    stream, out = MaskedStream(masker), b""
    while data:
        size = cut.choice((1, 2, 3, 7, 20, 1000))
        out += stream.feed(data[:size])
        data = data[size:]
    return out + stream.flush()


@pytest.mark.parametrize("form", FORMS)
def test_no_secret_leaks_in_any_form_or_chunking(form: str) -> None:
    chance = random.Random(form)
    for _ in range(200):
        secret = "".join(chance.choices(ALPHABET, k=chance.randint(8, 60))).strip()
        others = ["".join(chance.choices(ALPHABET, k=20)).strip() for _ in range(3)]
        if min(map(len, (secret, *others))) < 6:
            continue
        before, after = (chance.randbytes(chance.randint(0, 40)) for _ in range(2))
        encoded = FORMS[form](secret)
        result = masked(Masker([secret, *others]), before + encoded + after, chance)
        assert encoded not in result
        assert b"***" in result
        assert len(result) <= len(before) + len(after) + len("***") + QUOTES.get(form, 0)


@pytest.mark.parametrize("url_safe", [False, True])
@pytest.mark.parametrize("offset", [0, 1, 2, 3, 4, 5])
def test_no_secret_leaks_in_base64_wherever_it_stands(offset: int, url_safe: bool) -> None:
    chance = random.Random(offset)
    for _ in range(100):
        secret = "".join(chance.choices(ALPHABET, k=chance.randint(8, 60))).strip().ljust(8, "x")
        data = chance.randbytes(offset) + secret.encode() + chance.randbytes(chance.randint(0, 5))
        encoded = base64.urlsafe_b64encode(data) if url_safe else base64.b64encode(data)
        result = masked(Masker([secret]), encoded, chance)
        own = encoded[-(-offset * 8 // 6) : (offset + len(secret.encode())) * 8 // 6]
        assert own not in result
        assert b"***" in result
        assert len(result) < len(encoded) - len(own) + 4


def test_every_line_of_a_secret_and_its_wrapped_base64_are_masked() -> None:
    secret = "first line of it\nab\n  second line of it \n"
    masker = Masker([secret])
    assert masker.mask_text("x first line of it y second line of it z ab") == "x *** y *** z ab"
    long = "0123456789" * 20
    wrapped = base64.encodebytes(long.encode()).decode()
    assert not any(line in Masker([long]).mask_text(wrapped) for line in wrapped.splitlines())


@given(st.binary(max_size=3000), st.lists(st.integers(1, 300), max_size=20))
def test_what_holds_no_secret_passes_unchanged(data: bytes, cuts: list[int]) -> None:
    masker = Masker(["this-is-not-in-there", "nor-is-this-one"])
    stream, out, rest = MaskedStream(masker), b"", data
    for cut in cuts:
        out += stream.feed(rest[:cut])
        rest = rest[cut:]
    assert out + stream.feed(rest) + stream.flush() == data


@given(
    st.lists(st.sampled_from(["abcdef", "abcdefgh", "efghijkl", "ghijklab", "ab", "ijkl", " "]), max_size=30), st.integers(1, 9)
)
def test_overlapping_secrets_leave_no_trace(parts: list[str], size: int) -> None:
    masker = Masker(["abcdef", "abcdefghij", "efghijkl"])
    data = "".join(parts).encode()
    stream = MaskedStream(masker)
    whole = MaskedStream(masker)
    cut = b"".join(stream.feed(data[at : at + size]) for at in range(0, len(data), size)) + stream.flush()
    assert cut.replace(b"***", b"*") == (whole.feed(data) + whole.flush()).replace(b"***", b"*")
    assert not any(secret in cut for secret in (b"abcdef", b"efghijkl"))


def test_the_end_of_an_overlap_is_not_shown() -> None:
    stream = MaskedStream(Masker(["abcdef", "efghij"]))
    assert stream.feed(b"xabcdef") == b"x***"
    assert stream.feed(b"z") == b"z"
    assert stream.feed(b"abcdefghij.") + stream.flush() == b"***."


def test_only_what_may_begin_a_secret_is_held_back() -> None:
    stream = MaskedStream(Masker(["password"]))
    assert stream.feed(b"progress 50% pass") == b"progress 50% "
    assert stream.feed(b"ing") == b"passing"
    assert stream.feed(b" passw") == b" "
    assert stream.flush() == b"passw"
    assert stream.feed(b"password") + stream.flush() == b"***"


def test_a_secret_can_be_added_while_a_stream_runs() -> None:
    masker = Masker()
    stream = MaskedStream(masker)
    assert (bool(masker), stream.feed(b"learned-later ")) == (False, b"learned-later ")
    masker.add("learned-later")
    masker.add("learned-later")
    assert stream.feed(b"learned-later ") == b"*** "
    masker.add("learned-last")
    assert stream.feed(b"learned-later learned-last ") == b"*** *** "


def test_lines_of_a_secret_that_are_too_short_alone_are_masked_together() -> None:
    stream = MaskedStream(Masker(["ab\ncd\nef"]))
    assert stream.feed(b"x ab\n") == b"x "
    assert stream.feed(b"cd\nef y ab\n") == b"*** y "
    assert stream.flush() == b"ab\n"


def test_text_and_values_are_masked() -> None:
    masker = Masker(["s3cr3t-ü", "1234567"])
    assert masker.mask_text("a s3cr3t-ü b") == "a *** b"
    assert masker.mask_text("half \ud800 s3cr3t-ü") == "half \ud800 ***"
    assert Masker(["s3cr3t\udcff"]).mask_text("a s3cr3t\udcff b") == "a *** b"
    assert masker.mask_json(Path("/s3cr3t-ü")) == "/***"
    value = {"s3cr3t-ü": ["x s3cr3t-ü", 1234567, Decimal("0.1234567"), 5, True, None, ("s3cr3t-ü",)], "same": "same"}
    assert masker.mask_json(value) == {"***": ["x ***", "***", "***", 5, True, None, ["***"]], "same": "same"}
    assert Masker().mask_json(value) is value
    assert Masker().mask_text("s3cr3t-ü") == "s3cr3t-ü"


@pytest.mark.parametrize("short", ["", "12345", "  12345  ", "1\n2"])
def test_a_short_secret_is_refused(short: str) -> None:
    with pytest.raises(ValueError, match="at least 6 characters"):
        variants(short)


def test_no_form_is_short_enough_to_hide_ordinary_text() -> None:
    assert min(map(len, variants("abc\ndefghi\nxy"))) >= 6


def test_without_secrets_the_automaton_is_not_loaded() -> None:
    code = "import sys, turbo_core.redact as r; r.MaskedStream(r.Masker()).feed(b'x'); sys.exit('ahocorasick_rs' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
