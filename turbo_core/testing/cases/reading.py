"""Test files -> checked cases, or all problems of a file at once.

It opens test files and the workflows that they test. What is right or wrong in a case is told by `checks`.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from pathlib import Path

from msgspec.structs import replace

from turbo_core.errors import Problem, WorkflowInvalid
from turbo_core.journal.codec import encode
from turbo_core.report.text import one_line
from turbo_core.testing.cases.addresses import Tested
from turbo_core.testing.cases.case import Case
from turbo_core.testing.cases.checks import Checks
from turbo_core.testing.cases.shape import CaseShape, CasesShape, SharedShape, answers_of, opinions_of, stubs_of
from turbo_core.words import JSON
from turbo_core.workflow.definition import Actions
from turbo_core.workflow.files import absolute, read_text, shown
from turbo_core.workflow.finding import TESTS
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.fitting import did_you_mean
from turbo_core.workflow.reading import load
from turbo_core.workflow.structure import read_shape
from turbo_core.workflow.yaml import Document, compose

PLACE = "the tests"
"""What the error calls the place of the problems."""


class Reader:
    """Reads the test files of one project, and each workflow once.

    Args:
        project: the project root.
        actions: the catalogue that workflows are read against.
    """

    def __init__(self, project: Path, actions: Actions) -> None:
        self.project = project
        self.actions = actions
        self._workflows: dict[Path, Tested | WorkflowInvalid] = {}

    def file(self, path: Path) -> list[Case]:
        """The cases of a file.

        Raises:
            WorkflowInvalid: with all problems of the file and of the workflows that it tests.
        """
        path = absolute(path)
        name = shown(path, self.project)
        try:
            document = compose(read_text(path), name)
        except WorkflowInvalid as error:
            raise WorkflowInvalid([replace(problem, path=name) for problem in error.problems], PLACE) from error
        except OSError as error:
            problem = Problem(code="E-file", path=name, what="the file cannot be read", why=error.strerror or "")
            raise WorkflowInvalid([problem], PLACE) from error
        return _File(self, document, path).read()

    def value(self, case: Mapping[str, JSON], workflow: Path) -> Case:
        """A case that a program gives, for one workflow.

        Raises:
            WorkflowInvalid: as `file`; lines and columns mean nothing.
            TypeError: a value cannot be written as JSON.
        """
        workflow = absolute(workflow)
        text = encode({"workflow": workflow.name, "cases": [case]}).decode()
        return _File(self, compose(text, shown(workflow, self.project)), workflow).read()[0]

    def tested(self, path: Path) -> Tested:
        """The workflow at ``path``.

        Raises:
            WorkflowInvalid: it is wrong.
        """
        if path not in self._workflows:
            try:
                self._workflows[path] = Tested.of(load(path, self.project, self.actions))
            except WorkflowInvalid as error:
                self._workflows[path] = error
        found = self._workflows[path]
        if isinstance(found, WorkflowInvalid):
            raise found
        return found


class _File:
    """One test file while it is read."""

    def __init__(self, reader: Reader, document: Document, path: Path) -> None:
        self._reader = reader
        self._document = document
        self._path = path
        self._findings = Findings()
        self._of_workflows: dict[Problem, None] = {}
        self._checked: set[Path] = set()

    def read(self) -> list[Case]:
        self._findings.opened(self._document)
        cases = list(self._cases(Spot(self._document)))
        problems = (*self._findings.ordered(), *self._of_workflows)
        if problems:
            raise WorkflowInvalid(problems, PLACE)
        return cases

    def _cases(self, spot: Spot) -> Iterator[Case]:
        if self._document.value is None and self._document.problems:
            return
        if not isinstance(self._document.value, dict):
            self._findings.add("E-type", spot, "a test file is an object of keys", "", "begin with `cases:`")
            return
        raw = spot.raw.get("cases")
        if not isinstance(raw, list) or not raw:
            at = spot.into("cases") if "cases" in spot.raw else spot
            self._findings.add("E-case", at, "there is no case", "", "add `cases:` with a list of cases")
        head = read_shape(CasesShape, {**spot.raw, "cases": []}, spot, self._findings)
        names: dict[str, Spot] = {}
        for index, each in enumerate(raw if isinstance(raw, list) else ()):
            at = spot.into("cases", index)
            shape = read_shape(CaseShape, each, at, self._findings)
            if shape is not None:
                self._name(shape.name, at.into("name"), names)
            if shape is not None and head is not None:
                yield from self._case(head, shape, spot, at)

    def _name(self, name: str, spot: Spot, names: dict[str, Spot]) -> None:
        if not name.strip() or one_line(name) != name:
            self._findings.add("E-name", spot, "a case has a name of one plain line", "", "say in a few words what it shows")
        elif name in names:
            why = f"first at line {names[name].position.line}"
            self._findings.add("E-duplicate", spot, f"'{name}' names two cases", why, "rename one")
        names.setdefault(name, spot)

    def _case(self, head: SharedShape, shape: CaseShape, spot: Spot, at: Spot) -> Iterator[Case]:
        path = self._workflow(shape, at) if shape.workflow else self._workflow(head, spot)
        try:
            tested = self._reader.tested(path) if path is not None else None
        except WorkflowInvalid as error:
            self._of_workflows.update(dict.fromkeys(error.problems))
            return
        if path is None or tested is None:
            return
        checks = Checks(tested, self._reader.actions, self._findings)
        if path not in self._checked:
            self._checked.add(path)
            checks.shared(head, spot)
        checks.shared(shape, at)
        checks.case(shape, {**head.inputs, **shape.inputs}, at)
        yield self._joined(head, shape, tested, at)

    def _workflow(self, shape: SharedShape, spot: Spot) -> Path | None:
        name = shape.workflow or self._path.name.removesuffix(TESTS) + ".yaml"
        path = Path(os.path.normpath(self._path.parent / name))
        if path.is_file():
            return path
        at = spot.into("workflow") if shape.workflow else spot
        near = [file.name for file in path.parent.glob("*.yaml") if not file.name.endswith(TESTS)]
        hint = did_you_mean(path.name, near) or "write `workflow: FILE`"
        self._findings.add("E-file", at, f"there is no workflow {shown(path, self._reader.project)}", "", hint)
        return None

    def _joined(self, head: SharedShape, shape: CaseShape, tested: Tested, at: Spot) -> Case:
        stubs = {**head.stubs, **shape.stubs}
        return Case(
            file=self._document.path,
            line=at.position.line,
            project=self._reader.project,
            actions=self._reader.actions,
            tested=tested,
            given=shape,
            inputs={**head.inputs, **shape.inputs},
            vars={**head.vars, **shape.vars},
            secrets={**head.secrets, **shape.secrets},
            stubs={name: stubs_of(value) for name, value in stubs.items()},
            answers={name: answers_of(value) for name, value in shape.answers.items()},
            opinions={name: opinions_of(value) for name, value in shape.decide.items()},
        )
