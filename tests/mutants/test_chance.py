"""How many mutants made by chance the tests find, of the modules that must not fail. The long form only: it takes long.

Of those that survive, look whether anybody could notice them; if so, a test is missing.
"""

from __future__ import annotations

import os
from ast import parse, unparse
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from shutil import rmtree

import pytest

from tests.figures import Figure
from tests.mutants.chance import mutants
from tests.mutants.mutating import FAILED, PACKAGE, put_in, run_tests

MOST = 12
"""Mutants of each module."""

SHARE = 0.85

ENGINE = [f"tests/engine/test_{name}.py" for name in ("order", "skipping", "retry", "cancel", "lost", "undo", "matrix", "nested")]
ENGINE += [f"tests/engine/test_{name}.py" for name in ("rounds", "runner", "gates", "answers", "changing", "outputs", "values")]
ENGINE += ["tests/sim/test_seeds.py::test_whatever_fails_the_run_comes_to_its_end[0]", "tests/engine/test_why.py"]

ROOMS = {
    f"turbo_core/engine/{name}.py": ENGINE
    for name in ("recovery", "scheduler", "verdicts", "judging", "ending", "board", "folds_of_tasks", "folds_of_runs", "runner")
}
ROOMS["turbo_core/redact.py"] = ["tests/test_redact.py"]
ROOMS |= {f"turbo_core/workflow/{name}.py": ["tests/workflow/test_expressions.py"] for name in ("evaluate", "expressions")}
"""A module → the tests that find its faults, those first that find most."""


TEXT = '''
def f(x, y):
    """Words."""
    if x < 1 and y:
        x.z = True
        g(x)
    assert x == y
    return x + 1
'''


def test_what_is_changed() -> None:
    made = mutants(TEXT, most=100)
    assert [name for name, _text in made] == [
        "4: If not",
        "4: without x.z = True",
        "4: without g(x)",
        "4: And is Or",
        "4: Lt is LtE",
        "4: 1 is 2",
        "5: True is False",
        "8: Add is Sub",
        "8: 1 is 2",
    ]
    assert [text for name, text in made if name == "4: Lt is LtE"] == [unparse(parse(TEXT.replace("<", "<=")))]
    assert mutants(TEXT, most=3) == mutants(TEXT, most=3)
    assert len(mutants(TEXT, most=3)) == 3


@pytest.mark.timeout(7200)
def test_the_tests_find_most_mutants(long: bool, tmp_path: Path, figure: Figure) -> None:
    if not long:
        pytest.skip("takes many minutes: pytest --long")
    made = [(path, *mutant) for path in ROOMS for mutant in mutants((PACKAGE.parent / path).read_text(), MOST)]
    with ThreadPoolExecutor(os.cpu_count()) as pool:
        found = list(
            pool.map(lambda number: is_found(tmp_path / str(number), made[number][0], made[number][2]), range(len(made)))
        )
    for path in ROOMS:
        survived = [name for (place, name, _text), killed in zip(made, found, strict=True) if place == path and not killed]
        figure(f"by chance: {path}", f"{MOST} or fewer, survived: {'; '.join(survived) or 'none'}")
    figure("by chance: killed", sum(found))
    figure("by chance: survived", len(found) - sum(found))
    assert sum(found) >= SHARE * len(found)


def is_found(folder: Path, path: str, text: str) -> bool:
    put_in(folder, path, text)
    code = run_tests(ROOMS[path], folder, folder / "tmp").returncode
    rmtree(folder)
    return code == FAILED
