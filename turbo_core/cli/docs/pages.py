"""The living documents of a project, as the commands of ``turbo docs`` meet them."""

from __future__ import annotations

from collections.abc import Iterator

from turbo_core.app import App
from turbo_core.engine.earlier import EarlierRuns
from turbo_core.engine.handbooks import handbook
from turbo_core.engine.living import Page, gathered, page
from turbo_core.errors import UsageError
from turbo_core.settings_table import Living

WITHOUT_WORKFLOW = frozenset({"status"})
"""Kinds that tell of all workflows, and need none."""


def declared(app: App) -> tuple[Living, ...]:
    """The documents that the settings declare.

    Raises:
        UsageError: there are none.
    """
    if not app.settings.documents:
        raise UsageError(
            "no living documents are declared",
            where=str(app.project / "turbo.toml"),
            next_step='write [documents.status] with path = "STATUS.md" and kind = "status"',
        )
    return app.settings.documents


def pages(app: App) -> Iterator[Page]:
    """Each declared document, as it is and as it should be.

    Raises:
        WorkflowInvalid: the workflow of a document cannot be read.
        UsageError: there is no such workflow.
    """
    earlier = EarlierRuns(app.project, app.fold)
    for living in declared(app):
        book = None
        if living.workflow or living.kind not in WITHOUT_WORKFLOW:
            workflow, _path = app.workflow(living.workflow or None)
            book = handbook(workflow, app.catalog)
        known = gathered(earlier, book.name if book else "", book)
        yield page(living, app.project, known, app.desk.own)
