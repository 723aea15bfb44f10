"""The action that looks up known vulnerabilities. What was not looked up is unknown, and never counts as clean."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from turbo_core import Context, action

from turbo_plugin_packages import asking
from turbo_plugin_packages.osv import affected, comparable, fixes
from turbo_plugin_packages.settings import PackageSettings
from turbo_plugin_packages.sources import Database, Service, Source
from turbo_plugin_packages.values import Inventory, Manager, Package
from turbo_plugin_packages.wording import number_of_packages, number_of_vulnerabilities

State: TypeAlias = Literal["clean", "vulnerable", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vulnerability:
    """A known vulnerability of a package that is there.

    Attributes:
        name: of the package.
        version: of the package.
        id: of the record.
        aliases: other names of it, for example its CVE number.
        summary: one line.
        severity: a CVSS vector or a word, as the record says; empty if it says nothing.
        fixed: the newer versions in which it is mended, oldest first.
    """

    name: str
    version: str
    id: str
    aliases: list[str]
    summary: str
    severity: str
    fixed: list[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Unknown:
    """A package of which nothing is known: its `name`, its `version`, and `why`."""

    name: str
    version: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Audit:
    """What is known of vulnerabilities.

    Attributes:
        state: ``vulnerable`` if anything was found, else ``unknown`` if anything was not looked up, else ``clean``.
        findings: the vulnerabilities.
        unknown: the packages that were not looked up.
        looked_up: how many packages were.
        score: 1 if nothing was found, else 0; 0 as well if nothing was looked up.
        confidence: the share of packages that were looked up.
        reason: one sentence.
        evidence: the first findings.
    """

    state: State
    findings: list[Vulnerability]
    unknown: list[Unknown]
    looked_up: int
    score: float
    confidence: float
    reason: str
    evidence: list[str] = field(default_factory=list)


@action(risk="read", idempotent=True)
def audit(context: Context, folder: str = ".", manager: str = "") -> Audit:
    """Look up known vulnerabilities of all packages, in a database or at a service of OSV. Not looked up is unknown, not clean.

    Args:
        folder: where, relative to the project.
        manager: only this package manager.
    """
    there, looked_up = asking.place(context, folder), Known(context)
    found = [looked_up.audit(one, asking.inventory(context, there, one)) for one in asking.managers(context, there, manager)]
    return judged(
        [finding for one in found for finding in one.findings],
        [package for one in found for package in one.unknown],
        sum(one.looked_up for one in found),
    )


class Known:
    """What can be looked up in this attempt; the source is opened when first asked for.

    Args:
        context: of the action, with its settings.
    """

    def __init__(self, context: Context) -> None:
        self._context = context
        self._source: Source | None = None

    def audit(self, one: Manager, inventory: Inventory) -> Audit:
        """The vulnerabilities of an inventory."""
        packages = {(package.name, package.version): package for package in inventory.packages}
        source = self._opened()
        told = source.records(one.ecosystem, [*packages]) if source and one.ecosystem else None
        if told is None:
            why = (
                f"the source knows nothing of {one.ecosystem or one.manager}"
                if source
                else "neither 'osv_database' nor 'osv_url' is set"
            )
            return judged([], [_unknown(package, why) for package in packages.values()], 0)
        found, unknown = [], []
        for asked, package in packages.items():
            records = told.get(asked, [])
            if isinstance(records, str):
                unknown.append(_unknown(package, records))
            else:
                found += [_finding(package, one.ecosystem, record) for record in records]
        return judged(found, unknown, len(packages) - len(unknown))

    def count(self, one: Manager, inventory: Inventory) -> int:
        """How many vulnerabilities an inventory has; 0 if none can be looked up."""
        return len(self.audit(one, inventory).findings)

    def _opened(self) -> Source | None:
        settings = self._context.settings(PackageSettings)
        if self._source is None and settings.osv_database:
            self._source = Database(self._context.project / settings.osv_database)
        elif self._source is None and settings.osv_url:
            self._source = Service(settings.osv_url)
        return self._source


def judged(findings: list[Vulnerability], unknown: list[Unknown], looked_up: int) -> Audit:
    """Findings with a state, a score, a confidence and a reason."""
    state: State = "vulnerable" if findings else "unknown" if unknown or not looked_up else "clean"
    names = sorted({f"{one.name} {one.version}" for one in findings})
    told = f"no known vulnerability in {number_of_packages(looked_up)}" if looked_up else "nothing was looked up"
    if findings:
        told = f"{number_of_vulnerabilities(len(findings))} in {', '.join(names)}"
    if unknown:
        told += f"; {number_of_packages(len(unknown))} unknown: {unknown[0].why}"
    total = looked_up + len(unknown)
    return Audit(
        state=state,
        findings=findings,
        unknown=unknown,
        looked_up=looked_up,
        score=0.0 if findings or not looked_up else 1.0,
        confidence=round(looked_up / total, 4) if total else 0.0,
        reason=told,
        evidence=[f"{one.name} {one.version}: {one.id} {one.summary}".strip() for one in findings[:10]],
    )


def remedies(one: Manager, findings: Iterable[Vulnerability]) -> tuple[dict[str, str], dict[str, str]]:
    """The nearest version of each vulnerable package that mends all that is known of it.

    Returns:
        name → version; and name → why there is none.
    """
    wanted: dict[str, str] = {}
    hopeless: dict[str, str] = {}
    for finding in findings:
        if not finding.fixed:
            hopeless[finding.name] = f"no version without {finding.id} is known"
        elif finding.name not in wanted or _later(one, finding.fixed[0], wanted[finding.name]):
            wanted[finding.name] = finding.fixed[0]
    return {name: version for name, version in wanted.items() if name not in hopeless}, hopeless


def _later(one: Manager, version: str, than: str) -> bool:
    return bool(comparable(one.ecosystem, version) > comparable(one.ecosystem, than))


def _unknown(package: Package, why: str) -> Unknown:
    return Unknown(name=package.name, version=package.version, why=why)


def _finding(package: Package, ecosystem: str, record: Mapping[str, Any]) -> Vulnerability:
    told = [*affected(record, ecosystem, package.name)]
    fixed = {version: None for one in told for version in fixes(one, ecosystem, package.version)}
    return Vulnerability(
        name=package.name,
        version=package.version,
        id=record["id"],
        aliases=[*record.get("aliases", ())],
        summary=str(record.get("summary") or record.get("details", "")).strip().partition("\n")[0][:200],
        severity=_severity(record),
        fixed=sorted(fixed, key=lambda version: comparable(ecosystem, version)),
    )


def _severity(record: Mapping[str, Any]) -> str:
    scores = [str(one.get("score", "")) for one in record.get("severity") or ()]
    return scores[0] if scores else str((record.get("database_specific") or {}).get("severity", ""))
