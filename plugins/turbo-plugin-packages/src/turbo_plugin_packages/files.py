"""Writes one file of the project for an action, and takes it back. Knows nothing of what is in it."""

from __future__ import annotations

from pathlib import Path

from turbo_core import ActionFailed, Context

from turbo_plugin_packages.snapshots import Snapshot


def inside(context: Context, file: str) -> Path:
    """A file of the project.

    Raises:
        ActionFailed: it lies elsewhere, or is a folder.
    """
    path = (context.project / file).resolve()
    if not path.is_relative_to(context.project.resolve()) or path.is_dir():
        raise ActionFailed(f"{file!r} is no file of the project", next_step="name one, relative to the project")
    return path


def write(context: Context, file: str, text: str) -> None:
    """Write a file. What was there is kept for `take_back`."""
    path = inside(context, file)
    kept = _kept(context)
    kept.keep([file], [])
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    kept.close()


def take_back(context: Context, file: str) -> None:
    """Bring back what was there before `write`, and remove folders that are empty now."""
    kept = _kept(context)
    if not kept.kept:
        return
    kept.restore()
    kept.drop(context.project)
    folder = inside(context, file).parent
    while folder != context.project.resolve() and folder.is_dir() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


def _kept(context: Context) -> Snapshot:
    return Snapshot(context.project / ".turbo" / "packages" / context.key, context.project)
