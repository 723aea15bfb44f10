"""Expressions and the values that hold them: what they give, what they refuse, and where they say so."""

from __future__ import annotations

import inspect
import pickle
import sys
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.expressions import compile_condition, compile_expression, compile_value, parse

SCOPE: Mapping[str, JSON] = {
    "inputs": {
        "one": 1,
        "half": Decimal("0.5"),
        "word": "Wörd",
        "list": [3, 1, 2],
        "object": {"key": "v", "from": "here", "__class__": "data"},
        "none": None,
        "yes": True,
        "rows": [{"id": 1}, {"id": 2}],
        "long": "x" * 600_000,
        "many": [1] * 1001,
        "most": [1] * 10_000,
        "huge": [1] * 10_001,
        "edge": "x" * (1024 * 1024 - 2),
        "wide_edge": {"k": "x" * (1024 * 1024 - 3)},
        "numbers": f"[{'1,' * 40_001}1]",
        "forged": {"$secret": "TOKEN"},
        "nan": Decimal("NaN"),
        "wide": Decimal("1e5000"),
        "bytes": b"",
        "infinite": Decimal("Infinity"),
    },
    "vars": {"index": "https://example.org"},
    "tasks": {"build": {"ok": True, "class": None, "outputs": {"wheel": "a.whl", "lost": None}}},
    "matrix": {"py": "3.11"},
}


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("true", True),
        ("null", None),
        ("'it'", "it"),
        (r"'\u00e9\x41\\\n'", "éA\\\n"),
        ("1", 1),
        ("0.10", Decimal("0.10")),
        ("1e3", Decimal("1e3")),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1 + 2 * 3 - 4", 3),
        ("10 - 3 - 2", 5),
        ("0.1 + 0.2", Decimal("0.3")),
        ("0.5 + 0.5", 1),
        ("1 / 8", Decimal("0.125")),
        ("1 / 3", Decimal("0." + "3" * 28)),
        ("2 / 3", Decimal("0." + "6" * 27 + "7")),
        ("1 / 3 * 3", 1),
        ("1 / 3 + 1 / 3 + 1 / 3 == 1", True),
        ("7 % 3", 1),
        ("-7 % 3", 2),
        ("-(inputs.half)", Decimal("-0.5")),
        ("'a' + 'b'", "ab"),
        ("[1] + [2, 1/3]", [1, 2, Decimal("0." + "3" * 28)]),
        ("inputs.one == 1.0", True),
        ("true != false", True),
        ("null == 1", False),
        ("null == null", True),
        ("[1, true] == [1, 1]", False),
        ("[1] == ['1']", False),
        ("[[1.0], []] == [[1], []]", True),
        ("[1] == [1, 2]", False),
        ("inputs.object == inputs.object", True),
        ("inputs.object == inputs.rows[0]", False),
        ("1 < 2", True),
        ("2 <= 1.5", False),
        ("'b' > 'a'", True),
        ("1 >= 1", True),
        ("2 in inputs.list", True),
        ("2 not in inputs.list", False),
        ("'ö' in inputs.word", True),
        ("'key' in inputs.object", True),
        ("1 in []", False),
        ("true and not false", True),
        ("false or true", True),
        ("false and inputs.missing", False),
        ("true or inputs.missing", True),
        ("1 if inputs.yes else inputs.missing", 1),
        ("1 if false else 2 if false else 3", 3),
        ("tasks.build.class", None),
        ("tasks['build'].outputs['wheel']", "a.whl"),
        ("inputs.object.from", "here"),
        ("inputs.object['__class__']", "data"),
        ("inputs.list[0]", 3),
        ("inputs.list[inputs.one + 1]", 2),
        ("inputs.rows[1].id", 2),
        ("inputs.object['k' + 'ey']", "v"),
        ("[1, 2][1]", 2),
        ("(inputs.object).key", "v"),
        ("parse_json('{\"a\": 1}').a", 1),
        ("\n1 +\r\n\t2\n", 3),
        ("(len)('a')", 1),
        ("parse_json('" + "9" * 300 + "') % 10", 9),  # large integers may be reckoned with, if they do not leave
        ("len('ab') + len([1]) + len(inputs.object)", 6),
        ("string(1.50)", "1.50"),
        ("string('a')", "a"),
        ("string(null)", "null"),
        ("string(1/3)", "0." + "3" * 28),
        ("number('-1.5')", Decimal("-1.5")),
        ("number('12')", 12),
        ("json([1, 'ä\"', null, true, 0.5])", '[1,"ä\\"",null,true,0.5]'),
        ("json(inputs.rows)", '[{"id":1},{"id":2}]'),
        ("json([])", "[]"),
        ('parse_json(\'[1.5, {"a": [true, null]}, "[["]\')', [Decimal("1.5"), {"a": [True, None]}, "[["]),
        ("lower('ABC')", "abc"),
        ("startswith('abc', 'ab')", True),
        ("endswith('abc', 'ab')", False),
        ("split('a,b', ',')", ["a", "b"]),
        ("join(['a', 'b'], '-')", "a-b"),
        ("default(null, 1)", 1),
        ("default(false, 1)", False),
        ("get(inputs.object, 'no', 'y')", "y"),
        ("get(inputs.object, 'key', 'y')", "v"),
        ("keys(inputs.rows[0])", ["id"]),
        ("pluck(inputs.rows, 'id')", [1, 2]),
        ("min(inputs.list)", 1),
        ("max(['a', 'b'])", "b"),
        ("sum(inputs.list)", 6),
        ("sum([])", 0),
        ("sum(inputs.most)", 10_000),
        ("any([false, true])", True),
        ("all([])", True),
        ("all([true, false])", False),
        ("+".join(["1"] * 300), 300),
        ("(" * 32 + "1" + ")" * 32, 1),
    ],
)
def test_an_expression_gives(text: str, value: JSON) -> None:
    found = parse(text).evaluate(SCOPE)
    assert (found, type(found)) == (value, type(value))


@pytest.mark.parametrize(
    ("text", "what", "offset"),
    [
        ("", "empty", 0),
        (" \n ", "empty", 0),
        ("True", "write true", 0),
        ("1 == None", "write null", 5),
        ("a.__class__", "not known", 0),
        ("inputs.__class__.__bases__", "__class__ is not allowed", 7),
        ("''.__class__", "__class__ is not allowed", 3),
        ("[].__len__()", "only the functions", 0),
        ("inputs.word.upper()", "only the functions", 0),
        ("len", "write len(x)", 0),
        ("__import__('os')", "there is no function __import__", 0),
        ("eval('1')", "there is no function eval", 0),
        ("lenn('a')", "did you mean len?", 0),
        ("input.x", "did you mean inputs?", 0),
        ("wheel", "a path begins with inputs", 0),
        ("len()", "write len(x)", 0),
        ("len('a', 'b')", "does not take 2 arguments", 0),
        ("len(x=1)", "no named arguments", 5),
        ("len(*inputs.list)", "does not unpack", 4),
        ("[*inputs.list]", "does not unpack", 1),
        ("len(**inputs.object)", "** is not part", 4),
        ("2 ** 9", "write the product", 2),
        ("9**9**9**9", "write the product", 1),
        ("5 // 2", "divide with /", 2),
        ("1 | 2", "| is not part", 2),
        ("1 & 2", "& is not part", 2),
        ("1 ^ 2", "^ is not part", 2),
        ("~1", "~ is not part", 0),
        ("1 << 9", "<< is not part", 2),
        ("1 @ 2", "@ is not part", 2),
        ("+1", "+ stands between", 0),
        ("1 < 2 < 3", "join two comparisons with and", 8),
        ("1 is 1", "compare with ==", 2),
        ("1 = 1", "compare with ==", 2),
        ("(x := 1)", "cannot set names", 3),
        ("true && false", "write and", 5),
        ("true || false", "write or", 5),
        ("!true", "write not", 0),
        ("lambda: 1", "lambda is not part", 0),
        ("[x for x in inputs.list]", "for is not part", 3),
        ("await x", "await is not part", 0),
        ("yield", "yield is not part", 0),
        ("import os", "import is not part", 0),
        ("inputs.list[0:1]", "no slices", 13),
        ("inputs.list[0, 1]", "a comma stands", -1),
        ("1, 2", "a comma stands", 0),
        ("()", "a comma stands", 0),
        ("{1, 2}", "build them in YAML", 0),
        ("{'a': 1}", "build them in YAML", 0),
        ("...", "... is not part", 0),
        ("f'{1}'", "no prefix f", 0),
        ("b'a'", "no prefix b", 0),
        ("r'a'", "no prefix r", 0),
        ("'a' 'b'", "join them with +", 4),
        ("'''a'''", "join them with +", 2),
        ("'a", "not closed", 0),
        ("'a\nb'", "not closed", 0),
        (r"'\d'", "is not an escape", 1),
        (r"'\N{BULLET}'", "is not an escape", 1),
        (r"'\ud800'", "is not an escape", 1),
        (r"'\x4'", "is not an escape", 1),
        ("'\ud800'", "half a character", 1),
        ("'a\0'", "control character", 2),
        ("1 # one", "comments", 2),
        ("1 \\\n + 1", "several lines", 2),
        ("${{ 1 }}", "needs no ${{ }}", 0),
        ("naïve", "ASCII", 2),
        ("“a”", "ASCII", 0),
        ("0x10", "0x10 is not a number", 0),
        ("1_000", "1_000 is not a number", 0),
        ("1.", "1. is not a number", 0),
        (".5", ".5 is not a number", 1),
        ("inputs.5", ".5 is not a number", 7),
        ("1j", "1j is not a number", 0),
        ("007", "007 is not a number", 0),
        ("1or 2", "1or is not a number", 0),
        ("1e99999", "is not a number", 0),
        ("1e9999", "reckon", 0),
        ("9" * 401, "is not a number", 0),
        ("1 2", "cannot be read", -1),
        ("1 +", "cannot be read", 3),
        ("'ä' + * 2", "cannot be read", -1),
        ("(1", "( is not closed", 0),
        ("1)", "closes nothing", 1),
        ("(1]", "closes nothing", 2),
        ("1) + (2", "closes nothing", 1),
        ("(" * 33 + "1" + ")" * 33, "too deeply", 32),
        ("[" * 2000, "too deeply", 32),
        ("-" * 4000 + "1", "too deeply", 32),
        ("not " * 1000 + "true", "too deeply", -1),
        ("- -" * 9 + "(- -" * 9 + "1" + ")" * 9, "too deeply", -1),
        ("1 if true else " * 40 + "1", "too deeply", -1),
        ("1 + " * 1100 + "1", "too long", 0),
        ("'" + "a" * 4095 + "'", "too long", 0),
        ("secrets", "a secret stands alone", 0),
        ("secrets.A + 'x'", "a secret stands alone", 0),
        ("json(secrets.A)", "a secret stands alone", 5),
        ("[secrets.A]", "a secret stands alone", 1),
        ("secrets.A.b", "a secret stands alone", 0),
        ("secrets['A']", "a secret stands alone", 0),
        ("secrets.A if true else secrets.B", "a secret stands alone", -1),
    ],
)
def test_what_is_not_in_the_language_is_refused_with_its_place(text: str, what: str, offset: int) -> None:
    with pytest.raises(ExpressionFailed) as caught:
        parse(text)
    assert what in str(caught.value)
    assert caught.value.offset == offset if offset >= 0 else 0 <= caught.value.offset <= len(text)


@pytest.mark.parametrize(
    ("text", "what", "offset"),
    [
        ("1 + 'a'", "+ takes two numbers, two strings or two lists, not number and string", 4),
        ("1 + 2 - 'a'", "string() or number()", 8),
        ("'a' * 1000000000", "* takes two numbers", 6),
        ("[1] * 3", "* takes two numbers", 6),
        ("true + 1", "not boolean and number", 7),
        ("-'a'", "- takes a number, not a string", 0),
        ("1 / 0", "second number of / is 0", 4),
        ("1 % 0.0", "second number of % is 0", 4),
        ("1 == '1'", "two values of one type", 0),
        ("1 == true", "two values of one type", 0),
        ("1 < '1'", "two numbers or two strings", 0),
        ("true < false", "two numbers or two strings", 0),
        ("[1] < [2]", "two numbers or two strings", 0),
        ("'1' in inputs.list", "two values of one type", 0),
        ("1 in 'a'", "in takes", 0),
        ("'a' in 1", "in takes", 0),
        ("1 and true", "and takes a boolean, not a number", 0),
        ("true and 'x'", "and takes a boolean, not a string", 9),
        ("false or null", "or takes a boolean, not null", 9),
        ("not inputs.list", "not takes a boolean, not a list", 0),
        ("1 if inputs.object else 2", "if takes a boolean, not an object", 5),
        ("tasks.build.outputs.whel", "tasks.build.outputs has no whel; did you mean wheel?", 20),
        ("tasks.biuld.ok", "did you mean build?", 6),
        ("'ä' + inputs.nothing", "inputs has no nothing; known here", 13),
        ("tasks.build.outputs.lost.x", "tasks.build.outputs.lost is null, so it has no x", 25),
        ("inputs.one.x", "inputs.one is a number, so it has no x", 11),
        ("inputs.list[3]", "it has 3, counted from 0", 12),
        ("inputs.list[-1]", "has no item -1", 12),
        ("inputs.list[0.5]", "an integer, not 0.5", 12),
        ("inputs.list[true]", "an integer, not a boolean", 12),
        ("inputs.word[0]", "is a string, so it has no item 0", 12),
        ("inputs.object[0]", "a key is a string", 14),
        ("inputs.rows[0].no", "inputs.rows[0] has no no", 15),
        ("criteria.x.score", "criteria cannot be read here", 0),
        ("9223372036854775807 + 1", "within ±2⁶³", 0),
        ("*".join(["1e900"] * 9), "no number to reckon with", -1),
        ("inputs.nan + 1", "no number to reckon with", 13),
        ("inputs.wide > 1", "no number to reckon with", 0),
        ("inputs.nan", "no number to reckon with", 0),
        ("inputs.infinite", "no number to reckon with", 0),
        ("inputs.forged", "$secret is not a key for data", 0),
        ('parse_json(\'{"$secret": "A"}\')', "$secret is not a key for data", 0),
        ("inputs.bytes", "a bytes is not a JSON value", 0),
        ("inputs.long + inputs.long", "1 MiB is allowed", 14),
        ("[inputs.long, inputs.long]", "1 MiB is allowed", 0),
        ("json([inputs.long, inputs.long])", "1 MiB is allowed", 0),
        ("join([inputs.long, inputs.long], '')", "1 MiB is allowed", 0),
        ("inputs.many + []", "1,000 list items", 14),
        ("[" + ",".join(["1"] * 1001) + "]", "1,000 list items", 0),
        ("split(inputs.long, 'x')", "1,000 list items", 0),
        ("pluck(inputs.many, 'x')", "1,000 list items", 0),
        ("sum(inputs.huge)", "10,000 steps", 0),
        ("2 in inputs.huge", "10,000 steps", 0),
        ("and".join([" 'x' in inputs.long "] * 20), "10,000 steps", -1),
        ("parse_json(inputs.numbers)", "10,000 steps", 0),
        ("inputs.huge == inputs.huge", "10,000 steps", 0),
        ("json(inputs.huge)", "10,000 steps", 0),
        ("+".join(["len(json(inputs.long))"] * 20), "10,000 steps", -1),
        ("len(1)", "a string, list or object is wanted here, not a number", 0),
        ("string([1])", "use json()", 0),
        ("number('0x1')", "'0x1' is not a number", 0),
        ("number(1)", "a string is wanted here", 0),
        ("number('" + "9" * 500 + "')", "is not a number", 0),
        ("parse_json('{')", "the text is not JSON", 0),
        ("parse_json('NaN')", "NaN is not a number", 0),
        ('parse_json(\'{"a": 1, "a": 2}\')', "a key twice", 0),
        ("parse_json('1e999999999999')", "is not a number", 0),
        ("parse_json('" + "[" * 65 + "]" * 65 + "')", "nested too deeply", 0),
        ("parse_json('\"\\\\ud800\"')", "half a character", 0),
        ("split('a', '')", "the separator is empty", 0),
        ("join([1], ',')", "a string is wanted here, not a number", 0),
        ("get([1], 'a', 1)", "an object is wanted here, not a list", 0),
        ("keys([1])", "an object is wanted here", 0),
        ("pluck(inputs.rows, 'no')", "item 0 has no no", 0),
        ("pluck([1], 'id')", "item 0 is a number", 0),
        ("min([])", "the list is empty", 0),
        ("min([1, 'a'])", "two numbers or two strings", 0),
        ("max([true])", "two numbers or two strings", 0),
        ("sum(['a'])", "numbers is wanted here", 0),
        ("sum('a')", "a list is wanted here, not a string", 0),
        ("any([1])", "any() takes a boolean", 0),
        ("all([true, null])", "all() takes a boolean, not null", 0),
    ],
)
def test_a_wrong_value_fails_loudly_with_its_place(text: str, what: str, offset: int) -> None:
    expression = parse(text)
    with pytest.raises(ExpressionFailed) as caught:
        expression.evaluate(SCOPE)
    assert what in str(caught.value)
    assert caught.value.offset == offset if offset >= 0 else 0 <= caught.value.offset <= len(text)


@pytest.mark.parametrize("text", ["[inputs.edge]", "inputs.wide_edge", "inputs.edge + 'ab'"])
def test_a_result_may_have_a_mebibyte_and_not_a_byte_more(text: str) -> None:
    assert parse(text).evaluate(SCOPE)
    with pytest.raises(ExpressionFailed, match="1 MiB is allowed"):
        parse(f"[{text}]").evaluate(SCOPE)


def test_a_value_too_deep_to_walk_is_an_error() -> None:
    deep: JSON = []
    for _ in range(5000):
        deep = [deep]
    with pytest.raises(ExpressionFailed, match="nested too deeply"):
        parse("inputs.deep").evaluate({"inputs": {"deep": deep}})
    with pytest.raises(ExpressionFailed, match="nested too deeply"):
        compile_value(deep)


@pytest.mark.parametrize(
    ("text", "reads"),
    [
        ("1", []),
        ("tasks.build.outputs.wheel", ["tasks build outputs wheel"]),
        ("tasks['build'].class", ["tasks build class"]),
        ("tasks.build.cells[0].ok", ["tasks build cells"]),
        ("tasks[inputs.key].ok", ["tasks", "inputs key"]),
        ("matrix.py if attempt.number == 1 else vars.x", ["matrix py", "attempt number", "vars x"]),
        ("false and criteria.c.score > 0", ["criteria c score"]),
        ("len(keys(inputs))", ["inputs"]),
        ("secrets.TOKEN", ["secrets TOKEN"]),
        ("(secrets.TOKEN)", ["secrets TOKEN"]),
    ],
)
def test_reads_are_the_paths_as_far_as_they_are_written_out(text: str, reads: list[str]) -> None:
    assert parse(text).reads == {tuple(path.split()) for path in reads}


def test_a_result_is_its_own_copy() -> None:
    scope = {"inputs": {"list": [1]}}
    parse("inputs.list").evaluate(scope).append(2)
    assert scope == {"inputs": {"list": [1]}}


def test_a_secret_is_sealed_and_needs_no_scope() -> None:
    assert parse(" secrets.TOKEN ").evaluate({}) == {"$secret": "TOKEN"}


def _failure(text: str, *, whole: bool) -> ExpressionFailed | None:
    try:
        (compile_value("${{" + text + "}}") if whole else parse(text)).evaluate(SCOPE)
    except ExpressionFailed as failure:
        return failure
    return None


_signs = st.text(alphabet="()[]'\"\\ .,+-*/%<>=!&|{}$#:@1e_aorndtif\n\ud800é\0", max_size=60)


@given(st.text(max_size=60) | _signs, st.booleans())
def test_any_text_evaluates_or_fails_cleanly(text: str, whole: bool) -> None:
    failure = _failure(text, whole=whole)
    assert failure is None or (failure.what and 0 <= failure.offset <= len(text) + len("${{}}"))


_WORDS = "inputs . one list [ ] ( ) 0 1.5 'a' + - * / % == < in not and or if else true null len json split sum , tasks.build"


@given(st.lists(st.sampled_from(_WORDS.split()), max_size=25).map(" ".join))
def test_any_words_of_the_language_evaluate_or_fail_cleanly(text: str) -> None:
    failure = _failure(text, whole=False)
    assert failure is None or 0 <= failure.offset <= len(text)


def test_a_parser_that_gives_up_is_no_crash() -> None:
    # Python 3.11 bounds the depth of a syntax tree by the recursion limit; later ones have a bound of their own.
    limit, depth = sys.getrecursionlimit(), len(inspect.stack())
    sys.setrecursionlimit(depth + 150)
    try:
        failure = _failure("+".join(["1"] * 2000), whole=False)
    finally:
        sys.setrecursionlimit(limit)
    assert failure is None or "too deeply" in failure.what


@given(st.integers(-(10**6), 10**6), st.integers(1, 10**6))
def test_arithmetic_is_exact(number: int, divisor: int) -> None:
    scope = {"inputs": {"n": number, "d": Decimal(divisor) / 8}}
    assert parse("inputs.n / inputs.d * inputs.d").evaluate(scope) == number
    assert parse("(inputs.n - inputs.n % inputs.d) % inputs.d == 0").evaluate(scope) is True


# ---------------------------------------------------------------- values


@pytest.mark.parametrize(
    ("raw", "value"),
    [
        ("${{ inputs.list }}", [3, 1, 2]),
        ("${{inputs.none}}", None),
        ("a ${{ inputs.one }}-${{ inputs.half }}${{ inputs.yes }} b", "a 1-0.5true b"),
        (" ${{ inputs.one }}", " 1"),
        ("${{ '}}' + \"'}}\" }}", "}}'}}"),
        (r"${{ 'it\'s }}' }}", "it's }}"),
        ("$${{ x }} and ${{ 1 }}", "${{ x }} and 1"),
        ("cost: $$5 {{ x }}", "cost: $$5 {{ x }}"),
        ({"a": ["${{ inputs.one }}", {"b": "x${{ 1/3 }}"}], "${{ k }}": 1}, {"a": [1, {"b": "x0." + "3" * 28}], "${{ k }}": 1}),
        ({"token": "${{ secrets.TOKEN }}"}, {"token": {"$secret": "TOKEN"}}),
    ],
)
def test_a_value_gives(raw: JSON, value: JSON) -> None:
    compiled = compile_value(raw)
    assert compiled.evaluate(SCOPE) == value
    assert compiled.raw is raw


@pytest.mark.parametrize("raw", [None, True, 0, Decimal("0.5"), "", "x", [], {}, {"a": [1, "b"]}])
def test_a_value_without_expressions_is_constant(raw: JSON) -> None:
    value = compile_value(raw)
    assert value.constant
    assert value.evaluate({}) == raw
    assert value == compile_value(raw)


def test_an_escaped_template_is_constant() -> None:
    value = compile_value("$${{ x }}")
    assert value.constant
    assert value.evaluate({}) == "${{ x }}"


def test_reads_of_a_value_are_those_of_all_its_expressions() -> None:
    value = compile_value({"a": ["${{ inputs.x }} ${{ vars.y }}"], "b": "${{ secrets.Z }}"})
    assert not value.constant
    assert value.reads == {("inputs", "x"), ("vars", "y"), ("secrets", "Z")}


@pytest.mark.parametrize(
    ("raw", "what", "path", "offset"),
    [
        ("a ${{ lenn(1) }}", "did you mean len?", (), 6),
        ("${{ 1 }} ${{ }}", "empty", (), 12),
        ("a ${{ 1", "not closed", (), 2),
        ("${{ 'a }}", "not closed", (), 0),
        ("${{ " + "'" * 100_001, "not closed", (), 0),
        ({"a": [1, {"b": "x ${{ true && false }}"}]}, "write and", ("a", 1, "b"), 11),
        (["a ${{ secrets.T }}"], "a secret stands alone", (0,), 5),
        ({"a": {"$secret": "T"}}, 'write "${{ secrets.NAME }}"', ("a", "$secret"), 0),
    ],
)
def test_a_mistake_in_a_value_has_its_path_and_place(raw: JSON, what: str, path: tuple[str | int, ...], offset: int) -> None:
    with pytest.raises(ExpressionFailed) as caught:
        compile_value(raw)
    assert what in str(caught.value)
    assert (caught.value.path, caught.value.offset) == (path, offset)


@pytest.mark.parametrize(
    ("raw", "what", "offset"),
    [
        ("x ${{ inputs.none }}", "null cannot be inserted into text; strings, numbers and booleans can; use default()", 5),
        ("x ${{ inputs.list }}", "a list cannot be inserted into text; strings, numbers and booleans can; use json()", 5),
        ("x ${{ inputs.object }}", "use json()", 5),
        ("x ${{ inputs.no }}", "inputs has no no", 13),
        ("${{ inputs.long }}${{ inputs.long }}", "1 MiB is allowed", 0),
    ],
)
def test_a_failure_in_a_value_has_its_path_and_place(raw: str, what: str, offset: int) -> None:
    value = compile_value({"k": ["fine", raw]})
    for _ in range(2):  # compiled once, fails the same each time
        with pytest.raises(ExpressionFailed) as caught:
            value.evaluate(SCOPE)
        assert what in str(caught.value)
        assert (caught.value.path, caught.value.offset) == (("k", 1), offset)


def test_a_failure_survives_pickling_with_its_place() -> None:
    with pytest.raises(ExpressionFailed) as caught:
        compile_value(["${{ 1 = 1 }}"])
    copy = pickle.loads(pickle.dumps(caught.value))
    assert (str(copy), copy.path, copy.offset) == (str(caught.value), (0,), 6)


@pytest.mark.parametrize(("raw", "value"), [(True, True), (False, False), (" ${{ inputs.one == 1 }}\n", True)])
def test_a_condition_gives_a_boolean(raw: JSON, value: bool) -> None:
    assert compile_condition(raw).evaluate(SCOPE) is value


@pytest.mark.parametrize(
    ("raw", "what"),
    [
        ("tasks.a.ok", "write ${{ tasks.a.ok }}"),
        ("", "write ${{ true }}"),
        ("not ${{ true }}", "join with +"),
        (1, "not a number"),
        (None, "not null"),
        ("${{ 1 = 1 }}", "compare with =="),
    ],
)
def test_what_is_no_condition_is_refused(raw: JSON, what: str) -> None:
    with pytest.raises(ExpressionFailed) as caught:
        compile_condition(raw)
    assert what in str(caught.value)
    assert caught.value.offset >= 0


def test_a_condition_that_gives_something_else_fails() -> None:
    with pytest.raises(ExpressionFailed, match="gives true or false; this gave a string"):
        compile_condition("${{ inputs.word }}").evaluate(SCOPE)


def test_an_expression_place_takes_values_and_whole_templates() -> None:
    assert compile_expression(3).evaluate({}) == 3
    assert compile_expression({"a": "b"}).evaluate({}) == {"a": "b"}
    assert compile_expression("${{ 1 / 2 }}").evaluate({}) == Decimal("0.5")
    with pytest.raises(ExpressionFailed, match=r"write \$\{\{ x \}\}"):
        compile_expression("x")
