"""Having the documents of a run made and written; what a documenter does wrong is told in the place of its documents.

It knows no journal: what was written, and what was not, goes back as a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from turbo_core.engine.state import State
from turbo_core.engine.view import view
from turbo_core.journal import logs
from turbo_core.journal.files import private_folder, storage, write_whole
from turbo_core.model import Document
from turbo_core.plugins.hooking import Failure
from turbo_core.plugins.loading import Plugins

FOLDER_NAME = "report"


@dataclass(frozen=True, slots=True, kw_only=True)
class Documents:
    """The names of the documents that were written, and by plugin what went wrong."""

    names: tuple[str, ...]
    faults: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class _Context:
    folder: Path

    def log_tail(self, path: str, limit: int) -> str:
        return logs.tail(self.folder, path, limit)


def document(plugins: Plugins, state: State, folder: Path) -> Documents:
    """Ask every documenter, and write what they give into the run's ``report`` folder.

    Raises:
        StorageFailed: a document cannot be written.
    """
    reports = _reports(folder)
    answers = plugins.collect("turbo_document", run=view(state, folder), context=_Context(folder))
    names: list[str] = []
    faults: dict[str, str] = {}
    for plugin, answer in answers:
        for made in _documents(answer):
            fault = made if isinstance(made, str) else _write(reports, made)
            if fault:
                faults[plugin] = fault
            elif isinstance(made, Document):
                names.append(made.name)
    return Documents(names=tuple(names), faults=faults)


def _reports(folder: Path) -> Path:
    """The folder of the documents; a link that a task has put in its place would lead them out of the run's folder."""
    reports = folder / FOLDER_NAME
    if reports.is_symlink():
        with storage(reports):
            reports.unlink()
    return private_folder(reports)


def _documents(answer: object) -> Iterator[Document | str]:
    """The documents of one answer; in the place of what is none, the reason."""
    if isinstance(answer, Failure):
        yield answer.message
        return
    for made in answer if isinstance(answer, list | tuple | set | frozenset) else (answer,):
        yield made if isinstance(made, Document) else f"it gave {type(made).__name__}, which is no Document"


def _write(reports: Path, made: Document) -> str:
    """Write one document; the reason if that cannot be done."""
    if not isinstance(made.content, bytes):
        return f"the content of {made.name!r} is a {type(made.content).__name__}, not bytes"
    path = (reports / made.name).resolve()
    if not path.is_relative_to(reports.resolve()) or path == reports.resolve():
        return f"the document {made.name!r} would lie outside of the report"
    private_folder(path.parent)
    write_whole(path, made.content)
    return ""
