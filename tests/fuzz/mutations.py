"""Makes hostile workflow texts of right ones: characters, lines, values and keys are changed by chance, and by a number again.

It knows what has broken readers of YAML before; it knows nothing of how ours works.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from random import Random
from typing import Final

from tests.fuzz.seeds import SEEDS

TOKENS: Final = (
    "&a", "*a", "<<: *a", "&a [*a]", "!!python/object/apply:os.system [id]", "!!binary aGk=", "!x", "---", "...",
    "%YAML 1.1", "%TAG ! !x", "\t", "\r", "\n", "\n\n", "  ", ": ", "- ", "? ", "| ", ">-", "#", "@", "`", "'", '"', "\\",
    "{", "}", "[", "]", ",", "${{", "}}", "$${{", "${{ }}", "${{ inputs.word }}", "${{ secrets.TOKEN }}",
    "${{ tasks.a.state }}", "${{ 9**9**9 }}", "${{ ''.__class__ }}", "${{ [" + "[" * 40 + " }}", "null", "~", "yes", "True",
    "0755", "0x1F", ".nan", "-.inf", "1e999", "-0", "9" * 30, "-" + "9" * 400, "1_000", "1.5", "12:30", "2024-01-01", "=",
    "__proto__", "__class__", "../../etc/passwd", "/etc/passwd", "file:///x", "\x00", "\x1b[31m", "\x07", "\u2028",
    "\u202e", "\ufeff", "\ud800", "é", "\U0001f600", "a" * 3000, "[" * 200, "{a: " * 80,
)  # fmt: skip
"""What is put in anywhere."""

VALUES: Final = (
    "", "null", "true", "0", "-1", "3.5", "'text'", "[]", "{}", "[1, a]", "{a: 1}", "{run: x}", "[[[]]]", "10s", "1h30m",
    "-5s", "5 GB", "64KiB", '"${{ true }}"', '"${{ matrix.x }}"', '"${{ run.outcome }}"', '"${{ attempt.number }}"', "name",
    "all", "99999999999999999999", '"\\u0000"', '"\\ud83d"', "[a, a]", "{a: {b: {c: {d: 1}}}}", "part.yaml", "child",
    "../x.yaml", "[turbo.yaml]", "1e400", "!!str 1",
)  # fmt: skip
"""What takes the place of a value."""

_WORD: Final = re.compile(r"[a-z_]+(?=:)")
_VALUE: Final = re.compile(r"(?<=: )[^\n]+")
_CHARACTERS: Final = "\n\n  :-[]{}'\"#&*!|>%@`,?$abz019.\\\t\x00\x1b\u2028é"


def mutant(number: int) -> str:
    """The text with this number: always the same."""
    chance = Random(number)
    seed = chance.choices(SEEDS, (9, 9, 1, 1))[0]
    for _ in range(chance.choice((1, 1, 2, 3, 6))):
        seed = chance.choice(_CHANGES)(seed, chance)
    return seed


def _at(text: str, chance: Random) -> int:
    return chance.randint(0, len(text))


def _character(text: str, chance: Random) -> str:
    at = _at(text, chance)
    return text[:at] + chance.choice(_CHARACTERS) + text[at + chance.randint(0, 1) :]


def _token(text: str, chance: Random) -> str:
    at = _at(text, chance)
    return text[:at] + chance.choice(TOKENS) + text[at:]


def _cut(text: str, chance: Random) -> str:
    at = _at(text, chance)
    return text[:at] + text[at + chance.choice((1, 2, 10, 100)) :]


def _again(text: str, chance: Random) -> str:
    at = _at(text, chance)
    piece = text[at : at + chance.choice((1, 5, 50, 500))]
    return text[:at] + piece * chance.choice((2, 2, 3, 20)) + text[at:]


def _lines(text: str, chance: Random) -> str:
    lines = text.splitlines(keepends=True) or [""]
    one, other = chance.randrange(len(lines)), chance.randrange(len(lines))
    match chance.randrange(5):
        case 0:
            lines[one], lines[other] = lines[other], lines[one]
        case 1:
            del lines[one]
        case 2:
            lines.insert(other, lines[one])
        case 3:
            lines[one] = " " * chance.randint(1, 4) + lines[one]
        case _:
            lines[one] = lines[one].removeprefix("  ")
    return "".join(lines)


def _value(text: str, chance: Random) -> str:
    return _replaced(text, _VALUE, chance.choice(VALUES), chance)


def _key(text: str, chance: Random) -> str:
    known = [word for seed in SEEDS for word in _WORD.findall(seed)]
    return _replaced(text, _WORD, chance.choice(known), chance)


def _graft(text: str, chance: Random) -> str:
    """A value of one workflow in another."""
    values = _VALUE.findall(chance.choice(SEEDS))
    return _replaced(text, _VALUE, chance.choice(values), chance)


def _replaced(text: str, pattern: re.Pattern[str], new: str, chance: Random) -> str:
    found = [*pattern.finditer(text)]
    if not found:
        return text + new
    old = chance.choice(found)
    return text[: old.start()] + new + text[old.end() :]


_CHANGES: Final[tuple[Callable[[str, Random], str], ...]] = (
    _character, _token, _token, _cut, _again, _lines, _value, _value, _key, _key, _graft,
)  # fmt: skip
