"""The text of ``requirements.txt``: its requirements, its options for the index, and how one requirement is changed. Pure."""

from __future__ import annotations

import shlex
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from turbo_plugin_packages_python.wanting import changed

_OF_INDEX: Final = ("-i", "--index-url", "--extra-index-url", "-f", "--find-links", "--no-index", "--trusted-host", "--pre")


def read(text: str) -> Iterator[Requirement]:
    """The requirements that name a package; not those that are files, addresses or other lists."""
    for line in text.splitlines():
        one = requirement(line)
        if one is not None:
            yield one


def requirement(line: str) -> Requirement | None:
    """What a line requires, without its comment and its hashes; ``None`` if it is something else."""
    text = line.partition(" #")[0].partition(" --hash")[0].rstrip("\\ ").strip()
    try:
        return Requirement(text)
    except InvalidRequirement:
        return None


def options(text: str, folder: Path) -> list[str]:
    """The options that say which index counts, for a command line; folders as absolute paths."""
    found = []
    for line in text.splitlines():
        words = shlex.split(line.partition(" #")[0]) if line.startswith("-") else []
        option, _, value = words[0].partition("=") if words else ("", "", "")
        if option in _OF_INDEX:
            values = [value] if value else words[1:]
            found += [option, *(str(folder / one) if (folder / one).is_dir() else one for one in values)]
    return found


def updated(text: str, packages: Mapping[str, str]) -> str:
    """The text with other versions; lines whose range allows theirs stay as they are."""
    wanted = {canonicalize_name(name): version for name, version in packages.items()}
    lines = []
    for line in text.splitlines(keepends=True):
        one = requirement(line)
        version = wanted.get(canonicalize_name(one.name), "") if one else ""
        new = changed(one, version) if one and version else one
        lines.append(line if new == one else f"{new}{_comment(line)}\n")
    return "".join(lines)


def added(text: str, requirements: list[str]) -> str:
    """The text with more requirements; one that is there already is replaced."""
    names: set[str] = {Requirement(one).name for one in requirements}
    kept = removed(text, names)
    return kept + ("" if kept.endswith("\n") or not kept else "\n") + "".join(f"{one}\n" for one in requirements)


def removed(text: str, names: set[str]) -> str:
    """The text without some packages."""
    gone = {canonicalize_name(name) for name in names}
    lines = text.splitlines(keepends=True)
    return "".join(line for line in lines if (one := requirement(line)) is None or canonicalize_name(one.name) not in gone)


def _comment(line: str) -> str:
    told = line.partition(" #")[2].strip()
    return f"  # {told}" if told else ""
