import json
from decimal import Decimal
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turbo_core.journal import codec
from turbo_core.journal.codec import GENESIS, Row

text = st.text(st.characters(exclude_categories=("Cs",)), max_size=20)
scalars = st.none() | st.booleans() | st.integers() | st.decimals(allow_nan=False, allow_infinity=False) | text
values = st.recursive(
    scalars, lambda inner: st.lists(inner, max_size=4) | st.dictionaries(text, inner, max_size=4), max_leaves=20
)


def row(body: bytes, prev: bytes = GENESIS, seq: int = 1) -> Row:
    return Row(seq, 2, 3, "k", "t", 4, "2026", "ann", "hook", "d", "acme", body, prev, b"")


@given(values)
def test_every_json_value_comes_back_exactly(value: object) -> None:
    assert codec.decode(codec.encode(value)) == value


@given(values)
def test_the_bytes_are_canonical(value: object) -> None:
    data = codec.encode(value)
    assert codec.encode(codec.decode(data)) in {data, codec.encode(codec.decode(codec.encode(codec.decode(data))))}
    assert json.loads(data, parse_float=Decimal) == value


def test_keys_are_sorted_at_every_depth_and_nothing_is_padded() -> None:
    assert codec.encode({"b": [{"z": 1, "a": "é"}], "a": Decimal("1.10")}) == '{"a":1.10,"b":[{"a":"é","z":1}]}'.encode()


@pytest.mark.parametrize("bad", ["NaN", "Infinity", "-Infinity", "sNaN"])
def test_decimals_that_are_no_numbers_are_refused(bad: str) -> None:
    with pytest.raises(ValueError, match="not a JSON number"):
        codec.encode({"a": [1, {"b": (Decimal(bad),)}]})


def test_text_that_looks_like_a_bad_number_is_fine() -> None:
    assert codec.decode(codec.encode(["NaN", "Infinity", Decimal(1)])) == ["NaN", "Infinity", 1]


@pytest.mark.parametrize("data", [b"", b"{", b"[" * 100_000, b"1e99999999999999999999999", b'"\xff"'])
def test_what_is_not_json_is_a_value_error(data: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        codec.decode(data)


def test_the_canonical_event_is_one_sorted_json_object_of_all_fields() -> None:
    data = codec.canonical("r", row(b'{"x":1.50}'))
    told = json.loads(data)
    assert list(told) == sorted(told)
    assert told == {
        "actor": "ann", "at": "2026", "attempt": 4, "body": {"x": 1.5}, "dedupe": "d", "epoch": 2, "format": 1, "kind": "k",
        "round": 3, "run": "r", "seq": 1, "source": "hook", "task": "t", "tenant": "acme",
    }  # fmt: skip
    assert b'"body":{"x":1.50}' in data


def test_the_hash_is_made_as_documented() -> None:
    data = codec.canonical("r", row(b"{}"))
    expected = sha256(b"turbo/event/v1\0" + bytes(32) + len(data).to_bytes(8, "big") + data).digest()
    assert codec.digest("r", row(b"{}")) == expected


def test_the_hash_depends_on_the_run_and_on_every_field() -> None:
    plain = row(b"{}")
    digests = {codec.digest("r", plain), codec.digest("s", plain)}
    for name, value in plain._asdict().items():
        changed = {"hash": value, "body": b"[]", "prev": b"\1" * 32}.get(name, value * 2 if isinstance(value, str) else None)
        digests.add(codec.digest("r", plain._replace(**{name: value + 1 if isinstance(value, int) else changed})))
    assert len(digests) == 2 + 13


def test_an_event_has_all_that_the_row_has() -> None:
    event = codec.to_event("r", row(b'{"x":1.50}')._replace(hash=b"\1" * 32))
    assert (event.run, event.seq, event.epoch, event.round, event.kind, event.task, event.attempt) == ("r", 1, 2, 3, "k", "t", 4)
    assert (event.actor, event.source, event.dedupe, event.tenant, event.at) == ("ann", "hook", "d", "acme", "2026")
    assert (event.body, event.prev, event.hash) == ({"x": Decimal("1.50")}, "00" * 32, "01" * 32)
