"""What plugins that document promise: the same bytes for the same run, in files of their own, what tasks said as mere text."""

from __future__ import annotations

import re
import time
from collections import Counter
from pathlib import PurePosixPath
from typing import ClassVar

from msgspec import Struct

from turbo_core.model import Document, RunView
from turbo_core.testing.conformance.base import difference
from turbo_core.testing.conformance.checks import check, require
from turbo_core.testing.conformance.hooks import HookSuite
from turbo_core.testing.conformance.samples import HARMFUL, views

_MEDIA_TYPE = re.compile(r"[a-z]+/[a-z0-9.+-]+(; ?[a-z-]+=[\w-]+)*")
_LOG = f"a line\n{HARMFUL}\n\x1b[31mred\n"
_A_WHILE = 1.1


class _Context(Struct, frozen=True):
    compiled: None = None

    def log_tail(self, path: str, limit: int) -> str:
        return _LOG[-limit:] if path else ""

    def template(self, name: str) -> str:
        return ""


class DocumenterSuite(HookSuite):
    """The checks for a plugin that implements ``turbo_document``. It meets runs that succeeded, failed, and parked."""

    hook: ClassVar[str] = "turbo_document"

    @check("bronze")
    def test_it_makes_documents(self) -> None:
        """Some run gets a document, each with a name, a type and bytes, in the folder of the report."""
        made = [document for run in self._runs() for document in self._document(run)]
        require(made, "it makes no document of any run", "return Documents from turbo_document")
        for document in made:
            name, path = document.name, PurePosixPath(document.name)
            require(
                name and not path.is_absolute() and ".." not in path.parts, f"it names a document {name!r}", "stay in the folder"
            )
            require(
                _MEDIA_TYPE.fullmatch(document.media_type),
                f"the type of {name} is {document.media_type!r}",
                "write it like text/html",
            )
            require(isinstance(document.content, bytes), f"{name} holds no bytes", "encode the text")

    @check("bronze")
    def test_no_two_documents_have_one_name(self) -> None:
        """One document does not overwrite another."""
        for run in self._runs():
            twice = [name for name, count in Counter(document.name for document in self._document(run)).items() if count > 1]
            require(not twice, f"two documents are named {', '.join(twice)}", "name them apart")

    @check("silver")
    def test_what_tasks_say_is_text(self) -> None:
        """Output, messages and descriptions of tasks do not become a part of an HTML page."""
        for run in self._runs():
            for document in self._document(run):
                harmed = "html" in document.media_type and HARMFUL.encode() in document.content
                require(not harmed, f"{document.name} holds a script that a task has said", "escape all text of the run")

    @check("silver")
    def test_documenting_changes_nothing(self) -> None:
        """The host writes the documents; the plugin only makes them."""
        self.prepare(self.project)
        runs = self._runs()
        before = self.state(self.project)
        for run in runs:
            self._document(run)
        after = self.state(self.project)
        require(before == after, f"documenting changes something: {difference(before, after)}", "return the content instead")

    @check("gold")
    def test_the_same_run_gives_the_same_bytes(self) -> None:
        """A document depends on the run alone: not on the time, and not on what was documented before."""
        for run in self._runs():
            first = self._document(run)
            time.sleep(_A_WHILE)
            second = self._document(run)
            before, after = ({document.name: document.content for document in made} for made in (first, second))
            require(
                before == after,
                f"the same run gives other documents later: {difference(before, after)}",
                "use only what it is given",
            )

    def _runs(self) -> list[RunView]:
        folder = self.project.parent / "samples"
        number = len(list(folder.parent.glob("samples*")))
        return views(folder.with_name(f"samples{number}"))

    def _document(self, run: RunView) -> list[Document]:
        step = "document every run as far as it came"
        documents = [*(self.ask(f"a run that {run.outcome}", step, run=run, context=_Context()) or ())]
        for document in documents:
            require(isinstance(document, Document), f"it gives a {type(document).__name__}", "give Documents")
        return documents
