"""Slots with real supervisors: commands, their output, their ends, and what happens when somebody is killed."""

from __future__ import annotations

import hashlib
import json
import os
import signal
import stat
import subprocess
import textwrap
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest

from tests.engine.process.slot_kit import Bench, carriers, wait_until
from tests.programs import script
from turbo_core.engine.process.containment import KINDS, Kind, table
from turbo_core.engine.process.orders import Order
from turbo_core.engine.process.slots import Slots
from turbo_core.model import Attempt

STUBBORN = textwrap.dedent("""
    import os, signal, sys, time
    if os.fork():
        time.sleep(1000)
    os.setsid()
    if os.fork():
        os._exit(0)
    signal.signal(signal.SIGTERM, signal.SIG_IGN)
    print("grown", flush=True)
    time.sleep(1000)
""")

LATE = textwrap.dedent("""
    import os, signal, sys, time
    def leave(number, frame):
        signal.signal(signal.SIGTERM, lambda number, frame: print("asked", flush=True) or os._exit(0))
        reading, writing = os.pipe()
        if os.fork():
            os.read(reading, 1)
            os._exit(0)
        os.write(writing, b"!")
        time.sleep(1000)
    signal.signal(signal.SIGTERM, leave)
    print("ready", flush=True)
    time.sleep(1000)
""")
TIDY = textwrap.dedent("""
    import os, pathlib, signal, subprocess, sys, time
    tidying = pathlib.Path("tidying")
    def leave(number, frame):
        while not tidying.exists():
            time.sleep(0.01)
        os._exit(0)
    def tidy(number, frame):
        subprocess.run(["/bin/sh", "-c", "> tidying; sleep 1.5; echo tidied"])
        os._exit(0)
    signal.signal(signal.SIGTERM, leave if os.fork() else tidy)
    print("ready", flush=True)
    time.sleep(1000)
""")


@pytest.fixture(params=KINDS)
def kind(request: pytest.FixtureRequest) -> Kind:
    kind: Kind = request.param
    return kind


@pytest.fixture
def bench(tmp_path: Path, kind: Kind) -> Iterator[Bench]:
    slots = Slots(2, containment=kind)
    yield Bench(slots, tmp_path)
    assert slots.close()


@pytest.fixture
def strong(tmp_path: Path) -> Iterator[Bench]:
    slots = Slots(2)
    yield Bench(slots, tmp_path)
    assert slots.close()


@pytest.fixture
def mark() -> str:
    return f"turbo-mark-{uuid4().hex}"


def test_containment_in_force_is_told(bench: Bench, kind: Kind) -> None:
    in_force = bench.slots.containment
    assert KINDS.index(in_force) >= KINDS.index(kind)
    assert bench.run(bench.shell("true")).verified is (in_force != "group")


@pytest.mark.parametrize("code", [0, 1, 2, 126, 127, 128, 137, 255])
def test_exit_codes_are_exact(strong: Bench, code: int) -> None:
    outcome = strong.run(strong.shell(f"exit {code}"))
    assert (outcome.exit_code, outcome.signal) == (code, None)
    assert (outcome.state, outcome.failure) == (("failed", "exit") if code else ("succeeded", None))


@pytest.mark.parametrize("number", [signal.SIGHUP, signal.SIGINT, signal.SIGKILL, signal.SIGSEGV, signal.SIGTERM, signal.SIGPIPE])
def test_signals_are_exact(strong: Bench, number: signal.Signals) -> None:
    outcome = strong.run(strong.shell(f"ulimit -c 0; kill -{int(number)} $$"))
    assert (outcome.state, outcome.failure, outcome.exit_code, outcome.signal) == ("failed", "signal", None, number)
    assert number.name in outcome.message


def test_output_is_logged_digested_and_private(bench: Bench) -> None:
    running = bench.begin(bench.shell("echo out; echo err >&2; cat"))
    outcome = running.wait()
    assert running.log == b"out\nerr\n"
    assert (outcome.log_bytes, outcome.log_digest) == (8, hashlib.sha256(b"out\nerr\n").hexdigest())
    assert stat.S_IMODE(running.order.log.stat().st_mode) == 0o600
    assert stat.S_IMODE(running.order.log.parent.stat().st_mode) == 0o700
    assert outcome.usage.memory > 0


def test_binary_output_and_an_endless_line_arrive_whole(bench: Bench) -> None:
    text = textwrap.dedent("""
        import hashlib, os
        data = os.urandom(5_000_000) + b"x" * 3_000_000
        open(1, "wb").write(data)
        open("sum", "w").write(hashlib.sha256(data).hexdigest())
    """)
    outcome = bench.run(bench.python(text))
    assert outcome.log_bytes == 8_000_000
    assert outcome.log_digest == (bench.folder / "sum").read_text()


def test_secrets_do_not_reach_the_log(bench: Bench) -> None:
    mask_file = bench.folder / "mask"
    script = 'echo "a=$A"; printf "%s\\n" made-at-run-time > "$M"; echo made-at-run-time; printf "no\\n" >> "$M"; echo end'
    env = {"PATH": os.defpath, "A": "opensesame", "M": str(mask_file)}
    running = bench.begin(bench.shell(script, env=env, mask=["opensesame"], mask_file=mask_file))
    outcome = running.wait()
    assert running.log == b"a=***\n***\nend\n"
    assert "under 6 characters" in outcome.message


def test_environment_is_exactly_what_was_ordered(strong: Bench) -> None:
    running = strong.begin(strong.order(("/usr/bin/env",), env={"ONE": "1", "ÄÖ": "ü"}))
    assert running.wait().state == "succeeded"
    assert sorted(running.log.decode().splitlines()) == ["ONE=1", "ÄÖ=ü"]


def test_nothing_is_inherited(strong: Bench) -> None:
    running = strong.begin(strong.python("import os; print(os.listdir('/proc/self/fd'), os.getsid(0) == os.getpid())"))
    running.wait()
    assert running.log == b"['0', '1', '2', '3'] True\n"


@pytest.mark.parametrize(
    ("argv", "reason"),
    [
        (("no-such-program-here",), "no such program"),
        (("./script",), "may not be executed"),
        (("./text",), "a first line such as"),
        (("sh", "-c", "true", "x" * 3_000_000), "too long"),
        (("a\0b",), "null"),
        (("",), "no such program"),
    ],
)
def test_what_cannot_be_started_says_why(strong: Bench, argv: tuple[str, ...], reason: str) -> None:
    (strong.folder / "script").write_text("#!/bin/sh\n")
    (strong.folder / "text").write_text("words\n")
    (strong.folder / "text").chmod(0o755)
    outcome = strong.run(strong.order(argv))
    assert (outcome.state, outcome.failure) == ("failed", "infra")
    assert reason in outcome.message


def test_a_forbidden_program_on_the_path_is_named(strong: Bench) -> None:
    (strong.folder / "tool").write_text("#!/bin/sh\n")
    outcome = strong.run(strong.order(("tool",), env={"PATH": f"{strong.folder}:/bin"}))
    assert "tool could not be started: the file may not be executed" in outcome.message


def test_a_missing_folder_and_a_log_that_exists_are_named(strong: Bench) -> None:
    assert "cannot be entered" in strong.run(strong.shell("true", cwd=strong.folder / "gone")).message
    order = strong.shell("true")
    order.log.parent.mkdir(exist_ok=True)
    order.log.symlink_to("elsewhere")
    outcome = strong.run(order)
    assert (outcome.failure, "File exists" in outcome.message) == ("infra", True)


def test_a_background_child_that_holds_the_output_is_ended(bench: Bench, mark: str) -> None:
    running = bench.begin(bench.shell("(trap '' TERM; sleep 1000) & sleep 1000 & echo done", env={"PATH": os.defpath, "M": mark}))
    outcome = running.wait()
    assert (outcome.state, outcome.leftovers >= 2, running.log) == ("succeeded", True, b"done\n")
    assert not carriers(mark)


@pytest.mark.parametrize("grace", [0.0, 0.2])
def test_a_stubborn_double_forked_child_is_cancelled(strong: Bench, mark: str, grace: float) -> None:
    running = strong.begin(strong.python(STUBBORN, env={"MARK": mark})).says(b"grown")
    assert len(carriers(mark)) == 2
    running.execution.cancel(grace=grace)
    outcome = running.wait()
    assert (outcome.state, outcome.verified) == ("cancelled", True)
    assert not carriers(mark)


def test_without_control_groups_too(tmp_path: Path, mark: str) -> None:
    with Slots(1, containment="subreaper") as slots:
        bench = Bench(slots, tmp_path)
        running = bench.begin(bench.python(STUBBORN, env={"MARK": mark})).says(b"grown")
        running.execution.cancel(grace=0.1)
        assert running.wait().verified
        assert not carriers(mark)


def test_a_tree_of_fifty_is_cancelled_and_the_slot_goes_on(bench: Bench, mark: str) -> None:
    script = "for i in $(seq 25); do (sleep 1000 & wait) & done; echo grown; trap 'exit 0' TERM; wait"
    running = bench.begin(bench.shell(script, env={"PATH": os.defpath, "M": mark}))
    bench.until(lambda: len(carriers(mark)) >= 50)
    running.execution.cancel(grace=5.0)
    assert running.wait().state == "cancelled"
    assert not carriers(mark)
    assert bench.run(bench.shell("exit 3")).exit_code == 3


def test_a_child_that_comes_late_is_asked_too(bench: Bench) -> None:
    running = bench.begin(bench.python(LATE)).says(b"ready")
    running.execution.cancel(grace=30.0)
    assert running.wait().state == "cancelled"
    assert running.log == b"ready\nasked\n"


def test_whoever_was_asked_may_use_the_whole_grace_to_tidy_up(bench: Bench) -> None:
    running = bench.begin(bench.python(TIDY))
    bench.until(lambda: running.log.count(b"ready") == 2)
    running.execution.cancel(grace=30.0)
    assert running.wait().state == "cancelled"
    assert running.log.endswith(b"tidied\n")


def test_a_process_that_is_stopped_hears_the_cancel(bench: Bench) -> None:
    running = bench.begin(bench.shell("trap 'echo bye; exit 0' TERM; echo stopping; kill -STOP $$; sleep 0"))
    running.says(b"stopping")
    running.execution.cancel(grace=30.0)
    outcome = running.wait()
    assert (outcome.state, outcome.exit_code) == ("cancelled", 0)
    assert b"bye" in running.log


def test_a_second_cancel_shortens_the_grace(bench: Bench) -> None:
    running = bench.begin(bench.shell("trap '' TERM; echo ready; sleep 1000")).says(b"ready")
    running.execution.cancel(grace=1000.0)
    assert bench.slots.deadline is not None
    running.execution.cancel(grace=0.0)
    assert running.wait().signal == signal.SIGKILL
    running.execution.cancel(grace=0.0)
    assert bench.slots.deadline is None


def test_killing_the_runner_ends_its_tasks(tmp_path: Path, mark: str, kind: Kind) -> None:
    text = textwrap.dedent(f"""
        import sys, time
        from pathlib import Path
        from turbo_core.engine.process.orders import Call, Order
        from turbo_core.engine.process.slots import Slots
        slots, folder = Slots(2, containment={kind!r}), Path({str(tmp_path)!r})
        slots.start(Order(argv=(sys.executable, "-I", "-S", "-c", {STUBBORN!r}), env={{"MARK": {mark!r}}}, cwd=folder,
                          log=folder / "log"), print)
        slots.start(Order(call=Call(target="tests.engine.process.slot_actions:hang", arguments={{"mark": {mark!r}}}), cwd=folder,
                          log=folder / "call"), print)
        time.sleep(1000)
    """)
    runner = subprocess.Popen(script(text))
    try:
        wait_until(lambda: _holds(tmp_path / "log", "grown") and _holds(tmp_path / "call", "hanging"))
        assert len([pid for pid in carriers(mark) if pid != runner.pid]) >= 3
    finally:
        runner.kill()
        runner.wait()
    if kind == "group":  # what double-forked got away, which is why nothing is claimed there
        wait_until(lambda: len(carriers(mark)) <= 1)
        for pid in carriers(mark):
            os.kill(pid, signal.SIGKILL)
    wait_until(lambda: not carriers(mark))


def _holds(path: Path, text: str) -> bool:
    return path.exists() and text in path.read_text()


def test_killing_a_supervisor_loses_the_attempt_but_not_its_processes(strong: Bench, mark: str) -> None:
    running = strong.begin(strong.python(STUBBORN, env={"MARK": mark})).says(b"grown")
    os.kill(_supervisor_of(carriers(mark)), signal.SIGKILL)
    outcome = running.wait()
    assert (outcome.state, outcome.verified) == ("lost", True)
    assert "SIGKILL" in outcome.message
    assert not carriers(mark)
    assert strong.run(strong.shell("exit 4")).exit_code == 4


def _supervisor_of(pids: list[int]) -> int:
    """The parent of the main process and of the orphan, which are the only two that live."""
    parents = {_parent_of(pid) for pid in pids}
    assert len(parents) == 1
    return parents.pop()


def _parent_of(pid: int) -> int:
    return table()[pid].parent


def test_killing_an_idle_supervisor_is_not_noticed_by_orders(strong: Bench) -> None:
    running = strong.begin(strong.shell("echo $PPID"))
    running.wait()
    os.kill(int(running.log), signal.SIGKILL)
    wait_until(lambda: not Path(f"/proc/{int(running.log)}").exists())
    strong.slots.handle()
    assert strong.run(strong.shell("exit 5")).exit_code == 5


def test_killing_the_nursery_ends_the_attempts_and_it_is_opened_again(strong: Bench, mark: str) -> None:
    assert strong.run(strong.shell("true")).state == "succeeded"
    running = strong.begin(strong.python(STUBBORN, env={"MARK": mark})).says(b"grown")
    os.kill(_parent_of(_supervisor_of(carriers(mark))), signal.SIGKILL)
    outcome = running.wait()
    assert (outcome.state, outcome.verified) == ("lost", strong.slots.containment == "cgroup")
    wait_until(lambda: not carriers(mark))
    assert strong.run(strong.shell("exit 6")).exit_code == 6


def test_who_outlives_its_nursery_is_not_waited_for_by_the_next_one(strong: Bench, mark: str) -> None:
    slow, quick = (strong.begin(strong.python(STUBBORN, env={"MARK": f"{mark}-{name}"})).says(b"grown") for name in "sq")
    supervisors = [_supervisor_of(carriers(f"{mark}-{name}")) for name in "sq"]
    nursery = _parent_of(supervisors[0])
    os.kill(supervisors[0], signal.SIGSTOP)
    os.kill(nursery, signal.SIGKILL)
    assert quick.wait().state == "lost"
    assert strong.run(strong.shell("exit 6")).exit_code == 6  # by a new nursery
    os.kill(supervisors[0], signal.SIGCONT)
    assert slow.wait().state == "lost"
    wait_until(lambda: not carriers(mark))


def test_who_outlives_its_nursery_can_be_killed(strong: Bench, mark: str) -> None:
    running = strong.begin(strong.python(STUBBORN, env={"MARK": mark})).says(b"grown")
    supervisor = _supervisor_of(carriers(mark))
    nursery = _parent_of(supervisor)
    os.kill(supervisor, signal.SIGSTOP)
    try:
        os.kill(nursery, signal.SIGKILL)
        running.execution.cancel(grace=0)
        assert running.wait().state == "cancelled"
    finally:
        os.kill(supervisor, signal.SIGCONT)
    wait_until(lambda: not carriers(mark))
    assert strong.run(strong.shell("exit 6")).exit_code == 6


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGQUIT, signal.SIGHUP])
def test_a_command_can_be_ended_by_a_signal_that_turbo_was_started_without(tmp_path: Path, number: signal.Signals) -> None:
    before = signal.signal(number, signal.SIG_IGN)
    try:
        with Slots(1) as slots:
            bench = Bench(slots, tmp_path)
            assert bench.run(bench.shell(f"ulimit -c 0; kill -{int(number)} $$; sleep 9")).signal == number
    finally:
        signal.signal(number, before)


def test_a_slot_is_taken_only_once(strong: Bench) -> None:
    both = [strong.begin(strong.shell("sleep 1000")) for _ in range(2)]
    assert strong.slots.free == 0
    with pytest.raises(RuntimeError, match="no slot is free"):
        strong.begin(strong.shell("true"))
    for running in both:
        running.execution.cancel(grace=5.0)
    assert {running.wait().signal for running in both} == {signal.SIGTERM}
    assert strong.slots.free == 2


def test_closing_ends_what_still_runs(tmp_path: Path, mark: str, kind: Kind) -> None:
    slots = Slots(1, containment=kind)
    bench = Bench(slots, tmp_path)
    running = bench.begin(bench.shell("trap '' TERM; echo ready; sleep 1000", env={"PATH": os.defpath, "M": mark})).says(b"ready")
    assert slots.close()
    assert running.ends == []
    assert not carriers(mark)


def test_two_hundred_commands_leave_nothing_behind(bench: Bench) -> None:
    def one() -> list[str]:
        running = bench.begin(bench.python("import os; print(os.getppid(), len(os.listdir(f'/proc/{os.getppid()}/fd')))"))
        running.wait()
        return running.log.decode().split()

    for running in [bench.begin(bench.shell("true")) for _ in range(2)]:
        running.wait()
    (supervisor, descriptors), own = one(), len(list(Path("/proc/self/fd").iterdir()))
    waiting = 200
    ends: list[str] = []

    def all_done() -> bool:
        while bench.slots.free and len(ends) + bench.slots.size - bench.slots.free < waiting:
            bench.slots.start(bench.shell("true"), lambda outcome: ends.append(outcome.state))
        return len(ends) >= waiting

    bench.until(all_done)
    assert ends == ["succeeded"] * waiting
    assert one()[1] == descriptors
    assert len(list(Path("/proc/self/fd").iterdir())) == own
    processes = table()
    nursery = processes[int(supervisor)].parent
    children = [one for one in processes.values() if one.parent == nursery]
    assert len(children) == bench.slots.size
    assert not [one for one in processes.values() if one.parent in {child.pid for child in children}]


def test_an_order_is_made_of_an_attempt() -> None:
    attempt = Attempt(run="r", task="t", number=1, key="k", argv=("ls",), cwd=Path("/a"), log=Path("/b"), memory=5, processes=6)
    order = Order.from_attempt(attempt, env={"A": "1"}, mask=["secret"], mask_file=Path("/m"))
    read = Order.read(json.loads(json.dumps(order.message())), {"A": "0", "B": "2"})
    own = {"mask": ["secret"], "mask_file": Path("/m"), "memory": 5, "processes": 6}
    assert read == Order(argv=("ls",), env={"A": "1", "B": "2"}, cwd=Path("/a"), log=Path("/b"), **own)
