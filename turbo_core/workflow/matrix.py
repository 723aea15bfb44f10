"""A matrix becomes its cells: the product of its axes, minus ``exclude``, plus ``include``. Pure, in file order, bounded."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from itertools import product
from typing import Final

from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.definition import Matrix
from turbo_core.workflow.evaluate import article, is_list, is_object, kind
from turbo_core.workflow.exact import exact
from turbo_core.workflow.expressions import Value

MAX_CELLS: Final = 10_000

Cell = dict[str, JSON]


def expand(matrix: Matrix, scope: Mapping[str, JSON]) -> list[Cell]:
    """The cells of ``matrix`` in file order: the first axis changes slowest, included cells come last.

    Raises:
        ExpressionFailed: a part is of the wrong type, cells do not have equal keys, two are the same, or there are too many.
    """
    if matrix.computed is None:
        axes = [(name, _axis(name, value.evaluate(scope))) for name, value in matrix.axes]
        return _cells(axes, _objects("include", matrix.include, scope), _objects("exclude", matrix.exclude, scope))
    computed = matrix.computed.evaluate(scope)
    if is_object(computed):
        return _from_object(computed)
    return _checked(_cell_list("a matrix", computed))


def _from_object(found: Mapping[str, JSON]) -> list[Cell]:
    if "max_parallel" in found:
        raise ExpressionFailed("a computed matrix cannot set max_parallel", next_step="leave it out")
    axes = [(name, _axis(name, items)) for name, items in found.items() if name not in {"include", "exclude"}]
    include, exclude = (_cell_list(key, found.get(key, [])) for key in ("include", "exclude"))
    return _cells(axes, include, exclude)


def _cells(axes: Sequence[tuple[str, Sequence[JSON]]], include: Sequence[Cell], exclude: Sequence[Cell]) -> list[Cell]:
    names = [name for name, _ in axes]
    _refuse_count(math.prod(len(items) for _, items in axes))
    _refuse_unknown(exclude, names)
    made = [dict(zip(names, items, strict=True)) for items in product(*(items for _, items in axes))] if axes else []
    excluded = [_frozen(pattern) for pattern in exclude]
    kept = [cell for cell in made if not _matches_any(cell, exclude, excluded)]
    if axes:
        _refuse_incomplete(include, names)
    return _checked([*kept, *include])


def _matches_any(cell: Cell, patterns: Sequence[Cell], frozen: Sequence[object]) -> bool:
    return any(_frozen({key: cell[key] for key in pattern}) == wanted for pattern, wanted in zip(patterns, frozen, strict=True))


def _checked(cells: Sequence[Cell]) -> list[Cell]:
    """The cells, if they have equal keys and no two are the same; each with its keys in the order of the first."""
    _refuse_count(len(cells))
    if not cells:
        return []
    _refuse_incomplete(cells, [*cells[0]])
    seen: dict[object, int] = {}
    for index, cell in enumerate(cells):
        first = seen.setdefault(_frozen(cell), index)
        if first != index:
            raise ExpressionFailed(f"cells {first} and {index} of the matrix are the same", why=_shown(cell))
    return [{name: cell[name] for name in cells[0]} for cell in cells]


# ---------------------------------------------------------------- reading the parts


def _axis(name: str, items: JSON) -> Sequence[JSON]:
    if not is_list(items):
        raise ExpressionFailed(f"the axis {name} is a list, not {article(kind(items))}")
    return items


def _objects(name: str, value: Value | None, scope: Mapping[str, JSON]) -> list[Cell]:
    return [] if value is None else _cell_list(name, value.evaluate(scope))


def _cell_list(name: str, found: JSON) -> list[Cell]:
    if not is_list(found):
        raise ExpressionFailed(f"{name} is a list of objects, not {article(kind(found))}")
    for one in found:
        if not is_object(one) or not one:
            raise ExpressionFailed(f"{name} is a list of objects with keys", why=f"it holds {_shown(one)}")
    return [dict(one) for one in found]


def _refuse_count(count: int) -> None:
    if count > MAX_CELLS:
        raise ExpressionFailed(f"the matrix has {count:,} cells", why=f"{MAX_CELLS:,} are allowed")


def _refuse_unknown(patterns: Iterable[Cell], names: Sequence[str]) -> None:
    for pattern in patterns:
        for key in pattern:
            if key not in names:
                raise ExpressionFailed(f"exclude names {key}, which is no axis", why=f"the axes are {', '.join(names) or 'none'}")


def _refuse_incomplete(cells: Iterable[Cell], names: Sequence[str]) -> None:
    for cell in cells:
        if cell.keys() != set(names):
            why = f"{_shown(cell)} has not the keys {', '.join(names)}"
            raise ExpressionFailed("all cells of a matrix have the same keys", why=why)


def _shown(value: JSON) -> str:
    return f"{{{', '.join(f'{key}: {one}' for key, one in value.items())}}}" if is_object(value) else article(kind(value))


def _frozen(value: JSON) -> object:
    """Something hashable that is equal for equal JSON values only: 1 and 1.0 are equal, 1 and true are not."""
    if is_object(value):
        return ("object", frozenset((key, _frozen(one)) for key, one in value.items()))
    if is_list(value):
        return ("list", tuple(_frozen(one) for one in value))
    return (kind(value), exact(value) if isinstance(value, Decimal) else value)
