"""What is refused of a run at rest, and why: errors in words for people."""

from __future__ import annotations

from turbo_core.engine.mail import acknowledged
from turbo_core.engine.state import State
from turbo_core.errors import ResumeRefused, UsageError
from turbo_core.model import Draft


def nothing_to_resume(run: str, outcome: str) -> ResumeRefused:
    """The run has ended."""
    hint = "" if outcome == "succeeded" else "turbo resume --failed does again what did not succeed"
    return ResumeRefused(f"the run {outcome}", where=run, next_step=hint)


def nothing_to_undo(state: State, task: str = "") -> UsageError:
    """A task, or the whole run, has nothing to undo."""
    node = state.nodes.get(task)
    why = "" if node is None else "it was undone already" if node.undo == "undone" else "it has no undo, or did nothing yet"
    return UsageError(f"{task or 'the run'} has nothing to undo", where=f"run {state.run}", why=why, next_step="see turbo show")


def refuse_stranger(state: State, task: str, who: str) -> None:
    """Refuse somebody whom the settings do not know, where another person than the starter has to answer.

    Raises:
        UsageError: the task asks for that; nobody can tell who a stranger is.
    """
    node = state.nodes.get(task)
    if node is not None and node.asked.get("not_starter"):
        raise UsageError(
            "the answer is refused",
            where=task,
            why=f"{who} is nobody in [people], and may be {state.actor}, who started the run; turbo.toml says who it is: "
            f'[people], then NAME = ["{who}"]',
            next_step="add that line with the name of the person, and answer again",
        )


def seen(state: State, key: str, who: str) -> Draft:
    """The fact that somebody has seen a message.

    Raises:
        UsageError: there is no such message, or somebody was first.
    """
    for draft in acknowledged(state, key, who):
        return draft
    first = state.acknowledged.get(key)
    why = f"{first.actor} has acknowledged it at {first.at}" if first else ""
    what = "the message is acknowledged already" if first else "there is no such message"
    raise UsageError(what, where=key, why=why, next_step=f"turbo messages list {state.run}")
