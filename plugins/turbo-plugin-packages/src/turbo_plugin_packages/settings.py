"""What can be set for the plugin."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PackageSettings:
    """Where vulnerabilities are looked up, and which licences are accepted.

    Attributes:
        osv_database: a folder with records of the OSV schema (JSON, YAML, or archives of them); may be relative to the project.
        osv_url: the address of a service with the API of OSV, without ``/v1``; asked only if there is no database.
        allow: licences that are accepted: SPDX identifiers or patterns (``MIT``, ``BSD-*``); empty for all that are not denied.
        deny: licences that are not.
    """

    osv_database: str = ""
    osv_url: str = ""
    allow: tuple[str, ...] = ()
    deny: tuple[str, ...] = ()
