"""Small JSON files that may vanish at any time: the caches of names and verdicts.

Owns their reading and writing. A cache that is damaged or cannot be written is no error: what it held is made again.
"""

from __future__ import annotations

import json
import os
import tempfile
from contextlib import suppress
from decimal import Decimal
from pathlib import Path

from turbo_core.words import JSON


def read(path: Path) -> JSON:
    """The JSON value in ``path``, or ``None`` if there is none that can be read."""
    try:
        return json.loads(path.read_bytes(), parse_float=Decimal)
    except (OSError, ValueError, RecursionError):
        return None


def write(path: Path, value: JSON) -> None:
    """Put ``value`` in ``path``: whole or not at all. Nothing happens if the folder cannot be written."""
    with suppress(OSError):
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=path.stem, suffix=".new")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as file:
                json.dump(value, file, default=float)
            Path(name).replace(path)
        except BaseException:
            Path(name).unlink(missing_ok=True)
            raise
