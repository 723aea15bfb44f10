"""The built-in decider: what to do about a failure that no retry took.

The rules of the project answer first. With autonomy ``manual`` a person is asked; otherwise it has no opinion, and the run stops.
Gates are judged by the host from their criteria; this decider gives no score to them.
"""

from __future__ import annotations

from turbo_core.builtin.matching import opinions_of
from turbo_core.hookspecs import hookimpl
from turbo_core.model import DecideContext, Opinion, Question


@hookimpl
def turbo_decide(question: Question, context: DecideContext) -> Opinion | None:
    """Answer by the first rule that fits; ask a person about a failure where nothing may go on without one."""
    if question.kind != "failure":
        return None
    found = next(iter(opinions_of(context.rules, question.task, question.facts, context.log_tail)), None)
    if found is None and question.facts["autonomy"] == "manual":
        return Opinion(name="manual", answer="ask", reason="autonomy is manual: a person decides")
    return found
