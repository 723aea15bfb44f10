"""Docstrings in Google's style, read into what callers are shown. Owns their small grammar and nothing else."""

from __future__ import annotations

import inspect
import re

_SECTION = re.compile(r"(Args|Arguments|Returns|Yields|Raises|Example|Examples|Note|Notes|Attributes):{1,2}\s*")
_ARGUMENT = re.compile(r"(\w+)(?: \([^)]*\))?:\s*(.*)")


def read_docstring(text: str) -> tuple[str, str, dict[str, str]]:
    """Read a docstring in Google's style: the summary, the text after it, and what ``Args`` tells of each parameter."""
    head, sections = _sections(inspect.cleandoc(text).splitlines())
    summary, _, rest = "\n".join(head).strip().partition("\n\n")
    return " ".join(summary.split()), rest.strip(), _arguments(sections.get("Args", []))


def read_attributes(text: str) -> dict[str, str]:
    """What the docstring of a class tells of each field, under ``Attributes`` or ``Args``."""
    _, sections = _sections(inspect.cleandoc(text).splitlines())
    return _arguments(sections.get("Args", [])) | _arguments(sections.get("Attributes", []))


def _sections(lines: list[str]) -> tuple[list[str], dict[str, list[str]]]:
    head: list[str] = []
    sections: dict[str, list[str]] = {}
    current = head
    for line in lines:
        if found := _SECTION.fullmatch(line):
            current = sections.setdefault("Args" if found[1] == "Arguments" else found[1], [])
        else:
            current.append(line)
    return head, sections


def _arguments(lines: list[str]) -> dict[str, str]:
    told: dict[str, str] = {}
    name = ""
    for line in inspect.cleandoc("\n".join(lines)).splitlines():
        if (found := _ARGUMENT.fullmatch(line)) and not line[:1].isspace():
            name = found[1]
            told[name] = found[2]
        elif name:
            told[name] = f"{told[name]} {line.strip()}".strip()
    return told
