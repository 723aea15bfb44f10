"""`examples/onboard` on five real projects from the source archives of their registries: are type, commands and workflow right?

It needs the network, the tools of five ecosystems, and minutes, so it is done when it is asked for:
``pytest --long -s -n 0 -k registries``.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

EXAMPLE = Path(__file__).parents[3] / "examples" / "onboard" / "turbo.yaml"


def ran(*command: str | Path, cwd: Path) -> str:
    """What a client of a registry said; a skip where it is missing or reaches nothing."""
    if shutil.which(str(command[0])) is None:
        pytest.skip(f"{command[0]} is not there")
    ended = subprocess.run(command, cwd=cwd, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    if ended.returncode:
        pytest.skip(f"{command[0]} reaches no registry: {(ended.stderr or ended.stdout).strip()[-300:]}")
    return ended.stdout


def told(project: Path, *question: str) -> Any:
    """What the plugin says of a project."""
    command = ["turbo", "--project", str(project), "project", *question, "--json"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, stdin=subprocess.DEVNULL)
    assert ended.returncode == 0, (ended.stdout + ended.stderr)[-5000:]
    return json.loads(ended.stdout)


def unpacked(archive: Path, folder: Path) -> Path:
    shutil.unpack_archive(archive, folder / "source", filter="data" if archive.suffix != ".zip" else None)
    (inside,) = (folder / "source").iterdir()
    return inside


def from_pypi(folder: Path) -> Path:
    outside = os.pathsep.join(place for place in os.get_exec_path() if not place.startswith(sys.prefix))
    pip = shutil.which("pip", path=outside) or "pip"
    ran(pip, "download", "-q", "--no-binary", ":all:", "--no-deps", "pluggy==1.5.0", cwd=folder)
    return unpacked(next(folder.glob("*.tar.gz")), folder)


def from_npm(folder: Path) -> Path:
    ran("npm", "pack", "-s", "through@2.3.8", cwd=folder)
    return unpacked(next(folder.glob("*.tgz")), folder)


def from_crates(folder: Path) -> Path:
    (folder / "src").mkdir()
    (folder / "src" / "lib.rs").write_text("")
    (folder / "Cargo.toml").write_text('[package]\nname = "asks"\nversion = "0.1.0"\n\n[dependencies]\nfnv = "=1.0.7"\n')
    ran("cargo", "vendor", "-q", cwd=folder)
    shutil.move(folder / "vendor" / "fnv", folder / "fnv")
    (folder / "Cargo.toml").unlink()
    return folder / "fnv"


def from_go(folder: Path) -> Path:
    module = json.loads(ran("go", "mod", "download", "-json", "github.com/google/uuid@v1.6.0", cwd=folder))
    place = Path(shutil.copytree(module["Dir"], folder / "uuid"))
    for path in [place, *place.rglob("*")]:
        path.chmod(path.stat().st_mode | 0o200)
    return place


def from_maven(folder: Path) -> Path:
    """The sources and the POM are two files; only the sources of the library itself are published."""
    goal = "org.apache.maven.plugins:maven-dependency-plugin:3.6.1:copy"
    for kind in ("pom", "jar:sources"):
        ran("mvn", "-q", "-B", goal, f"-Dartifact=org.json:json:20240303:{kind}", "-DoutputDirectory=.", cwd=folder)
    place = folder / "json"
    shutil.unpack_archive(next(folder.glob("*-sources.jar")), place / "src" / "main" / "java", format="zip")
    shutil.move(next(folder.glob("*.pom")), place / "pom.xml")
    return place


CASES: dict[str, tuple[Callable[[Path], Path], dict[str, list[str]]]] = {
    "python": (
        from_pypi,
        {"test": ["python3", "-m", "pytest"], "build": ["python3", "-m", "build"]},
    ),
    # Afterwards there is a lock file, and `npm ci` is the way to install.
    "node": (from_npm, {"test": ["npm", "run", "test"]}),
    "rust": (from_crates, {"test": ["cargo", "test"], "build": ["cargo", "build"]}),
    "go": (from_go, {"lint": ["go", "vet", "./..."], "test": ["go", "test", "./..."], "build": ["go", "build", "./..."]}),
    "maven": (from_maven, {"test": ["mvn", "-B", "test"], "build": ["mvn", "-B", "-DskipTests", "package"]}),
}


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("kind", CASES)
def test_a_real_project_is_taken_over(kind: str, request: pytest.FixtureRequest, tmp_path: Path) -> None:
    if not request.config.getoption("--long"):
        pytest.skip("it needs the network and minutes; --long runs it")
    if not EXAMPLE.exists():
        pytest.skip("the examples are not here")
    fetch, wanted = CASES[kind]
    project = fetch(tmp_path)
    began = time.monotonic()
    ended = subprocess.run(
        ["turbo", "--project", project, "run", "-f", EXAMPLE],
        capture_output=True,
        text=True,
        check=False,
        stdin=subprocess.DEVNULL,
    )
    assert ended.returncode == 0, (ended.stdout + ended.stderr)[-5000:]
    assert "its run succeeded." in " ".join(ended.stdout.split()), "the message is wrapped"
    seen = told(project, "detect")
    ways = told(project, "commands", "--no-verify")["commands"]
    assert seen["kind"] == kind
    assert wanted.items() <= {one["purpose"]: one["argv"] for one in reversed(ways) if one["project"] == "."}.items()
    print(f"\n{kind}: {project.name}, {seen['files']} files, {time.monotonic() - began:.0f} s")
