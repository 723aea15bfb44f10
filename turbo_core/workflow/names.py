"""Which words may name something in a workflow. It must not know where the names stand."""

from __future__ import annotations

import keyword
import re
from typing import Final

from turbo_core.workflow.schema import LANGUAGE_KEYS

_NAME = re.compile(r"[a-z][a-z0-9_]{0,62}")
_MAX_LENGTH: Final = 63
_PYTHON: Final = frozenset(keyword.kwlist) | {"true", "false", "null"}


def name_fault(name: str, *, keys_too: bool = False) -> tuple[str, str]:
    """Why ``name`` cannot be a name, and the next step; two empty strings if it can.

    Args:
        name: the word.
        keys_too: whether the keys of the language are refused (tasks and phases).
    """
    if not _NAME.fullmatch(name):
        return _shape_fault(name)
    if name in _PYTHON:
        return "it is a reserved word of expressions", f"choose another, such as '{name}_it'"
    if keys_too and name in LANGUAGE_KEYS:
        return (
            "it is a key of the language; perhaps a level (the phase) is missing above it",
            f"choose another, such as '{name}_it'",
        )
    return "", ""


def _shape_fault(name: str) -> tuple[str, str]:
    if len(name) > _MAX_LENGTH:
        return f"it is longer than {_MAX_LENGTH} characters", "shorten it"
    better = re.sub(r"[^a-z0-9_]+", "_", name.lower()).lstrip("_0123456789")
    hint = f"write '{better}'" if _NAME.fullmatch(better) else "choose another"
    if "-" in name and _NAME.fullmatch(name.replace("-", "_")):
        return "an expression would read the hyphen as a minus", hint
    return "names are small letters, digits and _, and begin with a letter", hint
