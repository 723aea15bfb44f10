"""Values that hold expressions: JSON structures whose strings may contain ``${{ expression }}``.

This is the door to the value language: `parse` for one expression, `compile_value` for what a workflow file holds. What an
expression may say is told by the modules below; this one knows only templates and structures.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Final, TypeAlias

from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.compiler import ROOTS, Expression, Path, parse
from turbo_core.workflow.evaluate import SEALED, article, is_list, is_object, kind, refuse_size
from turbo_core.workflow.exact import is_number, number_text

__all__ = [
    "ROOTS",
    "SEALED",
    "Expression",
    "Path",
    "Value",
    "compile_condition",
    "compile_expression",
    "compile_value",
    "parse",
]

Place: TypeAlias = tuple[str | int, ...]
Build: TypeAlias = Callable[[Mapping[str, JSON]], JSON]
Piece: TypeAlias = str | tuple[int, Expression]

_START: Final = re.compile(r"\$?\$\{\{")
# Matches an unclosed string as well: a pattern that can fail late would take quadratic time.
_INSIDE: Final = re.compile(r"""\}\}|"(?:[^"\\]|\\.)*\\?"?|'(?:[^'\\]|\\.)*\\?'?""", re.DOTALL)


class Value:
    """A JSON structure whose strings may hold expressions; equal to another that was written alike.

    Attributes:
        raw: what was written, for display, comparison, and to compile it again.
        constant: there is no expression in it; then ``evaluate({})`` is its value.
        reads: the paths that its expressions may read, as in `Expression`.
        build: makes the value in a scope.
        condition: it was compiled by `compile_condition`.
    """

    __slots__ = ("build", "condition", "constant", "raw", "reads")
    __hash__ = None  # type: ignore[assignment]

    def __init__(self, *, raw: JSON, constant: bool, reads: frozenset[Path], build: Build, condition: bool = False) -> None:
        self.raw = raw
        self.constant = constant
        self.reads = reads
        self.build = build
        self.condition = condition

    def __repr__(self) -> str:
        return f"Value({self.raw!r})"

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Value) and (self.raw, self.condition) == (other.raw, other.condition)

    def evaluate(self, scope: Mapping[str, JSON]) -> JSON:
        """The structure with every expression replaced by its value in ``scope``.

        Raises:
            ExpressionFailed: an expression could not give a value; ``path`` and ``offset`` tell which.
        """
        return self.build(scope)


def compile_value(raw: JSON) -> Value:
    """Compile a JSON structure; object keys stay as they are.

    Raises:
        ExpressionFailed: an expression in it is wrong; ``path`` leads to its string, ``offset`` is the place in that string.
    """
    try:
        return _compile(raw, ())
    except RecursionError:
        raise ExpressionFailed("the value is nested too deeply", offset=0) from None


def compile_expression(raw: JSON) -> Value:
    """Compile what must be an expression: one ``${{ … }}``, or a value that is no string.

    Raises:
        ExpressionFailed: it is some other string, or the expression in it is wrong.
    """
    if not isinstance(raw, str):
        return compile_value(raw)
    pieces = list(_pieces(raw.strip()))
    if len(pieces) == 1 and not isinstance(pieces[0], str):
        return compile_value(raw.strip())
    if any(not isinstance(piece, str) for piece in pieces):
        raise ExpressionFailed("an expression has no text around it", next_step='join with +: ${{ "v" + inputs.x }}', offset=0)
    raise ExpressionFailed(
        "an expression is wanted here, not text", next_step=f"write ${{{{ {raw.strip() or 'true'} }}}}", offset=0
    )


def compile_condition(raw: JSON) -> Value:
    """Compile a condition: one ``${{ … }}`` or a boolean. Its value is always a boolean.

    Raises:
        ExpressionFailed: as `compile_expression`, or it is a constant that is no boolean.
    """
    if not isinstance(raw, str | bool):
        raise ExpressionFailed(f"a condition is true, false or an expression, not {article(kind(raw))}", offset=0)
    value = compile_expression(raw)

    def judge(scope: Mapping[str, JSON]) -> bool:
        answer = value.build(scope)
        if not isinstance(answer, bool):
            why = f"this gave {article(kind(answer))}"
            raise ExpressionFailed(
                "a condition gives true or false", why=why, next_step="compare it, for example with ==", offset=0
            )
        return answer

    return Value(raw=value.raw, constant=value.constant, reads=value.reads, build=judge, condition=True)


# ---------------------------------------------------------------- structures


def _compile(raw: JSON, place: Place) -> Value:
    if isinstance(raw, str):
        return _template(raw, place)
    if is_object(raw):
        return _object(raw, place)
    if is_list(raw):
        return _list(raw, place)
    return _constant(raw, raw)


def _constant(raw: JSON, value: JSON) -> Value:
    return Value(raw=raw, constant=True, reads=frozenset(), build=lambda _scope: value)


def _list(raw: JSON, place: Place) -> Value:
    parts = [_compile(one, (*place, index)) for index, one in enumerate(raw)]
    return _structure(raw, parts, lambda scope: [part.build(scope) for part in parts])


def _object(raw: Mapping[str, JSON], place: Place) -> Value:
    if SEALED in raw:
        step = 'write "${{ secrets.NAME }}"'
        raise ExpressionFailed(f"{SEALED} is not a key for data", next_step=step, offset=0, path=(*place, SEALED))
    parts = {key: _compile(one, (*place, key)) for key, one in raw.items()}
    return _structure(raw, [*parts.values()], lambda scope: {key: part.build(scope) for key, part in parts.items()})


def _structure(raw: JSON, parts: list[Value], build: Build) -> Value:
    constant = all(part.constant for part in parts)
    return Value(raw=raw, constant=constant, reads=frozenset().union(*(part.reads for part in parts)), build=build)


# ---------------------------------------------------------------- templates


def _template(raw: str, place: Place) -> Value:
    if "${{" not in raw:  # nearly all text
        return _constant(raw, raw)
    try:
        pieces = list(_pieces(raw))
        expressions = [piece[1] for piece in pieces if not isinstance(piece, str)]
        if not expressions:
            return _constant(raw, "".join(map(str, pieces)))
        if len(pieces) > 1:
            _refuse_secrets(pieces)
    except ExpressionFailed as failure:
        raise _moved(failure, 0, place) from None
    reads = frozenset().union(*(one.reads for one in expressions))
    produce: Build = _whole(pieces[0]) if len(pieces) == 1 else lambda scope: _inserted(pieces, scope)

    def build(scope: Mapping[str, JSON]) -> JSON:
        try:
            return produce(scope)
        except ExpressionFailed as failure:
            raise _moved(failure, 0, place) from None

    return Value(raw=raw, constant=False, reads=reads, build=build)


def _pieces(text: str) -> Iterator[Piece]:
    """The literal texts and the expressions of ``text``, in order; an expression with its place."""
    literal, done = "", 0
    while match := _START.search(text, done):
        literal += text[done : match.start()]
        done = match.end()
        if match.group() == "$${{":
            literal += "${{"
            continue
        if literal:
            yield literal
        end = _end(text, match.start(), done)
        yield done, _parsed(text[done:end], done)
        literal, done = "", end + len("}}")
    if literal or text[done:] or not text:
        yield literal + text[done:]


def _end(text: str, start: int, inside: int) -> int:
    for match in _INSIDE.finditer(text, inside):
        if match.group() == "}}":
            return match.start()
    raise ExpressionFailed(
        "the expression is not closed", next_step="end it with }} outside quotes, or write $${{ for the text ${{", offset=start
    )


def _parsed(text: str, start: int) -> Expression:
    try:
        return parse(text)
    except ExpressionFailed as failure:
        raise _moved(failure, start, ()) from None


def _refuse_secrets(pieces: list[Piece]) -> None:
    for piece in pieces:
        if not isinstance(piece, str) and piece[1].secret:
            raise ExpressionFailed(
                "a secret stands alone, without text around it",
                next_step="give the secret a value of its own and join them in the command or action",
                offset=piece[0],
            )


def _whole(piece: Piece) -> Build:
    assert not isinstance(piece, str)
    return lambda scope: _evaluated(piece, scope)


def _inserted(pieces: list[Piece], scope: Mapping[str, JSON]) -> str:
    texts = [piece if isinstance(piece, str) else _text(_evaluated(piece, scope), piece[0]) for piece in pieces]
    refuse_size(sum(map(len, texts)))
    return "".join(texts)


def _evaluated(piece: tuple[int, Expression], scope: Mapping[str, JSON]) -> JSON:
    start, expression = piece
    try:
        return expression.evaluate(scope)
    except ExpressionFailed as failure:
        raise _moved(failure, start, ()) from None


def _text(value: JSON, start: int) -> str:
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if is_number(value):
        return number_text(value)
    step = "use default() if it may be null" if value is None else "use json() to insert its JSON text"
    what = f"{article(kind(value))} cannot be inserted into text"
    raise ExpressionFailed(
        what, why="strings, numbers and booleans can", next_step=f"{step}, or json()" if value is None else step, offset=start
    )


def _moved(failure: ExpressionFailed, start: int, place: Place) -> ExpressionFailed:
    failure.offset = max(failure.offset, 0) + start
    failure.path = place + failure.path
    return failure
