"""Measure what a user waits for, and print a Markdown table: the median and the range of repeated runs, in milliseconds."""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path

TASKS = 200
TURBO = str(Path(sys.executable).with_name("turbo"))

START_UP = {
    "python -c pass": [sys.executable, "-c", "pass"],
    "import turbo_core": [sys.executable, "-c", "import turbo_core"],
    "turbo version": [TURBO, "version"],
    "turbo --help": [TURBO, "--help"],
}

COMMANDS = f"name: many\ntasks:\n  many: {{matrix: {{n: {list(range(TASKS))}}}, run: ['true']}}\n"


def waited(command: Sequence[str], cwd: Path) -> float:
    """Run a command and return the milliseconds until its end.

    Raises:
        subprocess.CalledProcessError: it failed; a failed run is no measurement.
    """
    began = time.perf_counter()
    subprocess.run(command, cwd=cwd, check=True, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL)
    return (time.perf_counter() - began) * 1000


def row(name: str, command: Sequence[str], cwd: Path, repeat: int) -> str:
    waited(command, cwd)  # once for the caches
    times = [waited(command, cwd) for _ in range(repeat)]
    return f"| {name} | {statistics.median(times):.0f} | {min(times):.0f}-{max(times):.0f} | {repeat} |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repeat", type=int, default=15, help="how often each short command is run")
    repeat = parser.parse_args().repeat
    print("| what | median ms | range ms | runs |\n|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        project = Path(folder)
        for name, command in START_UP.items():
            print(row(f"`{name}`", command, project, repeat), flush=True)
        (project / "turbo.yaml").write_text(COMMANDS)
        print(row(f"a run of {TASKS} commands (`true`)", [TURBO, "run"], project, max(1, repeat // 5)), flush=True)


if __name__ == "__main__":
    main()
