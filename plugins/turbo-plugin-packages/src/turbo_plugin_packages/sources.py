"""Where records of known vulnerabilities come from: a folder, or a service with the API of OSV.

The API is told at https://google.github.io/osv.dev/api/. What a record hits, `turbo_plugin_packages.osv` knows.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator, Mapping, Sequence
from importlib import import_module
from pathlib import Path
from typing import Any, Final, Protocol, TypeAlias

from turbo_core import ActionFailed, ActionUnavailable

from turbo_plugin_packages.osv import affected, hits, normal, short

Asked: TypeAlias = tuple[str, str]
"""A package and its version."""

Found: TypeAlias = list[dict[str, Any]] | str
"""The records that hit a package, or why that cannot be told."""

_BATCH: Final = 1000
_LIMIT: Final = 60
_NAMES: Final = {"crates": "crates." + "io"}
"""Ecosystems whose name in the schema has a dot."""


class Source(Protocol):
    """Where records come from."""

    def records(self, ecosystem: str, asked: Sequence[Asked]) -> dict[Asked, Found] | None:
        """The records that hit each package; ``None`` if the source knows nothing of the ecosystem."""


class Database:
    """A folder with records: files of JSON or YAML at any depth, or archives of JSON as OSV exports them."""

    def __init__(self, folder: Path) -> None:
        if not folder.is_dir():
            raise ActionFailed(f"{folder} is no folder", next_step="set 'osv_database' to a folder with records of OSV")
        self._by_name: dict[tuple[str, str], list[dict[str, Any]]] = {}
        self._ecosystems: set[str] = set()
        for record in _read(folder):
            self._take(record)

    def records(self, ecosystem: str, asked: Sequence[Asked]) -> dict[Asked, Found] | None:
        """The records that hit each package."""
        if ecosystem not in self._ecosystems:
            return None
        return {(name, version): self._hits(ecosystem, name, version) for name, version in asked}

    def _hits(self, ecosystem: str, name: str, version: str) -> Found:
        records = self._by_name.get((ecosystem, normal(ecosystem, name)), ())
        try:
            return [one for one in records if any(hits(told, ecosystem, version) for told in affected(one, ecosystem, name))]
        except ValueError as error:
            return str(error)

    def _take(self, record: dict[str, Any]) -> None:
        if record.get("withdrawn"):
            return
        named = {
            (short(told["package"]["ecosystem"]), told["package"]["name"])
            for told in record.get("affected", ())
            if "package" in told
        }
        for ecosystem, name in named:
            self._ecosystems.add(ecosystem)
            self._by_name.setdefault((ecosystem, normal(ecosystem, name)), []).append(record)


class Service:
    """A service with the API of OSV."""

    def __init__(self, url: str) -> None:
        self._url = url.rstrip("/")

    def records(self, ecosystem: str, asked: Sequence[Asked]) -> dict[Asked, Found] | None:
        """The records that hit each package. Each record is fetched once.

        Raises:
            ActionUnavailable: the service does not answer as it should.
        """
        found: dict[Asked, Found] = {}
        with import_module("requests").Session() as session:
            ids = self._ids(session, ecosystem, asked)
            records = {
                one: self._ask(session, "GET", f"vulns/{one}") for one in sorted({one for some in ids.values() for one in some})
            }
            for package, some in ids.items():
                found[package] = [records[one] for one in some if not records[one].get("withdrawn")]
        return found

    def _ids(self, session: Any, ecosystem: str, asked: Sequence[Asked]) -> dict[Asked, list[str]]:
        found: dict[Asked, list[str]] = {package: [] for package in asked}
        waiting: list[tuple[Asked, str]] = [(package, "") for package in asked]
        while waiting:
            batch, waiting = waiting[:_BATCH], waiting[_BATCH:]
            queries = [_query(ecosystem, package, page) for package, page in batch]
            answers = self._ask(session, "POST", "querybatch", {"queries": queries})["results"]
            for (package, _), answer in zip(batch, answers, strict=True):
                found[package] += [one["id"] for one in (answer or {}).get("vulns", ())]
                if page := (answer or {}).get("next_page_token"):
                    waiting.append((package, page))
        return found

    def _ask(self, session: Any, method: str, path: str, body: Mapping[str, Any] | None = None) -> Any:
        try:
            answer = session.request(method, f"{self._url}/v1/{path}", json=body, timeout=_LIMIT)
            answer.raise_for_status()
            return answer.json()
        except (OSError, ValueError) as error:  # what the library raises is of these
            raise ActionUnavailable(
                "vulnerabilities cannot be looked up", why=str(error), next_step="is 'osv_url' right?"
            ) from error


def _query(ecosystem: str, package: Asked, page: str) -> dict[str, Any]:
    name, version = package
    query: dict[str, Any] = {"package": {"ecosystem": _NAMES.get(ecosystem, ecosystem), "name": name}}
    query["version"] = version.removeprefix("v") if ecosystem == "Go" else version
    return query | ({"page_token": page} if page else {})


def _read(folder: Path) -> Iterator[dict[str, Any]]:
    yaml = import_module("yaml")
    for file in sorted(folder.rglob("*")):
        try:
            yield from _records(file)
        except (ValueError, OSError, yaml.YAMLError, zipfile.BadZipFile) as error:
            raise ActionFailed(
                f"{file} cannot be read", why=str(error), next_step="remove it from the database, or mend it"
            ) from error


def _records(file: Path) -> Iterator[dict[str, Any]]:
    match file.suffix:
        case ".json":
            found = [json.loads(file.read_text(encoding="utf-8"))]
        case ".yaml" | ".yml":
            yaml = import_module("yaml")
            loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
            found = [yaml.load(file.read_text(encoding="utf-8"), Loader=loader)]
        case ".zip":
            with zipfile.ZipFile(file) as archive:
                found = [json.loads(archive.read(name)) for name in archive.namelist() if name.endswith(".json")]
        case _:
            found = []
    yield from (one for one in found if isinstance(one, dict) and "affected" in one)
