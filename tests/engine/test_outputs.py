"""The outputs of commands: JSON or lines, held against their declared types."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from tests.engine.runs import play
from turbo_core.engine.outputs import DEPTH, LIMIT, check, read, recordable
from turbo_core.errors import ExpressionFailed
from turbo_core.testing.world import Stub
from turbo_core.words import JSON

EACH = {"s": "string", "i": "integer", "n": "number", "b": "boolean", "l": "list", "o": "object", "j": "json"}


def written(folder: Path, text: str | bytes) -> Path:
    path = folder / "a.1.output"
    path.write_bytes(text.encode() if isinstance(text, str) else text)
    return path


def test_lines_are_read_by_their_types(tmp_path: Path) -> None:
    lines = 's= a=b \ni=-3\nn= 1e3 \nb=true\n\nl=[1, "x"]\no={"k": 0.10}\nj=null\n'
    assert read(written(tmp_path, lines), EACH) == {
        "s": " a=b ",
        "i": -3,
        "n": Decimal("1e3"),
        "b": True,
        "l": [1, "x"],
        "o": {"k": Decimal("0.10")},
        "j": None,
    }


def test_numbers_stay_as_they_were_written(tmp_path: Path) -> None:
    path = written(tmp_path, '{"n": 1.10, "j": [0.30]}')
    assert str(read(path, {"n": "number", "j": "json"})) == "{'n': Decimal('1.10'), 'j': [Decimal('0.30')]}"


def test_an_object_is_read_whatever_stands_before_it(tmp_path: Path) -> None:
    assert read(written(tmp_path, ' \n{"s": "x\\ny"}\n'), {"s": "string"}) == {"s": "x\ny"}


def test_the_last_of_equal_lines_counts(tmp_path: Path) -> None:
    assert read(written(tmp_path, "s=1\ns=2\n"), {"s": "string"}) == {"s": "2"}


@pytest.mark.parametrize("kind", ["string?", "integer?", "list?", "json?"])
def test_what_may_be_missing_is_null(tmp_path: Path, kind: str) -> None:
    assert read(tmp_path / "none", {"x": kind}) == {"x": None}
    assert read(written(tmp_path, '{"x": null}'), {"x": kind}) == {"x": None}


def test_json_may_be_null_and_even_missing(tmp_path: Path) -> None:
    assert read(tmp_path / "none", {"x": "json"}) == {"x": None}


WRONG: dict[str, tuple[str | bytes, dict[str, str], str]] = {
    "undeclared": ("s=1\nt=2\n", {"s": "string"}, "'t', which is not declared.*add t to its outputs"),
    "missing": ("", {"s": "string"}, r"did not write the output 's'.*echo 's=…' >> \"\$TURBO_OUTPUT\""),
    "null for a string": ('{"s": null}', {"s": "string"}, "did not write the output 's'"),
    "no equals sign": ("s=1\nnonsense\n", {"s": "string"}, "line 2 of its outputs is not name=value: 'nonsense'"),
    "no number": ("n=many\n", {"n": "number"}, "'n': 'many' is not a number"),
    "no finite number": ("n=NaN\n", {"n": "number"}, "'n': 'NaN' is not a number"),
    "a number too large": ('{"n": 1e99999999999999999999}', {"n": "number"}, "out of range"),
    "nothing but brackets": ("l=" + "[" * 100_000, {"l": "list"}, "nested too deeply"),
    "no integer": ("i=1.5\n", {"i": "integer"}, "'i' is not of type integer"),
    "a boolean for an integer": ("i=true\n", {"i": "integer"}, "'i' is not of type integer: True"),
    "a boolean for a number": ('{"n": false}', {"n": "number"}, "'n' is not of type number"),
    "a number for a boolean": ("b=1\n", {"b": "boolean"}, "'b' is not of type boolean"),
    "Python's boolean": ("b=True\n", {"b": "boolean"}, "output 'b' cannot be read: 'True'"),
    "an object for a list": ("l={}\n", {"l": "list"}, "'l' is not of type list"),
    "broken JSON": ('{"s": ', {"s": "string"}, "its outputs cannot be read"),
    "not UTF-8": (b"s=\xff\n", {"s": "string"}, "not UTF-8"),
    "too long": ("s=" + "x" * LIMIT, {"s": "string"}, f"{LIMIT + 2} bytes long; 1 MiB is the most"),
}


@pytest.mark.parametrize("what", WRONG)
def test_what_is_wrong_is_named(tmp_path: Path, what: str) -> None:
    text, declared, why = WRONG[what]
    with pytest.raises(ExpressionFailed, match=why):
        read(written(tmp_path, text), declared)


def test_exactly_one_mebibyte_is_not_too_long(tmp_path: Path) -> None:
    assert len(read(written(tmp_path, "s=" + "x" * (LIMIT - 2)), {"s": "string"})["s"]) == LIMIT - 2


@pytest.mark.parametrize(("value", "fits"), [(3, True), (Decimal("0.5"), True), (True, False), ("3", False)])
def test_values_are_held_against_a_type(value: JSON, fits: bool) -> None:
    if fits:
        assert check({"n": value}, {"n": "number"}) == {"n": value}
    else:
        with pytest.raises(ExpressionFailed):
            check({"n": value}, {"n": "number"})


def nested(times: int) -> JSON:
    value: JSON = 0
    for _ in range(times):
        value = [value]
    return value


UNRECORDABLE: dict[str, tuple[JSON, str]] = {
    "no number": (Decimal("NaN"), "cannot be written as JSON"),
    "half a character": ("\ud800", "cannot be written as JSON"),
    "no JSON": (object(), "cannot be written as JSON"),
    "too deep": (nested(DEPTH), "nested more than 64 times"),
    "too long": ("x" * LIMIT, "1 MiB is the most"),
}


@pytest.mark.parametrize("what", UNRECORDABLE)
def test_what_the_journal_cannot_hold_fails_the_attempt_and_not_the_run(tmp_path: Path, what: str) -> None:
    value, why = UNRECORDABLE[what]
    run = play(tmp_path, "tasks: {a: {uses: git.tag, with: {name: v}}}", {"a": Stub(outputs={"ref": value})})
    assert (run.task("a").state, run.task("a").failure, run.state.exit_code) == ("failed", "invalid", 1)
    assert why in run.task("a").message


def test_what_it_can_hold_is_kept() -> None:
    assert recordable({"a": nested(DEPTH - 1)}) == {"a": nested(DEPTH - 1)}
    assert recordable({"a": (1, {"b": 2})}) == {"a": (1, {"b": 2})}
