"""Actions in supervisors: whatever the function does, an outcome comes of it and the slot goes on."""

from __future__ import annotations

import os
import signal
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from uuid import uuid4

import pytest

from tests.engine.process.slot_kit import Bench, carriers
from turbo_core.engine.process.slots import Slots
from turbo_core.model import Outcome


@pytest.fixture(params=["cgroup", "subreaper", "group"])
def bench(tmp_path: Path, request: pytest.FixtureRequest) -> Iterator[Bench]:
    slots = Slots(1, containment=request.param)
    yield Bench(slots, tmp_path)
    assert slots.close()


@pytest.fixture
def mark() -> str:
    return f"turbo-mark-{uuid4().hex}"


def said(outcome: Outcome) -> tuple[str, str | None]:
    return outcome.state, outcome.failure


def test_a_call_prints_and_returns(bench: Bench) -> None:
    running = bench.begin(bench.call("echo", env={"ONLY": "this"}, number=Decimal("1.10"), whole=3))
    outcome = running.wait()
    assert said(outcome) == ("succeeded", None), running.log
    assert sorted(running.log.splitlines()) == [b"from a child", b"raw bytes", b"to error", b"to output"]
    assert outcome.outputs["given"] == {"number": Decimal("1.10"), "whole": 3}
    assert str(outcome.outputs["given"]["number"]) == "1.10"
    assert outcome.outputs["half"] == Decimal("0.5")
    assert (outcome.outputs["cwd"], outcome.outputs["env"]) == (str(bench.folder), {"ONLY": "this"})
    assert outcome.usage.memory > 0


@pytest.mark.parametrize(("told", "failure"), [("infra", "infra"), ("nonsense", "error"), (None, "error")])
def test_a_failure_is_told_as_it_is(bench: Bench, told: str | None, failure: str) -> None:
    outcome = bench.run(bench.call("fail", failure=told))
    assert (*said(outcome), outcome.message) == ("failed", failure, "it did not work")


@pytest.mark.parametrize(
    ("name", "message", "log"),
    [
        ("crash", "KeyError: 'missing key'", b"Traceback"),
        ("interrupt", "KeyboardInterrupt", b"Traceback"),
        ("leave_politely", "SystemExit: enough", b"Traceback"),
        ("unserialisable", "not JSON: a value of type object", b""),
        ("not_a_number", "not JSON", b""),
        ("endless", "not JSON", b""),
        ("nothing", "gave no outcome but NoneType", b""),
        ("unknown", "has no attribute 'unknown'", b"Traceback"),
    ],
)
def test_a_faulty_action_fails_and_the_slot_goes_on(bench: Bench, name: str, message: str, log: bytes) -> None:
    running = bench.begin(bench.call(name))
    outcome = running.wait()
    assert said(outcome) == ("failed", "error")
    assert message in outcome.message
    assert log in running.log
    assert bench.run(bench.call("look")).state == "succeeded"


def test_an_action_that_ends_its_process_fails(bench: Bench, mark: str) -> None:
    outcome = bench.run(bench.call("leave_at_once", mark=mark))
    assert said(outcome) == ("failed", "error")
    assert outcome.message == "the action ended its process (exit code 7)"
    _no_carriers(bench, outcome, mark)
    assert bench.run(bench.call("look")).state == "succeeded"


def _no_carriers(bench: Bench, outcome: Outcome, mark: str) -> None:
    if outcome.verified:
        assert not carriers(mark)
    for pid in carriers(mark):
        assert bench.slots.containment == "group"
        os.kill(pid, signal.SIGKILL)


def test_a_sleeping_action_is_cancelled_with_its_children(bench: Bench, mark: str) -> None:
    running = bench.begin(bench.call("sleep", mark=mark)).says(b"sleeping")
    running.execution.cancel(grace=30.0)
    outcome = running.wait()
    assert (*said(outcome), outcome.message) == ("cancelled", None, "the action was cancelled")
    assert not carriers(mark)
    assert bench.run(bench.call("look")).state == "succeeded"


def test_a_hung_action_is_ended_with_its_slot(bench: Bench, mark: str) -> None:
    running = bench.begin(bench.call("hang", mark=mark)).says(b"hanging")
    running.execution.cancel(grace=0.1)
    assert bench.slots.deadline is not None
    outcome = running.wait()
    assert said(outcome) == ("cancelled", None)
    assert not carriers(mark)
    assert bench.run(bench.call("look")).state == "succeeded"


@pytest.mark.parametrize("grace", [0.0, 30.0])
def test_a_cancel_that_comes_with_the_order_counts(bench: Bench, mark: str, grace: float) -> None:
    for order in (bench.call("sleep", mark=mark), bench.shell("sleep 1000")):
        running = bench.begin(order)
        running.execution.cancel(grace=grace)
        assert running.wait().state == "cancelled"
    assert bench.run(bench.call("look")).state == "succeeded"


def test_what_an_action_says_about_its_cancel_counts(bench: Bench) -> None:
    running = bench.begin(bench.call("finish_anyway")).says(b"working")
    running.execution.cancel(grace=30.0)
    assert running.wait().outputs == {"cleaned": True}
    running = bench.begin(bench.call("give_up")).says(b"working")
    running.execution.cancel(grace=30.0)
    outcome = running.wait()
    assert (outcome.state, outcome.message) == ("cancelled", "Cancelled")


def test_a_child_that_an_action_leaves_is_ended(bench: Bench, mark: str) -> None:
    outcome = bench.run(bench.call("leave_child", mark=mark))
    assert (outcome.state, outcome.leftovers) == ("succeeded", 1)
    assert not carriers(mark)


def test_what_an_action_changes_does_not_stay(bench: Bench) -> None:
    before = bench.run(bench.call("look")).outputs
    assert bench.run(bench.call("litter")).state == "succeeded"
    running = bench.begin(bench.call("look"))
    assert running.wait().outputs == before
    assert running.log == b"still heard\n"
    assert bench.run(bench.shell("exit 3")).exit_code == 3


def test_a_call_in_a_missing_folder_does_not_start(bench: Bench) -> None:
    order = bench.call("look")
    outcome = bench.run(bench.order(call=order.call, cwd=bench.folder / "gone"))
    assert said(outcome) == ("failed", "infra")
    assert "cannot be entered" in outcome.message


def test_a_call_over_its_memory_is_told(bench: Bench) -> None:
    order = bench.call("eat", size=2 << 30)
    outcome = bench.run(bench.order(call=order.call, memory=1 << 30))
    assert said(outcome) == ("failed", "oom")
    order = bench.call("eat", size=2 << 20)
    assert bench.run(bench.order(call=order.call)).outputs == {"size": 2 << 20}
