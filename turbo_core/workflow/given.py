"""Values that a person gives as text, for inputs (`-i key=value`) and fields of questions (`-f key=value`)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from difflib import get_close_matches

import msgspec

from turbo_core.errors import UsageError
from turbo_core.words import JSON
from turbo_core.workflow.definition import Input
from turbo_core.workflow.fitting import misfit


def read_given(declared: Input, text: str) -> JSON:
    """Read text by the declared type: ``true``, ``3``, JSON for lists and objects, itself for strings.

    Raises:
        ValueError: it does not fit; the message says what would.
    """
    value = _parsed(declared, text)
    why, next_step = misfit(declared, value)
    if why:
        raise ValueError(f"{why}{'; ' + next_step if next_step else ''}")
    return value


def _parsed(declared: Input, text: str) -> JSON:
    if declared.type in {"string", "path"}:
        return text
    if declared.type == "choice":
        return next((choice for choice in declared.choices if _spelled(choice) == text), text)
    if declared.type == "number":
        try:
            return Decimal(text)
        except InvalidOperation:
            raise ValueError(f"{text!r} is not a number") from None
    try:
        return msgspec.json.Decoder(float_hook=Decimal).decode(text)
    except msgspec.DecodeError:
        kind = {"list": "a list, as JSON: '[1, 2]'", "object": "an object, as JSON: '{\"a\": 1}'"}
        raise ValueError(f"{text!r} is not {kind.get(declared.type, declared.type)}") from None


def _spelled(value: JSON) -> str:
    return value if isinstance(value, str) else msgspec.json.Encoder(decimal_format="number").encode(value).decode()


def inputs_from(declared: Mapping[str, Input], given: Mapping[str, JSON]) -> dict[str, JSON]:
    """All inputs of a run: what was given (text is read by its type), defaults for the rest.

    Raises:
        UsageError: an input is unknown, missing or does not fit.
    """
    values: dict[str, JSON] = {}
    wrong = [_unknown(name, declared) for name in given if name not in declared]
    for name, entry in declared.items():
        try:
            values[name] = _one(entry, given)
        except UsageError as error:
            wrong.append(error)
    if wrong:
        raise wrong[0] if len(wrong) == 1 else _all(wrong)
    return values


def _all(wrong: Sequence[UsageError]) -> UsageError:
    """One error that tells of several, one a line."""
    told = (f"{error.what}; {error.next_step}" if error.next_step else error.what for error in wrong)
    return UsageError(f"{len(wrong)} inputs are wrong", why="\n".join(told), next_step="turbo list shows what a workflow takes")


def _unknown(name: str, declared: Mapping[str, Input]) -> UsageError:
    close = get_close_matches(name, declared, n=1)
    hint = f"did you mean {close[0]}?" if close else f"the inputs are: {', '.join(declared) or 'none'}"
    return UsageError(f"there is no input {name!r}", next_step=hint)


def _one(entry: Input, given: Mapping[str, JSON]) -> JSON:
    if entry.name not in given:
        if entry.required:
            told = f" ({entry.description})" if entry.description else ""
            raise UsageError(f"the input {entry.name!r}{told} is required", next_step=f"turbo run -i {entry.name}=…")
        return entry.default
    value = given[entry.name]
    try:
        if isinstance(value, str):
            return read_given(entry, value)
        why, _next_step = misfit(entry, value)
        if why:
            raise ValueError(why)
    except ValueError as error:
        raise UsageError(f"the input {entry.name!r} does not fit: {error}") from error
    return value
