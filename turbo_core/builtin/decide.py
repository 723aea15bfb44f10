"""The built-in decider: what to do about a failure that no retry took.

With autonomy ``manual`` a person is asked; otherwise it has no opinion, and the run stops. Gates are judged by the host from
their criteria; this decider gives no score to them.
"""

from __future__ import annotations

from turbo_core.hookspecs import hookimpl
from turbo_core.model import Opinion, Question


@hookimpl
def turbo_decide(question: Question) -> Opinion | None:
    """Ask a person about a failure where nothing may go on without one."""
    if question.kind == "failure" and question.facts["autonomy"] == "manual":
        return Opinion(name="manual", answer="ask", reason="autonomy is manual: a person decides")
    return None
