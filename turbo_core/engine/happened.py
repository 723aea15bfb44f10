"""What happened outside of the core, as it is journalled: the bodies of events. It decides nothing."""

from __future__ import annotations

from turbo_core.engine.ports import Compared
from turbo_core.model import Draft, Outcome
from turbo_core.words import JSON


def probe_answer(outcome: Outcome) -> str:
    """What a probe says: an action tells it, a command by its exit code (0: it happened, 1: it did not)."""
    if outcome.state == "succeeded" and "happened" in outcome.outputs:
        return {True: "happened", False: "absent"}.get(outcome.outputs["happened"], "unknown")
    return {0: "happened", 1: "absent"}.get(-1 if outcome.exit_code is None else outcome.exit_code, "unknown")


def outcome_body(outcome: Outcome) -> dict[str, JSON]:
    """The body of ``attempt.ended``."""
    usage = outcome.usage
    return {
        "state": outcome.state,
        "failure": outcome.failure,
        "message": outcome.message,
        "exit_code": outcome.exit_code,
        "signal": outcome.signal,
        "outputs": dict(outcome.outputs),
        "usage": {
            "cpu": usage.cpu,
            "user": usage.user,
            "system": usage.system,
            "memory": usage.memory,
            "group_memory": usage.group_memory,
            "read_blocks": usage.read_blocks,
            "written_blocks": usage.written_blocks,
        },
        "leftovers": outcome.leftovers,
        "verified": outcome.verified,
        "log_bytes": outcome.log_bytes,
        "log_digest": outcome.log_digest,
    }


def compared(happening: Compared) -> Draft:
    """What comparing the files of a task gave."""
    body: dict[str, JSON] = {
        "fingerprint": happening.fingerprint,
        "unchanged": happening.unchanged,
        "run": happening.run,
        "outputs": dict(happening.outputs),
    }
    return Draft(kind="files.read", task=happening.address, body=body)
