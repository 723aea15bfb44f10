"""The adapter of the channel: it keeps entries in a file, each once, and knows nothing of Turbo. Put your own in its place."""

import json
from collections.abc import Mapping
from pathlib import Path


def append(file: Path, key: str, entry: Mapping[str, str]) -> int:
    """Append an entry as one line of JSON, unless there is one with this key.

    Args:
        file: need not exist.
        key: tells the entry from all others.
        entry: what is kept beside the key.

    Returns:
        The number of the line in which it stands.

    Raises:
        OSError: the file cannot be read or written.
    """
    keys = [json.loads(line)["key"] for line in file.read_text(encoding="utf-8").splitlines()] if file.exists() else []
    if key in keys:
        return keys.index(key) + 1
    with file.open("a", encoding="utf-8") as lines:
        lines.write(json.dumps({"key": key, **entry}) + "\n")
    return len(keys) + 1
