"""The result of conformance suites as a file that programs read: which checks passed, and which level that earns.

Owns the format, and the rule of levels. With pytest-xdist the checks run in workers; what they found travels with each report, so
this is written by the process that sees all of them.
"""

from __future__ import annotations

import json
from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from msgspec import Struct

from turbo_core import __version__
from turbo_core.testing.conformance import SUITE_VERSION
from turbo_core.testing.conformance.actions import ActionSuite
from turbo_core.testing.conformance.advisers import AdviserSuite
from turbo_core.testing.conformance.base import PluginSuite
from turbo_core.testing.conformance.channels import ChannelSuite
from turbo_core.testing.conformance.checks import LEVELS, Level, check_of, checks_of
from turbo_core.testing.conformance.deciders import DeciderSuite
from turbo_core.testing.conformance.documenters import DocumenterSuite
from turbo_core.testing.conformance.executors import ExecutorSuite
from turbo_core.testing.conformance.hooks import HookSuite
from turbo_core.testing.conformance.host import Host, host
from turbo_core.testing.conformance.pages import PageSuite
from turbo_core.testing.conformance.trackers import TrackerSuite
from turbo_core.words import JSON

FORMAT: Final = 1
SUITES: Final[Mapping[str, type[PluginSuite]]] = {
    suite.__name__: suite
    for suite in (
        PluginSuite,
        ActionSuite,
        AdviserSuite,
        ChannelSuite,
        DeciderSuite,
        DocumenterSuite,
        ExecutorSuite,
        PageSuite,
        TrackerSuite,
    )
}
NO_LEVEL: Final = "none"
_PROPERTY: Final = "turbo_check"
_OWN: Final = PluginSuite.__module__.rpartition(".")[0]
_EMPTY: Final = "got empty parameter set"


class Tried(Struct, frozen=True, kw_only=True):
    """What became of one test of a check. ``why`` is empty if it passed, or had nothing to be tried on."""

    plugin: str
    suite: str
    check: str
    test: str
    why: str = ""

    def __str__(self) -> str:
        return f"{self.suite}::{self.test}"


class Report:
    """A pytest plugin that writes the report at the end.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self._path = path
        self._tried: dict[str, Tried] = {}

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
        """Say on the report of a check which check it is. One that a plugin's tests have overridden is none."""
        report = yield
        if isinstance(item, pytest.Function) and (suite := _suite_of(item)) is not None:
            report.user_properties.append((_PROPERTY, [suite.plugin, _kind(suite), item.originalname, item.name]))
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note what became of a check."""
        found: Any = next((value for name, value in report.user_properties if name == _PROPERTY), None)
        why = _why(report)
        if found is not None and (why or report.skipped or report.when == "call"):
            plugin, suite, check, test = found
            tried = Tried(plugin=plugin, suite=suite, check=check, test=test, why=why)
            before = self._tried.get(report.nodeid)
            self._tried[report.nodeid] = before if before and before.why else tried

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """Write the file, unless this is a worker of pytest-xdist."""
        if not hasattr(session.config, "workerinput"):
            self._path.write_text(json.dumps(report_of(self._tried.values(), host()), indent=2) + "\n", "utf-8")


def report_of(tried: Iterable[Tried], around: Host) -> dict[str, JSON]:
    """The report on all plugins whose checks were tried, and on the others of their distributions.

    Args:
        tried: the tests that ran.
        around: where the plugins are installed.
    """
    plugins: dict[str, list[Tried]] = {}
    for test in tried:
        plugins.setdefault(test.plugin, []).append(test)
    distributions = {entry.distribution for plugin in plugins for entry in around.entries(plugin)}
    for entry in around.names.entries:
        if entry.distribution in distributions:
            plugins.setdefault(entry.name, [])
    return {
        "format": FORMAT,
        "suite_version": SUITE_VERSION,
        "host": {"name": "turbo-core", "version": __version__},
        "plugins": [_told(plugin, tests, around) for plugin, tests in sorted(plugins.items())],
    }


def _told(plugin: str, tests: Sequence[Tried], around: Host) -> dict[str, JSON]:
    entries = around.entries(plugin)
    suites = sorted({*_needed(plugin, around), *(test.suite for test in tests)} or {PluginSuite.__name__})
    return {
        "plugin": plugin,
        "distribution": entries[0].distribution if entries else "",
        "version": entries[0].version if entries else "",
        "level": _level(suites, tests),
        "passed": sorted(str(test) for test in tests if not test.why),
        "failed": [{"check": str(test), "why": test.why} for test in sorted(tests, key=str) if test.why],
        "missing": [f"{suite}::{check}" for suite, check, _level in _checks(suites) if not _of(suite, check, tests)],
    }


def _level(suites: Iterable[str], tests: Sequence[Tried]) -> str:
    """The highest level of which every check has passed, and every one of the levels below."""
    reached = NO_LEVEL
    checks = list(_checks(suites))
    for level in LEVELS:
        results = [_of(suite, check, tests) for suite, check, wanted in checks if wanted == level]
        if not all(found and not any(test.why for test in found) for found in results):
            break
        reached = level
    return reached


def _checks(suites: Iterable[str]) -> Iterator[tuple[str, str, Level]]:
    for suite in suites:
        for check, level in sorted(checks_of(SUITES[suite]).items()):
            yield suite, check, level


def _of(suite: str, check: str, tests: Iterable[Tried]) -> list[Tried]:
    return [test for test in tests if (test.suite, test.check) == (suite, check)]


def _needed(plugin: str, around: Host) -> Iterator[str]:
    """The suites that a plugin has to pass, by what it brings."""
    known = around.hooks(plugin)
    if any(entry.group == "turbo.actions" for entry in around.entries(plugin)):
        yield ActionSuite.__name__
    if any(offer.kind == "page" for offer in known.offers):
        yield PageSuite.__name__
    for name, suite in SUITES.items():
        if issubclass(suite, HookSuite) and suite.hook in known.hooks:
            yield name


def _suite_of(item: pytest.Function) -> type[PluginSuite] | None:
    """The suite of which a test is a check as it was written; ``None`` if there is none."""
    suite, test = item.cls, item.function
    own = check_of(test) is not None and test.__module__.startswith(_OWN)
    return suite if own and suite is not None and issubclass(suite, PluginSuite) else None


def _kind(suite: type[PluginSuite]) -> str:
    return next(base.__name__ for base in suite.__mro__ if base in SUITES.values())


def _why(report: pytest.TestReport) -> str:
    if report.failed:
        return report.longreprtext.strip()
    return "it was skipped" if report.skipped and _EMPTY not in str(report.longrepr) else ""
