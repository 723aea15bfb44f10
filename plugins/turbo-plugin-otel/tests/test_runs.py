"""Real runs, and what a receiver has of them."""

from __future__ import annotations

import json
import re
from dataclasses import fields
from pathlib import Path

import pytest
from turbo_core import Trace
from turbo_core.testing import Project, ProjectFactory

from turbo_plugin_otel.settings import Settings

from .conftest import Receiver

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
OUTER = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
FAILS = """
    name: deploy
    phases:
      check:
        inner: {workflow: inner.yaml}
        each: {run: 'echo "$TRACEPARENT" > "$TURBO_TASK"', matrix: {x: [1, 2]}}
      out:
        bad: {run: exit 3}
"""
INNER = "name: inner\ntasks:\n  deep: {run: 'true'}\n"
ASKS = """
    name: asks
    phases:
      judge: {first: {run: 'true'}, fit: {decide: "Is it fit?", ask: {within: 2h}}}
      act: {go: {run: 'true'}}
"""


def make(turbo_project: ProjectFactory, receiver: Receiver, text: str, more: str = "") -> Project:
    settings = f'patience = 60\n[plugins.otel]\nendpoint = "{receiver.http}"\n{more}'
    return turbo_project({"turbo.yaml": text, "inner.yaml": INNER, "turbo.toml": settings})


def tree(receiver: Receiver) -> dict[str, list[str]]:
    """The names of the whole spans, each with its parents up to the root."""
    spans, found = receiver.spans, {}
    for got in spans.values():
        if not got.about["turbo.started"]:
            at, path = got, []
            while at.parent in spans:
                at = spans[at.parent]
                path.append(at.name)
            found[f"{got.name} {got.about['turbo.attempt']}" if "turbo.attempt" in got.about else got.name] = path
    return found


def test_a_run_is_one_trace(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    ran = make(turbo_project, receiver, example).run("run")
    assert ran.ok, ran
    assert tree(receiver) == {
        "release": [],
        "check": ["release"],
        "lint 1": ["check", "release"],
        "tests 1": ["check", "release"],
        "tests 2": ["check", "release"],
        "build": ["release"],
        "wheel 1": ["build", "release"],
    }
    assert {got.trace for got in receiver.came} == {Trace.of(ran.run.id).id}
    assert receiver.services == {"turbo"}
    run = receiver.named("release")[0]
    assert (run.failed, run.about["turbo.outcome"]) == (None, "succeeded")
    assert all(run.start <= got.start <= got.end <= run.end for got in receiver.came)


def test_failures_cells_and_nested_workflows(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    project = make(turbo_project, receiver, FAILS)
    ran = project.run("run")
    assert ran.exit_code == 1
    found = tree(receiver)
    assert found["inner/deep 1"] == ["main", "check", "deploy"]
    assert found["each[1] 1"] == ["check", "deploy"]
    bad = next(got for got in receiver.named("bad") if not got.about["turbo.started"])
    assert (bad.failed, bad.about["process.exit.code"], bad.about["turbo.failure"]) == ("exit code 3", 3, "exit")
    assert receiver.named("deploy")[0].failed
    # What a task starts hangs below its attempt.
    version, trace, span, flags = (project.folder / "each[0]").read_text().strip().split("-")
    assert (version, trace, flags) == ("00", receiver.came[0].trace, "01")
    assert receiver.spans[span].name == "each[0]"


def test_what_goes_on_is_told_before_it_ends(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    project = make(turbo_project, receiver, ASKS)
    parked = project.run("run")
    assert parked.exit_code == 3
    begun = {got.name: got for got in receiver.spans.values() if got.about["turbo.started"]}
    assert {*begun} >= {"asks started", "judge started", "first started"}
    assert not receiver.named("asks"), "it has not ended"
    assert all(got.start == got.end for got in begun.values())
    assert project.run("approve", parked.run.id, "fit").ok
    assert begun["asks started"].parent == receiver.named("asks")[0].id
    assert tree(receiver)["go 1"] == ["act", "asks"]
    assert tree(receiver)["first 1"] == ["judge", "asks"], "its phase was opened in another process"


def test_only_whole_spans_if_wanted_so(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    assert make(turbo_project, receiver, INNER, 'early = false\nservice = "ours"\nmetrics = false\n').run("run").ok
    assert sorted(got.name for got in receiver.came) == ["deep", "inner", "main"]
    assert (receiver.services, receiver.metrics) == ({"ours"}, {})


def test_an_outer_trace_goes_on(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    assert make(turbo_project, receiver, INNER).run("run", env={"TRACEPARENT": OUTER}).ok
    (run,) = receiver.named("inner")
    assert (run.trace, run.parent) == (OUTER[3:35], OUTER[36:52])
    assert {got.trace for got in receiver.came} == {run.trace}


def test_a_trace_that_nobody_wants_is_not_sent(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    assert make(turbo_project, receiver, INNER).run("run", env={"TRACEPARENT": OUTER[:-1] + "0"}).ok
    assert receiver.came == []


def test_each_new_round_is_a_span(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    project = make(turbo_project, receiver, "name: again\ntasks:\n  a: {run: 'test -e there'}\n")
    first = project.run("run")
    (project.folder / "there").touch()
    assert (first.exit_code, project.run("resume", first.run.id, "--failed").exit_code) == (1, 0)
    assert [got.failed is None for got in sorted(receiver.named("again"), key=lambda got: got.start)] == [False, True]
    assert [got.failed is None for got in sorted(receiver.named("a"), key=lambda got: got.start)] == [False, True]


def test_a_replay_gives_the_same_spans_and_no_metrics(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    project = make(turbo_project, receiver, FAILS)
    ran = project.run("run")
    once = dict(receiver.spans)
    receiver.came.clear()
    receiver.metrics.clear()
    assert project.run("replay", ran.run.id, "--to", "otel").ok
    assert (receiver.spans, receiver.metrics) == (once, {})


def test_metrics(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    make(turbo_project, receiver, FAILS).run("run")
    ((about, point),) = receiver.metrics["turbo.run.duration"]
    assert (about, point.count) == ({"turbo.workflow": "deploy", "turbo.outcome": "failed"}, 1)
    points = receiver.metrics["turbo.attempt.duration"]
    counts = {(about["turbo.task"], about["turbo.state"]): point.count for about, point in points}
    assert counts == {("inner/deep", "succeeded"): 1, ("each", "succeeded"): 2, ("bad", "failed"): 1}
    assert {about["turbo.task"] for about, _ in receiver.metrics["turbo.attempt.cpu"]} == {"inner/deep", "each", "bad"}


def test_grpc(turbo_project: ProjectFactory, grpc_receiver: Receiver) -> None:
    settings = f'patience = 60\n[plugins.otel]\nendpoint = "{grpc_receiver.grpc}"\nprotocol = "grpc"\n'
    project = turbo_project({"turbo.yaml": INNER, "turbo.toml": settings})
    assert project.run("run").ok
    assert tree(grpc_receiver) == {"inner": [], "main": ["inner"], "deep 1": ["main", "inner"]}
    assert "turbo.run.duration" in grpc_receiver.metrics


def test_the_variables_of_opentelemetry_suffice(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    project = turbo_project({"turbo.yaml": INNER, "turbo.toml": "patience = 60\n"})
    assert project.run("run").ok
    assert receiver.came == []
    assert project.run("run", env={"OTEL_EXPORTER_OTLP_ENDPOINT": receiver.http}).ok
    assert receiver.named("inner")


def test_headers_are_a_secret(turbo_project: ProjectFactory, receiver: Receiver) -> None:
    project = make(turbo_project, receiver, INNER, 'headers = "OTLP_HEADERS"\n')
    assert project.run("run", env={"OTLP_HEADERS": "authorization=Bearer-abcdef,x-team=core"}).ok
    assert {(told["authorization"], told["x-team"]) for told in receiver.headers} == {("Bearer-abcdef", "core")}


@pytest.mark.parametrize("more", ["", "metrics = false\n"])
def test_a_receiver_that_refuses_harms_no_run(turbo_project: ProjectFactory, receiver: Receiver, more: str) -> None:
    receiver.status = 400
    ran = make(turbo_project, receiver, INNER, more).run("run")
    assert ran.ok, ran
    assert "opentelemetry" not in (ran.out + ran.err).lower()
    assert receiver.headers, "it was asked"


def test_the_table_of_settings_is_the_code() -> None:
    told = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", README.partition("## Settings")[2], re.MULTILINE)
    assert [name for name, _, _ in told] == [each.name for each in fields(Settings)]
    shown = {"``": "empty", "`none`": "none"}
    defaults = [f"`{str(each.default).lower()}`" for each in fields(Settings)]
    defaults = [shown.get(default, default) for default in defaults]
    assert [default for _, default, _ in told] == defaults
    described = " ".join((Settings.__doc__ or "").replace("``", "`").split())
    assert all(f"{name}: {text}." in described for name, _, text in told), json.dumps(described)
