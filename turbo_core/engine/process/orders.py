"""What a supervisor is told to do, and what it answers, as values and as messages.

Secrets are resolved here: an order holds their values, travels over a socket only, and is never written anywhere.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path

from msgspec import Struct, field

from turbo_core.engine.process.wire import Message
from turbo_core.model import Attempt, Outcome, Usage
from turbo_core.words import JSON


class Call(Struct, frozen=True, kw_only=True):
    """A function to call in the supervisor.

    ``target`` is ``module:function``. The function takes the object ``arguments`` and returns an object with ``state``
    (``succeeded`` or ``failed``), ``failure``, ``message`` and ``outputs``.
    """

    target: str
    arguments: Mapping[str, JSON] = field(default_factory=dict)


class Order(Struct, frozen=True, kw_only=True):
    """One attempt for a supervisor: a command (``argv``) or a ``call``.

    ``env`` is added to the environment that all attempts share. ``log`` must not exist yet. ``mask`` holds the secrets to take
    out of the output; ``mask_file`` receives more of them while the attempt runs, one per line. ``memory`` is in bytes.
    """

    argv: tuple[str, ...] = ()
    call: Call | None = None
    env: Mapping[str, str] = field(default_factory=dict)
    cwd: Path
    log: Path
    mask: Sequence[str] = ()
    mask_file: Path | None = None
    memory: int | None = None
    processes: int | None = None

    @classmethod
    def from_attempt(
        cls,
        attempt: Attempt,
        *,
        env: Mapping[str, str],
        mask: Sequence[str] = (),
        mask_file: Path | None = None,
        call: Call | None = None,
    ) -> Order:
        """Make the order of an attempt whose secrets are resolved.

        Args:
            attempt: what to run; of an action only cwd, log and limits are taken.
            env: what the attempt adds to the environment that all share, secrets included.
            mask: the values of all secrets that the run knows.
            mask_file: where the task may write secrets that it makes (``TURBO_MASK``).
            call: what to call for an action.
        """
        return cls(
            argv=() if call else attempt.argv,
            call=call,
            env=env,
            cwd=attempt.cwd,
            log=attempt.log,
            mask=mask,
            mask_file=mask_file,
            memory=attempt.memory,
            processes=attempt.processes,
        )

    def message(self) -> Message:
        """Give the order as a message."""
        return {
            "argv": list(self.argv),
            "call": {"target": self.call.target, "arguments": dict(self.call.arguments)} if self.call else None,
            "env": dict(self.env),
            "cwd": str(self.cwd),
            "log": str(self.log),
            "mask": list(self.mask),
            "mask_file": str(self.mask_file) if self.mask_file else None,
            "memory": self.memory,
            "processes": self.processes,
        }

    @classmethod
    def read(cls, message: Message, environment: Mapping[str, str]) -> Order:
        """Take an order out of a message; its ``env`` is the whole environment then.

        Args:
            message: what was sent.
            environment: what all attempts inherit.
        """
        call = message["call"]
        return cls(
            argv=tuple(message["argv"]),
            call=Call(target=call["target"], arguments=call["arguments"]) if call else None,
            env={**environment, **message["env"]},
            cwd=Path(message["cwd"]),
            log=Path(message["log"]),
            mask=message["mask"],
            mask_file=Path(message["mask_file"]) if message["mask_file"] else None,
            memory=message["memory"],
            processes=message["processes"],
        )


def outcome_message(outcome: Outcome) -> Message:
    """Give an outcome as a message."""
    usage = outcome.usage
    return {
        "state": outcome.state,
        "failure": outcome.failure,
        "message": outcome.message,
        "exit_code": outcome.exit_code,
        "signal": outcome.signal,
        "outputs": dict(outcome.outputs),
        "usage": [
            *(usage.cpu, usage.user, usage.system),
            *(usage.memory, usage.group_memory, usage.read_blocks, usage.written_blocks),
        ],
        "leftovers": outcome.leftovers,
        "verified": outcome.verified,
        "log_bytes": outcome.log_bytes,
        "log_digest": outcome.log_digest,
    }


def read_outcome(message: Message) -> Outcome:
    """Take an outcome out of a message."""
    cpu, user, system, memory, group_memory, read_blocks, written_blocks = message["usage"]
    usage = Usage(
        cpu=float(cpu),
        user=float(user),
        system=float(system),
        memory=memory,
        group_memory=group_memory,
        read_blocks=read_blocks,
        written_blocks=written_blocks,
    )
    return Outcome(**(message | {"usage": usage}))
