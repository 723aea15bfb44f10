"""The adapter of the executor: it knows how a command gets a low priority, and nothing of Turbo. Put your own in its place."""

from collections.abc import Sequence


def low(command: Sequence[str]) -> tuple[str, ...]:
    """The command that runs a command with low priority."""
    return ("nice", "-n", "10", *command)
