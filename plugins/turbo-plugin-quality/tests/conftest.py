"""Small real projects, and the option that has the tests of all ecosystems run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from turbo_core import Context


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="test the tools of Node.js, Rust, Go and Java as well")


@pytest.fixture
def need(request: pytest.FixtureRequest) -> None:
    """Skip what takes long and fetches packages, unless it is asked for."""
    if not request.config.getoption("--long"):
        pytest.skip("it takes long; tox -e plugin-quality -- --long runs it")


def there(*programs: str) -> None:
    """Skip where a program is missing."""
    for program in programs:
        if shutil.which(program) is None:
            pytest.skip(f"{program} is not there")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    """What an action is given, in an empty project."""
    project = tmp_path / "small"
    project.mkdir()
    return Context(run="r", task="t", attempt=1, project=project, key="k")


def write(context: Context, **files: str) -> None:
    """Write files into the project; in a name ``__`` is a dot, ``___`` a slash."""
    for name, text in files.items():
        file = context.project / name.replace("___", "/").replace("__", ".")
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
