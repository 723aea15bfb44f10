"""Maven: its dependency plugin tells what is there, as JSON; its versions plugin what could be, as XML."""

from __future__ import annotations

import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from turbo_plugin_packages_java.document import Document
from turbo_plugin_packages_java.graph import Graph, Key
from turbo_plugin_packages_java.running import call
from turbo_plugin_packages_java.values import Inventory, News, Outdated

DEPENDENCY: Final = "org.apache.maven.plugins:maven-dependency-plugin:3.8.1"
VERSIONS: Final = "org.codehaus.mojo:versions-maven-plugin:2.18.0"
QUIET: Final = ("--batch-mode", "--quiet", "--no-transfer-progress")
_GROUPS: Final = {"compile": "main", "runtime": "main", "system": "main", "test": "dev"}
_REPORT: Final = "dependency-updates-report.xml"
_BEFORE_RELEASE: Final = frozenset(
    ("a", "alpha", "b", "beta", "m", "milestone", "pre", "preview", "rc", "cr", "ea", "snapshot", "dev")
)
_ONE_PATH: Final = "Maven tells one way to each package, so some edges are missing"
_DIRECT_ONLY: Final = "Maven tells of newer versions of direct needs only"
_NO_LICENCES: Final = "Maven does not tell licences"


def inventory(folder: Path) -> Inventory:
    """What Maven resolves, of all modules.

    Raises:
        ActionFailed: it cannot resolve something.
        ActionUnavailable: Maven is not there.
    """
    with tempfile.TemporaryDirectory() as kept:
        told = Path(kept) / "tree.json"
        options = (f"-DoutputFile={told}", "-DoutputType=json", "-DappendOutput=true")
        call("mvn", *QUIET, f"{DEPENDENCY}:tree", *options, folder=folder)
        trees = list(_trees(told.read_text(encoding="utf-8")))
    own = {_key(tree) for tree in trees}
    graph = Graph()
    for tree in trees:
        _collect(graph, tree, own)
    packages = graph.packages()
    return {
        "packages": packages,
        "project": _key(trees[0])[0],
        "version": _key(trees[0])[1],
        "wants": [{"name": one["name"], "wants": one["version"]} for one in packages if one["direct"]],
        "source": "pom.xml",
        "unknown": [_ONE_PATH, _NO_LICENCES] if packages else [],
    }


def outdated(folder: Path) -> News:
    """Newer releases of the direct needs. A manifest of Maven names one version, so it allows no newer one.

    Raises:
        ActionFailed: Maven reaches no repository.
        ActionUnavailable: it is not there.
    """
    with tempfile.TemporaryDirectory() as kept:
        # The report is written beside the manifest, so copies of the manifests stand for the project.
        scratch = Path(kept) / "project"
        for file in manifests(folder):
            (scratch / file).parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(folder / file, scratch / file)
        if (folder / ".mvn").is_dir():
            shutil.copytree(folder / ".mvn", scratch / ".mvn")
        call("mvn", *QUIET, f"{VERSIONS}:dependency-updates-report", "-DdependencyUpdatesReportFormats=xml", folder=scratch)
        found = {str(one["name"]): one for report in sorted(scratch.rglob(_REPORT)) for one in _news(Document(report))}
    return {
        "packages": [found[name] for name in sorted(found)],
        "unknown": ["Maven tells of newer versions of direct needs only"],
    }


def manifests(folder: Path) -> list[Path]:
    """Every ``pom.xml``, relative to the folder; those in build folders are copies."""
    found = (file.relative_to(folder) for file in folder.rglob("pom.xml"))
    return sorted(file for file in found if not {"target", ".git", "node_modules"} & set(file.parts))


def _trees(text: str) -> Iterator[Mapping[str, Any]]:
    """One JSON object for each module, one after another."""
    decoder, rest = json.JSONDecoder(), text.strip()
    while rest:
        tree, end = decoder.raw_decode(rest)
        yield tree
        rest = rest[end:].lstrip()


def _collect(graph: Graph, tree: Mapping[str, Any], own: set[Key]) -> None:
    todo: list[tuple[Mapping[str, Any], Key | None]] = [(child, None) for child in tree.get("children", ())]
    while todo:
        node, owner = todo.pop()
        key = _key(node)
        # What a module needs is a direct need of the project, whoever needs the module.
        inner = None if key in own else key
        if inner:
            graph.add(key, _GROUPS.get(node["scope"], node["scope"] or "main"), direct=owner is None)
            if owner:
                graph.need(owner, key)
        todo += [(child, inner) for child in node.get("children", ())]


def _key(node: Mapping[str, Any]) -> Key:
    return f"{node['groupId']}:{node['artifactId']}", str(node["version"])


def _news(report: Document) -> Iterator[Outdated]:
    for one in report.root.find("dependencies", "dependency"):
        said = {part.tag: report.text(part) for part in one.children}
        kinds = (("incrementals", "incremental"), ("minors", "minor"), ("majors", "major"))
        versions = [version for kind in kinds for version in map(report.text, one.find(*kind)) if _released(version)]
        if versions:
            yield {
                "name": f"{said['groupId']}:{said['artifactId']}",
                "current": said["currentVersion"],
                "wanted": said["currentVersion"],
                "latest": versions[-1],
                "versions": versions,
                "direct": True,
            }


def _released(version: str) -> bool:
    parts = version.lower().replace("-", ".").split(".")
    return not _BEFORE_RELEASE & {part.rstrip("0123456789") for part in parts}
