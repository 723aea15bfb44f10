"""What linters, type checkers and scanners write for machines, as findings. Pure: text in, values out.

Paths are as the tool wrote them.
"""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from typing import Any

from turbo_core import ActionFailed

from turbo_plugin_quality.values import Finding, Level

_BY_WORD: dict[str, Level] = {
    "error": "error",
    "error: internal compiler error": "error",
    "high": "error",
    "warning": "warning",
    "medium": "warning",
}


def level(word: str) -> Level:
    """The level that a tool means by a word."""
    return _BY_WORD.get(word.lower(), "note")


def loaded(tool: str, text: str) -> Any:
    """One JSON value.

    Raises:
        ActionFailed: it is none.
    """
    try:
        return json.loads(text)
    except ValueError as error:
        raise ActionFailed(f"{tool} wrote no JSON", why=text.strip()[:500], next_step="is it another version?") from error


def ruff(text: str) -> Iterator[Finding]:
    """``ruff check --output-format json``. What keeps a file from being read is an error, all else a warning."""
    for told in loaded("ruff", text):
        rule = told["code"] or "invalid-syntax"
        at = told["location"]
        kind: Level = "error" if rule.startswith(("invalid-", "E9", "F")) else "warning"
        yield _at("ruff", rule, kind, told["message"], told["filename"], at["row"], at["column"])


def mypy(text: str) -> Iterator[Finding]:
    """``mypy --output json``: one object a line."""
    for line in text.splitlines():
        if line.startswith("{"):
            told = loaded("mypy", line)
            column = told["column"] + 1
            yield _at("mypy", told["code"] or "", level(told["severity"]), told["message"], told["file"], told["line"], column)


def bandit(text: str) -> tuple[list[Finding], int, int]:
    """``bandit -f json``: findings, files that it could not read, files that it did read."""
    told = loaded("bandit", text)
    findings = [
        _at("bandit", one["test_id"], level(one["issue_severity"]), one["issue_text"], one["filename"], one["line_number"])
        for one in told["results"]
    ]
    unread = len(told["errors"])
    return findings, unread, max(0, len(told["metrics"]) - 1 - unread)


def detect_secrets(text: str) -> Iterator[Finding]:
    """A baseline of ``detect-secrets scan``. It holds no secret, only its hash; that is left out too."""
    for path, found in loaded("detect-secrets", text)["results"].items():
        for one in found:
            yield _at(
                "detect-secrets", one["type"], "error", f"this looks like a secret: {one['type']}", path, one["line_number"]
            )


def lizard(text: str, *, complexity: int, length: int) -> tuple[list[Finding], int]:
    """``lizard --csv``: functions over one of the bounds, and how many functions there are."""
    findings, count = [], 0
    for count, row in enumerate(csv.reader(text.splitlines()), 1):  # noqa: B007 - the number of the last row is wanted
        branches, lines, path, name, begin = int(row[1]), int(row[4]), row[6], row[7], int(row[9])
        if branches > complexity:
            told = f"{name} has a cyclomatic complexity of {branches}, above {complexity}"
            findings.append(_at("lizard", "complexity", "warning", told, path, begin))
        if lines > length:
            findings.append(_at("lizard", "length", "note", f"{name} is {lines} lines long, above {length}", path, begin))
    return findings, count


def eslint(text: str) -> Iterator[Finding]:
    """``eslint --format json``."""
    for file in loaded("eslint", text):
        for told in file["messages"]:
            kind: Level = "error" if told["severity"] == 2 else "warning"
            rule = told["ruleId"] or "syntax"
            yield _at("eslint", rule, kind, told["message"], file["filePath"], told.get("line") or 0, told.get("column") or 0)


def tsc(text: str) -> Iterator[Finding]:
    """What the script of `turbo_plugin_quality.typescript` writes."""
    for told in loaded("tsc", text):
        place = told["file"], told["line"], told["column"]
        yield _at("tsc", f"TS{told['code']}", level(told["category"]), told["message"], *place)


def cargo(text: str, tool: str) -> Iterator[Finding]:
    """``cargo … --message-format=json``: the compiler's messages, each where its first primary span is."""
    for line in text.splitlines():
        told: Any = loaded("cargo", line) if line.startswith("{") else {}
        message: Any = told.get("message")
        if told.get("reason") != "compiler-message" or not message["spans"]:
            continue
        span = next((one for one in message["spans"] if one["is_primary"]), message["spans"][0])
        rule = (message.get("code") or {}).get("code", "rustc")
        yield _at(
            tool, rule, level(message["level"]), message["message"], span["file_name"], span["line_start"], span["column_start"]
        )


def go_vet(text: str) -> Iterator[Finding]:
    """``go vet -json``: an object for each package, with lines that begin with ``#`` between them."""
    rest = "\n".join(line for line in text.splitlines() if not line.startswith("#")).strip()
    decoder = json.JSONDecoder()
    while rest:
        try:
            packages, end = decoder.raw_decode(rest)
        except ValueError as error:
            raise ActionFailed("go vet wrote no JSON", why=rest[:500], next_step="does the code compile?") from error
        rest = rest[end:].lstrip()
        yield from _vetted(packages)


def _vetted(packages: Any) -> Iterator[Finding]:
    for analyzers in packages.values():
        for analyzer, found in analyzers.items():
            if isinstance(found, dict):  # the analyzer itself failed
                raise ActionFailed(f"go vet could not run {analyzer}", why=str(found.get("error", "")))
            for one in found:
                path, line, column = one["posn"].rsplit(":", 2)
                yield _at("go vet", analyzer, "warning", one["message"], path, int(line), int(column))


def _at(tool: str, rule: str, kind: Level, message: str, path: str, line: int, column: int = 0) -> Finding:
    return Finding(tool=tool, rule=rule, level=kind, message=message, path=path, line=line, column=column)
