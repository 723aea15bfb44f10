"""Every expectation holds where it should, and fails where it should."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.testing.cases_kit import missed, tried

TEXT = """
name: release
inputs: {bump: {type: choice, choices: [minor, major], default: minor}}
phases:
  make:
    build: {run: make, outputs: {wheel: string, size: integer}, retry: 1}
    lint: {run: lint, allow_failure: true}
    docs: {run: docs, when: "${{ inputs.bump == 'major' }}"}
    test:
      run: test
      matrix: {python: ["3.11", "3.12"]}
  judge:
    fit:
      decide: Is it fit?
      criteria:
        lint: {weight: 1, score: "${{ tasks.lint.ok }}"}
        size: {weight: 2, score: 1}
      accept: 0.6
      reject: 0.2
      ask: {who: [maria, jo], within: 2h}
  publish:
    tag: {uses: git.tag, with: {name: v1}, undo: true}
    upload: {run: upload, needs: [tag]}
    tell: {communicate: "published ${{ tasks.build.outputs.wheel }}", level: warning}
outputs: {wheel: "${{ tasks.build.outputs.wheel }}", size: "${{ tasks.build.outputs.size }}"}
on_failure:
  - {undo: all}
finally:
  - {run: clean}
"""
BUILT = {"outputs": {"wheel": "x.whl", "size": 1}}
STUBS: dict[str, Any] = {"build": BUILT, "tag": {"outputs": {"ref": "v1"}}}
FAILED = {**STUBS, "upload": {"exit_code": 3}}
FLAKY = {**STUBS, "build": ["failed", {**BUILT, "takes": "1h"}]}

WORKS = [
    ({}, {"exit_code": 0}),
    ({}, {"path": [["build", "lint", "test"], "fit", ["tag", "tell"], "upload"]}),
    ({}, {"path": [["test", "lint", "build"], "fit", "tell", "tag", "upload"]}),
    ({}, {"ran": ["finally[0]", "test[3.11]", "test[1]", "test"], "not_ran": ["docs", "on_failure[0]"]}),
    ({}, {"skipped": {"docs": "condition"}}),
    ({}, {"retried": {"build": 0}}),
    ({"stubs": FLAKY}, {"retried": {"build": 1}}),
    ({"stubs": {**STUBS, "lint": "failed"}}, {"failed": {"lint": "exit"}, "scores": {"fit": 0.667}}),
    ({}, {"decisions": {"fit": "accepted"}, "scores": {"fit": 1}}),
    ({}, {"messages": ["published", {"is": "published x.whl", "level": "warning", "task": "tell"}]}),
    ({}, {"outputs": {"wheel": "x.whl", "size": 1}}),
    ({}, {"undone": [], "parked": False}),
    ({"stubs": FAILED}, {"outcome": "failed", "exit_code": 1, "undone": ["tag"]}),
    ({"stubs": FLAKY}, {"duration": {"at_least": "1h", "at_most": "1h10m"}}),
    ({}, {"duration": "4s"}),
    ({"stubs": {**STUBS, "lint": "failed"}, "decide": {"fit": {"score": 0}}}, {"outcome": "parked", "parked": ["fit"]}),
    (
        {"stubs": {**STUBS, "lint": "failed"}, "decide": {"fit": {"score": 0}}},
        {"outcome": "parked", "decisions": {"fit": "asked"}},
    ),
]


@pytest.mark.parametrize(("given", "expect"), WORKS)
def test_what_is_true_passes(tmp_path: Path, given: dict[str, Any], expect: dict[str, Any]) -> None:
    verdict = tried(tmp_path, TEXT, {"outcome": "succeeded", **expect}, **{"stubs": STUBS, **given})
    assert missed(verdict) == []
    assert verdict.grade == "passed"


FAILS = [
    ({}, {"outcome": "failed"}, "outcome: expected failed, found succeeded"),
    ({}, {"exit_code": 1}, "exit_code: expected 1, found 0"),
    ({}, {"path": ["build", "lint", "test", "fit", "tag"]}, "path: expected build → lint → test → fit → tag, found build → lint"),
    ({}, {"path": ["lint", "build", "test", "fit", "tag", "tell", "upload"]}, "path: expected lint → build"),
    ({}, {"path": []}, "path: expected no task, found build"),
    ({}, {"path": [["build", "lint", "docs"], "test", "fit", ["tag", "tell"], "upload"]}, "path: expected (build, lint, docs)"),
    ({}, {"ran": ["docs"]}, "ran.docs: expected it ran, found skipped (condition)"),
    ({}, {"ran": ["test[3.13]"]}, "ran.test[3.13]: expected it ran, found no task or single cell of that name"),
    ({}, {"ran": ["test[7]"]}, "ran.test[7]: expected it ran, found no task or single cell of that name"),
    ({}, {"not_ran": ["build"]}, "not_ran.build: expected it did not run, found succeeded"),
    ({}, {"skipped": {"docs": "need"}}, "skipped.docs: expected need, found condition"),
    ({}, {"skipped": {"build": "need"}}, "skipped.build: expected need, found succeeded"),
    ({}, {"retried": {"build": 1}}, "retried.build: expected 1, found 0"),
    ({}, {"retried": {"docs": 0}}, "retried.docs: expected 0, found skipped (condition)"),
    ({}, {"failed": {"build": "exit"}}, "failed.build: expected exit, found succeeded"),
    ({"stubs": {**STUBS, "lint": {"class": "infra"}}}, {"failed": {"lint": "exit"}}, "failed.lint: expected exit, found infra"),
    ({}, {"decisions": {"fit": "rejected"}}, "decisions.fit: expected rejected, found accepted"),
    ({}, {"scores": {"fit": 0.9}}, "scores.fit: expected 0.9, found 1"),
    ({"stubs": {**STUBS, "lint": "failed"}}, {"scores": {"fit": 0.66}}, "scores.fit: expected 0.66, found 0.666"),
    ({}, {"messages": ["withdrawn"]}, "messages[0]: expected a message with contains 'withdrawn', found 'published x.whl'"),
    ({}, {"messages": ["published", {"is": "published"}]}, "messages[1]: expected a message with is 'published', found"),
    (
        {},
        {"messages": [{"contains": "published", "level": "info"}]},
        "messages[0]: expected a message with contains 'published', l",
    ),
    (
        {},
        {"messages": [{"contains": "published", "task": "tag"}]},
        "messages[0]: expected a message with contains 'published', t",
    ),
    ({}, {"messages": []}, "messages: expected no message, found 'published x.whl'"),
    ({}, {"outputs": {"wheel": "y.whl"}}, "outputs.wheel: expected 'y.whl', found 'x.whl'"),
    ({}, {"outputs": {"size": True}}, "outputs.size: expected true, found 1"),
    ({}, {"undone": ["tag"]}, "undone: expected tag, found nothing"),
    ({}, {"duration": "6s"}, "duration: expected 6s, found 4s"),
    ({}, {"duration": {"at_least": "6s"}}, "duration: expected at least 6s, found 4s"),
    ({}, {"duration": {"at_most": "3s"}}, "duration: expected at most 3s, found 4s"),
    ({}, {"parked": True}, "parked: expected true, found succeeded"),
    ({}, {"parked": ["fit"]}, "parked: expected fit, found succeeded"),
]


@pytest.mark.parametrize(("given", "expect", "told"), FAILS)
def test_what_is_not_true_fails(tmp_path: Path, given: dict[str, Any], expect: dict[str, Any], told: str) -> None:
    verdict = tried(tmp_path, TEXT, {"outcome": "succeeded", **expect}, **{"stubs": STUBS, **given})
    assert [line[: len(told)] for line in missed(verdict)] == [told]
    assert verdict.grade == "failed"


def test_a_run_that_undid_too_much_or_was_parked_is_told(tmp_path: Path) -> None:
    undone = tried(tmp_path, TEXT, {"outcome": "failed", "undone": []}, stubs=FAILED)
    assert missed(undone) == ["undone: expected nothing, found tag"]
    parked = {"stubs": {**STUBS, "lint": "failed"}, "decide": {"fit": {"score": 0}}}
    told = missed(tried(tmp_path, TEXT, {"outcome": "succeeded", "parked": []}, **parked))
    assert told == ["outcome: expected succeeded, found parked", "parked: expected nobody waits, found fit"]


def test_a_cell_is_named_by_values_that_only_it_has(tmp_path: Path) -> None:
    text = "name: w\ntasks: {a: {run: x, matrix: {os: [mac, linux], n: [7, 8]}}}\n"
    one = {"outcome": "succeeded", "ran": ["a[linux, 7]", "a[8, mac]", "a[3]"]}
    assert missed(tried(tmp_path, text, one)) == []
    told = missed(tried(tmp_path, text, {"outcome": "succeeded", "ran": ["a[mac]"]}))
    assert told == ["ran.a[mac]: expected it ran, found no task or single cell of that name"]


def test_lists_and_objects_are_compared_to_their_depth(tmp_path: Path) -> None:
    text = 'name: w\ntasks: {a: {run: x, outputs: {it: json}}}\noutputs: {it: "${{ tasks.a.outputs.it }}"}\n'
    stubs = {"a": {"outputs": {"it": {"list": [1, {"deep": False}]}}}}
    same = {"outcome": "succeeded", "outputs": {"it": {"list": [1, {"deep": False}]}}}
    assert missed(tried(tmp_path, text, same, stubs=stubs)) == []
    for other in ({"list": [1, {"deep": 0}]}, {"list": [1]}, {"list": [1, {"deep": False}], "more": 1}, []):
        assert len(missed(tried(tmp_path, text, {"outcome": "succeeded", "outputs": {"it": other}}, stubs=stubs))) == 1


def test_a_failure_explains_itself(tmp_path: Path) -> None:
    verdict = tried(tmp_path, TEXT, {"outcome": "succeeded", "ran": ["docs"]}, stubs=FAILED)
    told = verdict.explain()
    assert "upload failed (exit): exit code 3" in told
    assert "docs was skipped, because its condition" in told
    assert "the run took" in told
    assert "    ✓ build\n" in told
    assert "      ✓ test[0]\n" in told
    assert "    + build\n" in verdict.explain(unicode=False)
    assert verdict.title.startswith("outcome: expected succeeded, found failed; ran.docs:")
    assert verdict.alone.startswith("turbo test ")


def test_the_tree_tells_of_nested_workflows_and_retries(tmp_path: Path) -> None:
    (tmp_path / "child.yaml").write_text("name: child\ntasks: {inner: {run: x, retry: 1}}\n")
    text = "name: w\ntasks: {deploy: {workflow: child.yaml}}\n"
    verdict = tried(tmp_path, text, {"outcome": "failed"}, stubs={"deploy/inner": ["failed", "succeeded"]})
    assert "      main\n        ✓ deploy/inner ran 2 times and then succeeded" in verdict.explain()
    assert verdict.run is not None
    assert verdict.run.path == ("deploy",)
    assert {"deploy", "deploy/inner"} <= verdict.run.ran
    assert repr(verdict.run) == "<SimulatedRun 'w succeeded: 1 succeeded', path deploy>"
