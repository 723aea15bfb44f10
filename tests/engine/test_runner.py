"""The shell around the core: full disks, requests, keys, messages, and a run that cannot go on."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.engine.runs import FAILS, HANGS, SLOW, answers, cancels, play, prepare
from turbo_core.engine.ports import Requested
from turbo_core.engine.recovery import recover
from turbo_core.engine.runner import DELIVERY_PATIENCE, Runner
from turbo_core.engine.times import between
from turbo_core.errors import StorageFailed, TurboError
from turbo_core.messages import Message
from turbo_core.model import Draft
from turbo_core.testing.memory import Crash, CrashPoint, MemoryJournal
from turbo_core.testing.simulation import RUN, Simulation, Surrounding
from turbo_core.testing.world import SimulatedWorld, Stub

CHAIN = "phases:\n  one: {a: {run: x}, slow: {run: x, risk: read}}\n  two: {b: {run: x}}"


def full(run: Simulation, commit: int, *, reserve: bool = True) -> None:
    """Run it with a disk that is full at a commit."""
    with pytest.raises(StorageFailed, match="disk is full") as caught:
        run.run(crash=CrashPoint(commit=commit, when="full", reserve=reserve))
    assert caught.value.exit_code == 74


# ---------------------------------------------------------------- a full disk


def test_on_a_full_disk_ends_are_kept_and_nothing_new_starts(tmp_path: Path) -> None:
    run = prepare(tmp_path, CHAIN, {"slow": SLOW})
    full(run, 2)
    assert run.kinds()[-2:] == ["attempt.started", "attempt.ended"]
    assert [attempt.task for attempt in run.world.started] == ["a", "slow"]
    assert run.fold().seq == len(run.events)
    assert run.resume() == 0
    assert [attempt.task for attempt in run.world.started] == ["slow", "b"]  # what ended is known, what hung was lost


def test_without_a_reserve_an_end_is_lost_and_the_run_can_still_be_resumed(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x, risk: read}}")
    full(run, 2, reserve=False)
    assert run.kinds()[-1] == "attempt.started"
    assert run.resume() == 0
    assert [record.outcome and record.outcome["state"] for record in run.task("a").attempts] == ["lost", "succeeded"]


def test_on_a_full_disk_what_runs_is_ended(tmp_path: Path) -> None:
    """Nothing that could not be journalled goes on: the attempt is told to end, at once."""
    run = prepare(tmp_path, CHAIN, {"slow": Stub(seconds=None, dying=600)})
    full(run, 2)
    run.world.happened(0)
    assert run.world.running == 0


def test_on_a_full_disk_a_cancel_is_kept(tmp_path: Path) -> None:
    run = prepare(tmp_path, CHAIN, {"slow": HANGS, "a": HANGS}, requests=[cancels(60)])
    full(run, 2)
    assert run.kinds()[-1] == "run.cancelling"
    assert run.resume(Surrounding()) == 130
    assert run.world.started == []


def test_on_a_full_disk_the_end_of_an_undo_is_kept(tmp_path: Path) -> None:
    text = "phases: {one: {a: {run: x, undo: una}}, two: {bad: {run: x}}}\non_failure: [{undo: all}]"
    run = prepare(tmp_path, text, {"bad": FAILS})
    full(run, 4)
    assert run.kinds()[-1] == "undo.ended"
    assert run.resume() == 1
    assert (run.task("a").undo, run.world.started) == ("undone", [])


def test_an_answer_that_could_not_be_kept_stays_in_the_inbox(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {gate: {decide: Go?}, next: {run: x, needs: [gate]}}", wait=True, requests=[answers("gate")])
    full(run, 3)
    assert run.world.done == []
    assert run.resume() == 0
    assert run.world.done == ["answer-gate-ann-5"]
    assert len(run.of_kind("gate.answered")) == 1


# ---------------------------------------------------------------- requests


def test_a_request_that_was_journalled_before_a_crash_counts_once(tmp_path: Path) -> None:
    """Else an orderly cancel would become one at once, and the steps at the end would not run."""
    cancel = Requested(kind="cancel", actor="ann", name="c1", body={})
    run = prepare(tmp_path, "tasks: {a: {run: x}}\nfinally: [{run: tidy}]", {"a": HANGS}, requests=[(5, cancel)])
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=2, when="after"))
    assert (run.kinds()[-1], run.world.done) == ("run.cancelling", [])
    assert run.resume(Surrounding(requests=[(0, cancel)])) == 130
    assert run.world.done == ["c1"]
    assert run.task("finally[0]").state == "succeeded"
    assert len(run.of_kind("run.cancelling")) == 1


def test_a_cancel_of_a_run_that_has_ended_changes_nothing(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, undo: una}}")
    run.around = Surrounding(stubs={"undo:a": SLOW}, requests=[cancels(5)])
    assert run.undo() == 0
    assert (run.task("a").undo, run.of_kind("run.cancelling")) == ("undone", [])


def test_a_task_alone_can_be_cancelled(tmp_path: Path) -> None:
    stop = Requested(kind="cancel_task", actor="ann", body={"task": "a"})
    run = play(tmp_path, "tasks: {a: {run: x, retry: 3}, b: {run: x}}", {"a": HANGS, "b": SLOW}, requests=[(5, stop)])
    assert run.states() == {"a": "cancelled", "b": "succeeded"}


def test_the_reason_and_the_signal_of_a_cancel_are_kept(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}", {"a": HANGS}, requests=[cancels(5, signal=15), cancels(5, force=True)])
    assert [event.body for event in run.of_kind("run.cancelling")] == [
        {"force": False, "reason": "enough", "signal": 15},
        {"force": True, "reason": "enough", "signal": 2},
    ]
    assert run.of_kind("run.cancelling")[0].actor == "ann"


# ---------------------------------------------------------------- a run that cannot go on


def test_a_run_in_which_nothing_can_happen_says_so_instead_of_waiting_for_ever(tmp_path: Path) -> None:
    run = prepare(tmp_path, CHAIN)
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    state = run.fold()
    lost = recover(state)
    for draft in lost:
        state.apply(MemoryJournal(RUN, run.events).stage(draft, round=1, at=state.created_at))
    state.clear_queues()
    runner = Runner(
        state=state,
        journal=MemoryJournal(RUN, run.events),
        world=SimulatedWorld({}),
        folder=tmp_path,
        allows=lambda _who, _actor: True,
    )
    with pytest.raises(TurboError, match="simulated: the run is stuck: nothing is under way, and nothing can start") as caught:
        runner.run()
    assert caught.value.exit_code == 70


def test_what_follows_from_nothing_can_be_recorded(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}")
    state, journal = run.fold(), MemoryJournal(RUN, run.events)
    runner = Runner(state=state, journal=journal, world=run.world, folder=tmp_path, allows=lambda _who, _actor: True)
    runner.record([Draft(kind="documents.written", body={"names": ["report.md"]})])
    assert run.fold().documents == ("report.md",)


# ---------------------------------------------------------------- messages


class SlowPost(SimulatedWorld):
    """A world whose channels never answer."""

    def deliver(self, message: Message, channels: object, settled: frozenset[str]) -> None:
        """Take it, and say nothing."""
        self.deliveries.append((message, "dead"))

    def undelivered(self) -> int:
        """All of them."""
        return len(self.deliveries)


def test_the_end_waits_a_while_for_receipts_and_then_lets_them_be(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {m: {communicate: hi}}")
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    world = SlowPost({})
    runner = Runner(
        state=run.fold(), journal=MemoryJournal(RUN, run.events), world=world, folder=tmp_path, allows=lambda _who, _actor: True
    )
    assert runner.run() == 0
    assert world.monotonic() == DELIVERY_PATIENCE
    assert [message.subject for message, _channel in world.deliveries] == ["hi"]


def test_a_message_goes_again_to_channels_that_have_not_taken_it(tmp_path: Path) -> None:
    text = "tasks: {m: {communicate: hi, to: [mail, chat]}, a: {run: x, risk: read}}"
    run = prepare(tmp_path, text, channels=("mail", "chat"), faults={"mail": "no such box"})
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=2, when="before"))
    assert run.resume() == 0
    assert [(message.key, channel) for message, channel in run.world.deliveries] == [
        ("simulated/1/m", "mail"),
        ("simulated/1/m", "chat"),
    ]
    run.resume()
    assert run.world.deliveries == []  # both are settled: one delivered, one given up
    assert run.view().messages[0].receipts == {"mail": "no such box", "chat": "delivered"}


def test_a_channel_that_will_be_tried_again_has_settled_nothing(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {m: {communicate: hi, to: [mail]}}", channels=("mail",))
    journal = MemoryJournal(RUN, run.events)
    told = {"key": "simulated/1/m", "channel": "chat", "message": "busy"}
    for final, receipts in ((False, {"mail": "delivered"}), (True, {"mail": "delivered", "chat": "busy"})):
        journal.stage(Draft(kind="message.failed", body={**told, "final": final}), round=1, at="")
        journal.commit()
        assert run.fold().receipts == {"simulated/1/m": receipts}


def test_an_event_of_an_unknown_kind_changes_nothing(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x}}")
    before = run.view()
    journal = MemoryJournal(RUN, run.events)
    journal.stage(Draft(kind="something.new", task="a", body={}), round=1, at="")
    journal.commit()
    run.state = run.fold()
    assert (run.view(), run.state.seq) == (before, len(run.events))


# ---------------------------------------------------------------- keys and files after a crash


def test_a_key_is_asked_for_anew_by_the_next_runner(tmp_path: Path) -> None:
    text = "tasks: {a: {run: x, risk: read, concurrency: {key: k}}, b: {run: x, risk: read, concurrency: {key: k}}}"
    run = prepare(tmp_path, text)
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=2, when="after"))
    assert run.resume() == 0
    assert run.world.most_running == 1
    assert run.kinds("b").count("key.wanted") == 2


def test_a_key_that_came_too_late_is_given_back(tmp_path: Path) -> None:
    """The key comes free in the same moment in which the run is cancelled."""
    text = "tasks: {a: {run: x, concurrency: {key: k}}, b: {run: x, concurrency: {key: k}}}\nfinally: [{run: tidy}]"
    run = play(tmp_path, text, {"a": Stub(seconds=5)}, requests=[cancels(5)])
    assert run.states() == {"a": "succeeded", "b": "cancelled", "finally[0]": "succeeded"}
    assert "key.taken" not in run.kinds("b")
    assert run.world.holders("k") == []


def test_files_are_compared_anew_by_the_next_runner(tmp_path: Path) -> None:
    run = prepare(tmp_path, "tasks: {a: {run: x, sources: [s]}}")
    with pytest.raises(Crash):
        run.run(crash=CrashPoint(commit=1, when="after"))
    assert run.kinds()[-1] == "files.wanted"
    assert run.resume() == 0
    assert run.kinds("a").count("files.wanted") == 2


# ---------------------------------------------------------------- time


def test_a_timeout_ends_one_attempt_and_no_other(tmp_path: Path) -> None:
    run = play(tmp_path, "tasks: {a: {run: x, timeout: 1m}, b: {run: x, timeout: 1h}}", {"a": HANGS, "b": Stub(seconds=600)})
    assert (run.task("a").failure, run.task("b").state) == ("timeout", "succeeded")
    assert run.task("a").message == "it took longer than 60 s"
    assert between(run.task("a").started_at, run.task("a").ended_at) == 60
