"""The cases: what is measured, with whom, and how much of it."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Final

from benchmarks import layouts, proofs, workflows
from benchmarks.graphs import Graph, Shape, chain, fan, independent, layered
from benchmarks.layouts import PROGRAMS
from benchmarks.peers import PEERS, program_of
from benchmarks.racing import Case, Contestant, Lay
from benchmarks.running import Launch
from benchmarks.secret_lines import SECRETS, lines, plain

SPAWN: Final = "posix_spawn"
SPAWN_DURABLE: Final = "posix_spawn, SQLite"
CALLS_DURABLE: Final = "calls, SQLite"

GROWING: Final = (1, 100, 1_000, 10_000)
QUICK: Final = (20, 100)
FEW: Final = (20, 100)
"""Sizes for those that take a long time for each task."""


def _of(tell: Callable[[Path, Graph], Launch], shape: Shape) -> Lay:
    return lambda folder, size: tell(folder, shape(size))


def _work(name: str, tell: Callable[[Path, Graph], Launch], shape: Shape, sizes: tuple[int, ...] = ()) -> Contestant:
    """A contestant that runs a graph of commands."""
    return Contestant(
        name=name, lay=_of(tell, shape), proof=proofs.touched, peer=name if name in PEERS else "", sizes=sizes, heavy=bool(sizes)
    )


def _builders(shape: Shape) -> tuple[Contestant, ...]:
    """Turbo, the floors, and the tools that run graphs of commands at any size."""
    return (
        _work("turbo", layouts.turbo, shape),
        _work(SPAWN, layouts.floor, shape),
        _work(SPAWN_DURABLE, layouts.floor_durable, shape),
        _work("ninja", layouts.ninja, shape),
        _work("make", layouts.make, shape),
        _work("doit", layouts.doit, shape),
        _work("go-task", layouts.go_task, shape),
    )


def _calls(name: str, tell: Callable[[Path, Graph], Launch], sizes: tuple[int, ...] = ()) -> Contestant:
    """A contestant that calls functions."""
    return Contestant(
        name=name,
        lay=_of(tell, independent),
        proof=proofs.marked,
        peer=name if name in PEERS else "",
        sizes=sizes,
        heavy=bool(sizes),
    )


def _again(name: str, tell: Callable[[Path, Graph], Launch]) -> Contestant:
    """A contestant that finds everything done."""
    return Contestant(name=name, lay=_of(tell, independent), proof=proofs.untouched, peer=name if name in PEERS else "")


def _answers(name: str, *argv: str, heavy: bool = False) -> Contestant:
    """A contestant that starts, says something, and ends; a peer is named by its first word."""
    peer = name.partition(" ")[0]
    command = (program_of(peer), *argv) if peer in PEERS else (sys.executable, *argv)
    proof = proofs.told if peer in PEERS else proofs.ended
    sizes = (5,)
    return Contestant(
        name=name, lay=lambda *_: Launch(argv=command), proof=proof, peer=peer if peer in PEERS else "", sizes=sizes, heavy=heavy
    )


def _parsed(suffix: str) -> Lay:
    """The tasks of the file that Turbo checks, read as YAML or JSON and nothing else."""

    def lay(folder: Path, size: int) -> Launch:
        layouts.turbo(folder, independent(size))
        as_json = {"name": "many", "tasks": {f"t{number}": {"run": ["touch", f"out/{number}"]} for number in range(size)}}
        (folder / "turbo.json").write_text(json.dumps(as_json))
        return Launch(argv=(sys.executable, str(PROGRAMS / "parse.py"), f"turbo.{suffix}"))

    return lay


def _copied(*argv: str) -> Lay:
    """Lines without secrets, copied."""

    def lay(folder: Path, size: int) -> Launch:
        (folder / "lines.txt").write_text(plain(size))
        return Launch(argv=argv)

    return lay


def _searched(folder: Path, size: int) -> Launch:
    """Lines with secrets, masked by Aho-Corasick alone."""
    (folder / "lines.txt").write_text(lines(size))
    (folder / "secrets").write_text("\n".join(SECRETS))
    return Launch(argv=(sys.executable, str(PROGRAMS / "lines.py"), "masked"))


CASES: Final = {
    case.name: case
    for case in (
        Case(
            name="independent",
            about="Commands that do not need each other; whole runs.",
            unit="tasks",
            reference=SPAWN,
            contestants=(
                *_builders(independent),
                _work("luigi", layouts.with_peer("luigi"), independent, (100, 1_000)),
                _work("dbos", layouts.with_peer("dbos"), independent, (100, 1_000)),
                _work("prefect", layouts.with_peer("prefect"), independent, FEW),
            ),
            sizes=(100, 1_000, 10_000),
            quick=QUICK,
        ),
        Case(
            name="chain",
            about="Commands of which each needs the one before.",
            unit="tasks",
            reference=SPAWN,
            contestants=_builders(chain),
            sizes=(200, 1_000),
            quick=QUICK,
        ),
        Case(
            name="layered",
            about="Layers of ten commands; each command needs all ten of the layer before.",
            unit="tasks",
            reference="ninja",
            contestants=(_work("turbo", layouts.turbo, layered), _work("ninja", layouts.ninja, layered)),
            sizes=GROWING,
            quick=QUICK,
            rounds=2,
        ),
        Case(
            name="layered-long",
            about="The same, up to 100,000 commands.",
            unit="tasks",
            contestants=(_work("turbo", layouts.turbo, layered),),
            sizes=(1, 1_000, 10_000, 100_000),
            quick=QUICK,
            rounds=1,
        ),
        Case(
            name="fan",
            about="One command that all others need.",
            unit="tasks",
            reference="ninja",
            contestants=(_work("turbo", layouts.turbo, fan), _work("ninja", layouts.ninja, fan)),
            sizes=GROWING,
            quick=QUICK,
            rounds=2,
        ),
        Case(
            name="matrix",
            about="A task whose cells another task computes.",
            unit="cells",
            contestants=(Contestant(name="turbo", lay=workflows.matrix, proof=proofs.touched),),
            sizes=GROWING,
            quick=QUICK,
            rounds=2,
        ),
        Case(
            name="actions",
            about="Calls of a function instead of commands.",
            unit="calls",
            reference=CALLS_DURABLE,
            contestants=(
                Contestant(name="turbo", lay=workflows.actions, proof=proofs.marked),
                _calls(CALLS_DURABLE, layouts.floor_of_actions),
                _calls("doit", layouts.with_peer("doit")),
                _calls("dask", layouts.with_peer("dask", "mark"), (100, 1_000)),
                _calls("dbos", layouts.with_peer("dbos", "mark"), (100, 1_000)),
                _calls("prefect", layouts.with_peer("prefect", "mark"), FEW),
            ),
            sizes=(100, 1_000, 5_000),
            quick=QUICK,
        ),
        Case(
            name="again",
            about="Independent commands once more: the file is found as it was read, and earlier runs foretell the times.",
            unit="tasks",
            contestants=(_work("turbo", layouts.turbo, independent),),
            sizes=(100, 1_000, 10_000),
            quick=QUICK,
            lasting=True,
        ),
        Case(
            name="unchanged",
            about="A run that finds everything done.",
            unit="tasks",
            reference="ninja",
            contestants=(
                Contestant(name="turbo", lay=workflows.unchanged, proof=proofs.untouched),
                _again("ninja", layouts.ninja),
                _again("make", layouts.make),
                _again("doit", layouts.doit),
            ),
            sizes=(10_000,),
            quick=(100,),
            by_size=False,
            lasting=True,
        ),
        Case(
            name="resume",
            about="Resuming a run that has ended: its whole journal is read.",
            unit="tasks",
            contestants=(Contestant(name="turbo", lay=workflows.finished, proof=proofs.untouched),),
            sizes=(10_000,),
            quick=(100,),
            by_size=False,
            lasting=True,
        ),
        Case(
            name="check",
            about="Checking a file that has changed, and once more as it was; beside it, only reading the same as YAML or JSON.",
            unit="tasks",
            reference="YAML alone",
            contestants=(
                Contestant(name="turbo", lay=workflows.checked, proof=proofs.told),
                Contestant(name="turbo, once more", lay=workflows.checked_again, proof=proofs.told),
                Contestant(name="YAML alone", lay=_parsed("yaml"), proof=proofs.ended),
                Contestant(name="JSON alone", lay=_parsed("json"), proof=proofs.ended),
            ),
            sizes=(10_000,),
            quick=(100,),
            rounds=5,
            by_size=False,
            lasting=True,
        ),
        Case(
            name="lines",
            about="One task that prints lines of 49 bytes, masked for 20 secrets, logged and followed; beside it, plain copies.",
            unit="lines",
            reference="cat",
            contestants=(
                Contestant(name="turbo", lay=workflows.printing, proof=proofs.masked),
                Contestant(name="cat", lay=_copied("/bin/sh", "-c", "cat lines.txt > copy"), proof=proofs.copied),
                Contestant(
                    name="64 KiB chunks", lay=_copied(sys.executable, str(PROGRAMS / "lines.py"), "chunks"), proof=proofs.copied
                ),
                Contestant(name="Aho-Corasick alone", lay=_searched, proof=proofs.masked),
            ),
            sizes=(100_000, 1_000_000),
            quick=(10_000, 100_000),
        ),
        Case(
            name="printing",
            about="64 tasks that print ten lines a second each, on a terminal; the runner's own processor time.",
            unit="seconds",
            reference="turbo, quiet",
            contestants=(
                Contestant(name="turbo, live view", lay=workflows.chatting(), proof=proofs.ended),
                Contestant(name="turbo, quiet", lay=workflows.chatting("--quiet"), proof=proofs.ended),
            ),
            sizes=(5, 20),
            quick=(1, 2),
        ),
        Case(
            name="start",
            about="Commands that only answer, with so many plugins installed; peers without any.",
            unit="plugins",
            reference="python -c pass",
            contestants=(
                Contestant(name="turbo --version", lay=workflows.started("--version"), proof=proofs.told),
                Contestant(name="turbo --help", lay=workflows.started("--help"), proof=proofs.told),
                _answers("python -c pass", "-c", "pass"),
                _answers("ninja --version", "--version"),
                _answers("go-task --version", "--version"),
                _answers("doit help", "help"),
                _answers("dbos version", "version", heavy=True),
                _answers("prefect version", "version", heavy=True),
            ),
            sizes=(5, 50, 200),
            quick=(5, 50),
            rounds=15,
            by_size=False,
            lasting=True,
        ),
        Case(
            name="waiting",
            about="A run that waits for a person, with `--wait`; processor time of all its processes.",
            unit="seconds",
            contestants=(Contestant(name="turbo", lay=workflows.waiting, proof=proofs.ended),),
            sizes=(5, 30),
            quick=(1, 2),
            rounds=2,
        ),
    )
}
