"""The example ``upgrade-dependencies`` on a real project: a vulnerable package, an upgrade that breaks, and one that does not."""

from __future__ import annotations

import json
import os
import subprocess
import sysconfig
from pathlib import Path

import pytest
from turbo_core.testing import ProjectFactory

from tests.wheels import write_wheel

EXAMPLE = Path(__file__).parents[3] / "examples" / "upgrade-dependencies" / "turbo.yaml"
MANIFEST = """\
[project]
name = "thing"
version = "0.1"
requires-python = ">=3.11"
dependencies = ["good>=1,<2", "breaking>=1", "leaky>=1"]
[tool.uv]
no-index = true
find-links = ["{index}"]
"""
CHECK = "import breaking, good, leaky\nassert breaking.answer() == 42, 'the answer has changed'\n"
RECORD = {
    "id": "X-1",
    "summary": "It leaks.",
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "leaky"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.0.1"}]}],
        }
    ],
}


@pytest.fixture
def index(tmp_path: Path) -> Path:
    folder = tmp_path / "index"
    for version in ("1.0", "1.4"):
        write_wheel(folder, "good", version)
    for version in ("1.0", "1.0.1"):
        write_wheel(folder, "leaky", version)
    write_wheel(folder, "breaking", "1.0", code="def answer(): return 42\n")
    write_wheel(folder, "breaking", "1.1", code="def answer(): return 41\n")
    return folder


def run(*command: str, folder: Path) -> str:
    env = os.environ | {"GIT_CONFIG_GLOBAL": os.devnull, "VIRTUAL_ENV": ""}
    return subprocess.run(command, cwd=folder, env=env, capture_output=True, check=True, text=True).stdout.strip()


@pytest.mark.skipif(not EXAMPLE.is_file(), reason="the example is part of Turbo's repository only")
def test_the_vulnerable_is_mended_the_breaking_is_named_and_the_branch_is_clean(
    turbo_project: ProjectFactory, index: Path
) -> None:
    files = {
        "pyproject.toml": MANIFEST.format(index=index),
        "check.py": CHECK,
        "osv/X-1.json": json.dumps(RECORD),
        "turbo.toml": '[plugins.packages]\nosv_database = "osv"\n',
        "workflows/upgrade.yaml": EXAMPLE.read_text(),
        ".gitignore": ".turbo/\n",
    }
    project = turbo_project(files)
    folder = project.folder
    run("uv", "lock", folder=folder)
    old = [f"--upgrade-package={name}==1.0" for name in ("good", "breaking", "leaky")]
    run("uv", "lock", *old, folder=folder)
    run("git", "init", "--quiet", "--initial-branch=main", folder=folder)
    for setting in ("user.name=T", "user.email=t@example.org"):
        run("git", "config", *setting.split("="), folder=folder)
    run("git", "add", ".", folder=folder)
    run("git", "commit", "--quiet", "-m", "feat: begin", folder=folder)

    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    test = json.dumps(["uv", "run", "--no-sync", "python", "check.py"])
    ran = project.run("run", "upgrade", "-i", f"test={test}", env={"PATH": path}, timeout=300)
    assert ran.ok, ran

    assert [one["name"] for one in ran.tasks["mend"].outputs["applied"]] == ["leaky"]
    assert [one["name"] for one in ran.tasks["renew"].outputs["applied"]] == ["good"]
    (guilty,) = ran.tasks["renew"].outputs["guilty"]
    assert (guilty["name"], guilty["before"], guilty["after"]) == ("breaking", "1.0", "1.1")
    assert "the answer has changed" in guilty["why"]
    assert ran.tasks["after"].outputs["state"] == "clean"

    assert run("git", "branch", "--show-current", folder=folder) == "chore/upgrade-dependencies"
    assert run("git", "status", "--porcelain", folder=folder) == ""
    assert run("git", "log", "-1", "--format=%s", folder=folder) == "build(deps): update leaky, good"
    assert run("git", "diff", "--name-only", "main", folder=folder) == "uv.lock"
    report = project.read(".turbo/upgrade-dependencies/report.md")
    assert "- **leaky** 1.0 → 1.0.1" in report
    assert "**breaking** stays at 1.0, for 1.1 does not work" in report
    assert "Now: no known vulnerability in 3 packages." in report
