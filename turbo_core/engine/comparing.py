"""Is a task up to date? Its definition, values, sources and products, as one fingerprint."""

from __future__ import annotations

import hashlib
from pathlib import Path

from turbo_core.engine.nodes import Node
from turbo_core.journal import codec
from turbo_core.words import JSON
from turbo_core.workflow.definition import Task
from turbo_core.workflow.globs import matching


def fingerprint(node: Node, project: Path) -> str:
    """A digest (hex SHA-256) of all that decides whether the task must run; empty if a product is missing.

    Raises:
        OSError: a file cannot be read.
    """
    task = node.task
    produced = [matching(project, pattern) for pattern in task.produces]
    if not all(produced):
        return ""
    values = {name: value for name, value in node.values.items() if name in {"argv", "env", "with", "cwd"}}
    definition: list[JSON] = [task.kind, task.run if isinstance(task.run, str) else None, task.uses, list(task.shell)]
    digest = hashlib.sha256(b"turbo/files/v1\0" + codec.encode([definition, values]))
    paths = {path for pattern in task.sources for path in matching(project, pattern)} | set().union(*produced)
    for path in sorted(paths):
        digest.update(codec.encode(str(path.relative_to(project))) + _content(path))
    return digest.hexdigest()


def size_of_sources(task: Task, project: Path) -> int:
    """How many bytes the sources of a task have together; 0 if it declares none.

    Raises:
        OSError: a file cannot be looked at.
    """
    paths = {path for pattern in task.sources for path in matching(project, pattern)}
    return sum(path.stat().st_size for path in paths)


def _content(path: Path) -> bytes:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
