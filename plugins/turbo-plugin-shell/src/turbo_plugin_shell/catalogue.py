"""What is known of commands: the table ``commands.toml`` as values. It judges nothing."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cache
from importlib.resources import files
from typing import Any, Final

from turbo_plugin_shell.risks import Risk

_VERSION: Final = re.compile(r"-?\d+(\.\d+)*$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Category:
    """A kind of command, with the limits that its commands get.

    Attributes:
        name: one word.
        summary: what its commands do.
        timeout: seconds.
        memory: MiB for each process.
    """

    name: str
    summary: str
    timeout: int
    memory: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """A command that is known; ``commands.toml`` tells what its fields mean."""

    name: str
    category: str
    risk: Risk
    flags: Mapping[str, Risk] = field(default_factory=dict)
    words: Mapping[str, Risk] = field(default_factory=dict)
    safer: Mapping[str, Risk] = field(default_factory=dict)
    verbs: Mapping[str, Risk] = field(default_factory=dict)
    each: bool = False
    valued: tuple[str, ...] = ()
    bare: tuple[str, ...] = ()
    inner: int | None = None
    script: bool = False
    whole: bool = False


@cache
def categories() -> Mapping[str, Category]:
    """All categories by name."""
    return {name: Category(name=name, **found) for name, found in _table()["categories"].items()}


@cache
def commands() -> Mapping[str, Command]:
    """All commands by name."""
    return {name: _command(name, found) for name, found in _table()["commands"].items()}


def known(name: str) -> Command | None:
    """The command called ``name``, also under another name or with a version at its end (``python3.12``, ``gcc-12``)."""
    for tried in (name, _VERSION.sub("", name)):
        found = commands().get(_table()["aliases"].get(tried, tried))
        if found is not None:
            return found
    return None


def _command(name: str, found: Mapping[str, Any]) -> Command:
    lists = {key: tuple(found[key]) for key in ("valued", "bare") if key in found}
    return Command(name=name, **{**found, **lists})


@cache
def _table() -> Mapping[str, Any]:
    return tomllib.loads(files(__package__).joinpath("commands.toml").read_text(encoding="utf-8"))
