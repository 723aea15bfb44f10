"""`examples/onboard`, on a small project that needs nothing but make."""

from __future__ import annotations

import os
import shutil
import sysconfig
from pathlib import Path

import pytest
from turbo_core.testing import ProjectFactory

EXAMPLE = Path(__file__).parents[3] / "examples" / "onboard" / "turbo.yaml"
FILES = {
    "Makefile": 'test:\n\ttest "$$(sh hello.sh)" = hello\n\nbuild:\n\tcp hello.sh hello\n',
    "configure.ac": "AC_INIT([hello], [1.0])\n",
    "hello.sh": "echo hello\n",
}


def test_a_strange_project_gets_a_workflow_and_it_runs(turbo_project: ProjectFactory) -> None:
    if not EXAMPLE.exists() or shutil.which("make") is None:
        pytest.skip("the examples, or make, are not here")
    project = turbo_project(FILES)
    path = f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"
    ran = project.run("run", "-f", str(EXAMPLE), env={"PATH": path}, timeout=280)
    assert ran.exit_code == 0, ran
    said = " ".join((ran.out + ran.err).split())
    assert "autotools (Make), 1 project, modules: 1, circles: 0; " in said
    assert "turbo.yaml has 2 tasks, 2 of them verified; its run succeeded." in said
    assert (project.folder / "hello").exists(), "the suggested workflow has built it"
    assert '["make", "test"]' in project.read("turbo.yaml")
    assert "<svg" in project.read(".turbo/onboard/architecture.html")
