"""The pytest plugin: fixtures for authors of plugins and workflows, and what they did told below a test that failed.

Every pytest run where Turbo is installed loads this module, so it imports nothing of Turbo until a fixture is used: the names of
`turbo_core.testing` are looked up late.
"""

from __future__ import annotations

from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import ExitStack
from importlib import import_module
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from turbo_core import testing

pytest_plugins = ["turbo_core.testing.cases.collecting"]

_PROJECTS = pytest.StashKey["list[testing.Project]"]()
_OWN = ("HOME", "XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME")
_SHOWN = 3


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option of conformance suites."""
    group = parser.getgroup("turbo", "Turbo: conformance suites")
    group.addoption("--turbo-report", metavar="FILE", help="write as JSON which checks passed, and the level that this earns")


def pytest_configure(config: pytest.Config) -> None:
    """Have the report written, if it is wanted."""
    path = config.getoption("--turbo-report")
    if path:
        report: Any = import_module("turbo_core.testing.report")
        config.pluginmanager.register(report.Report(config.invocation_params.dir / path), "turbo-report")


@pytest.fixture
def turbo_home(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty home folder for this test; no setting of the person who runs it reaches Turbo."""
    surroundings: dict[str, str] = import_module("turbo_core.settings").environment()
    for name in [name for name in surroundings if name.startswith("TURBO_") or name in _OWN]:
        monkeypatch.delenv(name)
    home = tmp_path / "turbo-home"
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(home))
    # Verdicts on plugins are the same for all tests, and cost a process each.
    monkeypatch.setenv("TURBO_CACHE_FOLDER", str(tmp_path_factory.getbasetemp() / "turbo-cache"))
    return home


@pytest.fixture
def turbo_project(turbo_home: Path, tmp_path: Path, request: pytest.FixtureRequest) -> testing.ProjectFactory:
    """Make a project of files: ``turbo_project({"turbo.yaml": "…"})`` gives a `Project` in a folder of its own."""
    projects = request.node.stash.setdefault(_PROJECTS, [])
    numbers = count(1)

    def make(files: Mapping[str, str | bytes]) -> testing.Project:
        folder = tmp_path / f"project{next(numbers)}"
        folder.mkdir()
        project = testing.Project(folder=folder).write(files)
        projects.append(project)
        return project

    return make


@pytest.fixture
def turbo_simulate(turbo_home: Path, request: pytest.FixtureRequest) -> Callable[..., testing.SimulatedRun]:
    """Run a workflow in the simulated world: takes what `workflow_case` takes; its path is relative to pytest's root folder."""

    def simulate(workflow: Path | str, **given: Any) -> testing.SimulatedRun:
        return testing.workflow_case(request.config.rootpath / workflow, **given)

    return simulate


@pytest.fixture
def turbo_http() -> Iterator[testing.HttpServer]:
    """A real HTTP server on the loopback interface that keeps what it is asked and answers as it is told."""
    server = testing.HttpServer()
    yield server
    server.close()


@pytest.fixture
def turbo_server(tmp_path: Path) -> Iterator[Callable[..., testing.Server]]:
    """Start real servers: takes what `start_server` takes, and ends them with the test."""
    with ExitStack() as stack:

        def start(command: Sequence[str], **options: Any) -> testing.Server:
            server = testing.start_server(command, **{"folder": tmp_path, **options})
            stack.callback(server.stop)
            return server

        yield start


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Tell below a failed test what became of its last commands and runs."""
    report = yield
    if report.failed:
        results = [result for project in item.stash.get(_PROJECTS, []) for result in project.results]
        report.sections += [(result.title, result.explain()) for result in results[-_SHOWN:]]
    return report
