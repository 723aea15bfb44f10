"""What changed since the last good run of the same workflow: which run that is, and the comparison with it.

Told once, when a run ends, and journalled: a report depends on the journal of its run alone, also when the other run is gone.
"""

from __future__ import annotations

from pathlib import Path
from typing import Final

from turbo_core.differences import Comparison
from turbo_core.engine.folding import fold
from turbo_core.engine.view import view
from turbo_core.errors import TurboError
from turbo_core.journal import history
from turbo_core.journal.runs import run_folder
from turbo_core.model import RunView
from turbo_core.report.compare import compare

LOOK_BACK: Final = 50
"""How many earlier runs are looked at for one that succeeded."""


def since_last_good(project: Path, run: RunView) -> Comparison | None:
    """What differs from the latest earlier run of the workflow that succeeded; ``None`` if none is known or can be read.

    Args:
        project: the folder in whose ``.turbo`` the runs are.
        run: the run that has ended.
    """
    for past in history.past_runs(project, run.workflow, LOOK_BACK):
        folder = run_folder(project, past.id)
        if past.outcome == "succeeded" and past.created < run.created_at and folder.is_dir():
            try:
                return compare(view(fold(folder), folder), run)
            except TurboError:
                return None
    return None
