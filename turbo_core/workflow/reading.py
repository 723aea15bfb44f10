"""Files -> a checked Workflow, or all problems of all files at once.

It opens files (through a function that it is given), follows `include` and `workflow`, and makes the digest. What is right or
wrong in a file is told by the rooms below.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from pathlib import Path

from msgspec.structs import replace

from turbo_core.errors import Problem, WorkflowInvalid
from turbo_core.workflow.arguments import Catalogue
from turbo_core.workflow.building import build
from turbo_core.workflow.collector import collector_paused
from turbo_core.workflow.definition import Actions, Workflow
from turbo_core.workflow.files import absolute, framed_digest, read_text, reader_of, shown
from turbo_core.workflow.finding import FOLDER, MAIN_FILE, TEMPLATES
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.source import read_source
from turbo_core.workflow.yaml import Document, compose


def load(path: Path, project: Path, actions: Actions, read: Callable[[Path], str] = read_text) -> Workflow:
    """Read and check the workflow at ``path`` with everything that it includes and calls.

    Args:
        path: the main file.
        project: the project root; workflows are found by name below it.
        actions: the catalogue that `uses:` is checked against.
        read: gives the text of a file; raises ``OSError`` if it cannot be read, `WorkflowInvalid` if it is no text.

    Raises:
        WorkflowInvalid: with all problems of all files, files in reading order, then by position.
    """
    project = absolute(project)
    main = Path(os.path.normpath(project / path))
    reader = _Reader(project, actions, read)
    with collector_paused():
        workflow = reader.workflow(main)
    problems = reader.findings.ordered()
    if workflow is None or problems:
        raise WorkflowInvalid(problems)
    return workflow


def from_texts(texts: Mapping[str, str], main: str, project: Path, actions: Actions) -> Workflow:
    """Read a recorded definition again, from `Workflow.texts`.

    Args:
        texts: path (relative to the project root if inside) -> text.
        main: the path of the main file.
        project: the project root.
        actions: the catalogue.

    Raises:
        WorkflowInvalid: as `load`.
    """
    return load(Path(main), project, actions, reader_of(texts, project))


def digest_of(texts: Mapping[str, str]) -> str:
    """Hex SHA-256 over all paths and texts; no two different sets give the same bytes."""
    return framed_digest(part.encode() for pair in sorted(texts.items()) for part in pair)


class _Reader:
    """Reads each file once and each workflow once, and knows which workflows are being read."""

    def __init__(self, project: Path, actions: Actions, read: Callable[[Path], str]) -> None:
        self.findings = Findings()
        self._project = project
        self._catalogue = Catalogue(actions, self.findings)
        self._read = read
        self._documents: dict[Path, Document | None] = {}
        self._workflows: dict[Path, Workflow | None] = {}
        self._open: list[Path] = []

    def workflow(self, path: Path, asked_by: Spot | None = None) -> Workflow | None:
        """The workflow at ``path``; ``None`` if it cannot be made (already told)."""
        if path not in self._workflows:
            self._open.append(path)
            self._workflows[path] = self._new_workflow(path, asked_by)
            self._open.pop()
        return self._workflows[path]

    def _new_workflow(self, path: Path, asked_by: Spot | None) -> Workflow | None:
        document = self._document(path, asked_by)
        if document is None or (document.value is None and document.problems):
            return None
        texts = {document.path: document.text}

        def opened(target: Path, spot: Spot) -> Document | None:
            included = self._document(target, spot)
            if included is not None:
                texts[included.path] = included.text
            return included

        def child_of(name: str, spot: Spot) -> Workflow | None:
            child = self._child(name, path, spot)
            texts.update(child.texts if child is not None else {})
            return child

        def template_of(name: str, spot: Spot) -> Document | None:
            template = self._template(name, spot)
            if template is not None:
                texts[template.path] = template.text
            return template

        source = read_source(document, path, opened, self.findings)
        if source is None:
            return None
        workflow = build(source, self._catalogue, child_of, template_of, self.findings)
        return replace(workflow, texts=texts, digest=digest_of(texts))

    def _document(self, path: Path, asked_by: Spot | None) -> Document | None:
        if path not in self._documents:
            self._documents[path] = self._new_document(path)
        document = self._documents[path]
        if document is None and asked_by is not None:
            self.findings.add(
                "E-file", asked_by, f"there is no file {shown(path, self._project)}", "", "create it, or correct the path"
            )
        elif document is None:
            self.findings.add_file(
                "E-file", shown(path, self._project), "there is no such file", "", "create it with `turbo init`"
            )
        return document

    def _new_document(self, path: Path) -> Document | None:
        name = shown(path, self._project)
        try:
            document = compose(self._read(path), name)
        except (FileNotFoundError, NotADirectoryError):
            return None
        except OSError as error:
            return self._unreadable(
                name, Problem(code="E-file", path=name, what="the file cannot be read", why=error.strerror or "")
            )
        except WorkflowInvalid as error:
            return self._unreadable(name, replace(error.problems[0], path=name))
        self.findings.opened(document)
        return document

    def _template(self, name: str, spot: Spot) -> Document | None:
        """The template in the project's folder, else that of a plugin, which is recorded as if it stood there."""
        path = self._project / TEMPLATES / f"{name}.yaml"
        if path not in self._documents:
            self._documents[path] = self._new_document(path) or self._of_plugin(name, path)
        if self._documents[path] is None:
            why = f"there is no file {TEMPLATES}/{name}.yaml, and no plugin offers it"
            self.findings.add("E-template", spot, f"there is no template '{name}'", why, "see turbo decisions templates")
        return self._documents[path]

    def _of_plugin(self, name: str, path: Path) -> Document | None:
        text = self._catalogue.template(name)
        if text is None:
            return None
        document = compose(text, shown(path, self._project))
        self.findings.opened(document)
        return document

    def _unreadable(self, name: str, problem: Problem) -> Document:
        document = replace(compose("", name), problems=(problem,))
        self.findings.opened(document)
        return document

    # -- nested workflows

    def _child(self, name: str, path: Path, spot: Spot) -> Workflow | None:
        target = self._target(name, path, spot)
        if target is None:
            return None
        if target in self._open:
            names = [shown(one, self._project) for one in self._open[self._open.index(target) :]]
            told = " → ".join([*names, names[0]])
            self.findings.add("E-nested", spot, f"the workflow runs itself: {told}", "it would never end", "break the circle")
            return None
        return self.workflow(target, spot)

    def _target(self, name: str, path: Path, spot: Spot) -> Path | None:
        if is_path(name):
            return Path(os.path.normpath(path.parent / name))
        main = self._project / MAIN_FILE
        if self._is_named(main, name):
            return main
        target = self._project / FOLDER / f"{name}.yaml"
        if self._peeked(target) is not None:
            return target
        what = f"there is no workflow '{name}'"
        why = f"neither {MAIN_FILE} has that name, nor is there a file {FOLDER}/{name}.yaml"
        self.findings.add("E-nested", spot, what, why, "create it, or write the path of its file")
        return None

    def _is_named(self, path: Path, name: str) -> bool:
        text = self._peeked(path)
        if text is None:
            return False
        value = compose(text, str(path)).value
        return isinstance(value, dict) and value.get("name") == name

    def _peeked(self, path: Path) -> str | None:
        document = self._documents.get(path)
        if document is not None:
            return document.text
        try:
            return self._read(path)
        except (OSError, WorkflowInvalid):
            return None


def is_path(name: str) -> bool:
    """Whether the value of `workflow:` is a path, not a name."""
    return "/" in name or name.endswith((".yaml", ".yml"))
