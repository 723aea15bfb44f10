"""Test files as a part of a pytest run: with ``--turbo``, or ``turbo_tests = true`` in its settings.

Every pytest run where Turbo is installed loads this module, so nothing of Turbo is imported until a test file is collected.
"""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest

_SUFFIX = ".test.yaml"
_READER = pytest.StashKey[Any]()


def pytest_addoption(parser: pytest.Parser) -> None:
    """The option and the setting that turn it on."""
    group = parser.getgroup("turbo")
    group.addoption("--turbo", action="store_true", help="collect the unit tests of Turbo workflows, *.test.yaml")
    parser.addini("turbo_tests", "collect the unit tests of Turbo workflows, *.test.yaml", type="bool", default=False)


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    """Take the files of tests."""
    config = parent.config
    if not file_path.name.endswith(_SUFFIX) or not (config.getoption("--turbo") or config.getini("turbo_tests")):
        return None
    collector: pytest.Collector = CaseFile.from_parent(parent, path=file_path)
    return collector


class CaseFile(pytest.File):
    """One file of tests."""

    def collect(self) -> Iterable[pytest.Item]:
        """Read its cases; what is wrong in it is an error of the collection."""
        stash = self.config.stash
        if _READER not in stash:
            stash[_READER] = _reader(self.config.rootpath)
        try:
            cases = stash[_READER].file(self.path)
        except import_module("turbo_core.errors").WorkflowInvalid as error:
            raise self.CollectError(str(error)) from error
        for case in cases:
            yield CaseItem.from_parent(self, name=case.name, case=case)


def _reader(root: Path) -> Any:
    project = import_module("turbo_core.workflow.finding").project_root(root)
    app = import_module("turbo_core.app").App(project)
    return import_module("turbo_core.testing.cases.reading").Reader(app.project, app.catalog)


class CaseItem(pytest.Item):
    """One case."""

    def __init__(self, *, case: Any, **more: Any) -> None:
        super().__init__(**more)
        self._case = case

    def runtest(self) -> None:
        """Run it, and judge what came of it."""
        with TemporaryDirectory(prefix="turbo-test-") as folder:
            verdict = import_module("turbo_core.testing.cases.verdict").judge(self._case, Path(folder))
        if verdict.grade != "passed":
            raise CaseFailed(verdict.explain())

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: Any = None) -> Any:
        """What the verdict says, in the place of a traceback."""
        return str(excinfo.value) if isinstance(excinfo.value, CaseFailed) else super().repr_failure(excinfo, style)

    def reportinfo(self) -> tuple[Path, int, str]:
        """Where the case stands."""
        return self.path, self._case.line - 1, self.name


class CaseFailed(Exception):  # noqa: N818 - it is no error: the case did its work
    """A case did not pass."""
