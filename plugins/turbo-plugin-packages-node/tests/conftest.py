"""A small project, and a registry that the tools ask instead of the one of the world."""

from __future__ import annotations

import json
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.shelf import served

NEEDS = {"dependencies": {"left": "^1.0.0"}, "devDependencies": {"@org/scoped": "^1.0.0"}}


@pytest.fixture(scope="session")
def registry() -> Iterator[str]:
    with served() as address:
        yield address


@pytest.fixture
def project(tmp_path: Path, registry: str, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with a manifest; what the tools keep lies beside it."""
    settings = {
        "npm_config_registry": f"{registry}/",
        "npm_config_cache": tmp_path / "cache",
        "npm_config_userconfig": tmp_path / "npmrc",
        "npm_config_update_notifier": "false",
        "pnpm_config_registry": f"{registry}/",
        "npm_config_store_dir": tmp_path / "store",
        "pnpm_config_store_dir": tmp_path / "store",
        "XDG_CACHE_HOME": tmp_path / "xdg-cache",
        "XDG_STATE_HOME": tmp_path / "xdg-state",
        "YARN_CACHE_FOLDER": tmp_path / "yarn-cache",
        "YARN_REGISTRY": registry,
        "YARN_GLOBAL_FOLDER": tmp_path / "yarn",
        "YARN_NPM_REGISTRY_SERVER": registry,
        "YARN_UNSAFE_HTTP_WHITELIST": "127.0.0.1",
        "YARN_ENABLE_TELEMETRY": "0",
        "YARN_ENABLE_IMMUTABLE_INSTALLS": "0",
        "YARN_NODE_LINKER": "node-modules",
    }
    for name, value in settings.items():
        monkeypatch.setenv(name, str(value))
    (tmp_path / "npmrc").touch()
    folder = tmp_path / "small"
    folder.mkdir()
    write(folder, NEEDS)
    return folder


def there(program: str, *, version: str = "") -> None:
    """Skip where a program is missing, or is not of that version."""
    if shutil.which(program) is None:
        pytest.skip(f"{program} is not there")
    found = subprocess.run([program, "--version"], capture_output=True, text=True, check=True, cwd="/").stdout.strip()
    if not found.startswith(version):
        pytest.skip(f"{program} is {found}, and the test wants {version}")


def write(folder: Path, needs: dict[str, Any], **more: Any) -> None:
    """Write a manifest."""
    (folder / "package.json").write_text(json.dumps({"name": "small", "version": "1.0.0"} | needs | more))


def manifest(folder: Path) -> dict[str, Any]:
    """What the manifest says of needs."""
    found = json.loads((folder / "package.json").read_text())
    return {key: value for key, value in found.items() if key.lower().endswith("dependencies") and value}


def carry_out(folder: Path, plan: Any) -> None:
    """Do what a plan says."""
    for command in plan["commands"]:
        ended = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
        assert ended.returncode == 0, (command, ended.stdout, ended.stderr)


def versions(inventory: Any) -> dict[str, str]:
    """Name → version."""
    return {one["name"]: one["version"] for one in inventory["packages"]}
