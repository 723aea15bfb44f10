"""The outputs of tasks: reading a command's ``$TURBO_OUTPUT`` strictly, by the declared types; what of them can be recorded."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from pathlib import Path

from turbo_core.errors import ExpressionFailed
from turbo_core.journal import reports
from turbo_core.journal.codec import decode, encode
from turbo_core.words import JSON
from turbo_core.workflow.exact import parse_number

LIMIT = 1024 * 1024
"""Bytes that the outputs of one task may have."""

DEPTH = 64
"""How deeply lists and objects may be nested in each other."""

_KINDS: Mapping[str, tuple[type, ...]] = {
    "string": (str,),
    "integer": (int,),
    "number": (int, Decimal),
    "boolean": (bool,),
    "list": (list,),
    "object": (dict,),
}


def read(path: Path, declared: Mapping[str, str]) -> dict[str, JSON]:
    """Read the outputs that a command wrote.

    Args:
        path: the file that ``$TURBO_OUTPUT`` named; it need not exist.
        declared: name → type; a type that ends in ``?`` may be missing.

    Raises:
        ExpressionFailed: an output is undeclared, missing, ill-typed, or there is too much.
    """
    data = b""
    if path.is_file():
        _refuse_length(path.stat().st_size)
        data = path.read_bytes()
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        raise ExpressionFailed("its outputs are not UTF-8", why=str(error)) from error
    return check(_object(text) if text.lstrip().startswith("{") else _lines(text, declared), declared)


def reported(files: str) -> dict[str, JSON]:
    """What a task has reported of its progress, as the journal keeps it: nothing, if it has not.

    Args:
        files: the beginning of the paths of the attempt's files.
    """
    found = reports.read(f"{files}{reports.ENDING}")
    if found is None:
        return {}
    return {"progress": {"done": found.done, "total": found.total, "cost": found.cost}}


def recordable(outputs: Mapping[str, JSON]) -> dict[str, JSON]:
    """The outputs as they are, if the journal can hold them.

    Raises:
        ExpressionFailed: they are too long, nested too deeply, or no JSON.
    """
    level: list[JSON] = [outputs]
    for _ in range(DEPTH):
        level = [inner for outer in level for inner in _inside(outer)]
        if not level:
            break
    else:
        raise ExpressionFailed(f"its outputs are nested more than {DEPTH} times", next_step="write a file, and output its path")
    try:
        _refuse_length(len(encode(outputs)))
    except (TypeError, ValueError) as error:
        raise ExpressionFailed("its outputs cannot be written as JSON", why=str(error)) from error
    return dict(outputs)


def _inside(value: JSON) -> list[JSON]:
    """The lists and objects right inside one."""
    values = value.values() if isinstance(value, Mapping) else value
    return [inner for inner in values if isinstance(inner, Mapping | list | tuple)]


def _refuse_length(length: int) -> None:
    if length > LIMIT:
        raise ExpressionFailed(
            f"its outputs are {length} bytes long; 1 MiB is the most", next_step="write a file, and output its path"
        )


def check(given: Mapping[str, JSON], declared: Mapping[str, str]) -> dict[str, JSON]:
    """Hold values against declared types; ``null`` stands for each optional one that is missing."""
    for name in given:
        if name not in declared:
            raise ExpressionFailed(
                f"it wrote the output {name!r}, which is not declared", next_step=f"add {name} to its outputs:"
            )
    return {name: _typed(name, given.get(name), kind) for name, kind in declared.items()}


def _typed(name: str, value: JSON, kind: str) -> JSON:
    bare = kind.removesuffix("?")
    if value is None and bare != kind:
        return None
    if value is None and bare != "json":
        raise ExpressionFailed(f"it did not write the output {name!r}", next_step=f"echo '{name}=…' >> \"$TURBO_OUTPUT\"")
    if bare == "json":
        return value
    if not isinstance(value, _KINDS[bare]) or (isinstance(value, bool) and bare != "boolean"):
        raise ExpressionFailed(f"its output {name!r} is not of type {bare}: {value!r}")
    return value


def _object(text: str) -> dict[str, JSON]:
    return dict(_json("its outputs", text))


def _lines(text: str, declared: Mapping[str, str]) -> dict[str, JSON]:
    found: dict[str, JSON] = {}
    for number, line in enumerate(text.splitlines(), 1):
        if not line.strip():
            continue
        name, equals, rest = line.partition("=")
        if not equals:
            raise ExpressionFailed(f"line {number} of its outputs is not name=value: {line!r}")
        found[name] = _parsed(name, rest, declared.get(name, "string").removesuffix("?"))
    return found


def _parsed(name: str, text: str, kind: str) -> JSON:
    if kind == "string":
        return text
    if kind == "number":
        try:
            return parse_number(text.strip())
        except ExpressionFailed as error:
            raise ExpressionFailed(f"its output {name!r}: {error.what}", why=error.why, next_step=error.next_step) from error
    return _json(f"its output {name!r}", text)


def _json(what: str, text: str) -> JSON:
    try:
        return decode(text.encode())
    except ValueError as error:
        raise ExpressionFailed(f"{what} cannot be read: {text[:80]!r}", why=str(error)) from error
