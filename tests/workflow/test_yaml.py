from __future__ import annotations

from decimal import Decimal
from io import StringIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from ruamel.yaml import YAML
from yaml import SafeLoader

from turbo_core.words import JSON
from turbo_core.workflow.yaml import MAX_ALIASED, MAX_ALIASES, MAX_CHARACTERS, MAX_DEPTH, compose


def value(text: str) -> JSON:
    document = compose(text, "f.yaml")
    assert document.problems == ()
    return document.value


def problem(text: str) -> str:
    (found,) = compose(text, "f.yaml").problems
    return str(found)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("true", True),
        ("false", False),
        ("null", None),
        ("~", None),
        ("", None),
        ("yes", "yes"),
        ("no", "no"),
        ("on", "on"),
        ("off", "off"),
        ("y", "y"),
        ("0", 0),
        ("-12", -12),
        ("9223372036854775807", 2**63 - 1),
        ("-9223372036854775808", -(2**63)),
        ("1.10", Decimal("1.10")),
        (".5", Decimal("0.5")),
        ("-1e3", Decimal("-1e3")),
        ("12:30", "12:30"),
        ("2024-01-01", "2024-01-01"),
        ("1_000", "1_000"),
        ("1.2.3", "1.2.3"),
        ("0b11", "0b11"),
        ("-", [None]),
        ("'true'", "true"),
        ('"12"', "12"),
        ("|\n  a\n  b\n", "a\nb\n"),
        (">\n  a\n  b\n", "a b\n"),
        ("=", "="),
        ("[a, {b: [1]}]", ["a", {"b": [1]}]),
        ("{<<x: 1, '<<': 2}", {"<<x": 1, "<<": 2}),
        ("a: &x [1]\nb: *x\n", {"a": [1], "b": [1]}),
        ("&k a: 1\nb: *k\n", {"a": 1, "b": "a"}),
        ("? a\n: b\n", {"a": "b"}),
        ("--- a\n...\n", "a"),
        ("%YAML 1.2\n--- a\n", "a"),
    ],
)
def test_a_value_is_read_by_the_core_schema(text: str, expected: JSON) -> None:
    found = value(text)
    assert (found, type(found), str(found)) == (expected, type(expected), str(expected))


@pytest.mark.parametrize("text", ["0755", "0o17", "0x1F", "+1", "00", "True", "FALSE", "NULL", ".inf", "-.INF", ".nan", "1e309"])
def test_what_readers_take_differently_must_be_quoted(text: str) -> None:
    assert "f.yaml:1:4: E-yaml: " in problem(f"a: {text}\n")
    assert value(f"a: '{text}'\n") == {"a": text}


@pytest.mark.parametrize("text", ["9" * 19, "1" * 200, "1." + "1" * 64, "1e9999999999"])
def test_numbers_are_bounded(text: str) -> None:
    told = problem(f"a: {text}")
    assert "too large" in told
    assert len(told) < 200


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("%YAML 1.1\n---\na: 1\n", "1:1: E-yaml: directives"),
        ("%TAG ! !x\n---\na: 1\n", "1:1: E-yaml: directives"),
        ("? [a]\n: b\n", "1:3: E-yaml: a key is a list or an object"),
        ("a: &k b\n*k : c\n", "2:1: E-yaml: an alias cannot be a key"),
        ("? !!str a\n: b\n", "1:3: E-yaml: tags such as"),
        ("a: !x [b]\n", "1:4: E-yaml: tags such as !x"),
        ('a: "\\0"\n', "1:4: E-yaml: a NUL"),
        ('a: "\\ud800"\n', "an escape names a character that does not exist"),
        ('a: "\\q"\n', "a backslash begins an escape"),
        ('a: "\\x1"\n', "exact number of digits"),
        ("a: \x07\n", "1:4: E-yaml: the character U+0007"),
        ("a: b\nc: d\u2028e\n", "2:5: E-yaml: the character U+2028"),
        ("a: b\rc: d\r\ne: \x07\n", "3:4: E-yaml: the character U+0007"),
        ("a: \ud800\n", "1:4: E-yaml: the character U+D800"),
        ("a: b: c\n", "1:5: E-yaml: this is not YAML; a ': ' stands inside an unquoted value"),
        ("a: [1\n", "a list in [ ] is not closed"),
        ("a: {b: 1\n", "an object in { } is not closed"),
        ("a: 'x\n", "a quote is opened and never closed"),
        ("a: @x\n", "1:4: E-yaml: this is not YAML; a value cannot begin with @"),
        ("a:\n  - b\n c: d\n", "3:2: E-yaml: this is not YAML; the indentation does not match"),
        ("a: 1\nb\n", "a key has no ':' after it"),
        ("a: - b\n", "a list item cannot begin here"),
        ("- a\nb: c\n", "the list ends here without a new key"),
        ("a:\n\tb: c\n", "a tab stands in the indentation"),
        ("a: 1\n... b\n", "text stands before the first key"),
        ("'a\n---\nb'", "a quoted text runs over a line of ---"),
        ("a: [b, }\n", "E-yaml: this is not YAML; "),
    ],
)
def test_broken_text_is_told_in_plain_words(text: str, told: str) -> None:
    assert told in problem(text)


def test_several_mistakes_of_one_text_are_told_at_once() -> None:
    document = compose("a: 1\na: 2\nb: 0755\n1: x\n<<: {c: True}\nd: 4\n", "f.yaml")
    assert [(one.line, one.column) for one in document.problems] == [(2, 1), (3, 4), (4, 1), (5, 1), (5, 9)]
    assert document.value == {"a": 1, "b": "0755", "1": "x", "d": 4}


def test_every_key_and_value_has_its_place() -> None:
    document = compose("a:\n  - b: 1\n    c: [x, y]\nd: 2\n", "f.yaml")
    assert document.key_at(("a", 0, "c")) == (3, 5)
    assert document.value_at(("a", 0, "c", 1)) == (3, 12)
    assert document.value_at(("d",)) == (4, 4)
    assert document.value_at(("a", 0, "missing")) == (2, 5)
    assert document.key_at(("a", 0)) == (2, 5)
    assert document.key_at(("nowhere", "x")) == (1, 1)


def test_bombs_are_refused() -> None:
    billion = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 9)}]\n" for n in range(1, 30))
    assert f"more than {MAX_ALIASED} values" in problem(billion)
    assert f"more than {MAX_ALIASES} aliases" in problem("a: &a x\nb: [" + "*a," * (MAX_ALIASES + 1) + "]")
    assert f"more than {MAX_DEPTH} deep" in problem("[" * 100_000)
    assert f"more than {MAX_DEPTH} deep" in problem("{a: " * 100_000)
    assert "too large" in problem("#" * (MAX_CHARACTERS + 1))


def test_the_values_of_a_text_are_counted_as_they_are_read(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("turbo_core.workflow.yaml.MAX_NODES", 100)
    assert value("[" + "1," * 99 + "]") == [1] * 99
    assert ":1:200: E-yaml-size: more than 100 values" in problem("[" + "1," * 200 + "]")


def test_depth_counts_through_aliases() -> None:
    half = "[" * 40 + "x" + "]" * 40
    assert f"more than {MAX_DEPTH} deep" in problem(f"a: &a {half}\nb: {'[' * 40}*a{']' * 40}\n")
    assert value(f"a: &a {half}\nb: [*a]\n")["b"] == [value(half)]


def test_an_anchor_that_is_named_again_means_the_last_one() -> None:
    assert value("a: &x [1]\nb: &x 2\nc: *x\n") == {"a": [1], "b": 2, "c": 2}
    assert value("a: &x {b: &x [1]}\nc: *x\n")["c"] == [1]


@pytest.mark.parametrize("text", ["a: [?;]\n", "a: [?x, y]\n", "a: {?x: 1}\n", 'a: [?"x"]\n', "\ufeffa: [?x]\n"])
def test_a_text_in_brackets_that_begins_with_a_question_mark_needs_quotes(text: str) -> None:
    assert "a question mark begins this text in brackets" in problem(text)
    assert value("a: ?x\nb: ['?x', \"?\"]\n") == {"a": "?x", "b": ["?x", "?"]}


@given(st.text(max_size=200))
def test_any_text_is_read_or_told(text: str) -> None:
    document = compose(text, "f.yaml")
    assert document.problems or document.text == text


JSON_TREES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**63 - 1)
    | st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"])),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text("abc", min_size=1), inner, max_size=4),
    max_leaves=20,
)


@given(JSON_TREES)
def test_what_a_yaml_writer_writes_is_read_as_it_was(tree: JSON) -> None:
    stream = StringIO()
    writer = YAML(typ="safe", pure=True)
    writer.dump({"a": tree}, stream)
    document = compose(stream.getvalue(), "f.yaml")
    if not document.problems:
        assert document.value == {"a": tree}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("a: [1, 'x', {b: null}]\nc: |\n  d\n", ""),
        ("a: b: c\n", "a ': ' stands inside an unquoted value"),
        ("a: [1\n", "a list in [ ] is not closed"),
        ("a: {b: 1\n", "an object in { } is not closed"),
        ("a: 'x\n", "a quote is opened and never closed"),
        ("a: @x\n", "a value cannot begin with @"),
        ("a: 1\nb\n", "a key has no ':' after it"),
        ("a:\n  - b\n c: d\n", "the indentation does not match"),
        ('a: "\\ud800"\n', "half a surrogate pair"),
        ("? [a]\n: b\n", "a key is a list or an object"),
    ],
)
def test_the_parser_without_libyaml_reads_and_tells_the_same(text: str, told: str, monkeypatch: pytest.MonkeyPatch) -> None:
    expected = compose(text, "f.yaml")
    monkeypatch.setattr("turbo_core.workflow.yaml._Loader", SafeLoader)
    found = compose(text, "f.yaml")
    assert told or found.value == expected.value
    assert told in "".join(map(str, found.problems))
    assert bool(found.problems) == bool(told)
