"""The adapter of the tracker: it counts what it is told, once, and knows nothing of Turbo. Put your own in its place."""

import json
from pathlib import Path
from typing import Any


def add(file: Path, number: int, kind: str) -> None:
    """Count one thing of a kind, unless this number or a later one was counted before.

    Args:
        file: what was counted so far, as JSON; it need not exist.
        number: rises with each thing.
        kind: what is counted.

    Raises:
        OSError: the file cannot be read or written.
    """
    known: dict[str, Any] = json.loads(file.read_text(encoding="utf-8")) if file.exists() else {"last": 0, "counts": {}}
    if number <= known["last"]:
        return
    counts = known["counts"] | {kind: known["counts"].get(kind, 0) + 1}
    fresh = file.with_suffix(".new")
    fresh.write_text(json.dumps({"last": number, "counts": counts}), encoding="utf-8")
    # In one step, so that nobody ever reads half a file.
    fresh.replace(file)
