"""A matrix becomes its cells."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from turbo_core.errors import ExpressionFailed
from turbo_core.words import JSON
from turbo_core.workflow.definition import Matrix
from turbo_core.workflow.expressions import compile_value
from turbo_core.workflow.matrix import expand


def _expand(matrix: Mapping[str, JSON] | str, scope: Mapping[str, JSON] | None = None) -> list[dict[str, JSON]]:
    if isinstance(matrix, str):
        return expand(Matrix(computed=compile_value(matrix)), scope or {})
    axes = tuple((name, compile_value(items)) for name, items in matrix.items() if name not in {"include", "exclude"})
    include, exclude = (compile_value(matrix[key]) if key in matrix else None for key in ("include", "exclude"))
    return expand(Matrix(axes=axes, include=include, exclude=exclude), scope or {})


def test_the_product_is_in_file_order_with_the_first_axis_slowest() -> None:
    assert _expand({"os": ["b", "a"], "py": [2, 1]}) == [
        {"os": "b", "py": 2},
        {"os": "b", "py": 1},
        {"os": "a", "py": 2},
        {"os": "a", "py": 1},
    ]


def test_exclude_takes_partial_matches_away() -> None:
    cells = _expand({"os": ["a", "b"], "py": [1, 2], "exclude": [{"os": "a", "py": 1}, {"py": Decimal("2.0")}]})
    assert cells == [{"os": "b", "py": 1}]


def test_exclude_does_not_take_true_for_1() -> None:
    assert _expand({"x": [1, True, "1"], "exclude": [{"x": True}]}) == [{"x": 1}, {"x": "1"}]


def test_include_adds_cells_at_the_end_with_keys_in_the_order_of_the_axes() -> None:
    cells = _expand({"os": ["a"], "py": [1], "include": [{"py": 9, "os": "z"}]})
    assert [list(cell.items()) for cell in cells] == [[("os", "a"), ("py", 1)], [("os", "z"), ("py", 9)]]


def test_include_comes_after_exclude_and_may_stand_alone() -> None:
    assert _expand({"x": [1], "exclude": [{"x": 1}], "include": [{"x": 1}]}) == [{"x": 1}]
    assert _expand({"include": [{"x": 1}, {"x": 2}]}) == [{"x": 1}, {"x": 2}]


@pytest.mark.parametrize("matrix", [{"x": []}, {"x": [1], "y": []}, {"x": [1], "exclude": [{"x": 1}]}, {}])
def test_no_cell(matrix: Mapping[str, JSON]) -> None:
    assert _expand(matrix) == []


def test_parts_may_be_expressions() -> None:
    scope = {"inputs": {"py": ["3.11", "3.12"], "out": "3.11", "more": [{"py": "3.13"}]}}
    matrix = {"py": "${{ inputs.py }}", "exclude": [{"py": "${{ inputs.out }}"}], "include": "${{ inputs.more }}"}
    assert _expand(matrix, scope) == [{"py": "3.12"}, {"py": "3.13"}]


@pytest.mark.parametrize(
    ("computed", "cells"),
    [
        ([], []),
        ([{"a": 1, "b": 2}, {"b": 2, "a": 3}], [{"a": 1, "b": 2}, {"a": 3, "b": 2}]),
        ({"a": [1, 2], "exclude": [{"a": 1}], "include": [{"a": 5}]}, [{"a": 2}, {"a": 5}]),
    ],
)
def test_a_computed_matrix(computed: JSON, cells: list[JSON]) -> None:
    assert _expand("${{ inputs.m }}", {"inputs": {"m": computed}}) == cells


@pytest.mark.parametrize(
    ("matrix", "what"),
    [
        ({"x": [1, 1]}, "cells 0 and 1 of the matrix are the same; {x: 1}"),
        ({"x": [1, Decimal("1.0")]}, "are the same"),
        ({"x": [{"a": [1], "b": None}, {"b": None, "a": [1]}]}, "are the same"),
        ({"x": [1], "include": [{"x": 1}]}, "cells 0 and 1"),
        ({"x": "abc"}, "the axis x is a list, not a string"),
        ({"x": {"a": 1}}, "the axis x is a list, not an object"),
        ({"x": [1], "include": [{"y": 1}]}, "the same keys; {y: 1} has not the keys x"),
        ({"x": [1], "include": [{"x": 1, "y": 1}]}, "the same keys"),
        ({"x": [], "include": [{"y": 1}]}, "the same keys"),
        ({"include": [{"x": 1}, {"y": 1}]}, "the same keys"),
        ({"x": [1], "include": {"x": 1}}, "include is a list of objects, not an object"),
        ({"x": [1], "exclude": [1]}, "exclude is a list of objects with keys; it holds a number"),
        ({"x": [1], "exclude": [{}]}, "exclude is a list of objects with keys; it holds {}"),
        ({"x": [1], "exclude": [{"y": 1}]}, "exclude names y, which is no axis; the axes are x"),
        ({"x": list(range(101)), "y": list(range(100))}, "the matrix has 10,100 cells; 10,000 are allowed"),
        ({f"x{n}": list(range(100)) for n in range(20)}, "10,000 are allowed"),
        ({"x": list(range(10_000)), "include": [{"x": -1}]}, "the matrix has 10,001 cells"),
    ],
)
def test_a_faulty_matrix(matrix: Mapping[str, JSON], what: str) -> None:
    with pytest.raises(ExpressionFailed) as caught:
        _expand(matrix)
    assert what in str(caught.value)


@pytest.mark.parametrize(
    ("computed", "what"),
    [
        ("abc", "a matrix is a list of objects, not a string"),
        ([1], "it holds a number"),
        ([{"a": 1}, {"b": 1}], "the same keys"),
        ([{"a": 1}, {"a": 1}], "cells 0 and 1"),
        ({"a": [1], "max_parallel": 2}, "cannot set max_parallel"),
        ({"a": 1}, "the axis a is a list"),
        ({"a": [1], "include": 1}, "include is a list"),
        ([{"a": n} for n in range(10_001)], "10,001 cells"),
    ],
)
def test_a_faulty_computed_matrix(computed: JSON, what: str) -> None:
    with pytest.raises(ExpressionFailed) as caught:
        _expand("${{ inputs.m }}", {"inputs": {"m": computed}})
    assert what in str(caught.value)


_axes = st.dictionaries(st.sampled_from("abc"), st.lists(st.integers(0, 5), unique=True, max_size=4), min_size=1)


@given(_axes, st.sampled_from("abc"), st.integers(0, 5))
def test_cells_are_the_product_without_what_is_excluded(axes: dict[str, list[int]], name: str, value: int) -> None:
    exclude = {"exclude": [{name: value}]} if name in axes else {}
    product = [dict(zip(axes, items, strict=True)) for items in itertools.product(*axes.values())]
    assert _expand({**axes, **exclude}) == [cell for cell in product if not exclude or cell[name] != value]
