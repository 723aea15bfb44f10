"""What changed since the last good run of the same workflow: which run that is, and the comparison with it.

Told once, when a run ends, and journalled: a report depends on the journal of its run alone, also when the other run is gone.
"""

from __future__ import annotations

from typing import Final

from turbo_core.differences import Comparison
from turbo_core.engine.earlier import EarlierRuns
from turbo_core.journal import history
from turbo_core.model import RunView
from turbo_core.report.compare import compare

LOOK_BACK: Final = 50
"""How many earlier runs are looked at for one that succeeded."""


def since_last_good(earlier: EarlierRuns, run: RunView) -> Comparison | None:
    """What differs from the latest earlier run of the workflow that succeeded; ``None`` if none is known or can be read.

    Args:
        earlier: the runs of the project.
        run: the run that has ended.
    """
    for past in history.past_runs(earlier.project, run.workflow, LOOK_BACK):
        if past.outcome == "succeeded" and past.created < run.created_at and (before := earlier.view(past)):
            return compare(before, run)
    return None
