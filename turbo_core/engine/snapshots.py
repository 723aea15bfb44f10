"""Workflows that were read before, kept as JSON: what has not changed is neither parsed nor checked again.

Owns one file for each workflow, below a folder of caches, and knows when it still counts: every file that was looked for has the
same text, every action is declared the same and comes from the same code, and the reader is the same. A file that is damaged, or
belongs to somebody else, is none.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from contextlib import suppress
from decimal import Decimal
from functools import cache as once
from importlib import import_module
from pathlib import Path
from typing import Final, Protocol, TypeVar

import msgspec
from msgspec import Struct

from turbo_core import __version__
from turbo_core.errors import TurboError
from turbo_core.model import ActionInfo
from turbo_core.plugins import cache
from turbo_core.words import JSON
from turbo_core.workflow import expressions
from turbo_core.workflow.collector import collector_paused
from turbo_core.workflow.definition import Actions, Workflow
from turbo_core.workflow.expressions import Value, compile_condition, compile_value
from turbo_core.workflow.files import absolute, framed_digest, read_text, reader_of

MOST: Final = 200
"""How many snapshots a folder has; the oldest go."""

Read = Callable[[Path], str]
T = TypeVar("T")


class Catalogue(Actions, Protocol):
    """Actions, and what pins their code."""

    def code(self, name: str) -> str:
        """What changes with the code that checks arguments of an action; empty if nothing checks them here."""


class _Asked(Struct, frozen=True, kw_only=True):
    info: ActionInfo
    code: str


class _Snapshot(Struct, frozen=True, kw_only=True):
    """``texts``: the digest of each file that was looked for, empty if there was none. ``templates``: those of plugins.

    ``workflow`` is read when all the rest agrees.
    """

    workflow: msgspec.Raw
    texts: dict[str, str]
    actions: dict[str, _Asked]
    templates: dict[str, str | None]


class Snapshots:
    """Reads workflows, or finds them as they were read before.

    Args:
        folder: where snapshots are kept; it need not exist, nor be writable. Without it every workflow is read anew.
    """

    def __init__(self, folder: Path | None = None) -> None:
        self._folder = folder

    def load(self, path: Path, project: Path, actions: Catalogue) -> Workflow:
        """Read and check the workflow at ``path``, as `turbo_core.workflow.reading.load` does.

        Raises:
            WorkflowInvalid: with all problems of all its files.
        """
        notes, file = _Notes(actions, read_text), self._file(path, project)
        workflow = _known(file, notes)
        if workflow is None:
            workflow = _read(path, project, notes)
            if file:
                _keep(file, notes, workflow)
        return workflow

    def from_texts(self, texts: Mapping[str, str], main: str, project: Path, actions: Catalogue) -> Workflow:
        """Read a recorded definition again, as `turbo_core.workflow.reading.from_texts` does. It is found, but not kept.

        Raises:
            WorkflowInvalid: as `load`.
        """
        path = absolute(project) / main
        notes = _Notes(actions, reader_of(texts, project))
        return _known(self._file(path, project), notes) or _read(path, project, notes)

    def _file(self, path: Path, project: Path) -> Path | None:
        return self._folder and self._folder / f"{_digest(_reader(), str(project), str(path))}.json"


NONE: Final = Snapshots()
"""Reads every workflow anew."""


class _Notes:
    """Files and actions, with notes of what was asked for."""

    def __init__(self, actions: Catalogue, read: Read) -> None:
        self._actions = actions
        self._read = read
        self._texts: dict[str, str] = {}
        self._infos: dict[str, _Asked] = {}
        self._templates: dict[str, str | None] = {}

    def read(self, path: Path) -> str:
        self._texts[str(path)] = ""
        text = self._read(path)
        self._texts[str(path)] = _digest(text)
        return text

    def info(self, name: str) -> ActionInfo:
        info = self._actions.info(name)
        self._infos[name] = _Asked(info=info, code=self._actions.code(name))
        return info

    def template(self, name: str) -> str | None:
        self._templates[name] = text = self._actions.template(name)
        return text

    def check(self, name: str, argument: str, value: JSON) -> str:
        return self._actions.check(name, argument, value)

    def snapshot(self, workflow: Workflow) -> _Snapshot:
        return _Snapshot(
            workflow=msgspec.Raw(_ENCODER.encode(workflow)), texts=self._texts, actions=self._infos, templates=self._templates
        )

    def agree(self, known: _Snapshot) -> bool:
        """Whether everything that a snapshot was made of is as it was. What nobody checks here was checked when it was made."""
        return (
            all(self._is(path, digest) for path, digest in known.texts.items())
            and all(self._same(name, asked) for name, asked in known.actions.items())
            and all(self._actions.template(name) == text for name, text in known.templates.items())
        )

    def _is(self, path: str, digest: str) -> bool:
        try:
            return _digest(self._read(Path(path))) == digest
        except (FileNotFoundError, NotADirectoryError):
            return not digest

    def _same(self, name: str, asked: _Asked) -> bool:
        return self._actions.info(name) == asked.info and self._actions.code(name) in ("", asked.code)


def _read(path: Path, project: Path, notes: _Notes) -> Workflow:
    # By name: parsing and checking cost pydantic and YAML, which a workflow that has not changed does not need.
    workflow: Workflow = import_module("turbo_core.workflow.reading").load(path, project, notes, notes.read)
    return workflow


def _known(file: Path | None, notes: _Notes) -> Workflow | None:
    if file is None:
        return None
    # Whatever does not fit is told by reading the workflow anew.
    with suppress(OSError, ValueError, RecursionError, TurboError), collector_paused():
        known = _decoder(_Snapshot).decode(cache.content(file))
        if notes.agree(known):
            workflow: Workflow = _decoder(Workflow).decode(known.workflow)
            return workflow
    return None


def _keep(file: Path, notes: _Notes, workflow: Workflow) -> None:
    # A workflow may hold text or numbers that JSON cannot tell exactly.
    with suppress(OSError, ValueError, TypeError, RecursionError):
        cache.put(file, _ENCODER.encode(notes.snapshot(workflow)))
        kept = sorted(file.parent.glob("*.json"), key=lambda one: one.stat().st_mtime)
        for old in kept[:-MOST]:
            old.unlink(missing_ok=True)


def _encode(value: object) -> JSON:
    if isinstance(value, Value):
        return {"condition" if value.condition else "value": value.raw}
    raise TypeError(f"a value of type {type(value).__name__} is not kept")


def _decode(_kind: type, written: JSON) -> Value:
    match written:
        case {"value": raw}:
            return compile_value(raw)
        case {"condition": raw}:
            return compile_condition(raw)
    raise ValueError(f"{written!r} is no value of a workflow")


_ENCODER: Final = msgspec.json.Encoder(decimal_format="number", enc_hook=_encode)


@once
def _decoder(kind: type[T]) -> msgspec.json.Decoder[T]:
    return msgspec.json.Decoder(kind, float_hook=Decimal, dec_hook=_decode)


@once
def _reader() -> str:
    """What pins the reader: a version, and for those who work on it the times of its files."""
    files = sorted(Path(expressions.__file__).parent.glob("*.py"))
    return _digest(__version__, sys.version, *(f"{file.name} {file.stat().st_mtime_ns}" for file in files))


def _digest(*parts: str) -> str:
    return framed_digest(part.encode("utf-8", "surrogateescape") for part in parts)
