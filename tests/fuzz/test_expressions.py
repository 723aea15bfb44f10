"""Expressions that want out, or want everything: all are refused, at little cost, and nothing happens on the way."""

from __future__ import annotations

import time
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Final

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.figures import Figure
from tests.fuzz.reading import budget
from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.expressions import compile_value, parse

SCOPE: Final[Mapping[str, JSON]] = {
    "inputs": {
        "word": "w",
        "one": 1,
        "list": [1, 2, 3],
        "object": {"key": "v"},
        "text": "x" * 1_000_000,
        "wide": list(range(5_000)),
        "rows": [{"id": number} for number in range(900)],
        "brackets": "[" * 500_000,
        "quotes": '"' + "\\" * 500_001,
        "commas": "," * 500_000,
        "digits": "9" * 399,
        "numbers": "[" + "1," * 500_000 + "1]",
        "objects": "[" + '{"a":1},' * 100_000 + "1]",
        "big": Decimal("9e900"),
        "third": Decimal("1e-900"),
        "many": {f"k{number}": number for number in range(2_000)},
    },
    "vars": {},
    "run": {"id": "r"},
}

MARK: Final = "escaped"
_CODE: Final = f"open('{MARK}', 'w')"
_STARTS: Final = (
    "''",
    "[]",
    "1",
    "true",
    "inputs",
    "inputs.word",
    "inputs.list",
    "inputs['word']",
    "(inputs.word)",
    "run",
    "len",
)
_ROADS: Final = (
    ".__class__",
    ".__class__.__mro__[1].__subclasses__()",
    ".__class__.__base__.__subclasses__()[0].__init__.__globals__",
    ".__init__.__globals__['__builtins__']",
    ".__reduce_ex__(2)",
    ".__doc__",
    ".__dict__",
    ".__getattribute__('x')",
    ".format('{0.__class__}')",
    ".format_map(inputs)",
    ".encode().decode('unicode_escape')",
    ".gi_frame.f_back.f_builtins",
    ".mro()",
    "['__class__']['__mro__']",
    ".\u200b__class__",
    "._\uff3f_class__",
    "._class__.x()",
    ".upper()",
    ".pop()",
    ".clear()",
    "|attr('__class__')",
    "[0:1].__class__",
    "[inputs.__class__]",
    "(lambda: 1)()",
    "@x",
)
_ALONE: Final = (
    _CODE,
    f"__import__('os').system('touch {MARK}')",
    f'eval("{_CODE}")',
    f'exec("{_CODE}")',
    f"compile(\"{_CODE}\", '', 'eval')",
    "getattr(inputs, '__class__')",
    f"(lambda: {_CODE})()",
    f"[{_CODE} for x in [1]]",
    f"{{{_CODE} for x in [1]}}",
    f"{{1: {_CODE}}}",
    f'f"{{{_CODE}}}"',
    f't"{{{_CODE}}}"',
    "'{0.__class__}' % inputs",
    f"'%s' % {_CODE}",
    f"(x := {_CODE})",
    f"(await {_CODE})",
    f"(yield {_CODE})",
    f"*{_CODE}",
    f"print({_CODE})",
    f"len(*[{_CODE}])",
    f"len(**{{'x': {_CODE}}})",
    f"len(x={_CODE})",
    f"1 if {_CODE} else 2",
    f"{_CODE}.write('x')",
    "globals()",
    "locals()",
    "vars()",
    "vars['x'](1)",
    "dir(inputs)",
    "type(inputs)('x', (), {})",
    "breakpoint()",
    "input()",
    "help()",
    "exit()",
    "quit()",
    "copyright",
    "__builtins__",
    "__builtins__['open']",
    "__loader__.load_module('os')",
    "__spec__",
    "__name__",
    "__debug__",
    "NotImplemented",
    "Ellipsis",
    "...",
    "self",
    "cls",
    "request",
    "config.items()",
    "lipsum.__globals__",
    "cycler.__init__",
    "namespace()",
    "joiner",
    "secrets",
    "secrets.A + secrets.B",
    "json(secrets.A)",
    "len(secrets.A)",
    "secrets['A']",
    "[secrets.A]",
    "secrets.A == 'x'",
    "'x' in secrets.A",
    "default(secrets.A, 1)",
    "secrets.A if true else 1",
    "keys(secrets)",
    'parse_json(\'{"$secret": "A"}\')',
    'parse_json(\'[{"$secret": "A"}]\')',
    "import os",
    "from os import system",
    "del inputs",
    "assert true",
    "raise x",
    "pass",
    "inputs = 1",
    "inputs.word = 'x'",
    "1; 2",
    "1\n\nimport os",
    "1)\nopen('x'",
    "1)+open('x')+(1",
    "#\nopen('x')",
    "'''\n'''",
    '"""x"""',
    "\\\nopen('x')",
    "`id`",
    "$(id)",
    "${{ 1 }}",
    "}}",
    "{{ 7*7 }}",
    "{% if 1 %}",
    "<%= 1 %>",
    "#{1}",
    "\x00",
    "\x1b[31m",
    "\u202eopen",
    "\uff4f\uff50\uff45\uff4e('x')",
    "\u043epen('x')",
    "\u212fval('1')",
    "len\u00ad('a')",
    "'\ud800'",
    "'\\N{LATIN SMALL LETTER A}'",
    "0x41",
    "1_0",
    "1j",
    "1e9999",
    "b'x'",
    "r'x'",
    "'a' 'b'",
    "not",
    "and",
    "True",
    "None",
    "inputs is inputs",
    "1 <> 2",
    "1 < 2 < 3",
    "inputs.list[::2]",
    "inputs.list[...]",
    "inputs.list[-1]",
    "inputs.list[true]",
    "inputs.list['0']",
    "inputs.object[0]",
    "inputs[[]]",
    "inputs[inputs]",
)


def escapes() -> Iterator[str]:
    """Everything that has let somebody out of some language."""
    yield from (start + road for start in _STARTS for road in _ROADS)
    yield from _ALONE
    yield from (f"string({one})" for one in _ALONE[:40])
    yield from (f"[1, {one}][0]" for one in _ALONE[:40])
    yield from (f"false or {one}" for one in _ALONE[:40])


ESCAPES: Final = tuple(dict.fromkeys(escapes()))

BOMBS: Final = (
    "9**9**9**9",
    "9" * 4096,
    "9" * 400,
    "1e" + "9" * 300,
    "1e1000 * 1e1000",
    "inputs.big * inputs.big",
    "inputs.big + 1e999",
    "inputs.third * inputs.third",
    "1 / inputs.big / inputs.big",
    "*".join(["inputs.big"] * 300),
    "*".join(["1e400"] * 500),
    "*".join(["9999999999"] * 300),
    "number(inputs.digits) * number(inputs.digits) * number(inputs.digits) * number(inputs.digits)",
    "number(inputs.text)",
    "number(inputs.digits + '9' + '9')",
    "'a' * 1000000000",
    "[0] * 1000000000",
    "'%1000000000d' % 1",
    "inputs.text + inputs.text",
    "+".join(["inputs.text"] * 300),
    "join([" + ",".join(["inputs.text"] * 300) + "], '')",
    "join(inputs.list, inputs.text)",
    "json([" + ",".join(["inputs.text"] * 300) + "])",
    "json([json(inputs.text), json(inputs.text)])",
    "[" + ",".join(["inputs.text"] * 300) + "]",
    "split(inputs.text, 'x')",
    "split(inputs.commas, ',')",
    "inputs.wide + inputs.wide",
    "+".join(["inputs.list"] * 400),
    "[" * 33 + "]" * 33,
    "(" * 4000 + "1",
    "(" * 33 + "1" + ")" * 33,
    "-" * 4000 + "1",
    "not " * 1000 + "true",
    "1 if true else " * 200 + "1",
    "inputs" + "['x']" * 800,
    "len(" * 33 + "'a'" + ")" * 33,
    "json(" * 33 + "1" + ")" * 33,
    "sum(inputs.wide) + sum(inputs.wide) + sum(inputs.wide)",
    "4999 in inputs.wide and 4999 in inputs.wide and 4999 in inputs.wide",
    "inputs.wide == inputs.wide and inputs.wide == inputs.wide and inputs.wide == inputs.wide",
    "json(inputs.wide) == json(inputs.wide) and json(inputs.wide) == ''",
    "keys(inputs.many)",
    "pluck(inputs.rows, 'id') + pluck(inputs.rows, 'id')",
    "max(inputs.wide) + min(inputs.wide) + max(inputs.wide)",
    "parse_json(inputs.brackets)",
    "parse_json('" + "[" * 2000 + "')",
    "parse_json(inputs.quotes)",
    "parse_json(inputs.numbers)[0]",
    "parse_json(inputs.objects)[0]",
    "parse_json(inputs.digits + '.' + inputs.digits)",
    "parse_json(json(inputs.text) + json(inputs.text))",
    "lower(inputs.text) == lower(inputs.text) and " * 10 + "lower(inputs.text) == ''",
    "'" + "\\x41" * 1100 + "'",
    "true and " * 500 + "1",
    "inputs.word not in inputs.text and " * 100 + "inputs.one",
)


def _refused(text: str, *, inside: str = "{}") -> bool:
    """Whether ``text`` fails as a mistake of its author: alone, or inside other text."""
    try:
        compile_value(inside.format("${{" + text + "}}")).evaluate(SCOPE)
    except ExpressionFailed:
        return True
    return False


def test_no_expression_gets_out(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, figure: Figure) -> None:
    monkeypatch.chdir(tmp_path)
    figure("escapes refused", len(ESCAPES))
    assert [text for text in ESCAPES if not (_refused(text) and _refused(text, inside="x{}"))] == []
    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize("number", range(len(BOMBS)))
def test_no_expression_costs_much(number: int, figure: Figure) -> None:
    seconds, started = budget(), time.thread_time()
    refused = _refused(BOMBS[number])
    spent = time.thread_time() - started
    figure("expression bombs refused", 1)
    assert (refused, spent < seconds) == (True, True), f"{spent:.3f} s"


def test_random_pieces_of_expressions_cost_little_and_give_json_or_a_mistake(long: bool, figure: Figure) -> None:
    seconds, count = budget(), 50_000 if long else 300
    pieces = st.sampled_from(
        [*_STARTS, *_ROADS, *"()[],.+-*/%", " ", " in ", " == ", " and ", "len(", "json(", "inputs.text", "9"]
    )

    @settings(max_examples=count)
    @given(st.lists(pieces, min_size=2, max_size=12).map("".join))
    def judge(text: str) -> None:
        started = time.thread_time()
        try:
            value = parse(text).evaluate(SCOPE)
        except ExpressionFailed as failure:
            right = 0 <= failure.offset <= len(text)
        else:
            right = isinstance(value, str | int | Decimal | list | dict | bool | None)
        assert right
        assert time.thread_time() - started < seconds

    judge()
    figure("expressions made of pieces", count)
