"""How many mutants made by chance the tests find, for each module of what must not fail. The long form only: it takes long."""

from __future__ import annotations

from ast import parse, unparse
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
ROOMS |= {
    f"turbo_core/workflow/{name}.py": ["tests/workflow/test_expressions.py"]
    for name in ("evaluate", "expressions")
}
"""A module → the tests that find its faults, those first that find most."""


NOT_NOW = pytest.param("", marks=pytest.mark.skip(reason="takes many minutes: pytest --long"))

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


def pytest_generate_tests(metafunc: pytest.Metafunc) -> None:
    if "path" in metafunc.fixturenames:
        metafunc.parametrize("path", ROOMS if metafunc.config.getoption("long") else [NOT_NOW])


@pytest.mark.timeout(7200)
def test_the_tests_find_most_mutants(path: str, tmp_path: Path, figure: Figure) -> None:
    made = mutants((PACKAGE.parent / path).read_text(), MOST)
    survived = [name for number, (name, text) in enumerate(made) if not is_found(tmp_path / str(number), path, text)]
    killed = len(made) - len(survived)
    figure("by chance: killed", killed)
    figure("by chance: survived", len(survived))
    figure(f"by chance: {path}", f"{killed} of {len(made)} killed; survived: {'; '.join(survived) or 'none'}")
    assert killed >= SHARE * len(made), survived


def is_found(folder: Path, path: str, text: str) -> bool:
    put_in(folder, path, text)
    code = run_tests(ROOMS[path], folder, folder / "tmp").returncode
    rmtree(folder)
    return code == FAILED
