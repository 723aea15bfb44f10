"""Histories made by ``git fast-import``: large ones in seconds, and merges whose right result is known."""

from __future__ import annotations

import random
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

FIRST_DAY = 1_700_000_000


def fast_import(root: Path, stream: Iterator[bytes]) -> None:
    """Feed a stream to ``git fast-import``, as it is made."""
    with subprocess.Popen(("git", "fast-import", "--quiet"), cwd=root, stdin=subprocess.PIPE) as process:
        assert process.stdin is not None
        for part in stream:
            process.stdin.write(part)
    assert process.returncode == 0


def data(text: str) -> bytes:
    raw = text.encode()
    return b"data %d\n%s\n" % (len(raw), raw)


def author(number: int, when: int) -> bytes:
    return b"Author %d <a%d@example.org> %d +0000" % (number, number, when)


def long_history(commits: int, files: int = 400, people: int = 12) -> Iterator[bytes]:
    """A line of commits. Commit N changes file N modulo ``files`` and, every third time, the file after it."""
    for number in range(commits):
        who = author(number % people, FIRST_DAY + number * 600)
        yield b"commit refs/heads/main\ncommitter %s\n" % who + data(f"feat(part{number % 7}): change {number}")
        for place in (number, number + 1) if number % 3 == 0 else (number,):
            text = "".join(f"{'    ' * (line % 5)}line {line} of {number}\n" for line in range(5 + place % files % 17))
            yield b"M 100644 inline src/file%d.py\n" % (place % files) + data(text)


@dataclass(frozen=True, kw_only=True)
class Case:
    """One file of a merge: its versions, and what people made of it. ``settled`` tells whether the rules can know that."""

    path: str
    base: str
    ours: str
    theirs: str
    people: str
    settled: bool


def cases(seed: int) -> Iterator[Case]:
    """Conflicts of every kind: some have one right answer, in most only people can know it."""
    chance = random.Random(seed)
    for number in range(10_000_000):
        yield _CASES[number % len(_CASES)](chance, number)


def _names(chance: random.Random, count: int) -> list[str]:
    return [f"{word}{place}" for place, word in enumerate(chance.sample(_WORDS, count))]


_WORDS = ["alpha", "beta", "gamma", "delta", "kappa", "sigma", "omega", "theta", "lambda_", "zeta", "rho", "tau"]


def _imports(chance: random.Random, number: int) -> Case:
    names = _names(chance, 6)
    body = f"\n\nVALUE = {number}\n"

    def file(*chosen: str) -> str:
        return "".join(f"import {name}\n" for name in sorted(chosen)) + body

    common, mine, yours = names[:3], names[3], names[4]
    both = {mine, yours}
    # Where the two new lines lie apart git itself merges them; the neighbours below make sure that they conflict.
    near = [name for name in common if min(both) < name < max(both)]
    kept = [name for name in common if name not in near] or ["aaa"]
    return Case(
        path=f"m{number}.py",
        base=file(*kept),
        ours=file(*kept, mine),
        theirs=file(*kept, yours),
        people=file(*kept, mine, yours),
        settled=True,
    )


def _listed(chance: random.Random, number: int) -> Case:
    first, mine, yours = sorted(_names(chance, 3))

    def file(*chosen: str) -> str:
        return f"from package import {', '.join(sorted(chosen))}\n\nVALUE = {number}\n"

    return Case(
        path=f"l{number}.py",
        base=file(first),
        ours=file(first, mine),
        theirs=file(first, yours),
        people=file(first, mine, yours),
        settled=True,
    )


def _spaces(chance: random.Random, number: int) -> Case:
    lines = [f"x{place} = {chance.randrange(99)}" for place in range(6)]
    changed = [*lines[:3], f"changed = {number}", *lines[4:]]
    text = "\n".join(changed) + "\n"
    return Case(
        path=f"s{number}.py",
        base="   \n".join(lines) + "   \n",
        ours="\n".join(lines) + "\n",
        theirs="   \n".join(changed) + "   \n",
        people=text,
        settled=True,
    )


def _words(chance: random.Random, number: int) -> Case:
    mine, yours = chance.sample(range(1000), 2)
    return Case(
        path=f"w{number}.py",
        base="x = 0\n",
        ours=f"x = {mine}\n",
        theirs=f"x = {yours}\n",
        people=f"x = {mine + yours}\n",
        settled=False,
    )


def _one_name(chance: random.Random, number: int) -> Case:
    mine, yours = chance.sample(_WORDS, 2)
    return Case(
        path=f"n{number}.py",
        base="",
        ours=f"from {mine} import Thing\n",
        theirs=f"from {yours} import Thing\n",
        people=f"from {chance.choice([mine, yours])} import Thing\n",
        settled=False,
    )


def _replaced(chance: random.Random, number: int) -> Case:
    old, mine, yours = chance.sample(_WORDS, 3)
    return Case(
        path=f"r{number}.py",
        base=f"import {old}\n",
        ours=f"import {mine}\n",
        theirs=f"import {yours}\n",
        people=f"import {chance.choice([mine, yours])}\n",
        settled=False,
    )


def _indented(chance: random.Random, number: int) -> Case:
    return Case(
        path=f"i{number}.py",
        base="if a:\n    b()\nc()\n",
        ours="if a:\n    b()\n    c()\n",
        theirs=f"if a:\n    b()\nc({chance.randrange(99)})\n",
        people=f"if a:\n    b()\n    c({number})\n",
        settled=False,
    )


def _entries(chance: random.Random, number: int) -> Case:
    mine, yours = _names(chance, 2)
    return Case(
        path=f"CHANGES{number}.md",
        base="# Changes\n",
        ours=f"# Changes\n\n- {mine}\n",
        theirs=f"# Changes\n\n- {yours}\n",
        people=f"# Changes\n\n- {chance.choice([mine, yours])}\n- both\n",
        settled=False,
    )


_CASES = (_imports, _words, _listed, _one_name, _spaces, _replaced, _indented, _entries)


def merges(wanted: list[Case], files: int) -> Iterator[bytes]:
    """A history of merges, each of which puts together ``files`` of the cases."""
    mark = 0

    def commit(parents: list[int], contents: list[tuple[str, str]]) -> bytes:
        nonlocal mark
        mark += 1
        head = b"commit refs/heads/main\nmark :%d\ncommitter %s\n" % (mark, author(mark % 5, FIRST_DAY + mark * 600))
        lines = [b"%s :%d\n" % (word, parent) for word, parent in zip((b"from", b"merge"), parents, strict=False)]
        texts = [b"M 100644 inline %s\n" % path.encode() + data(text) for path, text in contents]
        return head + data(f"feat: {mark}") + b"".join(lines + texts)

    for start in range(0, len(wanted), files):
        group = wanted[start : start + files]
        yield commit([mark] if mark else [], [(case.path, case.base) for case in group])
        base = mark
        yield commit([base], [(case.path, case.ours) for case in group])
        yield commit([base], [(case.path, case.theirs) for case in group])
        yield commit([base + 1, base + 2], [(case.path, case.people) for case in group])
