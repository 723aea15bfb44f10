"""Real runs, and what Prometheus has of them."""

from __future__ import annotations

import base64
import json
import re
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import fields
from pathlib import Path
from urllib.parse import urlencode
from urllib.request import urlopen

import pytest
from prometheus_client.parser import text_string_to_metric_families
from turbo_core import RunInfo, replace
from turbo_core.testing import HttpServer, Project, ProjectFactory

from turbo_plugin_prometheus.figures import Figures
from turbo_plugin_prometheus.settings import Settings
from turbo_plugin_prometheus.telling import tell

from .conftest import LIMIT, Find

README = (Path(__file__).parent.parent / "README.md").read_text(encoding="utf-8")
WORKFLOW = """
    name: nightly
    phases:
      check:
        lint: {run: "true"}
        each: {run: "true", matrix: {x: [1, 2]}}
        flaky: {run: "test -e again || { touch again; exit 1; }", retry: {times: 1, delay: 1ms}}
        never: {run: "true", when: "${{ run.id == '' }}"}
      out:
        bad: {run: test ! -e bad}
"""
ASKS = """
    name: asks
    phases:
      judge: {first: {run: "true"}, fit: {decide: "Is it fit?", ask: {within: 2h}}}
      act: {go: {run: "true"}}
"""


def make(turbo_project: ProjectFactory, text: str, settings: str) -> Project:
    return turbo_project({"turbo.yaml": text, "turbo.toml": f"patience = 60\n[plugins.prometheus]\n{settings}\n"})


def samples(text: str) -> dict[str, float]:
    """Each sample with its own labels, those of the run left out."""
    found = {}
    for family in text_string_to_metric_families(text):
        for sample in family.samples:
            own = {key: value for key, value in sample.labels.items() if key not in ("workflow", "project")}
            found[sample.name.removeprefix("turbo_") + "".join(f" {value}" for value in own.values())] = sample.value
    return found


def until(fact: Callable[[], object]) -> None:
    end = time.monotonic() + LIMIT
    while not fact():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(0.05)


def test_a_file_tells_of_the_latest_run(turbo_project: ProjectFactory) -> None:
    project = make(turbo_project, WORKFLOW, 'folder = "metrics"')
    ran = project.run("run")
    assert ran.ok, ran
    name = f"turbo-{project.folder.name}-nightly"
    told = samples(project.read(f"metrics/{name}.prom"))
    assert {key: value for key, value in told.items() if key.startswith(("run_state", "run_tasks", "run_attempts"))} == {
        "run_state running": 0,
        "run_state parked": 0,
        "run_state succeeded": 1,
        "run_state failed": 0,
        "run_state cancelled": 0,
        "run_tasks succeeded": 5,
        "run_tasks failed": 0,
        "run_tasks skipped": 1,
        "run_tasks cancelled": 0,
        "run_attempts succeeded": 5,
        "run_attempts failed": 1,
        "run_attempts cancelled": 0,
        "run_attempts lost": 0,
    }
    assert (told["task_attempts flaky"], told["task_failed_attempts flaky"], told["task_attempts each"]) == (2, 1, 2)
    assert told["run_duration_seconds"] == pytest.approx(
        told["run_ended_timestamp_seconds"] - told["run_started_timestamp_seconds"]
    )
    assert told["run_cpu_seconds"] > 0
    assert told["run_memory_bytes"] > 0
    success = samples(project.read(f"metrics/{name}-success.prom"))
    assert success == {"run_success_timestamp_seconds": told["run_ended_timestamp_seconds"]}
    # A run that fails leaves the time of the last success as it is.
    (project.folder / "bad").touch()
    assert project.run("run").exit_code == 1
    later = samples(project.read(f"metrics/{name}.prom"))
    assert (later["run_state failed"], later["run_tasks failed"]) == (1, 1)
    assert samples(project.read(f"metrics/{name}-success.prom")) == success
    assert sorted(file.name for file in (project.folder / "metrics").iterdir()) == [f"{name}-success.prom", f"{name}.prom"]


def test_the_file_passes_the_check_of_prometheus(turbo_project: ProjectFactory, find: Find) -> None:
    promtool = find("promtool", "prometheus")
    project = make(turbo_project, WORKFLOW, 'folder = "metrics"')
    project.run("run")
    for file in (project.folder / "metrics").iterdir():
        command = [promtool, "check", "metrics"]
        checked = subprocess.run(command, input=file.read_text(), capture_output=True, text=True, check=False)
        assert (checked.returncode, checked.stdout + checked.stderr) == (0, "")


def test_a_run_that_waits_says_so_and_goes_on(turbo_project: ProjectFactory) -> None:
    project = make(turbo_project, ASKS, 'folder = "metrics"\ntasks = false')
    parked = project.run("run")
    file = f"metrics/turbo-{project.folder.name}-asks.prom"
    assert samples(project.read(file))["run_state parked"] == 1
    assert "run_ended_timestamp_seconds" not in samples(project.read(file))
    assert project.run("approve", parked.run.id, "fit").ok
    told = samples(project.read(file))
    assert (told["run_state succeeded"], told["run_attempts succeeded"]) == (1, 2), "also those of the first process"
    assert not [key for key in told if key.startswith("task_")]


def test_a_run_that_is_told_late_does_not_replace_a_later_one(tmp_path: Path) -> None:
    run = RunInfo(id="r", workflow="w", project=tmp_path, folder=tmp_path, live=False)
    file = tmp_path / "metrics" / f"turbo-{tmp_path.name}-w.prom"
    for started, expected in ((100.0, 100.0), (50.0, 100.0), (200.0, 200.0)):
        tell(Figures(started=started, ended=started + 1, state="succeeded"), run, Settings(folder="metrics"))
        assert samples(file.read_text())["run_started_timestamp_seconds"] == expected
        assert samples(file.with_stem(f"{file.stem}-success").read_text())["run_success_timestamp_seconds"] == expected + 1
    file.write_text("what is {{{ no metric")
    tell(Figures(started=10.0), replace(run, live=True), Settings(folder="metrics"))
    assert samples(file.read_text())["run_started_timestamp_seconds"] == 10


def test_prometheus_scrapes_what_was_pushed(turbo_project: ProjectFactory, gateway: str, prometheus: str) -> None:
    project = make(turbo_project, WORKFLOW, f'gateway = "{gateway}"\njob = "ours"')
    assert project.run("run").ok

    def asked(query: str) -> list[tuple[dict[str, str], str]]:
        with urlopen(f"{prometheus}/api/v1/query?{urlencode({'query': query})}", timeout=LIMIT) as answer:
            return [(found["metric"], found["value"][1]) for found in json.load(answer)["data"]["result"]]

    until(lambda: [value for _, value in asked('turbo_run_state{state="succeeded"}')] == ["1"])
    until(lambda: asked("turbo_run_success_timestamp_seconds"))
    ((about, value),) = asked('turbo_task_attempts{task="flaky"}')
    assert value == "2"
    assert (about["workflow"], about["project"], about["job"]) == ("nightly", project.folder.name, "ours")
    (project.folder / "bad").touch()
    project.run("run")
    until(lambda: [value for _, value in asked('turbo_run_state{state="failed"}')] == ["1"])
    assert asked("turbo_run_success_timestamp_seconds"), "it stays at the gateway"


def test_a_password_is_sent_and_a_gateway_that_is_gone_harms_no_run(turbo_project: ProjectFactory) -> None:
    with closing(HttpServer()) as server:
        settings = f'gateway = "{server.url}"\npassword = "GATEWAY_PASSWORD"'
        project = make(turbo_project, WORKFLOW, settings)
        assert project.run("run", env={"GATEWAY_PASSWORD": "ada:correct-horse"}).ok
        sealed = base64.b64encode(b"ada:correct-horse").decode()
        assert {request.headers["authorization"] for request in server.requests} == {f"Basic {sealed}"}
    assert project.run("run", env={"GATEWAY_PASSWORD": "ada:correct-horse"}).ok


def test_an_installed_plugin_alone_writes_nothing(turbo_project: ProjectFactory) -> None:
    project = turbo_project({"turbo.yaml": WORKFLOW})
    assert project.run("run").ok
    assert not list(project.folder.rglob("*.prom"))


def test_the_tables_of_the_readme_are_the_code(turbo_project: ProjectFactory) -> None:
    (example,) = re.findall(r"^```yaml\n(.*?)^```", README, re.MULTILINE | re.DOTALL)
    project = make(turbo_project, example, 'folder = "metrics"')
    assert project.run("run").ok
    text = "".join(file.read_text() for file in (project.folder / "metrics").iterdir())
    assert set(re.findall(r"^\| `(turbo_\w+)`", README, re.MULTILINE)) == set(
        re.findall(r"^# TYPE (\w+) gauge", text, re.MULTILINE)
    )
    told = re.findall(r"^\| `(\w+)` \| (.*) \| (.*) \|$", README.partition("## Settings")[2], re.MULTILINE)
    shown = {"``": "empty", "`none`": "none"}
    defaults = [f"`{str(each.default).lower()}`" for each in fields(Settings)]
    assert [(name, default) for name, default, _ in told] == [
        (each.name, shown.get(default, default)) for each, default in zip(fields(Settings), defaults, strict=True)
    ]
    described = " ".join((Settings.__doc__ or "").split())
    assert all(f"{name}: {text}." in described for name, _, text in told)
