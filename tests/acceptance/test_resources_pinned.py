"""A run is pinned to the versions of the plugins that its unfinished tasks use."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.acceptance.project import Project
from tests.plugins.shelf import ACTIONS, Shelf

WORKFLOW = """
name: pinned
tasks:
  fit: {decide: "Go?", ask: {within: 2h}}
  greet: {needs: [fit], uses: hello.greet, with: {name: you}}
"""


@pytest.mark.slow
def test_a_run_whose_plugin_has_changed_is_refused_until_the_person_says_so(project: Project, tmp_path: Path) -> None:
    folder = tmp_path / "site"
    folder.mkdir()
    shelf = Shelf(folder=folder, caches=tmp_path / "caches")
    env = {"PYTHONPATH": str(folder), "TURBO_CACHE_FOLDER": str(shelf.caches)}
    module, points = {"turbo_shelf_hello": ACTIONS}, {"turbo.actions": {"hello": "turbo_shelf_hello"}}
    project.write("turbo.yaml", WORKFLOW)
    before = shelf.install("turbo-plugin-hello", module, points, version="1.0")
    assert project.turbo("run", "--quiet", env=env).code == 3
    run = project.run.name

    shutil.rmtree(before)
    shelf.install("turbo-plugin-hello", module, points, version="2.0")
    for arguments in (["approve", run, "fit"], ["resume"]):
        refused = project.turbo(*arguments, env=env)
        assert refused.code == 2
        assert refused.err.splitlines() == [
            "error: the plugin turbo-plugin-hello has changed since the run was recorded",
            f"  where: {run}",
            "  why:   it was 1.0, it is 2.0",
            "  next:  install the version that it was, or use turbo resume --as-recorded",
        ]
    assert "gate.answered" not in project.kinds()

    assert project.turbo("approve", run, "fit", "--no-resume", env=env).code == 0
    assert project.turbo("resume", "--as-recorded", "--quiet", env=env).code == 0
    assert project.kinds().count("attempt.started") == 1
