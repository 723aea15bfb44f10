"""How each tool is told a graph: it lays out a folder and gives the command that runs the graph there, two tasks at a time.

Task n is ``touch out/n`` for every tool, so that each leaves a file as a proof that it ran.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Final

from benchmarks.graphs import Graph
from benchmarks.peers import program_of, python_of
from benchmarks.running import Launch

TURBO: Final = str(Path(sys.executable).with_name("turbo"))
PROGRAMS: Final = Path(__file__).with_name("programs")
QUIET: Final = {
    "PREFECT_LOGGING_LEVEL": "ERROR",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_SERVER_EPHEMERAL_STARTUP_TIMEOUT_SECONDS": "300",
    "DO_NOT_TRACK": "1",
    "DASK_LOGGING__DISTRIBUTED": "error",
}
"""Peers shall spend no time on telling others, or us, what they do, and have time to start."""

DODO: Final = """
import json
from pathlib import Path
from doit.tools import run_once

def task_all():
    for number, needs in enumerate(json.loads(Path("graph.json").read_text())):
        yield {
            "name": str(number),
            "actions": [["touch", f"out/{number}"]],
            "targets": [f"out/{number}"],
            "task_dep": [f"all:{need}" for need in needs],
            "uptodate": [run_once],
        }
"""


def turbo(folder: Path, graph: Graph, *, extra: str = "") -> Launch:
    """Turbo; ``extra`` is added to each task, with its number for ``#``."""
    (folder / "out").mkdir()
    rows = [
        f"  t{number}: {{run: [touch, out/{number}]{_needs(needs)}{extra.replace('#', str(number))}}}\n"
        for number, needs in enumerate(graph)
    ]
    return turbo_run(folder, "".join(rows))


def turbo_run(folder: Path, tasks: str, *, jobs: int = 2, options: tuple[str, ...] = (), env: Mapping[str, str] = {}) -> Launch:
    """A run of a workflow with these tasks."""
    (folder / "turbo.yaml").write_text(f"name: many\ntasks:\n{tasks}")
    return Launch(argv=(TURBO, "run", "-j", str(jobs), *options), env={"TURBO_CACHE_FOLDER": str(folder / "caches"), **env})


def _needs(needs: Sequence[int]) -> str:
    return f", needs: [{', '.join(f't{need}' for need in needs)}]" if needs else ""


def ninja(folder: Path, graph: Graph) -> Launch:
    (folder / "out").mkdir()
    rules = [f"build out/{number}: touch{''.join(f' out/{need}' for need in needs)}\n" for number, needs in enumerate(graph)]
    (folder / "build.ninja").write_text("rule touch\n  command = touch $out\n" + "".join(rules))
    return Launch(argv=(program_of("ninja"), "-j2"))


def make(folder: Path, graph: Graph) -> Launch:
    (folder / "out").mkdir()
    targets = " ".join(f"out/{number}" for number in range(len(graph)))
    rules = [f"out/{number}:{''.join(f' out/{need}' for need in needs)}\n\ttouch $@\n" for number, needs in enumerate(graph)]
    (folder / "Makefile").write_text(f"all: {targets}\n" + "".join(rules))
    return Launch(argv=(program_of("make"), "-j2"))


def doit(folder: Path, graph: Graph) -> Launch:
    _graph_file(folder, graph)
    (folder / "dodo.py").write_text(DODO)
    return Launch(argv=(program_of("doit"), "-n", "2"))


def go_task(folder: Path, graph: Graph) -> Launch:
    (folder / "out").mkdir()
    tasks = {
        f"t{number}": {"deps": [f"t{need}" for need in needs], "cmds": [f"touch out/{number}"]}
        for number, needs in enumerate(graph)
    }
    whole = {"version": "3", "run": "once", "silent": True, "tasks": {"default": {"deps": [*tasks]}, **tasks}}
    (folder / "Taskfile.yml").write_text(json.dumps(whole))
    return Launch(argv=(program_of("go-task"), "-C", "2"))


def floor(folder: Path, graph: Graph) -> Launch:
    """A loop around ``posix_spawn``: as little as Python can do."""
    return _program(sys.executable, "floor", folder, graph)


def floor_durable(folder: Path, graph: Graph) -> Launch:
    """The same loop, which commits each start and end to SQLite as durably as Turbo does, in batches."""
    return _program(sys.executable, "floor", folder, graph, "journal.db")


def floor_of_actions(folder: Path, graph: Graph) -> Launch:
    """A loop that calls a function, and commits starts and ends in groups of a hundred."""
    return _program(sys.executable, "floor_of_actions", folder, graph)


def with_peer(name: str, what: str = "touch") -> Callable[[Path, Graph], Launch]:
    """A peer that is a library: its program runs the graph, and does ``touch`` (a command) or ``mark`` (a call) for each task."""

    def lay(folder: Path, graph: Graph) -> Launch:
        return _program(python_of(name), f"with_{name}", folder, graph, what)

    return lay


def _program(python: str, name: str, folder: Path, graph: Graph, *arguments: str) -> Launch:
    _graph_file(folder, graph)
    return Launch(argv=(python, str(PROGRAMS / f"{name}.py"), *arguments), env=QUIET | {"PREFECT_HOME": str(folder / "prefect")})


def _graph_file(folder: Path, graph: Graph) -> None:
    (folder / "out").mkdir()
    (folder / "graph.json").write_text(json.dumps(graph))
