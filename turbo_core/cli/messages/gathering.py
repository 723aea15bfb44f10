"""The messages of the latest runs of a project, read from their journals."""

from __future__ import annotations

from turbo_core.app import App
from turbo_core.errors import TurboError
from turbo_core.journal.reader import read
from turbo_core.journal.runs import runs
from turbo_core.telling.posted import Posted, posted


def gathered(app: App, run: str | None, limit: int) -> list[Posted]:
    """The messages of a run, or of the latest ones; what a damaged journal holds is left out.

    Raises:
        RunUnknown: there is no such run.
    """
    folders = [app.folder(run)] if run else [one.folder for one in runs(app.project)[-limit:] if not one.problem]
    found: list[Posted] = []
    for folder in folders:
        try:
            found += posted(read(folder))
        except TurboError:
            if run:
                raise
    return found
