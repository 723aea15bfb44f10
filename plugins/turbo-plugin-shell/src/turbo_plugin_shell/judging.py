"""How much harm a command line can do. It looks at words and at where paths lead, and starts nothing.

Nothing here parses shell: a command is a list of arguments. What is not known for certain counts as ``destroy``. Where a rule
cannot be exact it errs to the higher risk.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Final

from turbo_plugin_shell.catalogue import Command, known
from turbo_plugin_shell.risks import Risk, higher

_URL: Final = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
_ASKING: Final = ("--version", "--help")
_SHORTEST_ABBREVIATION: Final = 4
"""Characters of a long flag, its dashes included, from which it may be abbreviated here; shorter ones are not unique."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Judgement:
    """What is known of a command line.

    Attributes:
        command: its name in the catalogue; empty if it is not known.
        verb: its subcommand; empty if it has none.
        category: of the command; empty if it is not known.
        risk: ``read``, ``change`` or ``destroy``.
        reasons: a sentence for each thing that made the risk what it is.
    """

    command: str = ""
    verb: str = ""
    category: str = ""
    risk: Risk
    reasons: tuple[str, ...] = ()

    def raised(self, risk: Risk, reason: str) -> Judgement:
        """The same with this risk, if that is higher."""
        if higher(self.risk, risk) == self.risk:
            return self
        return replace(self, risk=risk, reasons=(*self.reasons, reason))


def judge(argv: Sequence[str], folder: Path, workspace: Path) -> Judgement:
    """Judge a command line.

    Args:
        argv: the command and its arguments; at least the command.
        folder: where it is to run.
        workspace: the folder below which it may change things.
    """
    command = _named(argv[0])
    if command is None:
        return Judgement(risk="destroy", reasons=(f"{argv[0]} is not in the catalogue",))
    arguments = argv[1:]
    if len(arguments) == 1 and arguments[0] in _ASKING:
        return Judgement(command=command.name, category=command.category, risk="read", reasons=("it only tells about itself",))
    if command.inner is not None:
        return _with_inner(command, arguments, folder, workspace)
    judgement = _based(command, arguments, folder, workspace)
    judgement = _raised_by_words(judgement, command, arguments)
    if judgement.risk == "change":
        for reason in _ways_out(command, arguments, folder.resolve(), workspace.resolve()):
            judgement = judgement.raised("destroy", reason)
    return judgement


def _named(name: str) -> Command | None:
    """The command that a name stands for; a path may be any program, unless it is what the name alone would start."""
    if "/" not in name:
        return known(name)
    alone = Path(name).name
    return known(alone) if shutil.which(alone) == name else None


# ---------------------------------------------------------------- the base risk


def _based(command: Command, arguments: Sequence[str], folder: Path, workspace: Path) -> Judgement:
    plain = Judgement(command=command.name, category=command.category, risk=command.risk)
    if command.script:
        return _of_script(plain, arguments, folder, workspace)
    if command.verbs:
        return _of_verbs(plain, command, arguments)
    for flag, risk in command.safer.items():
        if arguments and _is(arguments[0], flag, abbreviated=False):
            return replace(plain, risk=risk, reasons=(f"{flag} makes it {risk}",))
    return replace(plain, reasons=(f"{command.name} is {command.risk}",))


def _of_script(plain: Judgement, arguments: Sequence[str], folder: Path, workspace: Path) -> Judgement:
    script = (folder / arguments[0]).resolve() if arguments and not arguments[0].startswith("-") else None
    if script is not None and script.is_file() and script.is_relative_to(workspace.resolve()):
        return replace(plain, risk="change", reasons=(f"{arguments[0]} is code of the project",))
    return replace(plain, risk="destroy", reasons=("it runs code that is not a file of the project",))


def _of_verbs(plain: Judgement, command: Command, arguments: Sequence[str]) -> Judgement:
    words, stray = _operands(command, arguments)
    if command.each:
        found = [_verb(command, [word]) for word in words]
        unknown = next((word for word, verb in zip(words, found, strict=True) if verb is None), None)
        if stray or unknown or not words:
            return replace(plain, risk="destroy", reasons=(_unsure(command, stray, unknown or ""),))
        risks: list[Risk] = [risk for _, risk in filter(None, found)]
        risk = max(risks, key=("read", "change", "destroy").index)
        return replace(plain, verb=" ".join(words), risk=risk, reasons=(f"{command.name} {' '.join(words)} is {risk}",))
    verb = None if stray else _verb(command, words)
    if verb is None:
        return replace(plain, risk="destroy", reasons=(_unsure(command, stray, " ".join(words[:1])),))
    return replace(plain, verb=verb[0], risk=verb[1], reasons=(f"{command.name} {verb[0]} is {verb[1]}",))


def _unsure(command: Command, stray: str, word: str) -> str:
    if stray:
        return f"what {stray} means to {command.name} is not known"
    return f"{command.name} {word}".rstrip() + " is not in the catalogue"


def _operands(command: Command, arguments: Sequence[str]) -> tuple[list[str], str]:
    """The arguments that are no flags; and a flag of which it is not known whether the next argument is its value.

    Flags after the verb are told apart by nobody but the command: they count as such only as long as a verb of more words is
    not complete.
    """
    longest = max(len(verb.split()) for verb in command.verbs)
    words: list[str] = []
    rest = iter(arguments)
    for argument in rest:
        if not argument.startswith("-"):
            words.append(argument)
        elif argument in command.valued:
            next(rest, "")
        elif argument in command.bare or "=" in argument:
            continue
        elif command.each or not words:
            return words, argument
        elif len(words) < longest:
            # A verb of one word is complete, whatever follows; one of more words is not looked for behind a flag.
            break
    return words, ""


def _verb(command: Command, words: Sequence[str]) -> tuple[str, Risk] | None:
    """The longest verb that the words begin with, an exact one before a pattern."""
    found: list[tuple[int, bool, str, Risk]] = []
    for verb, risk in command.verbs.items():
        parts = verb.split()
        if len(words) >= len(parts) and all(map(fnmatchcase, words, parts)):
            found.append((len(parts), "*" not in verb, " ".join(words[: len(parts)]), risk))
    return max(found)[2:] if found else None


def _with_inner(command: Command, arguments: Sequence[str], folder: Path, workspace: Path) -> Judgement:
    """A command that runs another one."""
    plain = Judgement(command=command.name, category=command.category, risk=command.risk)
    left = command.inner or 0
    rest = iter(enumerate(arguments))
    for index, argument in rest:
        if argument in command.valued:
            next(rest, None)
        elif argument.partition("=")[0] in command.valued:
            continue
        elif any(fnmatchcase(argument, word) for word in command.words):
            plain = _raised_by_words(plain, command, [argument])
        elif argument.startswith("-") and argument not in command.bare:
            return plain.raised("destroy", f"what {argument} means to {command.name} is not known")
        elif not argument.startswith("-") and left:
            left -= 1
        elif not argument.startswith("-"):
            inner = judge(arguments[index:], folder, workspace)
            reasons = (f"{command.name} runs {argument}", *plain.reasons, *inner.reasons)
            return replace(inner, risk=higher(inner.risk, plain.risk), reasons=reasons)
    return replace(plain, reasons=(f"{command.name} runs nothing here", *plain.reasons))


# ---------------------------------------------------------------- what raises it


def _raised_by_words(judgement: Judgement, command: Command, arguments: Sequence[str]) -> Judgement:
    for argument in arguments:
        for flag, risk in command.flags.items():
            if _is(argument, flag, abbreviated=True):
                judgement = judgement.raised(risk, f"{argument} makes it {risk}")
        for word, risk in command.words.items():
            if fnmatchcase(argument, word):
                judgement = judgement.raised(risk, f"{argument} makes it {risk}")
    return judgement


def _is(argument: str, flag: str, *, abbreviated: bool) -> bool:
    if not flag.startswith("--"):
        return argument[:1] == "-" and argument[:2] != "--" and flag[1:] in argument[1:]
    name = argument.partition("=")[0]
    return name == flag or (abbreviated and len(name) >= _SHORTEST_ABBREVIATION and flag.startswith(name))


def _ways_out(command: Command, arguments: Sequence[str], folder: Path, workspace: Path) -> Iterator[str]:
    """A sentence for each argument that leads out of the workspace, or means all of it."""
    if not folder.is_relative_to(workspace):
        yield f"{folder} is not in the workspace"
    for argument in arguments:
        for path in _paths(argument):
            place = (folder / path).resolve()
            if not place.is_relative_to(workspace):
                yield f"{argument} leads out of the workspace"
            elif command.whole and (place == workspace or ".git" in place.relative_to(workspace).parts):
                yield f"{argument} is all of the workspace, or its history"


def _paths(argument: str) -> Iterator[str]:
    """What may be a path: the argument, the value of a flag, and a value right behind its flag (``-I/usr``, ``-C..``)."""
    value = argument.partition("=")[2] if argument.startswith("-") or "=" in argument else ""
    attached = argument[argument.index("/") :] if argument.startswith("-") and "/" in argument and not value else ""
    close = argument[2:] if argument.startswith("-") else ""
    for text in (argument, value, attached, close):
        if text and not text.startswith("-") and "\0" not in text:
            local = text.removeprefix("file://")
            if not _URL.match(local):
                yield local
