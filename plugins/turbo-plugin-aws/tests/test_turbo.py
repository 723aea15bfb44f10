"""The plugin in the hands of a person: real commands, real runs, and a server that fails at first."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sysconfig
from collections.abc import Callable
from pathlib import Path

import pytest
from turbo_core.testing import Project, Result

from .conftest import Gate, Store

SECRET = "a-secret-key-of-a-test"
BACKUP = """
    name: backup
    inputs: {bucket: {type: string}}
    secrets: [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY]
    tasks:
      send:
        uses: aws.s3_put
        with: {file: data.txt, bucket: "${{ inputs.bucket }}", key: data.txt}
        retry: {times: 2, on: [infra], delay: 10ms}
        undo: true
"""


@pytest.fixture
def project(turbo_project: Callable[..., Project]) -> Project:
    return turbo_project({"turbo.yaml": BACKUP, "data.txt": "precious", "site/index.html": "hello"})


def run(project: Project, bucket: str, **env: str) -> Result:
    return project.run("run", "-i", f"bucket={bucket}", env=env)


def everything(project: Project) -> bytes:
    """All that Turbo has written."""
    files = [path for path in (project.folder / ".turbo").rglob("*") if path.is_file()]
    assert any(path.name == "journal.db" for path in files)
    return b"".join(path.read_bytes() for path in files)


def test_commands(project: Project, versioned: Store) -> None:
    told = project.run("aws", "identity", "--json")
    assert told.ok, told
    assert json.loads(told.out)["account"] == "123456789012"
    put = project.run("aws", "s3_put", "--file", "data.txt", "--bucket", versioned.name, "--key", "k")
    assert put.ok, put
    assert versioned.read("k") == b"precious"
    got = project.run("aws", "s3_get", "--file", "back.txt", "--bucket", versioned.name, "--key", "k")
    assert (got.exit_code, project.read("back.txt")) == (0, "precious")
    listed = project.run("aws", "s3_list", "--bucket", versioned.name, "--json")
    assert [found["key"] for found in json.loads(listed.out)["objects"]] == ["k"]


def test_a_command_is_undone(project: Project, plain: Store) -> None:
    put = project.run("aws", "s3_put", "--file", "data.txt", "--bucket", plain.name, "--key", "k")
    assert plain.keys() == ["k"], put
    undone = project.run("undo", put.run.id)
    assert undone.ok, undone
    assert plain.keys() == []


def test_a_folder_by_command(project: Project, plain: Store) -> None:
    plain.put("p/old.html", b"old")
    sent = project.run("aws", "s3_mirror", "--folder", "site", "--bucket", plain.name, "--prefix", "p", "--json")
    assert sent.ok, sent
    assert (json.loads(sent.out)["deleted"], plain.keys()) == (1, ["p/index.html"])


def test_a_run_is_undone(project: Project, versioned: Store) -> None:
    versioned.put("data.txt", b"from before")
    ran = run(project, versioned.name)
    assert ran.ok, ran
    assert versioned.read("data.txt") == b"precious"
    undone = project.run("undo", ran.run.id)
    assert undone.ok, undone
    assert versioned.read("data.txt") == b"from before"


def test_a_server_that_is_busy_at_first_is_asked_again(project: Project, plain: Store, gate: Gate) -> None:
    """Each attempt of the task asks three times; so the first fails, and the second does not."""
    gate.answers = [(503, "SlowDown")] * 4
    ran = run(project, plain.name, AWS_ENDPOINT_URL=gate.address)
    assert ran.ok, ran
    attempts = ran.tasks["send"].attempts
    assert [(attempt.state, attempt.failure) for attempt in attempts] == [("failed", "infra"), ("succeeded", "")]
    assert "(requests sent: 3)" in attempts[0].message
    assert plain.read("data.txt") == b"precious"


def test_a_refusal_is_not_tried_again(project: Project) -> None:
    ran = run(project, "no-such-bucket")
    assert ran.exit_code == 1
    (attempt,) = ran.tasks["send"].attempts
    assert (attempt.failure, "NoSuchBucket" in attempt.message, "create the bucket" in attempt.message) == ("error", True, True)


def test_without_credentials_it_says_what_to_do(project: Project, plain: Store) -> None:
    text = project.read("turbo.yaml").replace("secrets: [AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY]", "")
    project.write({"turbo.yaml": text})
    ran = run(project, plain.name, AWS_ACCESS_KEY_ID="", AWS_SECRET_ACCESS_KEY="")
    (attempt,) = ran.tasks["send"].attempts
    assert (ran.exit_code, attempt.failure, "AWS_ACCESS_KEY_ID" in attempt.message) == (1, "error", True)


def test_a_dry_run_acts_on_nothing(project: Project, plain: Store, gate: Gate) -> None:
    planned = project.run("plan", "-i", f"bucket={plain.name}", env={"AWS_ENDPOINT_URL": gate.address})
    assert planned.ok, planned
    assert f"would put data.txt (8 bytes) to s3://{plain.name}/data.txt" in " ".join(planned.out.split())
    assert (gate.asked, plain.keys()) == ([], [])
    assert not (project.folder / ".turbo" / "runs").exists()


def test_a_secret_is_written_nowhere(project: Project, plain: Store, gate: Gate) -> None:
    text = project.read("turbo.yaml").replace(
        "key: data.txt", 'key: data.txt, content_type: "${{ secrets.AWS_SECRET_ACCESS_KEY }}"'
    )
    project.write({"turbo.yaml": text})
    told = [run(project, plain.name)]
    assert (told[0].exit_code, plain.head("data.txt")["ContentType"]) == (0, SECRET)
    gate.answers, gate.raw = [(400, "")] * 9, f"<Error><Code>Odd</Code><Message>{SECRET}</Message></Error>"
    told.append(run(project, "another", AWS_ENDPOINT_URL=gate.address))
    assert told[1].exit_code == 1
    assert SECRET not in "".join(result.out + result.err for result in told)
    assert SECRET.encode() not in everything(project)


def test_a_lost_end_is_neither_sent_twice_nor_forgotten(project: Project, versioned: Store, gate: Gate) -> None:
    """Turbo is killed after S3 has the object, and before anybody knows."""
    versioned.put("data.txt", b"from before")
    turbo = Path(sysconfig.get_path("scripts")) / "turbo"
    command = (turbo, "run", "-i", f"bucket={versioned.name}")
    env = {**os.environ, "AWS_ENDPOINT_URL": gate.address}
    with subprocess.Popen(command, cwd=project.folder, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as runner:
        gate.after["PUT"] = runner.kill
    assert runner.returncode == -signal.SIGKILL
    assert versioned.read("data.txt") == b"precious"
    resumed = project.run("resume")
    assert resumed.ok, resumed
    assert [attempt.state for attempt in resumed.tasks["send"].attempts] == ["lost", "succeeded"]
    assert resumed.outputs["send"]["changed"] is True
    assert gate.asked.count("PUT") == 1
    undone = project.run("undo", resumed.run.id)
    assert undone.ok, undone
    assert versioned.read("data.txt") == b"from before"
