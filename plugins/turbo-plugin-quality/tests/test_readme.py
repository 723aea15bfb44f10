"""The README's promises against the code."""

from __future__ import annotations

import os
import re
import sysconfig
from pathlib import Path

from turbo_core.testing import ProjectFactory

from turbo_plugin_quality import actions

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")


def test_the_table_of_actions_is_the_code() -> None:
    told = re.findall(r"^\| `quality\.(\w+)` \| (\w+) \| .* \|$", README, re.MULTILINE)
    declared = {name: vars(actions)[name].risk for name in actions.__all__}
    assert dict(told) == declared
    parts = {name for name in actions.__all__ if vars(actions)[name].undoer}
    assert parts == {name for name, risk in declared.items() if risk == "change"}


def test_the_example_runs_and_its_gate_weighs_the_results(turbo_project: ProjectFactory) -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    project = turbo_project({"turbo.yaml": example, "good.py": "print(1)\n"})
    env = {"PATH": f"{sysconfig.get_path('scripts')}{os.pathsep}{os.environ['PATH']}"}
    first = project.run("run", env=env)
    assert first.ok, first
    assert first.outputs["findings"]["direction"] == "new"
    project.write({"bad.py": "import os\nimport sys\nkey = 'AKIA" + "IOSFODNN7REALKEY'\n"})
    second = project.run("run", env=env)
    assert second.exit_code == 1
    assert second.tasks["fit"].failure == "rejected"
    assert second.outputs["findings"]["direction"] == "same", "two more findings are within the tolerance"
    assert '"ruleId": "F401"' in project.read("quality.sarif")
