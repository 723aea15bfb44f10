"""The README's promises against the code."""

from __future__ import annotations

import json
import os
import re
from pathlib import Path

from turbo_core.testing import ProjectFactory

from tests.conftest import PAPER, fill
from turbo_plugin_packages import actions
from turbo_plugin_packages.settings import PackageSettings

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_actions_is_the_code() -> None:
    told = re.findall(r"^\| `packages\.(\w+)` \| (\w+) \| .* \|$", README, re.MULTILINE)
    declared = {name.rstrip("_"): vars(actions)[name].risk for name in actions.__all__}
    assert dict(told) == declared
    parts = {name.rstrip("_") for name in actions.__all__ if vars(actions)[name].undoer and vars(actions)[name].planner}
    assert parts == {name for name, risk in declared.items() if risk == "change"}


def test_the_table_of_settings_is_the_code() -> None:
    assert re.findall(r"^\| `(\w+)` \| (?:none|all) \|", README, re.MULTILINE) == [*PackageSettings.__dataclass_fields__]


def test_the_example_runs_through_a_driver_and_refuses_what_is_unknown(turbo_project: ProjectFactory) -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    project = turbo_project({"turbo.yaml": example})
    fill(project.folder)
    env = {"PYTHONPATH": os.pathsep.join([str(PAPER), os.environ.get("PYTHONPATH", "")])}
    ran = project.run("run", env=env)
    assert (ran.exit_code, ran.tasks["fit"].failure) == (1, "rejected")
    assert ran.tasks["look"].outputs["state"] == "unknown"
    (project.folder / "osv").mkdir()
    record = {"id": "X-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "other"}, "versions": ["1"]}]}
    project.write({"osv/X-1.json": json.dumps(record), "turbo.toml": '[plugins.packages]\nosv_database = "osv"\n'})
    ran = project.run("run", env=env)
    assert ran.ok, ran
    assert ran.tasks["look"].outputs["state"] == "clean"
    assert '"bomFormat": "CycloneDX"' in project.read("sbom.cdx.json")
