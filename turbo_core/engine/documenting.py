"""Having the documents of a run made and written; what a documenter does wrong is told in the place of its documents.

It knows no journal: what was written, and what was not, goes back as a value.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from turbo_core.engine.baseline import since_last_good
from turbo_core.engine.earlier import EarlierRuns
from turbo_core.engine.living import Scribe
from turbo_core.engine.state import State
from turbo_core.engine.view import document_faults, view
from turbo_core.errors import StorageFailed
from turbo_core.journal import logs
from turbo_core.journal.files import private_folder, storage, write_whole
from turbo_core.model import Document, Draft, RunView
from turbo_core.plugins.hooking import Failure
from turbo_core.plugins.loading import Plugins
from turbo_core.report.own import Own
from turbo_core.settings import Settings
from turbo_core.settings_table import Living
from turbo_core.words import JSON

FOLDER_NAME = "report"


class Documents(Struct, frozen=True, kw_only=True):
    """The names of the documents that were written, and by plugin what went wrong."""

    names: tuple[str, ...]
    faults: Mapping[str, str]


class Desk(Struct, frozen=True, kw_only=True):
    """What documenters find: the folder of the project's own templates, those that plugins bring, and a folder for what is made
    from them.
    """

    templates: Path
    compiled: Path
    documents: tuple[Living, ...] = ()
    plugins: Plugins | None = None

    def template(self, name: str) -> str:
        """The text of a template that the project has, else a plugin; empty if neither has it."""
        path = (self.templates / name).resolve()
        inside = path.is_relative_to(self.templates.resolve())
        if inside and path.is_file():
            return path.read_text(encoding="utf-8")
        pages = self.plugins.offers("page") if self.plugins else ()
        found = sorted((page.plugin, page.text) for page in pages if name in {page.name, f"{page.plugin}/{page.name}"})
        return found[0][1] if found else ""

    @property
    def own(self) -> Own:
        """The same templates, for pages of the host itself."""
        return Own(find=self.template, compiled=self.compiled if self.compiled.is_dir() else None)


def desk_of(project: Path, settings: Settings, plugins: Plugins | None = None) -> Desk:
    """What there is in a project, and in its plugins."""
    compiled = settings.cache_folder / "templates"
    return Desk(templates=project / settings.templates, compiled=compiled, documents=settings.documents, plugins=plugins)


class _Context(Struct, frozen=True):
    folder: Path
    desk: Desk

    @property
    def compiled(self) -> Path | None:
        try:
            return private_folder(self.desk.compiled)
        except StorageFailed:
            return None

    def log_tail(self, path: str, limit: int) -> str:
        return logs.tail(self.folder, path, limit)

    def template(self, name: str) -> str:
        return self.desk.template(name)


def documented(
    plugins: Plugins, state: State, folder: Path, *, earlier: EarlierRuns, desk: Desk, rest: str, scribe: Scribe
) -> list[Draft]:
    """Have the documents of a run made at its end; gives the facts to journal, from which they can be made again.

    What a documenter did wrong belongs into the report of the run, so the documents are made once more if one did.

    Args:
        plugins: the documenters.
        state: the run, at rest.
        folder: the run's folder.
        earlier: the runs that it is compared with.
        desk: what documenters find there.
        rest: the outcome, if nothing is left to do; else empty.
        scribe: writes the living documents of the project.

    Raises:
        StorageFailed: a document cannot be written.
    """
    run = view(state, folder)
    others = tuple(fault for fault in run.faults if fault.moment != "document")
    run = replace(run, compared=since_last_good(earlier, run) if state.outcome else None, faults=others)
    wrong = scribe.close(run)
    written = document(plugins, replace(run, faults=(*document_faults(wrong), *others)), desk)
    if written.faults:
        wrong |= written.faults
        written = document(plugins, replace(run, faults=(*document_faults(wrong), *others)), desk)
    body: dict[str, JSON] = {"names": list(written.names), "faults": dict(wrong), "at_rest": rest}
    told = [Draft(kind="documents.written", body=body)]
    return [Draft(kind="run.compared", body=msgspec.to_builtins(run.compared)), *told] if run.compared else told


def document(plugins: Plugins, run: RunView, desk: Desk) -> Documents:
    """Ask every documenter, and write what they give into the run's ``report`` folder.

    Raises:
        StorageFailed: a document cannot be written.
    """
    reports = _reports(run.folder)
    answers = plugins.collect("turbo_document", run=run, context=_Context(run.folder, desk))
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
