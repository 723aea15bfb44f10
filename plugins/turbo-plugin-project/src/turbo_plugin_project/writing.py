"""Writes files of the project in one step, keeps what they replace, and brings it back."""

from __future__ import annotations

import os
import posixpath
from hashlib import sha256
from pathlib import Path

from turbo_core import ActionFailed, Context


def inside(project: Path, file: str) -> Path:
    """A file of the project.

    Raises:
        ActionFailed: it lies outside.
    """
    path = (project / file).resolve()
    if not path.is_relative_to(project.resolve()) or path == project.resolve():
        raise ActionFailed(f"{file!r} is no file of the project", next_step="name one, relative to the project")
    return path


def below(folder: str, file: str) -> str:
    """A file of a folder of the project, relative to the project."""
    return posixpath.normpath(posixpath.join(folder, file))


def digest(text: str) -> str:
    """The SHA-256 of a text, in hexadecimal."""
    return sha256(text.encode()).hexdigest()


def write(context: Context, file: str, text: str, *, overwrite: bool) -> None:
    """Write a text; a file that it replaces is kept for the undo. Of two attempts with one key the second changes nothing.

    Raises:
        ActionFailed: a file of that name is there, and must not be replaced.
    """
    path, noted = inside(context.project, file), _noted(context)
    there = path.exists() or path.is_symlink()
    if there and path.is_file() and path.read_bytes() == text.encode():
        return
    if there and not overwrite and not _own(path, noted):
        raise ActionFailed(
            f"{file} is there already, and was left as it is", next_step="name another file, or say 'overwrite' if it may go"
        )
    noted.parent.mkdir(parents=True, exist_ok=True)
    if there and not noted.exists():
        _before(noted).write_bytes(path.read_bytes())
    noted.write_text(digest(text), encoding="utf-8")
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f".{path.name}.{os.getpid()}")
    fresh.write_text(text, encoding="utf-8")
    fresh.replace(path)


def _own(path: Path, noted: Path) -> bool:
    """An earlier attempt wrote it, and nobody has changed it since."""
    return noted.exists() and path.is_file() and sha256(path.read_bytes()).hexdigest() == noted.read_text(encoding="utf-8")


def take_back(context: Context, file: str) -> None:
    """Remove what was written with this key, or bring back what was there before. Harmless if nothing was.

    Raises:
        ActionFailed: it has been changed since.
    """
    path, noted = inside(context.project, file), _noted(context)
    if not noted.exists():
        return
    if path.exists() and not _own(path, noted):
        raise ActionFailed(f"{file} is not what was written, and is left alone", next_step="look at it, and decide yourself")
    if _before(noted).exists():
        _before(noted).replace(path)
    else:
        path.unlink(missing_ok=True)
    noted.unlink()
    _tidy(context.project, noted.parent)
    _tidy(context.project, path.parent)


def _noted(context: Context) -> Path:
    """Where the digest of what was written is noted, before it is."""
    return context.project / ".turbo" / "project" / f"{context.key}.digest"


def _before(noted: Path) -> Path:
    return noted.with_suffix(".before")


def _tidy(project: Path, folder: Path) -> None:
    while folder != project and folder.exists() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent
