"""A plugin and the test file that runs a suite on it, both made by a test, and the outcome of each check."""

from __future__ import annotations

from collections.abc import Mapping
from importlib import import_module
from pathlib import Path
from textwrap import dedent

import pytest

from tests.plugins.shelf import Shelf
from turbo_core import testing

# pytester forgets the modules that an inner run has imported. These do not bear being imported twice, or cost much.
for _name in ("importlib_metadata", "stevedore.driver", "turbo_core.plugins.signature"):
    import_module(_name)
for _name in testing.__all__:
    getattr(testing, _name)

METADATA = """\
Metadata-Version: 2.4
Name: turbo-plugin-note
Version: 1.2.3
Summary: Notes
License-Expression: MIT
Requires-Dist: turbo-core<99,>=0.1
"""
POINTS = {"actions": "turbo.actions", "plugin": "turbo.plugins", "cli": "turbo.commands"}


def changed(text: str, *changes: tuple[str, str]) -> str:
    """The text with each first of a pair replaced by the second; each has to be there."""
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return text


def install(folder: Path, modules: Mapping[str, str], *, metadata: str = METADATA, name: str = "note") -> Path:
    """Install ``turbo-plugin-note``: ``actions``, ``plugin`` and ``cli`` are entry points; gives the folder for ``sys.path``."""
    site = folder / "site"
    package = f"turbo_plugin_{name}"
    files = {f"{package}/{module}": text for module, text in ({"__init__": ""} | dict(modules)).items()}
    points = {group: {name: f"{package}.{module}"} for module, group in POINTS.items() if module in modules}
    info = Shelf(folder=site, caches=folder / "caches").install("turbo-plugin-note", files, points, version="1.2.3")
    (info / "METADATA").write_text(metadata)
    return site


def certify(pytester: pytest.Pytester, test: str, modules: Mapping[str, str], *options: str, **about: str) -> pytest.RunResult:
    """Install the plugin and run the test file on it."""
    pytester.syspathinsert(install(pytester.path, modules, **about))
    pytester.makepyfile(dedent(test))
    return pytester.runpytest_inprocess("-p", "no:cacheprovider", "-W", "error", "-rA", *options)


def failures(ended: pytest.RunResult) -> dict[str, str]:
    """Each check that failed, by its name, with what it said."""
    lines = [line for line in ended.outlines if line.startswith(("FAILED ", "ERROR "))]
    return {line.split("::")[-1].split(" - ")[0]: line.partition(" - ")[2] for line in lines}
