"""Updates: tried in a copy, bisected, applied, taken back."""

from __future__ import annotations

import sys
from collections.abc import Callable
from typing import Any

import pytest
from turbo_core import ActionFailed, replace

from tests.conftest import LOCK, Paper
from turbo_plugin_packages import actions
from turbo_plugin_packages.settings import PackageSettings
from turbo_plugin_packages.sifting import sift
from turbo_plugin_packages.strategies import candidates, numbers
from turbo_plugin_packages.values import Outdated

FAILS_WITH = (
    "import json, sys; there = json.load(open('modules/installed.json')); "
    "bad = [one for one in sys.argv[1:] if one in [f'{name}={version}' for name, version in there.items()]]; "
    "sys.exit(f'broken by {bad}' if bad else 0)"
)


def broken_by(*bad: str) -> tuple[str, ...]:
    """Tests that fail with one of these versions."""
    return (sys.executable, "-c", FAILS_WITH, *bad)


@pytest.mark.parametrize(
    ("strategy", "lock"),
    [
        ("patch", {"alpha": "1.0.1", "beta": "1.0.0", "gamma": "1.0.0"}),
        ("minor", {"alpha": "1.2.0", "beta": "1.1.0", "gamma": "1.0.0"}),
        ("latest", {"alpha": "2.0.0", "beta": "1.1.0", "gamma": "1.0.0"}),
    ],
)
def test_a_strategy_says_how_far(paper: Paper, strategy: Any, lock: dict[str, str]) -> None:
    told = actions.update(paper.context, strategy=strategy)
    assert paper.read("paper.lock.json") == lock
    assert {one.name: one.after for one in told.applied} == {name: lock[name] for name in lock if lock[name] != LOCK[name]}
    assert (told.guilty, told.tested, told.files) == ([], False, ["paper.lock.json"])


def test_the_guilty_is_found_and_named_and_the_good_is_applied(paper: Paper) -> None:
    told = actions.update(paper.context, strategy="latest", test=broken_by("alpha=2.0.0"))
    assert paper.read("paper.lock.json") == {"alpha": "1.0.0", "beta": "1.1.0", "gamma": "1.0.0"}
    (guilty,) = told.guilty
    assert (guilty.name, guilty.before, guilty.after) == ("alpha", "1.0.0", "2.0.0")
    assert "broken by ['alpha=2.0.0']" in guilty.why
    assert (told.tested, told.reason) == (True, "updated: beta 1.0.0 → 1.1.0; not updated: alpha 2.0.0")


def test_nothing_of_the_trials_is_left_in_the_project(paper: Paper) -> None:
    before = paper.files()
    told = actions.update(paper.context, strategy="latest", test=broken_by("alpha=2.0.0", "beta=1.1.0"))
    assert (told.applied, len(told.guilty), told.files) == ([], 2, [])
    assert paper.files() == before


def test_tests_that_fail_already_judge_nothing(paper: Paper) -> None:
    before = paper.files()
    with pytest.raises(ActionFailed, match="the tests fail before any update"):
        actions.update(paper.context, test=broken_by("alpha=1.0.0"))
    assert paper.files() == before


def test_tests_that_fail_in_the_project_take_all_back(paper: Paper) -> None:
    actions.install(replace(paper.context, key="first"))
    before = paper.files()
    code = "import json, os, sys; beta = json.load(open('modules/installed.json'))['beta']"
    test = (sys.executable, "-c", f"{code}; sys.exit(os.path.exists('.turbo') and beta != '1.0.0')")
    with pytest.raises(ActionFailed, match="pass in the copy and fail in the project"):
        actions.update(paper.context, test=test)
    assert paper.files() == before


def test_the_environment_follows_if_there_is_one_also_when_it_is_undone(paper: Paper, undo: Callable[..., None]) -> None:
    actions.update(paper.context)
    assert not (paper.folder / "modules").exists()
    undo(actions.update)
    actions.install(replace(paper.context, key="first"))
    actions.update(paper.context)
    assert paper.read("modules/installed.json") == paper.read("paper.lock.json") != LOCK
    undo(actions.update)
    assert paper.read("modules/installed.json") == paper.read("paper.lock.json") == LOCK


def test_what_the_manager_quietly_leaves_counts_as_refused(paper: Paper, monkeypatch: pytest.MonkeyPatch) -> None:
    plan = __import__("paper_driver").turbo_packages_plan

    def without_alpha(folder: Any, manager: str, verb: str, packages: dict[str, str], group: str) -> Any:
        return plan(folder, manager, verb, {name: version for name, version in packages.items() if name != "alpha"}, group)

    monkeypatch.setattr("paper_driver.turbo_packages_plan", without_alpha)
    told = actions.update(paper.context)
    assert [(one.name, one.why) for one in told.guilty] == [("alpha", "the manager leaves alpha at 1.0.0")]
    assert [one.name for one in told.applied] == ["beta"]


def test_security_takes_the_nearest_version_without_what_is_known(paper: Paper) -> None:
    ranges = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.0.5"}]}]
    hopeless = [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}]}]
    (paper.folder / "osv").mkdir()
    paper.write(**{"osv/one": {"id": "X-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "gamma"}, "ranges": ranges}]}})
    paper.write(
        **{"osv/two": {"id": "X-2", "affected": [{"package": {"ecosystem": "PyPI", "name": "beta"}, "ranges": hopeless}]}}
    )
    paper.settings[PackageSettings] = PackageSettings(osv_database="osv")
    told = actions.update(paper.context, strategy="security")
    assert paper.read("paper.lock.json") == LOCK | {"gamma": "1.0.5"}
    assert [(one.name, one.after, one.why) for one in told.guilty] == [("beta", "", "no version without X-2 is known")]
    assert actions.audit(paper.context).evidence == ["beta 1.0.0: X-2"]


def test_a_version_with_more_vulnerabilities_is_refused(paper: Paper) -> None:
    (paper.folder / "osv").mkdir()
    paper.write(
        **{"osv/one": {"id": "X-1", "affected": [{"package": {"ecosystem": "PyPI", "name": "beta"}, "versions": ["1.1.0"]}]}}
    )
    paper.settings[PackageSettings] = PackageSettings(osv_database="osv")
    told = actions.update(paper.context)
    assert [(one.name, one.why) for one in told.guilty] == [("beta", "there would be 1 known vulnerability instead of 0")]
    assert [one.name for one in told.applied] == ["alpha"]


@pytest.mark.parametrize("guilty", [set(), {3}, {0, 15}, {4, 5, 6}, set(range(16))])
def test_the_guilty_among_many_are_found_with_few_trials(guilty: set[int]) -> None:
    changes = {f"p{number}": "2" for number in range(16)}
    tried: list[set[str]] = []

    def works(chosen: Any) -> bool:
        tried.append(set(chosen))
        return not {f"p{number}" for number in guilty} & set(chosen)

    good, bad = sift(changes, works)
    assert set(bad) == {f"p{number}" for number in guilty}
    assert good == {name: version for name, version in changes.items() if name not in bad}
    assert len(tried) <= 1 + 2 * 4 * len(guilty)


def test_two_that_break_only_together_cost_one() -> None:
    good, bad = sift({"a": "2", "b": "2", "c": "2"}, lambda chosen: not {"a", "c"} <= set(chosen))
    assert (set(good), set(bad)) == ({"a", "b"}, {"c"})


def test_versions_are_compared_by_their_first_numbers() -> None:
    assert [numbers(text) for text in ("1", "v1.2.3", "2.0-rc1", "1.2.3.4", "1.0+5")] == [
        (1, 0, 0),
        (1, 2, 3),
        (2, 0, 0),
        (1, 2, 3, 4),
        (1, 0, 0),
    ]
    news = [
        Outdated(name="a", current="1.2", latest="3", versions=("1.2.1", "1.3", "3")),
        Outdated(name="b", current="1", latest="2"),
    ]
    assert candidates(news, "minor", ("a", "b")) == {"a": "1.3"}
    assert candidates(news, "latest") == {}, "neither is named by the project itself"
