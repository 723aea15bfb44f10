"""How a command ended is told exactly, whatever the end; and what it may read is nothing."""

from __future__ import annotations

import os
import signal
import sys
from pathlib import Path

import pytest

from tests.acceptance.project import Project
from tests.engine.process.slot_kit import Bench
from tests.figures import Figure
from turbo_core.engine.process.containment import Kind
from turbo_core.engine.process.limits import ways
from turbo_core.engine.process.slots import Slots
from turbo_core.model import Outcome

UNHEARD = {signal.SIGCHLD, signal.SIGCONT, signal.SIGURG, signal.SIGWINCH}
STOPPING = {signal.SIGSTOP, signal.SIGTSTP, signal.SIGTTIN, signal.SIGTTOU}


def run_all(bench: Bench, scripts: list[str]) -> list[Outcome]:
    """The outcomes of many commands, as many at once as there are slots."""
    outcomes: dict[int, Outcome] = {}
    waiting = list(enumerate(scripts))

    def all_ended() -> bool:
        while waiting and bench.slots.free:
            number, script = waiting.pop()
            bench.slots.start(bench.shell(script), lambda outcome, number=number: outcomes.update({number: outcome}))
        return len(outcomes) == len(scripts)

    bench.until(all_ended)
    return [outcomes[number] for number in range(len(scripts))]


def test_every_exit_code_is_told(tmp_path: Path, figure: Figure) -> None:
    with Slots(2) as slots:
        outcomes = run_all(Bench(slots, tmp_path), [f"exit {code}" for code in range(256)])
    assert [(outcome.exit_code, outcome.signal) for outcome in outcomes] == [(code, None) for code in range(256)]
    assert {outcome.failure for outcome in outcomes[1:]} == {"exit"}
    assert (outcomes[0].state, outcomes[0].failure) == ("succeeded", None)
    figure("exit codes told exactly", 256)


def test_every_deadly_signal_is_told(tmp_path: Path, figure: Figure) -> None:
    numbers = sorted(signal.valid_signals() - UNHEARD - STOPPING)
    with Slots(2) as slots:
        outcomes = run_all(Bench(slots, tmp_path), [f"ulimit -c 0; kill -{int(number)} $$; sleep 9" for number in numbers])
    assert [(outcome.signal, outcome.exit_code) for outcome in outcomes] == [(int(number), None) for number in numbers]
    assert {(outcome.state, outcome.failure) for outcome in outcomes} == {("failed", "signal")}
    figure("signals told exactly", len(numbers))


def test_standard_input_is_empty_whatever_turbo_was_given(project: Project) -> None:
    project.write("turbo.yaml", "name: reading\ntasks: {read: {run: 'cat; readlink /proc/self/fd/0 || true; test ! -t 0'}}\n")
    ended = project.turbo("run", "--plain", input=b"stolen\n")
    assert ended.code == 0, ended.out
    assert "stolen" not in ended.out
    if sys.platform == "linux":
        assert "read │ /dev/null" in ended.out


@pytest.mark.parametrize("kind", ["cgroup", "subreaper", "group"])
def test_doctor_and_journal_tell_the_containment_that_is_in_force(project: Project, kind: Kind) -> None:
    with Slots(1, containment=kind) as slots:
        told = slots.containment
    memory, processes = ways(groups=told == "cgroup")
    if kind != "cgroup":
        assert (told, processes) == (kind if sys.platform == "linux" else "group", "")
        assert memory == ("address space" if sys.platform == "linux" else "")
        return
    shown = {line.partition(" ")[0]: line for line in project.turbo("doctor").out.splitlines()}
    assert f" {told}: " in shown["containment"]
    assert f"memory: {memory or 'cannot be held'}" in shown["limits"]
    assert f"processes: {processes or 'cannot be held'}" in shown["limits"]
    project.write("turbo.yaml", "name: short\ntasks: {one: {run: 'true'}}\n")
    assert project.turbo("run", "--quiet").code == 0
    (taken,) = [event.body for event in project.events() if event.kind == "run.taken"]
    assert taken["containment"] == told


def test_the_environment_of_a_command_names_no_descriptor_of_turbo(project: Project) -> None:
    """What the runner has open (journal, locks, sockets) is closed in its tasks."""
    listed = "ls -l /proc/self/fd | sed 's/.* -> //' | sort -u" if Path("/proc/self/fd").exists() else "true"
    project.write("turbo.yaml", f'name: open\ntasks: {{look: {{run: "{listed}"}}}}\n')
    ended = project.turbo("run", "--plain")
    assert ended.code == 0, ended.out
    for name in ("journal", "run.lock", "processes.lock", "socket", os.sep + "keys"):
        assert name not in "".join(line for line in ended.out.splitlines() if line.startswith("look │")), ended.out
