"""The answers to the hooks of `turbo-plugin-packages`, as JSON objects. Their meaning is told there."""

from __future__ import annotations

from typing import NotRequired, TypeAlias, TypedDict

Answer: TypeAlias = dict[str, object]


class Inventory(TypedDict):
    """The packages of a project."""

    packages: list[Answer]
    project: str
    version: str
    wants: list[Answer]
    source: str
    unknown: list[str]


class Outdated(TypedDict):
    """A package for which there is a newer version."""

    name: str
    current: str
    wanted: str
    latest: str
    versions: list[str]
    direct: bool


class News(TypedDict):
    """All of them."""

    packages: list[Outdated]
    unknown: list[str]


class Plan(TypedDict):
    """How a change is made."""

    commands: list[list[str]]
    changes: NotRequired[list[str]]
