"""What a parked run waits for, and the command that lets it go on: one sentence for each task that asks."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from turbo_core.engine.nodes import Node

SHOWN = 3
"""So many tasks are told of; a run that waits for more tells how many."""


def command_for(run: str, node: Node) -> str:
    """What to type for one task that asks."""
    if "due" in node.asked:
        return f"turbo approve {run} {node.address}  (or turbo reject)"
    return f"turbo resume {run} --lost rerun --task {node.address}  (or done, or fail)"


def waits_for(run: str, asking: Iterable[Node]) -> Iterator[str]:
    """What a run waits for, a line for each of the first tasks, and how to see the rest."""
    nodes = list(asking)
    for node in nodes[:SHOWN]:
        what = "an answer" if "due" in node.asked else "somebody who says what became of its lost attempt"
        yield f"{node.address} waits for {what}: {command_for(run, node)}"
    if len(nodes) > SHOWN:
        yield f"{len(nodes) - SHOWN} more wait: turbo show {run}"
