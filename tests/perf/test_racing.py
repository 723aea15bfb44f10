"""Who does not do the work has no figures: proofs are tried on contestants that cheat."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from benchmarks import proofs
from benchmarks.racing import Case, Contestant, Proof, Track, race
from benchmarks.running import Launch
from benchmarks.secret_lines import LINE, SECRETS, lines, plain

SIZE = 4


def program(code: str) -> Callable[[Path, int], Launch]:
    """A contestant's work as a piece of Python, in a folder with an empty ``out``."""

    def lay(folder: Path, size: int) -> Launch:
        (folder / "out").mkdir()
        return Launch(argv=(sys.executable, "-c", f"from pathlib import Path; size = {size}; {code}"))

    return lay


def raced(tmp_path: Path, code: str, proof: Proof, *, lasting: bool = False) -> str:
    """Why the contestant has no figures; nothing, if it has some."""
    one = Contestant(name="one", lay=program(code), proof=proof)
    case = Case(name="case", about="", unit="tasks", contestants=(one,), sizes=(SIZE,), quick=(SIZE,), rounds=2, lasting=lasting)
    found = race(case, Track(folder=tmp_path, quick=False, rounds=0, most=0, there=lambda _: True, tell=lambda _: None))
    assert (one.name in found.missing) != (one.name in found.samples)
    return found.missing.get(one.name, "")


TOUCH = "[Path('out', str(number)).touch() for number in range({})]"


@pytest.mark.parametrize(
    ("code", "proof", "why"),
    [
        (TOUCH.format("size"), proofs.touched, ""),
        (TOUCH.format("size - 1"), proofs.touched, "1 of 4 tasks left no file"),
        ("Path('done').write_text('.' * size)", proofs.marked, ""),
        ("Path('done').write_text('.' * (size - 1))", proofs.marked, "3 of 4 calls"),
        ("pass", proofs.marked, "0 of 4 calls"),
        ("print(1)", proofs.told, ""),
        ("pass", proofs.told, "nothing was printed"),
        ("raise SystemExit('no')", proofs.ended, "ended with 1: no"),
    ],
)
def test_work_that_was_not_done_is_seen(tmp_path: Path, code: str, proof: Proof, why: str) -> None:
    found = raced(tmp_path, code, proof)
    assert why in found
    assert bool(found) == bool(why)


@pytest.mark.parametrize(("again", "why"), [("not Path('out', '0').exists()", ""), ("True", "4 tasks ran although")])
def test_work_that_was_done_again_is_seen(tmp_path: Path, again: str, why: str) -> None:
    found = raced(tmp_path, f"{TOUCH.format('size')} if {again} else None", proofs.untouched, lasting=True)
    assert why in found
    assert bool(found) == bool(why)


def log_of(tmp_path: Path, text: str) -> Path:
    (tmp_path / "copy").write_text(text)
    return tmp_path


def test_lines_that_are_missing_or_not_masked_are_seen(tmp_path: Path) -> None:
    text = lines(3_000)
    hidden = text
    for secret in SECRETS:
        hidden = hidden.replace(secret, "***")
    assert proofs.masked(log_of(tmp_path, hidden), 3_000) == ""
    assert proofs.masked(log_of(tmp_path, text), 3_000).startswith("3 secrets can be read")
    assert proofs.masked(log_of(tmp_path, hidden.removesuffix(LINE.format(2_999))), 3_000) == "not all of 3000 lines are there"
    assert proofs.copied(log_of(tmp_path, plain(5)), 5) == ""
    assert proofs.copied(log_of(tmp_path, plain(4)), 5) != ""


def test_contestants_take_turns_and_the_absent_are_named(tmp_path: Path) -> None:
    told: list[str] = []
    contestants = [Contestant(name=name, lay=program("pass"), proof=proofs.ended) for name in ("a", "b")]
    absent = Contestant(name="c", lay=program("pass"), proof=proofs.ended, peer="ninja")
    heavy = Contestant(name="d", lay=program("pass"), proof=proofs.ended, heavy=True)
    case = Case(name="case", about="", unit="tasks", contestants=(*contestants, absent, heavy), sizes=(9,), quick=(1, 2, 3))
    found = race(case, Track(folder=tmp_path, quick=True, rounds=2, most=2, there=lambda _: False, tell=told.append))
    assert [line.split(":")[1].strip() for line in told] == ["a", "b", "a", "b", "b", "a", "b", "a"]
    assert found.missing == {"c": "not installed", "d": "not in a quick race"}
    assert {name: [*sizes] for name, sizes in found.samples.items()} == {"a": [1, 2], "b": [1, 2]}
