"""Mutants that nobody chose: one small change of a module each, such as ``<`` for ``<=``, or a statement that is left out.

Some of them change nothing that anybody could notice, so a room is held to a share of them, not to all.
"""

from __future__ import annotations

import ast
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

Change = Callable[[], None]

SWAPS: dict[type[ast.AST], type[ast.AST]] = {
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.And: ast.Or,
    ast.Or: ast.And,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
}


def mutants(text: str, most: int, seed: int = 0) -> list[tuple[str, str]]:
    """Up to so many mutants of a module, chosen by the seed: what is changed (``line: what``), and the text of the module."""
    names = [name for name, _change in _changes(ast.parse(text))]
    chosen = sorted(Random(seed).sample(range(len(names)), min(most, len(names))))
    return [(names[number], _changed(text, number)) for number in chosen]


def _changed(text: str, number: int) -> str:
    tree = ast.parse(text)
    _name, change = list(_changes(tree))[number]
    change()
    return ast.unparse(ast.fix_missing_locations(tree))


def _changes(tree: ast.Module) -> Iterator[tuple[str, Change]]:
    """Every change that can be made to the functions of a module, in the order of the text."""
    for function in (node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)):
        for statement in function.body:
            for node in _inner(statement):
                yield from ((f"{getattr(node, 'lineno', 0)}: {what}", change) for what, change in _of(node))
        yield from _left_out(function)


def _inner(node: ast.AST) -> Iterator[ast.AST]:
    """A node and those in it; what only words an error, states a type or an invariant is passed over."""
    if isinstance(node, ast.Raise | ast.Assert | ast.FunctionDef | ast.AnnAssign):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _inner(child)


def _of(node: ast.AST) -> Iterator[tuple[str, Change]]:
    if isinstance(node, ast.Compare) and type(node.ops[0]) in SWAPS:
        yield _swapped(node.ops, 0)
    elif isinstance(node, ast.BoolOp | ast.BinOp) and type(node.op) in SWAPS:
        other = SWAPS[type(node.op)]
        yield f"{type(node.op).__name__} is {other.__name__}", lambda: setattr(node, "op", other())
    elif isinstance(node, ast.If | ast.While | ast.IfExp):
        yield f"{type(node).__name__} not", lambda: setattr(node, "test", ast.UnaryOp(ast.Not(), node.test))
    elif isinstance(node, ast.Constant) and isinstance(node.value, bool):
        yield f"{node.value} is {not node.value}", lambda: setattr(node, "value", not node.value)
    elif isinstance(node, ast.Constant) and isinstance(node.value, int):
        more = node.value + 1
        yield f"{node.value} is {more}", lambda: setattr(node, "value", more)
    for name in ("body", "orelse"):
        if isinstance(body := getattr(node, name, None), list):
            yield from _each_left_out(body)


def _swapped(operators: list[ast.cmpop], place: int) -> tuple[str, Change]:
    other = SWAPS[type(operators[place])]
    return f"{type(operators[place]).__name__} is {other.__name__}", _put(operators, place, other())


def _put(items: list[Any], place: int, item: ast.AST) -> Change:
    return lambda: items.__setitem__(place, item)


def _left_out(function: ast.FunctionDef) -> Iterator[tuple[str, Change]]:
    yield from ((f"{function.lineno}: {what}", change) for what, change in _each_left_out(function.body))


def _each_left_out(body: list[ast.stmt]) -> Iterator[tuple[str, Change]]:
    """Statements that do something and bind no name; docstrings are not among them."""
    for place, statement in enumerate(body):
        calls = isinstance(statement, ast.Expr) and isinstance(statement.value, ast.Call)
        stores = isinstance(statement, ast.Assign) and not isinstance(statement.targets[0], ast.Name | ast.Tuple)
        if calls or stores or isinstance(statement, ast.AugAssign):
            yield f"without {ast.unparse(statement)[:60]}", _put(body, place, ast.Pass())
