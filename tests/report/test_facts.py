from __future__ import annotations

import json

import pytest

from tests.report import runs
from turbo_core import replace
from turbo_core.model import FaultView, Usage
from turbo_core.report import facts, markdown
from turbo_core.report.compare import compare
from turbo_core.report.resources import resources


@pytest.mark.parametrize("name", runs.RUNS)
def test_the_facts_are_json_and_the_same_each_time(name: str) -> None:
    run = runs.RUNS[name]()
    said = facts.render(run, runs.log_tail)
    assert said == facts.render(run, runs.log_tail)
    found = json.loads(said)
    assert found["run"]["id"] == run.id
    assert "folder" not in found["run"]
    assert [phase["name"] for phase in found["run"]["phases"]] == [phase.name for phase in run.phases]


def test_what_failed_comes_with_the_end_of_its_log() -> None:
    found = json.loads(facts.render(runs.failed(), runs.log_tail))
    assert found["failures"] == ["test", "lint"]
    assert found["critical_path"] == ["build", "test"]
    assert "assert 3 == 4" in found["logs"]["logs/test.2.log"]
    assert "\x1b" not in found["logs"]["logs/test.2.log"]


def test_resources_are_sums_of_time_and_peaks_of_memory() -> None:
    tries = (
        runs.attempt("a", 1, 0, 1, usage=Usage(cpu=2, memory=5, group_memory=9, read_blocks=1)),
        runs.attempt("a", 2, 0, 1, usage=Usage(cpu=3, memory=7, written_blocks=1)),
    )
    found = resources(runs.run(runs.phase("p", runs.task("a", attempts=tries), runs.task("b", 0, 1))))
    assert found
    assert (found.cpu, found.memory, found.disk) == (5.8, 48_000_000, 1024)
    assert [(one.task.address, one.cpu, one.memory) for one in found.most] == [("a", 5, 9), ("b", 0.8, 48_000_000)]
    assert resources(runs.run(runs.phase("p", runs.task("a", attempts=())))) is None


def test_markdown_tells_changes_faults_and_resources() -> None:
    run = runs.failed()
    fault = FaultView(plugin="sheet", moment="document", message="KeyError: 'rows'")
    before = replace(runs.passed(), id="20261120-1200-abcd", inputs={"channel": "beta"})
    page = markdown.render(replace(run, faults=(fault,), compared=compare(before, run)), runs.log_tail)
    assert "| input channel | beta | stable |" in page
    assert "| sheet | document | KeyError: 'rows' |" in page
    assert "Critical path, 23s: build, test." in page
    assert "of processor time" in page


def test_markdown_says_when_nothing_differs() -> None:
    run = runs.passed()
    page = markdown.render(replace(run, compared=compare(run, run)), runs.log_tail)
    assert "Nothing else differs." in page
    assert "| What | Then |" not in page


def test_the_facts_tell_what_was_foreseen_and_what_was_out_of_the_ordinary() -> None:
    found = json.loads(facts.render(runs.passed(), runs.log_tail))["run"]
    assert found["foreseen"]["p90"] == 52.0
    assert [(one["task"], one["what"]) for one in found["anomalies"]] == [("test", "slow"), ("upload", "log")]
