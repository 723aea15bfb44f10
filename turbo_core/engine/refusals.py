"""What is refused of a run at rest, and why: errors in words for people."""

from __future__ import annotations

from turbo_core.engine.state import State
from turbo_core.errors import ResumeRefused, UsageError


def nothing_to_resume(run: str, outcome: str) -> ResumeRefused:
    """The run has ended."""
    hint = "" if outcome == "succeeded" else "turbo resume --failed does again what did not succeed"
    return ResumeRefused(f"the run {outcome}", where=run, next_step=hint)


def nothing_to_undo(state: State, task: str = "") -> UsageError:
    """A task, or the whole run, has nothing to undo."""
    node = state.nodes.get(task)
    why = "" if node is None else "it was undone already" if node.undo == "undone" else "it has no undo, or did nothing yet"
    return UsageError(f"{task or 'the run'} has nothing to undo", where=f"run {state.run}", why=why, next_step="see turbo show")
