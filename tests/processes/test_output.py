"""Output that is large, binary, without a line's end, or no text at all: it arrives whole, and no process grows by it."""

from __future__ import annotations

import hashlib
import os
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.acceptance.project import COMMAND, Project, environment
from tests.engine.process.slot_kit import Bench, Running
from tests.figures import Figure
from tests.processes.kit import resident
from turbo_core.engine.process.slots import Slots

MIB = 1 << 20
GROWTH = 8 * MIB
CHUNKS = {
    "binary": "os.urandom(1 << 16)",
    "endless line": "b'x' * (1 << 16)",
    "invalid UTF-8": r"b'\xff\xfe\xc3\x28\xed\xa0\x80 \xf0\x9f\n' * 6553 + b'!\r\n\0\x1b['",
    "short lines": "b'\\n' * (1 << 16)",
}
PRINT = (
    "import os\nchunk = {chunk}\nfor _ in range({count}):\n    left = chunk\n    while left: left = left[os.write(1, left):]\n"
)


def watched(bench: Bench, running: Running, look: Callable[[], None]) -> None:
    def ended() -> bool:
        look()
        return bool(running.ends)

    bench.until(ended)


@pytest.mark.skipif(sys.platform != "linux", reason="the memory of another process is read from /proc")
@pytest.mark.parametrize("name", CHUNKS)
def test_a_supervisor_does_not_grow_by_what_it_reads(tmp_path: Path, name: str, long: bool, figure: Figure) -> None:
    count = (1024 if long else 48) * MIB // (1 << 16)
    text = PRINT.format(chunk=CHUNKS[name], count=count)
    with Slots(1) as slots:
        bench = Bench(slots, tmp_path)
        secrets = [f"secret-{number}-{os.urandom(6).hex()}" for number in range(20)]
        bench.run(bench.python(PRINT.format(chunk=CHUNKS[name], count=20), mask=secrets))
        supervisor = int(bench.run(bench.call("look_up")).outputs["pid"])
        before, sizes = resident(supervisor), [0]
        began = time.monotonic()
        running = bench.begin(bench.python(text, mask=secrets))
        watched(bench, running, lambda: sizes.append(resident(supervisor)))
        outcome, took = running.ends[0], time.monotonic() - began
    assert (outcome.state, outcome.message) == ("succeeded", "")
    assert max(sizes) - before < GROWTH
    with running.order.log.open("rb") as log:
        assert hashlib.file_digest(log, "sha256").hexdigest() == outcome.log_digest
    if "urandom" not in CHUNKS[name]:
        chunk = eval(CHUNKS[name])  # the same text, made here
        assert outcome.log_bytes == len(chunk) * count
        with running.order.log.open("rb") as log:
            assert all(log.read(len(chunk)) == chunk for _ in range(count))
    figure(f"MiB/s of {name}, masked", f"{outcome.log_bytes / MIB / took:.0f}")


WORKFLOW = """
name: output
tasks:
  endless: {run: [PYTHON, -c, "import os; [os.write(1, b'x' * (1 << 16)) for _ in range(COUNT)]"]}
  binary: {run: [PYTHON, -c, "import os; [os.write(1, os.urandom(1 << 16)) for _ in range(COUNT // 8)]"]}
"""


def peak(project: Project, *arguments: str) -> int:
    """The most memory that a command line had; what it prints is thrown away."""
    process = subprocess.Popen(
        [COMMAND, *arguments], cwd=project.folder, env=environment(), stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL
    )
    _pid, status, used = os.wait4(process.pid, 0)
    process.returncode = os.waitstatus_to_exitcode(status)
    assert process.returncode == 0
    return used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)


def test_neither_runner_nor_reader_grows_by_what_tasks_print(project: Project, long: bool, figure: Figure) -> None:
    def write(mib: int) -> None:
        project.write("turbo.yaml", WORKFLOW.replace("PYTHON", sys.executable).replace("COUNT", str(mib * 16)))

    write(1)
    small = peak(project, "run", "--plain")
    write(200 if long else 20)
    large = peak(project, "run", "--plain")
    assert large - small < GROWTH
    assert peak(project, "logs", "endless") - small < GROWTH
    assert peak(project, "report") - small < GROWTH
    figure("growth of a runner by its tasks' output", f"{max(0, large - small) / MIB:.1f} MiB")
