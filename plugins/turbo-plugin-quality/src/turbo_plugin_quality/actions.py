"""All actions of the namespace, from where they are declared."""

from turbo_plugin_quality.checking import bandit, clippy, detect_secrets, eslint, go_vet, lizard, mypy, ruff, tsc
from turbo_plugin_quality.keeping import read_sarif, trend, write_sarif
from turbo_plugin_quality.testing import cargo_test, go_test, maven_test, pytest

__all__ = [
    "bandit",
    "cargo_test",
    "clippy",
    "detect_secrets",
    "eslint",
    "go_test",
    "go_vet",
    "lizard",
    "maven_test",
    "mypy",
    "pytest",
    "read_sarif",
    "ruff",
    "trend",
    "tsc",
    "write_sarif",
]
