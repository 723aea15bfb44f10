"""The report of conformance suites: what it tells, and that a level is earned."""

from __future__ import annotations

import json
from textwrap import dedent
from typing import Any

import pytest

import turbo_core
from tests.testing.certified import certify, changed, install
from tests.testing.test_hook_suites import CHANNEL, CHANNELS, DECIDER, DECIDES
from turbo_core.testing import SUITE_VERSION

pytest_plugins = ["pytester"]


def report(pytester: pytest.Pytester, test: str, plugin: str, *options: str) -> dict[str, Any]:
    """The report on the only plugin."""
    certify(pytester, test, {"plugin": plugin}, "--turbo-report", "report.json", *options)
    told = json.loads((pytester.path / "report.json").read_text())
    (found,) = told.pop("plugins")
    assert told == {
        "format": 1,
        "suite_version": SUITE_VERSION,
        "host": {"name": "turbo-core", "version": turbo_core.__version__},
    }
    known: dict[str, Any] = found
    return known


def test_a_good_plugin_earns_gold(pytester: pytest.Pytester) -> None:
    told = report(pytester, DECIDES, DECIDER)
    assert (told["plugin"], told["distribution"], told["version"]) == ("note", "turbo-plugin-note", "1.2.3")
    assert (told["level"], told["failed"], told["missing"]) == ("gold", [], [])
    assert "DeciderSuite::test_it_has_an_opinion" in told["passed"]
    assert len(told["passed"]) == 11


@pytest.mark.parametrize(
    ("change", "level", "check"),
    [
        (("confidence=0.5", "confidence=__import__('random').random()"), "silver", "test_it_does_not_change_its_mind"),
        (('reason="a question should be short"', "reason=''"), "bronze", "test_it_gives_reasons"),
        (('facts.get("class")', 'facts["class"]'), "none", "test_it_bears_odd_questions"),
    ],
)
def test_a_failed_check_costs_its_level(change: tuple[str, str], level: str, check: str, pytester: pytest.Pytester) -> None:
    told = report(pytester, DECIDES, changed(DECIDER, change))
    assert told["level"] == level
    failed = {one["check"]: one["why"] for one in told["failed"]}
    assert failed[f"DeciderSuite::{check}"]


def test_a_check_that_was_not_run_is_not_passed(pytester: pytest.Pytester) -> None:
    told = report(pytester, DECIDES, DECIDER, "-k", "not change_its_mind and not gives_reasons")
    assert told["level"] == "bronze"
    assert told["missing"] == ["DeciderSuite::test_it_does_not_change_its_mind", "DeciderSuite::test_it_gives_reasons"]


def test_a_check_that_was_replaced_is_not_passed(pytester: pytest.Pytester) -> None:
    test = DECIDES + "\n        def test_it_gives_reasons(self):\n            pass\n"
    told = report(pytester, test, DECIDER)
    assert (told["level"], told["missing"]) == ("bronze", ["DeciderSuite::test_it_gives_reasons"])


def test_a_check_that_was_skipped_is_not_passed(pytester: pytest.Pytester) -> None:
    test = DECIDES.replace("class TestNote", "import pytest\n\n    @pytest.mark.skip\n    class TestNote")
    told = report(pytester, test, DECIDER)
    assert told["level"] == "none"
    assert {one["why"] for one in told["failed"]} == {"it was skipped"}


def test_every_kind_of_a_plugin_needs_its_suite(pytester: pytest.Pytester) -> None:
    told = report(
        pytester,
        DECIDES,
        DECIDER
        + CHANNEL.replace(
            "from turbo_core import ChannelOffer, Receipt, hookimpl", "from turbo_core import ChannelOffer, Receipt"
        ),
    )
    assert told["level"] == "none"
    assert "ChannelSuite::test_it_delivers" in told["missing"]


def test_every_plugin_of_a_distribution_is_told(pytester: pytest.Pytester) -> None:
    site = install(pytester.path, {"plugin": DECIDER})
    (points,) = site.glob("*.dist-info/entry_points.txt")
    points.write_text(points.read_text() + "[turbo.commands]\nother = turbo_plugin_note.cli:other\n")
    pytester.syspathinsert(site)
    pytester.makepyfile(dedent(DECIDES))
    pytester.runpytest_inprocess("-p", "no:cacheprovider", "--turbo-report", "report.json")
    note, other = json.loads((pytester.path / "report.json").read_text())["plugins"]
    assert (note["plugin"], note["level"]) == ("note", "gold")
    assert (other["plugin"], other["level"], other["distribution"]) == ("other", "none", "turbo-plugin-note")
    assert "PluginSuite::test_it_is_installed_and_loads" in other["missing"]


def test_a_check_without_anything_to_try_is_passed(pytester: pytest.Pytester) -> None:
    actions = '''
        from turbo_core import Context, action

        @action(risk="read")
        def count(context: Context) -> int:
            """Count to one."""
            return 1
    '''
    test = """
        from turbo_core.testing import ActionSuite

        class TestNote(ActionSuite):
            plugin = "note"
            examples = {"note.count": {}}
    """
    certify(pytester, test, {"actions": actions}, "--turbo-report", "report.json")
    (told,) = json.loads((pytester.path / "report.json").read_text())["plugins"]
    assert (told["level"], told["failed"], told["missing"]) == ("gold", [], [])


def test_workers_report_to_one_file(pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch) -> None:
    silent = changed(DECIDER, ('reason="a question should be short"', "reason=''"))
    monkeypatch.setenv("PYTHONPATH", str(install(pytester.path, {"plugin": silent})))
    pytester.makepyfile(dedent(DECIDES))
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "-n", "2", "--turbo-report", "report.json")
    (told,) = json.loads((pytester.path / "report.json").read_text())["plugins"]
    assert (told["level"], len(told["passed"]), told["missing"]) == ("bronze", 10, [])


def test_without_a_suite_there_is_no_plugin(pytester: pytest.Pytester) -> None:
    pytester.makepyfile("def test_nothing(): pass")
    pytester.runpytest_inprocess("-p", "no:cacheprovider", "--turbo-report", "report.json").assert_outcomes(passed=1)
    assert json.loads((pytester.path / "report.json").read_text())["plugins"] == []


def test_several_suites_of_one_plugin_count_together(pytester: pytest.Pytester) -> None:
    both = DECIDER + CHANNEL.replace(
        "from turbo_core import ChannelOffer, Receipt, hookimpl", "from turbo_core import ChannelOffer, Receipt"
    )
    test = DECIDES + CHANNELS.replace("class TestNote", "class TestChannel")
    told = report(pytester, test, both)
    assert (told["level"], told["missing"]) == ("gold", [])
    assert {name.partition("::")[0] for name in told["passed"]} == {"DeciderSuite", "ChannelSuite"}
