"""What pip is told so that the tests and tools of a Python project can run. Pure."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Mapping
from configparser import ConfigParser
from configparser import Error as ConfigParserError
from typing import Any, Final

_TESTING: Final = ("test", "tests", "testing", "dev", "develop", "development")
_FILES: Final = (
    "requirements.txt",
    *(f"requirements-{word}.txt" for word in _TESTING),
    *(f"{word}-requirements.txt" for word in _TESTING),
    *(f"requirements/{word}.txt" for word in _TESTING),
    *(f"requirements_{word}.txt" for word in _TESTING),
)
_TOOLS: Final = {
    "pytest": "pytest",
    "ruff": "ruff",
    "flake8": "flake8",
    "mypy": "mypy",
    "tox": "tox",
    "nox": "nox",
    "build": "build",
}


def packages(files: Mapping[str, str], argvs: Iterable[list[str]]) -> list[str]:
    """The arguments of ``pip install``.

    Args:
        files: the texts of the project's files, by their paths from the project's folder; others than manifests do not matter.
        argvs: the commands that will be run; the tools that they are.
    """
    data = _read(files.get("pyproject.toml", ""))
    extras = data.get("project", {}).get("optional-dependencies", {})
    groups = data.get("dependency-groups", {})
    extra = next((name for name in _TESTING if name in extras), "")
    group = next((name for name in _TESTING if name in groups), "")
    listed = [part for name in _FILES if name in files for part in ("-r", name)]
    itself = (
        ["-e", f".[{extra}]" if extra else "."] if data.get("project") or data.get("build-system") or "setup.py" in files else []
    )
    tools = dict.fromkeys(tool for argv in argvs for tool in _tools(argv))
    return [*itself, *(("--group", group) if group else ()), *listed, *tools, *_tox_needs(files.get("tox.ini", ""))]


def _read(text: str) -> Mapping[str, Any]:
    try:
        return tomllib.loads(text)
    except (tomllib.TOMLDecodeError, RecursionError):
        return {}


def _tools(argv: list[str]) -> Iterator[str]:
    name = argv[2] if argv[:2] == ["python3", "-m"] and len(argv) > 2 else argv[0]
    if name in _TOOLS:
        yield _TOOLS[name]


def _tox_needs(text: str) -> Iterator[str]:
    """The ``deps`` of ``[testenv]`` that are named without conditions and variables."""
    told = ConfigParser(interpolation=None, strict=False)
    try:
        told.read_string(text)
    except ConfigParserError:
        return
    for line in told.get("testenv", "deps", fallback="").splitlines():
        need = line.partition("#")[0].strip()
        if re.fullmatch(r"[A-Za-z][\w.-]*(\[[\w,-]+\])?\s*([=<>!~]=?[^:{}]*)?", need):
            yield re.sub(r"\s+", "", need)
