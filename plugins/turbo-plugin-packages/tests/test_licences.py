"""Licences against a policy."""

from __future__ import annotations

import pytest

from tests.conftest import Paper
from turbo_plugin_packages import actions
from turbo_plugin_packages.licensing import Policy
from turbo_plugin_packages.settings import PackageSettings


@pytest.mark.parametrize(
    ("licence", "verdict", "spdx"),
    [
        ("MIT", "accepted", "MIT"),
        ("The MIT License", "accepted", "MIT"),
        ("Apache License, Version 2.0", "accepted", "Apache-2.0"),
        ("GPL-3.0", "refused", "GPL-3.0-only"),
        ("MIT OR GPL-3.0-only", "accepted", "MIT OR GPL-3.0-only"),
        ("MIT AND GPL-3.0-only", "refused", "MIT AND GPL-3.0-only"),
        ("MIT AND (BSD-3-Clause OR GPL-2.0-only)", "accepted", "MIT AND (BSD-3-Clause OR GPL-2.0-only)"),
        ("GPL-2.0-only WITH Classpath-exception-2.0", "accepted", "GPL-2.0-only WITH Classpath-exception-2.0"),
        ("GPL-2.0-only WITH GCC-exception-2.0", "refused", "GPL-2.0-only WITH GCC-exception-2.0"),
        ("LGPL-3.0-only", "refused", "LGPL-3.0-only"),
        ("", "unknown", ""),
        ("BSD License", "unknown", "BSD License"),
        ("see LICENSE", "unknown", "see LICENSE"),
        ("MIT AND", "unknown", "MIT AND"),
    ],
)
def test_an_expression_is_judged_part_by_part(licence: str, verdict: str, spdx: str) -> None:
    allow = ("MIT", "BSD-*", "Apache-2.0", "GPL-2.0-only WITH Classpath-exception-2.0")
    assert Policy(allow, ("GPL-*",)).judge(licence)[:2] == (spdx, verdict)


def test_without_a_policy_all_that_can_be_read_is_accepted(paper: Paper) -> None:
    told = actions.licenses(paper.context)
    assert (told.state, told.refused, told.unknown, told.score, told.confidence) == ("unknown", 0, 1, 0.6667, 0.6667)
    assert told.licences["none"] == 1


def test_the_settings_are_the_policy_of_all_tasks(paper: Paper) -> None:
    paper.settings[PackageSettings] = PackageSettings(deny=("Apache-*",), allow=())
    assert actions.licenses(paper.context).refused == 0, "it is an alternative"
    paper.settings[PackageSettings] = PackageSettings(deny=("Apache-*", "GPL-*"))
    told = actions.licenses(paper.context)
    assert (told.state, told.score, told.packages[0].why) == ("refused", 0.0, "Apache-2.0 OR GPL-2.0-only")
    assert actions.licenses(paper.context, deny=("MIT",)).packages[0].name == "alpha"
