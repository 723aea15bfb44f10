"""Changes to files of settings: which plugins are off, which registries are asked. Comments and order stay as they are.

Owns the writing of ``turbo.toml`` and ``[tool.turbo]``. How settings are read and which place wins stands in ``settings``.
"""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterable, Mapping, MutableMapping
from contextlib import suppress
from pathlib import Path
from typing import Any

import tomlkit
from msgspec import Struct
from tomlkit.exceptions import TOMLKitError

from turbo_core.errors import UsageError
from turbo_core.words import JSON


class Place(Struct, frozen=True, kw_only=True):
    """A table of settings in a file; ``keys`` lead to it."""

    file: Path
    keys: tuple[str, ...] = ()


def of_project(project: Path) -> Place:
    """Where the settings of a project stand: the table ``[tool.turbo]`` if there is one, else ``turbo.toml``."""
    shared = Place(file=project / "pyproject.toml", keys=("tool", "turbo"))
    if _table(_load(shared.file), shared.keys) is not None:
        return shared
    return Place(file=project / "turbo.toml")


def names_in(place: Place, key: str) -> list[str]:
    """A list of names as it stands in a file; empty if it does not.

    Raises:
        UsageError: the file cannot be read.
    """
    found = _table(_load(place.file), (*place.keys, *key.split(".")))
    return [str(name) for name in found] if isinstance(found, list) else []


def set_names(place: Place, key: str, names: Iterable[str], *, explicit: bool = False) -> None:
    """Write a list of names; an empty one takes the setting away.

    Args:
        place: the table.
        key: ``registries``, or ``plugins.disabled``: a key in a table of its own.
        names: the whole list.
        explicit: write it also if it is empty, so that it outweighs that of another place.

    Raises:
        UsageError: the file cannot be read or written.
    """
    document = _load(place.file)
    *tables, last = (*place.keys, *key.split("."))
    wanted = [*names]
    if wanted or explicit:
        table = _made(document, tables)
        # The list is filled in place, so that comments beside it stay.
        if isinstance(table.get(last), list):
            _refill(table[last], wanted)
        else:
            table[last] = wanted
    else:
        _drop(document, [*tables, last])
    _save(place.file, document)


def set_values(place: Place, values: Mapping[str, JSON]) -> None:
    """Write values by their keys (``autonomy``, ``plugins.slack.channel``); all of them, or none.

    Raises:
        UsageError: the file cannot be read or written.
    """
    document = _load(place.file)
    for key, value in values.items():
        *tables, last = (*place.keys, *key.split("."))
        _made(document, tables)[last] = value
    _save(place.file, document)


def drop_tables(place: Place, plugins: Iterable[str]) -> list[str]:
    """Remove the settings ``[plugins.NAME]`` of plugins; gives the names of those that had some.

    Raises:
        UsageError: the file cannot be read or written.
    """
    document = _load(place.file)
    found = [name for name in plugins if isinstance(_table(document, (*place.keys, "plugins", name)), MutableMapping)]
    for name in found:
        _drop(document, [*place.keys, "plugins", name])
    if found:
        _save(place.file, document)
    return found


def _load(file: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return tomlkit.document()
    except (OSError, ValueError, TOMLKitError) as error:
        raise UsageError("the settings cannot be read", where=str(file), why=str(error)) from error


def _table(document: MutableMapping[str, Any], keys: Iterable[str]) -> Any:
    found: Any = document
    for key in keys:
        found = found.get(key) if isinstance(found, MutableMapping) else None
    return found


def _made(document: MutableMapping[str, Any], keys: Iterable[str]) -> MutableMapping[str, Any]:
    for key in keys:
        if key not in document:
            document[key] = tomlkit.table()
        document = document[key]
    return document


def _refill(listed: list[str], wanted: list[str]) -> None:
    for name in [name for name in listed if name not in wanted]:
        listed.remove(name)
    listed.extend(name for name in wanted if name not in listed)


def _drop(document: MutableMapping[str, Any], keys: list[str]) -> None:
    """Remove a key, and the table around it if nothing is left in it; the table of the place itself stays."""
    holder = _table(document, keys[:-1])
    if isinstance(holder, MutableMapping) and keys[-1] in holder:
        del holder[keys[-1]]
        if not holder and keys[-2:-1] == ["plugins"]:
            _drop(document, keys[:-1])


def _save(file: Path, document: tomlkit.TOMLDocument) -> None:
    text = tomlkit.dumps(document)
    file = file.resolve()
    try:
        if file.is_file() and file.read_text(encoding="utf-8") == text:
            return
        file.parent.mkdir(parents=True, exist_ok=True)
        # Whole or not at all: a file of settings that is half there would stop every command.
        handle, name = tempfile.mkstemp(dir=file.parent, prefix=f".{file.name}.")
        try:
            with os.fdopen(handle, "w", encoding="utf-8") as new:
                new.write(text)
            Path(name).chmod(file.stat().st_mode & 0o777 if file.exists() else 0o644)
            Path(name).replace(file)
        except BaseException:
            with suppress(OSError):
                Path(name).unlink()
            raise
    except OSError as error:
        raise UsageError("the settings cannot be written", where=str(file), why=error.strerror or str(error)) from error
