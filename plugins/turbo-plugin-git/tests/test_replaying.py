"""Merges whose right result is known: what is settled is settled as people did, all else is left."""

from __future__ import annotations

from itertools import islice

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
