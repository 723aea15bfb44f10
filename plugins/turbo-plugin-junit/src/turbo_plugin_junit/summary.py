"""Cases as the Markdown that GitHub shows on the page of a step: what failed first, then all of it."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from turbo_core import RunView

from turbo_plugin_junit.cases import Case

MOST: Final = 1000
"""Rows of the table. GitHub shows nothing at all of a summary that is too large."""

LONGEST: Final = 300
"""Characters of a message in it."""

_SIGNS: Final = {"passed": "✅", "failed": "❌", "error": "💥", "skipped": "⏭️"}
_ACTIVE: Final = re.compile(r"[\\`*_{}\[\]<>()#+!|~@$&:-]")
"""What Markdown, HTML or GitHub (mentions, links) would take for more than text."""


def summary(run: RunView, cases: Sequence[Case]) -> str:
    """The text. What tasks say becomes mere text."""
    bad = [case for case in cases if case.verdict in ("failed", "error")]
    return "\n".join(_lines(run, cases, bad)) + "\n"


def _lines(run: RunView, cases: Sequence[Case], bad: Sequence[Case]) -> Iterator[str]:
    sign = {"succeeded": "✅", "failed": "❌", "cancelled": "🚫"}.get(run.outcome or "", "⏸️")
    counts = Counter(case.verdict for case in cases)
    yield f"## {sign} {_text(run.workflow)}"
    yield ""
    yield _text(run.summary or f"The run {run.outcome or 'is not at its end'}.")
    yield ""
    yield f"{counts['passed']} passed, {counts['failed'] + counts['error']} failed, {counts['skipped']} skipped " + _in(run)
    for case in bad[:20]:
        yield from _failure(case)
    yield from ("", "<details><summary>All tasks</summary>", "", *_table(cases[:MOST]), "", "</details>")
    if len(cases) > MOST:
        yield f"\nAnd {len(cases) - MOST} more."


def _in(run: RunView) -> str:
    return f"in {run.seconds:.1f} s; run `{run.id}`"


def _failure(case: Case) -> Iterator[str]:
    yield from ("", f"### {_SIGNS[case.verdict]} {_text(case.name)}", "", _text(case.message))
    if case.output:
        fence = "`" * max(3, 1 + max((len(run) for run in re.findall(r"`+", case.output)), default=0))
        yield from ("", f"{fence}text", case.output.rstrip("\n").replace("\x00", ""), fence)


def _table(cases: Iterable[Case]) -> Iterator[str]:
    yield "| | task | phase | seconds | what |"
    yield "|---|---|---|---|---|"
    for case in cases:
        told = _text(case.message)
        yield f"| {_SIGNS[case.verdict]} | {_text(case.name)} | {_text(case.suite)} | {case.seconds:.1f} | {told} |"


def _text(said: str) -> str:
    line = " ".join("".join(sign if sign.isprintable() else " " for sign in said).split())
    short = line if len(line) <= LONGEST else line[: LONGEST - 1] + "…"
    return _ACTIVE.sub(lambda found: f"&#{ord(found[0])};", short)
