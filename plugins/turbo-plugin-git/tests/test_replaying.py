"""Merges whose right result is known: what is settled is settled as people did, all else is left."""

from __future__ import annotations

import json
import shutil
import subprocess
from itertools import islice
from pathlib import Path

import pytest
from turbo_core import Context

from turbo_plugin_git import actions

from .conftest import Project
from .synthetic import cases, fast_import, merges


@pytest.mark.timeout(1800)
def test_nothing_is_settled_in_another_way_than_people_did(project: Project, context: Context, long: bool) -> None:
    count = 4000 if long else 80
    known = list(islice(cases(seed=count), count))
    fast_import(project.root, merges(known, files=8))
    found = actions.replay_merges(context, most=count)
    certain = sum(case.settled for case in known)
    assert found.different == []
    assert found.merges == found.conflicting == count // 8
    assert (found.files, found.same, found.left) == (count, certain, count - certain)
    assert (found.score, found.different_count) == (1.0, 0)


def test_another_answer_is_told(project: Project, context: Context) -> None:
    known = list(islice(cases(seed=1), 1))
    wrong = [type(case)(**{**vars(case), "people": "import nothing\n"}) for case in known]
    fast_import(project.root, merges(wrong, files=1))
    found = actions.replay_merges(context)
    assert [(one.merge, one.path, one.rules) for one in found.different] == [
        (project.git("rev-parse", "main"), "m0.py", ["imports"])
    ]
    assert found.score == 0.0
    assert actions.replay_merges(context, settle=()).left == 1


HISTORIES = {
    "spinnaker": ("f2e0a8889a746f7600e07d2246a2e29a72f696be", "06ce06d0fc49646c4de733c45b7788aabad98a6f", 376),
    "go-git": ("3559b3b47e695b33b0913237a4df3357e739831c", "e8788ad9165781196e917292d6055cba1d78664e", 43),
    "desk": ("4ec6344877f494690fc800aceaf2ca0e86786acb", "d2313db6e7ca7bac79b819d767b2a1449abb0a5d", 35),
}
"""Real projects that go-git keeps for its tests: the pack of their objects, their last commit, how many merges lead to it."""


@pytest.fixture(scope="module")
def packs(long: bool) -> Path:
    """The folder of the packs, from the module that go-git's own tests take them from."""
    if not long:
        pytest.skip("it needs the network; --long runs it")
    if shutil.which("go") is None:
        pytest.skip("go is not there")
    command = ("go", "mod", "download", "-json", "github.com/go-git/go-git-fixtures/v4@v4.2.1")
    ended = subprocess.run(command, capture_output=True, text=True, check=False)
    if ended.returncode:
        pytest.skip(f"go reaches no module: {(ended.stdout + ended.stderr).strip()[-300:]}")
    return Path(json.loads(ended.stdout)["Dir"]) / "data"


@pytest.mark.timeout(1800)
@pytest.mark.parametrize("name", HISTORIES)
def test_no_merge_of_a_real_history_is_settled_in_another_way(name: str, project: Project, context: Context, packs: Path) -> None:
    pack, head, merged = HISTORIES[name]
    project.git("unpack-objects", "-q", text=(packs / f"pack-{pack}.pack").read_bytes())
    project.git("update-ref", "refs/heads/main", head)
    found = actions.replay_merges(context, most=1000)
    print(f"\n{name}: {found.merges} merges, {found.conflicting} conflicting: {found.reason}")
    assert found.merges == merged
    assert found.conflicting > 0
    assert found.different == []
