"""Tells how a change of a Maven project is made: other versions and needs are written into its manifests.

Maven has no lock file, and no command that writes needs. Where the version of a need is a property, the property is changed.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final
from xml.sax.saxutils import escape

from turbo_core import ActionFailed

from turbo_plugin_packages_java.document import Element
from turbo_plugin_packages_java.maven import DEPENDENCY, QUIET, manifests
from turbo_plugin_packages_java.pom import Pom
from turbo_plugin_packages_java.values import Plan

_SCOPES: Final = {"": "", "main": "", "dev": "test", "test": "test", "provided": "provided", "runtime": "runtime"}


def plan(folder: Path, verb: str, packages: Mapping[str, str], group: str) -> Plan:
    """How a change is made.

    Raises:
        ActionFailed: a version is missing, there is no such group, or the project does not say what shall be changed.
    """
    if verb == "install":
        return {"commands": [["mvn", *QUIET, f"{DEPENDENCY}:resolve"]], "writes": {}, "changes": []}
    writes: dict[str, str] = {}
    if verb == "add":
        writes = {"pom.xml": _added(Pom(folder / "pom.xml"), packages, group)}
    elif verb in ("remove", "update"):
        poms = {str(file): Pom(folder / file) for file in manifests(folder)}
        changes = _removals(poms, packages) if verb == "remove" else _updates(poms, packages)
        by_file: dict[str, set[tuple[int, int, str]]] = {}
        for file, change in changes:
            by_file.setdefault(file, set()).add(change)
        writes = {file: poms[file].replaced(*found) for file, found in sorted(by_file.items())}
    return {"commands": [], "writes": writes, "changes": []}


def _added(pom: Pom, packages: Mapping[str, str], group: str) -> str:
    if group not in _SCOPES:
        raise ActionFailed(f"Maven has no group {group!r}", next_step=f"name one of {', '.join(filter(None, _SCOPES))}")
    texts = "".join(_dependency(pom, name, version, _SCOPES[group]) for name, version in packages.items())
    needs = pom.root.child("dependencies")
    if needs and needs.inner[1] < needs.end and needs.children:
        return pom.replaced((_line_end(pom, needs.children[-1].end), _line_end(pom, needs.children[-1].end), texts))
    whole = f"  <dependencies>\n{texts}  </dependencies>\n"
    if needs:
        return pom.replaced((needs.start, needs.end, whole.strip()))
    end = pom.root.inner[1]
    return pom.replaced((end, end, whole))


def _dependency(pom: Pom, name: str, version: str, scope: str) -> str:
    if pom.named(name):
        raise ActionFailed(f"the project needs {name} already", next_step="update it")
    if not version:
        raise ActionFailed(f"Maven needs the version of {name}", next_step="name one")
    artifact = name.partition(":")
    parts = {"groupId": artifact[0], "artifactId": artifact[2], "version": version, "scope": scope}
    lines = "".join(f"      <{tag}>{escape(text)}</{tag}>\n" for tag, text in parts.items() if text)
    return f"    <dependency>\n{lines}    </dependency>\n"


def _removals(poms: Mapping[str, Pom], packages: Mapping[str, str]) -> Iterator[tuple[str, tuple[int, int, str]]]:
    for name in packages:
        for file, pom, element in _places(poms, name):
            yield file, (_line_start(pom, element.start), _line_end(pom, element.end), "")


def _updates(poms: Mapping[str, Pom], packages: Mapping[str, str]) -> Iterator[tuple[str, tuple[int, int, str]]]:
    for name, version in packages.items():
        if not version:
            continue  # The manifest names one version, so there is nothing that Maven could choose.
        written = [(file, pom, one.child("version")) for file, pom, one in _places(poms, name)]
        found = [place for file, pom, element in written if element for place in _behind(poms, file, pom, element)]
        if not found:
            raise ActionFailed(
                f"no manifest of the project says the version of {name}",
                why="a parent or an imported list of versions does",
                next_step="update that one",
            )
        yield from ((file, (*element.inner, escape(version))) for file, element in found)


def _places(poms: Mapping[str, Pom], name: str) -> list[tuple[str, Pom, Element]]:
    found = [(file, pom, element) for file, pom in poms.items() for element in pom.named(name)]
    if not found:
        step = "update the package that needs it, or manage its version under dependencyManagement"
        raise ActionFailed(f"{name} is no need of the project itself", next_step=step)
    return found


def _behind(poms: Mapping[str, Pom], file: str, pom: Pom, element: Element) -> Iterator[tuple[str, Element]]:
    """Where a version really stands: there, or where the property is set that stands there."""
    text = pom.text(element)
    if not text.startswith("${"):
        yield file, element
        return
    name = text.removeprefix("${").removesuffix("}")
    for other, there in poms.items():
        setting = there.property(name)
        if setting:
            yield other, setting


def _line_start(pom: Pom, at: int) -> int:
    """The start of a line, if only white space stands before."""
    start = pom.data.rfind(b"\n", 0, at) + 1
    return start if not pom.data[start:at].strip() else at


def _line_end(pom: Pom, at: int) -> int:
    """The start of the next line, if only white space stands between."""
    end = pom.data.find(b"\n", at) + 1
    return end if end and not pom.data[at:end].strip() else at
