"""A syntax tree becomes an `Expression`: checked once, then evaluated by plain closures.

Here stands the allow-list: what has no case in `_Compiler` is not in the language. Names of roots are known here, what they
hold is not.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from difflib import get_close_matches
from typing import Final, TypeAlias

from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow import evaluate as ev
from turbo_core.workflow.evaluate import Frame
from turbo_core.workflow.exact import parse_number
from turbo_core.workflow.functions import FUNCTIONS
from turbo_core.workflow.syntax import MAX_DEPTH, Source, read, too_deep

ROOTS: Final = ("inputs", "vars", "run", "matrix", "tasks", "attempt", "criteria", "secrets")
"""The names that an expression may begin a path with."""

Path: TypeAlias = tuple[str, ...]
Step: TypeAlias = Callable[[Frame], JSON]
Operation: TypeAlias = Callable[[Frame, JSON, JSON], JSON]

_SEE = "see Expressions in docs/language.md"
_CONSTANTS: Final[Mapping[str, bool | None]] = {"true": True, "false": False, "null": None}
_OPERATIONS: Final[Mapping[type[ast.operator], Operation]] = {
    ast.Add: ev.add,
    ast.Sub: ev.subtract,
    ast.Mult: ev.multiply,
    ast.Div: ev.divide,
    ast.Mod: ev.remainder,
}
_COMPARISONS: Final[Mapping[type[ast.cmpop], Operation]] = {
    ast.Eq: ev.equal,
    ast.NotEq: ev.differ,
    ast.Lt: ev.less,
    ast.LtE: ev.less_or_equal,
    ast.Gt: ev.greater,
    ast.GtE: ev.greater_or_equal,
    ast.In: ev.contains,
    ast.NotIn: ev.lacks,
}
_REFUSED: Final[Mapping[type[ast.expr], tuple[str, str]]] = {
    ast.Tuple: ("a comma stands where no list is", "write a list in [ ]"),
    ast.Starred: ("* does not unpack here", "join lists with +"),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Expression:
    """A compiled expression.

    ``reads`` are the paths that it may read, as far as they are written out: ``tasks.build.outputs[inputs.key]`` reads
    ``("tasks", "build", "outputs")`` and ``("inputs", "key")``. ``secret`` is the name of the sealed value that it is, or empty.
    """

    text: str
    reads: frozenset[Path]
    secret: str = ""
    step: Step = field(repr=False, compare=False)

    def evaluate(self, scope: Mapping[str, JSON]) -> JSON:
        """The value of the expression; a secret is ``{"$secret": NAME}``.

        Args:
            scope: the value of each root that may be read here.

        Raises:
            ExpressionFailed: a value is missing or of the wrong type, or the budget is used up.
        """
        if self.secret:
            return {ev.SEALED: self.secret}
        try:
            return ev.leave(self.step(Frame(scope)))
        except RecursionError:
            raise ExpressionFailed("a value is nested too deeply", offset=0) from None
        except ExpressionFailed as failure:
            raise _at(failure, 0) from None


def parse(text: str, roots: Sequence[str] = ROOTS) -> Expression:
    """Compile ``text``, an expression without ``${{ }}``; its paths begin with one of ``roots``.

    Raises:
        ExpressionFailed: it is not an expression of the language; ``offset`` tells where.
    """
    source = read(text)
    compiler = _Compiler(source, roots)
    if secret := compiler.secret(source.tree):
        return Expression(text=text, reads=frozenset({("secrets", secret)}), secret=secret, step=_constant(None))
    step = compiler.step(source.tree, 0)
    return Expression(text=text, reads=frozenset(compiler.reads), step=step)


class _Compiler:
    """Turns the nodes of one source into steps, and notes the paths that they read."""

    def __init__(self, source: Source, roots: Sequence[str]) -> None:
        self.reads: set[Path] = set()
        self._source = source
        self._roots = roots

    def secret(self, node: ast.expr) -> str:
        """The name of the secret that ``node`` is, or an empty string."""
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == "secrets":
            return self._attribute(node)
        return ""

    def step(self, node: ast.expr, depth: int) -> Step:
        """The step for ``node``, which stands ``depth`` levels deep."""
        if depth > MAX_DEPTH:
            raise too_deep(self._source.offset(node))
        match node:
            case ast.Constant():
                return _constant(self._value(node))
            case ast.Name():
                return self._name(node)
            case ast.Attribute() | ast.Subscript():
                return self._postfix(node, depth)
            case ast.BinOp():
                return self._arithmetic(node, depth)
            case ast.UnaryOp():
                return self._unary(node, depth)
            case ast.Compare():
                return self._comparison(node, depth)
            case ast.BoolOp():
                return self._logic(node, depth)
            case ast.IfExp():
                return self._choice(node, depth)
            case ast.List():
                return self._list(node, depth)
            case ast.Call():
                return self._call(node, depth)
        what, next_step = _REFUSED.get(type(node), ("this form is not part of the language", _SEE))
        raise self._wrong(node, what, next_step)

    # -- atoms

    def _value(self, node: ast.Constant) -> JSON:
        if isinstance(node.value, str):
            return node.value
        if node.value is ...:
            raise self._wrong(node, "... is not part of the language", _SEE)
        try:
            return parse_number(self._source.numbers[node.end_col_offset or 0])
        except ExpressionFailed as failure:
            raise _at(failure, self._source.offset(node)) from None

    def _name(self, node: ast.Name) -> Step:
        if node.id in _CONSTANTS:
            return _constant(_CONSTANTS[node.id])
        if node.id in FUNCTIONS:
            raise self._wrong(node, f"{node.id} is a function", f"write {_signature(node.id)}")
        return self._path(node, self._root(node), [])

    def _root(self, node: ast.Name) -> str:
        if node.id == "secrets":
            step = 'write "${{ secrets.NAME }}" as the whole value'
            raise self._wrong(node, "a secret stands alone, without operators, functions and text around it", step)
        if node.id not in self._roots:
            near = get_close_matches(node.id, [*self._roots, *FUNCTIONS, *_CONSTANTS], n=1)
            step = f"did you mean {near[0]}?" if near else f"a path begins with {', '.join(self._roots)}; text stands in quotes"
            raise self._wrong(node, f"the name {node.id} is not known", step)
        return node.id

    def _list(self, node: ast.List, depth: int) -> Step:
        items = [self.step(one, depth + 1) for one in node.elts]

        def build(frame: Frame) -> JSON:
            frame.build(len(items))
            return [one(frame) for one in items]

        return self._placed(node, build)

    # -- postfix

    def _postfix(self, node: ast.expr, depth: int) -> Step:
        chain: list[ast.Attribute | ast.Subscript] = []
        base = node
        while isinstance(base, ast.Attribute | ast.Subscript):
            chain.append(base)
            base = base.value
        chain.reverse()
        if not isinstance(base, ast.Name) or base.id in _CONSTANTS or base.id in FUNCTIONS:
            return self._lookups(self.step(base, depth + 1), base, chain, depth)
        root, count = self._root(base), 0
        keys: list[str] = []
        while count < len(chain) and (key := self._static_key(chain[count])) is not None:
            keys.append(key)
            count += 1
        path = self._path(base, root, list(zip(chain[:count], keys, strict=True)))
        return self._lookups(path, chain[count - 1] if count else base, chain[count:], depth)

    def _static_key(self, node: ast.Attribute | ast.Subscript) -> str | None:
        if isinstance(node, ast.Attribute):
            return self._attribute(node)
        return node.slice.value if isinstance(node.slice, ast.Constant) and isinstance(node.slice.value, str) else None

    def _attribute(self, node: ast.Attribute) -> str:
        name = self._source.names[node.end_col_offset or 0]
        if name.startswith("__"):
            raise ExpressionFailed(
                f"the name {name} is not allowed after a dot",
                next_step=f'a key of that name is read by ["{name}"]',
                offset=self._source.key_offset(node),
            )
        return name

    def _path(self, base: ast.Name, root: str, chain: Sequence[tuple[ast.Attribute | ast.Subscript, str]]) -> Step:
        self.reads.add((root, *(key for _, key in chain)))
        trail: list[tuple[str, str, int]] = []
        holder: ast.expr = base
        for node, key in chain:
            trail.append((key, self._source.snippet(holder), self._source.key_offset(node)))
            holder = node
        at = self._source.offset(base)

        def walk(frame: Frame) -> JSON:
            try:
                value = frame.scope[root]
            except KeyError:
                raise ExpressionFailed(f"{root} cannot be read here", offset=at) from None
            for key, label, offset in trail:
                try:
                    value = ev.member(value, key, label)
                except ExpressionFailed as failure:
                    raise _at(failure, offset) from None
            return value

        return walk

    def _lookups(self, step: Step, base: ast.expr, chain: Sequence[ast.Attribute | ast.Subscript], depth: int) -> Step:
        for node in chain:
            step = self._lookup(step, self._source.snippet(base), node, depth)
            base = node
        return step

    def _lookup(self, holder: Step, label: str, node: ast.Attribute | ast.Subscript, depth: int) -> Step:
        if isinstance(node, ast.Attribute):
            key = self._attribute(node)
            return _placed(self._source.key_offset(node), lambda frame: ev.member(holder(frame), key, label))
        index = self.step(node.slice, depth + 1)
        return _placed(self._source.key_offset(node), lambda frame: ev.item(holder(frame), index(frame), label))

    # -- operators

    def _arithmetic(self, node: ast.BinOp, depth: int) -> Step:
        chain: list[ast.BinOp] = []
        first: ast.expr = node
        # A chain of operators is not deep: it is walked, not recursed into.
        while isinstance(first, ast.BinOp):
            chain.append(first)
            first = first.left
        start = self.step(first, depth + 1)
        rest = [
            (self._operation(one), self.step(one.right, depth + 1), self._source.offset(one.right)) for one in reversed(chain)
        ]

        def calculate(frame: Frame) -> JSON:
            value = start(frame)
            for operation, right, at in rest:
                other = right(frame)
                try:
                    value = operation(frame, value, other)
                except ExpressionFailed as failure:
                    raise _at(failure, at) from None
            return value

        return calculate

    def _operation(self, node: ast.BinOp) -> Operation:
        # Every other operator has been refused by the scan.
        return _OPERATIONS[type(node.op)]

    def _unary(self, node: ast.UnaryOp, depth: int) -> Step:
        operand = self.step(node.operand, depth + 1)
        if isinstance(node.op, ast.USub):
            return self._placed(node, lambda frame: ev.negate(frame, operand(frame)))
        if isinstance(node.op, ast.Not):
            return self._placed(node, lambda frame: not ev.boolean(operand(frame), "not"))
        raise self._wrong(node, "+ stands between two values", "leave it out")

    def _comparison(self, node: ast.Compare, depth: int) -> Step:
        if len(node.ops) > 1:
            raise self._wrong(node.comparators[1], "a comparison has two sides", "join two comparisons with and")
        operation = _COMPARISONS[type(node.ops[0])]
        left, right = self.step(node.left, depth + 1), self.step(node.comparators[0], depth + 1)
        return self._placed(node, lambda frame: operation(frame, left(frame), right(frame)))

    def _logic(self, node: ast.BoolOp, depth: int) -> Step:
        word, decisive = ("and", False) if isinstance(node.op, ast.And) else ("or", True)
        parts = [self._boolean(one, word, depth) for one in node.values]

        def decide(frame: Frame) -> JSON:
            for part in parts:
                if part(frame) is decisive:
                    return decisive
            return not decisive

        return decide

    def _boolean(self, node: ast.expr, word: str, depth: int) -> Step:
        step = self.step(node, depth + 1)
        return self._placed(node, lambda frame: ev.boolean(step(frame), word))

    def _choice(self, node: ast.IfExp, depth: int) -> Step:
        test = self._boolean(node.test, "if", depth)
        then, other = self.step(node.body, depth + 1), self.step(node.orelse, depth + 1)
        return lambda frame: then(frame) if test(frame) else other(frame)

    # -- functions

    def _call(self, node: ast.Call, depth: int) -> Step:
        if not isinstance(node.func, ast.Name):
            raise self._wrong(node.func, "only the functions of the language can be called", _SEE)
        name = node.func.id
        if name not in FUNCTIONS:
            raise self._wrong(node.func, f"there is no function {name}", ev.close_match(name, [*FUNCTIONS]))
        call, arguments = FUNCTIONS[name].call, [self.step(one, depth + 1) for one in node.args]
        if len(arguments) != len(FUNCTIONS[name].parameters):
            raise self._wrong(node, f"{name} does not take {len(arguments)} arguments", f"write {_signature(name)}")
        return self._placed(node, lambda frame: call(frame, *[one(frame) for one in arguments]))

    # -- errors

    def _placed(self, node: ast.expr, step: Step) -> Step:
        return _placed(self._source.offset(node), step)

    def _wrong(self, node: ast.expr, what: str, next_step: str) -> ExpressionFailed:
        return ExpressionFailed(what, next_step=next_step, offset=self._source.offset(node))


def _constant(value: JSON) -> Step:
    return lambda _frame: value


def _signature(name: str) -> str:
    return f"{name}({', '.join(FUNCTIONS[name].parameters)})"


def _placed(at: int, step: Step) -> Step:
    """``step``, whose errors that have no place yet get the place ``at``."""

    def placed(frame: Frame) -> JSON:
        try:
            return step(frame)
        except ExpressionFailed as failure:
            raise _at(failure, at) from None

    return placed


def _at(failure: ExpressionFailed, offset: int) -> ExpressionFailed:
    if failure.offset < 0:
        failure.offset = offset
    return failure
