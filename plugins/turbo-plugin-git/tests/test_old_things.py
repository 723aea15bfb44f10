"""What the history holds: secrets that were removed, and who signed."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import asdict
from hashlib import sha1
from pathlib import Path

import pytest
from turbo_core import Context

from turbo_plugin_git import actions

from .conftest import Project
from .test_scanning import AWS


def test_a_secret_that_was_removed_is_found(project: Project, context: Context, capsys: pytest.CaptureFixture[str]) -> None:
    project.commit("feat: a", **{"a.py": "one\ntwo\n", "b/c d.py": "x\n"})
    oops = project.commit("feat: oops", **{"b/c d.py": f"x\ny\nkey = '{AWS}'\n"})
    project.commit("fix: remove it", **{"b/c d.py": "x\n"})
    project.git("rm", "--quiet", "a.py")
    project.commit("feat: gone")
    found = actions.scan_history(context)
    (one,) = found.findings
    assert (one.commit, one.path, one.line, one.kind, one.author) == (oops, "b/c d.py", 3, "AWS Access Key", "Ada Löve")
    assert (one.still_there, found.count, found.allowed, found.commits) == (True, 1, 0, 4)
    assert AWS not in json.dumps(asdict(found)) + capsys.readouterr().out
    assert actions.scan_history(context, since=oops).findings == []
    assert actions.scan_history(context, exclude=("b/*",)).findings == []


def test_a_baseline_and_the_first_commit_that_added_it(project: Project, context: Context) -> None:
    first = project.commit("feat: 1", **{"a.py": f"key = '{AWS}'\n"})
    project.commit("feat: 2", **{"a.py": f"\n\nkey = '{AWS}'  # again\n"})
    assert [(one.commit, one.line) for one in actions.scan_history(context).findings] == [(first, 1)]
    item = {"type": "AWS Access Key", "filename": "a.py", "hashed_secret": sha1(AWS.encode()).hexdigest(), "line_number": 1}
    project.write(".secrets.baseline", json.dumps({"results": {"a.py": [item]}}))
    found = actions.scan_history(context)
    assert (found.findings, found.allowed) == ([], 1)


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_signatures(project: Project, context: Context, tmp_path: Path) -> None:
    for name in ("ada", "eve"):
        subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(tmp_path / name)), check=True)
    project.write("signers", f"ada@example.org {(tmp_path / 'ada.pub').read_text()}")
    project.git("config", "gpg.format", "ssh")
    start = project.commit("feat: unsigned")
    assert actions.verify(context).others[0].state == "unsigned"
    for name in ("ada", "eve"):
        project.git("-c", f"user.signingKey={tmp_path / name}", "commit", "--quiet", "--allow-empty", "-S", "-m", f"feat: {name}")
    found = actions.verify(context, since=start, allowed_signers="signers")
    assert (found.count, found.good, found.score, found.confidence) == (2, 1, 0.5, 1.0)
    (other,) = found.others
    assert other.commit == project.git("rev-parse", "HEAD")
    assert other.state in ("untrusted", "unknown key")
    assert actions.verify(context, since="HEAD").confidence == 0.0
