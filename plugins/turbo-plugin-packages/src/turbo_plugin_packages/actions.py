"""All actions of the namespace, from where they are declared."""

from turbo_plugin_packages.auditing import audit
from turbo_plugin_packages.bill import sbom
from turbo_plugin_packages.changing import add, install, lock, remove
from turbo_plugin_packages.conflicts import conflicts
from turbo_plugin_packages.drawing import draw, graph
from turbo_plugin_packages.licensing import licenses
from turbo_plugin_packages.reading import detect, list_, outdated, tree
from turbo_plugin_packages.settings import PackageSettings
from turbo_plugin_packages.updating import update

__all__ = [
    "add",
    "audit",
    "conflicts",
    "detect",
    "draw",
    "graph",
    "install",
    "licenses",
    "list_",
    "lock",
    "outdated",
    "remove",
    "sbom",
    "tree",
    "update",
]

turbo_settings = PackageSettings
