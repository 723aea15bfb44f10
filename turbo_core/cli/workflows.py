"""Which workflow a command about the past means."""

from __future__ import annotations

from difflib import get_close_matches
from pathlib import Path

from turbo_core.errors import UsageError
from turbo_core.journal import history


def known_workflow(project: Path, name: str | None) -> str:
    """The workflow of that name that has run; the one that ran last if none is named.

    Raises:
        UsageError: none has.
    """
    known = history.workflows(project)
    if name is None and known:
        return known[0]
    if name in known:
        return str(name)
    if not known:
        raise UsageError("there is no history here yet", where=str(project), next_step="start a run with: turbo run")
    close = get_close_matches(name or "", known, n=1)
    hint = f"did you mean {close[0]}?" if close else f"known are: {', '.join(known[:8])}"
    raise UsageError(f"no run of a workflow {name!r} is known", where=str(project), next_step=hint)
