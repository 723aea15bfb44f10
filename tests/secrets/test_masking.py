"""Twenty thousand trials of secret, encoding and chunking: none gets through. What holds no secret does, unchanged and soon."""

from __future__ import annotations

import base64
import string
import time
from collections.abc import Callable
from random import Random
from typing import Final

import pytest

from tests.figures import Figure
from tests.test_redact import ALPHABET, FORMS, masked
from turbo_core.redact import MaskedStream, Masker

SHARDS: Final = 4
SHORT, LONG = 20_000, 1_000_000
TRIALS_OF_A_SECRET: Final = 20
RATE: Final = 20_000_000
"""Bytes that are masked in a second of CPU, at least."""

Encode = Callable[[bytes], bytes]


def _base64_at(offset: int, encode: Encode) -> Callable[[str], bytes]:
    """Base64 of a secret behind ``offset`` other bytes; given is the part that holds nothing but the secret."""

    def own(secret: str) -> bytes:
        data = secret.encode()
        return encode(bytes(offset) + data)[-(-offset * 8 // 6) : (offset + len(data)) * 8 // 6]

    return own


ENCODINGS: Final[tuple[Callable[[str], bytes], ...]] = (
    *FORMS.values(),
    *(_base64_at(offset, encode) for offset in range(3) for encode in (base64.b64encode, base64.urlsafe_b64encode)),
)


def _secret(chance: Random) -> str:
    return "".join(chance.choices(ALPHABET, k=chance.randint(8, 60))).strip().ljust(8, "x")


def _leaks(secret: str, masker: Masker, chance: Random) -> bool:
    """One trial: whether anything of the secret but its mask is left."""
    encoded = chance.choice(ENCODINGS)(secret)
    before, after = (chance.randbytes(chance.randint(0, 40)) for _ in range(2))
    result = masked(masker, before + encoded + after, chance)
    return b"***" not in result or encoded in result or secret.encode()[:-1] in result or secret.encode()[1:] in result


@pytest.mark.slow
@pytest.mark.timeout(0)
@pytest.mark.parametrize("shard", range(SHARDS))
def test_no_secret_gets_through_in_any_encoding_and_chunking(shard: int, long: bool, figure: Figure) -> None:
    leaks: list[str] = []
    secrets = range(shard, (LONG if long else SHORT) // TRIALS_OF_A_SECRET, SHARDS)
    for number in secrets:
        chance = Random(number)
        secret = _secret(chance)
        masker = Masker([secret, _secret(chance)])
        leaks += [f"{number}: {secret!r}" for _ in range(TRIALS_OF_A_SECRET) if _leaks(secret, masker, chance)]
    figure("trials of secret, encoding and chunking", len(secrets) * TRIALS_OF_A_SECRET)
    figure("leaks", len(leaks))
    assert leaks == []


def _log(size: int) -> bytes:
    """A log as builds write them: words, numbers, paths, digests."""
    chance = Random(1)
    words = ["".join(chance.choices(string.ascii_lowercase, k=chance.randint(2, 9))) for _ in range(500)]
    lines = [
        f"2026-11-21T10:{number % 60:02d}:07.{number % 1000:03d}Z {' '.join(chance.choices(words, k=8))}"
        f" /src/{chance.choice(words)}.py:{number} {chance.randbytes(20).hex()}"
        f" {base64.b64encode(chance.randbytes(12)).decode()}\n"
        for number in range(2_000)
    ]
    block = "".join(lines).encode()
    return block * (size // len(block) + 1)


def test_a_clean_log_passes_unchanged_and_soon(figure: Figure) -> None:
    chance = Random(2)
    stream = MaskedStream(Masker("".join(chance.choices(string.ascii_letters + string.digits, k=24)) for _ in range(20)))
    log = _log(10_000_000)
    started = time.thread_time()
    given = [stream.feed(log[at : at + 65_536]) for at in range(0, len(log), 65_536)]
    spent = time.thread_time() - started
    figure("masking with 20 secrets", f"{len(log) / spent / 1e6:.0f} MB/s")
    assert b"".join(given) + stream.flush() == log
    assert len(log) / spent > RATE
