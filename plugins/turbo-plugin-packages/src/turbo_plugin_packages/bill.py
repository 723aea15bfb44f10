"""The action that writes a software bill of materials: CycloneDX, validated by its schema before it is written."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from turbo_core import ActionFailed, Context, action

from turbo_plugin_packages import asking, files
from turbo_plugin_packages.licensing import Policy
from turbo_plugin_packages.values import Inventory, Manager, Package


@dataclass(frozen=True, slots=True, kw_only=True)
class Bill:
    """A bill of materials.

    Attributes:
        path: where it is.
        components: how many packages it lists.
        specification: its format and version.
        unknown: what it does not tell, because it could not be found out.
    """

    path: str
    components: int
    specification: str
    unknown: list[str]


@action(risk="change", idempotent=True)
def sbom(context: Context, file: str = "sbom.cdx.json", folder: str = ".", manager: str = "") -> Bill:
    """Write a bill of materials as CycloneDX 1.6, validated by its schema. The undo brings back what was there.

    The same packages give the same bill: it is dated by the lock file, not by the clock.

    Args:
        file: where to, relative to the project.
        folder: where, relative to the project.
        manager: only this package manager.
    """
    there = asking.place(context, folder)
    told = {one: asking.inventory(context, there, one) for one in asking.managers(context, there, manager)}
    text = _written(told, _date(there, [*told]))
    errors = _errors(text)
    if errors:
        raise ActionFailed("the bill of materials does not fit its schema", why=errors, next_step="is a name or version odd?")
    files.write(context, file, text)
    return Bill(
        path=file,
        components=sum(len(one.packages) for one in told.values()),
        specification="CycloneDX 1.6",
        unknown=[unknown for one in told.values() for unknown in one.unknown],
    )


@sbom.plan
def _(context: Context, file: str) -> str:
    return f"write a bill of materials to {file}"


@sbom.undo
def _(context: Context, file: str) -> None:
    files.take_back(context, file)


def purl(kind: str, package: Package) -> Any:
    """The package URL of a package (https://github.com/package-url/purl-spec)."""
    namespace, _, name = package.name.rpartition(":" if kind == "maven" else "/")
    return import_module("packageurl").PackageURL(type=kind, namespace=namespace or None, name=name, version=package.version)


def _written(told: Mapping[Manager, Inventory], date: datetime) -> str:
    model, bom_model = import_module("cyclonedx.model.component"), import_module("cyclonedx.model.bom")
    bom = bom_model.Bom()
    first = next(iter(told.values()))
    root = model.Component(
        name=first.project or "project", version=first.version or None, type=model.ComponentType.APPLICATION, bom_ref="project"
    )
    bom.metadata.component, bom.metadata.timestamp = root, date
    policy = Policy((), ())
    for one, inventory in told.items():
        _fill(bom, root, one, inventory, policy)
    content = "|".join(sorted(f"{component.purl}" for component in bom.components))
    bom.serial_number = uuid5(NAMESPACE_URL, f"{root.name}|{root.version}|{content}")
    output = import_module("cyclonedx.output.json").JsonV1Dot6(bom).output_as_string(indent=1)
    return f"{json.dumps(json.loads(output), indent=1, ensure_ascii=False)}\n"


def _fill(bom: Any, root: Any, one: Manager, inventory: Inventory, policy: Policy) -> None:
    components: dict[str, list[Any]] = {}
    for package in inventory.packages:
        component = _component(one, package, policy)
        bom.components.add(component)
        components.setdefault(package.name, []).append(component)
    direct = [component for package in inventory.packages if package.direct for component in components[package.name]]
    bom.register_dependency(root, direct)
    for package in inventory.packages:
        own = next(one for one in components[package.name] if one.version == package.version)
        needs = [one for need in package.needs for one in components.get(need.name, ()) if need.version in ("", one.version)]
        bom.register_dependency(own, needs)


def _component(one: Manager, package: Package, policy: Policy) -> Any:
    model = import_module("cyclonedx.model.component")
    url = purl(one.purl, package)
    namespace, name = (url.namespace, url.name) if one.purl == "maven" else (None, package.name)
    licences = _licences(package.licence, policy)
    return model.Component(
        name=name, group=namespace, version=package.version, purl=url, bom_ref=url.to_string(), licenses=licences
    )


def _licences(told: str, policy: Policy) -> list[Any]:
    """An SPDX expression, or else the text as the name of a licence."""
    if not told:
        return []
    model = import_module("cyclonedx.model.license")
    spdx, verdict, _ = policy.judge(told)
    return [model.LicenseExpression(value=spdx) if verdict == "accepted" else model.DisjunctiveLicense(name=told)]


def _errors(text: str) -> str:
    """What the schema of the format says against a text; empty if nothing."""
    validation, schema = import_module("cyclonedx.validation.json"), import_module("cyclonedx.schema")
    wrong = validation.JsonStrictValidator(schema.SchemaVersion.V1_6).validate_str(text)
    return str(wrong) if wrong else ""


def _date(folder: Path, managers: list[Manager]) -> datetime:
    """When the youngest of the files was written from which the packages are known."""
    there = [folder / name for one in managers for name in (*one.evidence, *one.locks) if (folder / name).is_file()]
    return datetime.fromtimestamp(max((file.stat().st_mtime for file in there), default=0), UTC).replace(microsecond=0)
