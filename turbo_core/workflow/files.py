"""The text of workflow files, and what files are called. It must not know what is in them."""

from __future__ import annotations

import hashlib
import os
import stat
from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

from turbo_core.errors import Problem, WorkflowInvalid

_MAX_BYTES = 64 * 1024 * 1024
_UTF16 = (b"\xff\xfe", b"\xfe\xff")


def absolute(path: Path) -> Path:
    """The path from the root, lexically: a recorded definition must give the same paths, wherever links lead now."""
    return Path(os.path.abspath(path))  # noqa: PTH100 - resolve() would follow links


def shown(path: Path, project: Path) -> str:
    """``path`` relative to the project root if it is inside, else as it is; always with ``/``."""
    return path.relative_to(project).as_posix() if path.is_relative_to(project) else path.as_posix()


def read_text(path: Path) -> str:
    """The text of a file, without the byte order mark that some editors write.

    Raises:
        OSError: it cannot be read.
        WorkflowInvalid: it is no regular file, too large, or not UTF-8.
    """
    if not stat.S_ISREG(path.stat().st_mode):  # a pipe or a terminal would be waited for
        raise _invalid(path, "this is not a regular file", "write the path of a file of text", code="E-file")
    with path.open("rb") as file:
        data = file.read(_MAX_BYTES + 1)
    if len(data) > _MAX_BYTES:
        raise _invalid(path, "the file is too large", "split it", code="E-yaml-size")
    if data[:2] in _UTF16 or b"\x00" in data[:4]:
        raise _invalid(path, "the file is UTF-16 or UTF-32; only UTF-8 is read", "save it as UTF-8")
    try:
        return data.decode("utf-8-sig").replace("\r\n", "\n")
    except UnicodeDecodeError as error:
        good = error.object[: error.start].decode()
        line, column = good.count("\n") + 1, len(good) - good.rfind("\n")
        raise _invalid(path, "this byte is not UTF-8; only UTF-8 is read", "save it as UTF-8", line=line, column=column) from None


def framed_digest(parts: Iterable[bytes]) -> str:
    """Hex SHA-256 over all parts; no two different lists of parts give the same bytes."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(b"%d:" % len(part))
        digest.update(part)
    return digest.hexdigest()


def reader_of(texts: Mapping[str, str], project: Path) -> Callable[[Path], str]:
    """What `read_text` does, for texts that are recorded: path (relative to the project root if inside) -> text."""
    root = absolute(project)

    def recorded(path: Path) -> str:
        try:
            return texts[shown(path, root)]
        except KeyError:
            raise FileNotFoundError(f"{path} is not in the record") from None

    return recorded


def _invalid(path: Path, what: str, next_step: str, *, code: str = "E-yaml", line: int = 1, column: int = 1) -> WorkflowInvalid:
    return WorkflowInvalid([Problem(code=code, path=path.as_posix(), line=line, column=column, what=what, next_step=next_step)])
