"""Markdown, terminal, graph text and JSON lines."""

from __future__ import annotations

import io
import json
import re
from decimal import Decimal

import pytest
from rich.console import Console

from tests.report import runs
from tests.report.events import record, recorded
from turbo_core import replace
from turbo_core.model import Event
from turbo_core.report import graph, jsonlines, markdown, terminal
from turbo_core.report.graph import GraphNode

NODES = [
    GraphNode(address="build", label="make build", kind="run", phase="check"),
    GraphNode(address='te"st', label='te"st', kind="uses", needs=("build",), phase="check"),
    GraphNode(address="fit", label="Fit?", kind="decide", phase="decide"),
    GraphNode(address="verify", label="install", kind="workflow", needs=("elsewhere",), phase="publish"),
]


def shown(color: bool = False, width: int = 100, encoding: str = "utf-8") -> tuple[Console, io.TextIOWrapper]:
    stream = io.TextIOWrapper(io.BytesIO(), encoding=encoding, write_through=True)
    return terminal.console(stream, color=color, width=width), stream


def said(stream: io.TextIOWrapper) -> str:
    buffer = stream.buffer
    assert isinstance(buffer, io.BytesIO)
    return buffer.getvalue().decode(stream.encoding)


def test_markdown_says_what_happened_failures_first() -> None:
    page = markdown.render(runs.failed(), runs.log_tail)
    assert page.startswith("# ✗ release failed\n")
    assert page.index("## Failures") < page.index("E   assert 3 == 4") < page.index("## Tasks")
    assert "| check | types | - skipped |" in page
    assert "slack: no route to host" in page


def test_markdown_has_decisions_and_environment() -> None:
    page = markdown.render(runs.passed(), runs.log_tail)
    assert "| tests | 4 | 1.00 | 1.00 | ██████████ | veto; 412 of 412 passed |" in page
    assert "| plugin turbo-plugin-git | 0.3.1 |" in page
    assert page == markdown.render(runs.passed(), runs.log_tail)
    assert "> go\\!" in markdown.render(runs.run(decisions=(runs.decision(by="grace", comment="go!"),)), runs.log_tail)


def test_markdown_cannot_be_broken_by_foreign_text() -> None:
    evil = "a|b\n# head <b> [x](http://evil) `code` \x1b[31m"
    task = runs.task("t", state="failed", why=evil)
    page = markdown.render(runs.run(runs.phase("p", task), exit_code=None), lambda path, limit: "````\n# out\x1b[0m\n")
    assert "\x1b" not in page
    assert "a\\|b \\# head \\<b\\> \\[x\\](http://evil) \\`code\\`" in page
    assert "`````text\n````\n# out\n`````" in page


def test_a_run_is_shown_plain_without_one_escape() -> None:
    to, stream = shown()
    terminal.show(to, runs.passed())
    page = said(stream)
    assert "\x1b" not in page
    for part in ("✓ release succeeded in 1m 01s", "test[2]", "- announce", "██████████", "Released 1.4.0"):
        assert part in page


def test_a_gate_without_criteria_has_no_table() -> None:
    made = replace(runs.decision(question="Go?", by="ada"), criteria=(), reason="ada approved it", comment="well done")
    to, stream = shown()
    run = runs.run(runs.phase("p", runs.task("go")), decisions=(made,))
    terminal.show(to, run)
    written = said(stream)
    assert "by ada: ada approved it\n  well done\n" in written
    assert "criterion" not in written
    page = markdown.render(run, runs.log_tail)
    assert "by ada.\nada approved it" in page
    assert "| Criterion" not in page


@pytest.mark.parametrize(
    ("summary", "told"),
    [
        ("release failed: 1 succeeded, 2 skipped", []),
        ("release failed: 1 failed. a failed (exit): exit code 3", ["a failed (exit): exit code 3"]),
        ("release failed: outputs: there is no key 'x'", ["outputs: there is no key 'x'"]),
        ("vars.n: 1 / 0", ["vars.n: 1 / 0"]),
    ],
)
def test_the_head_repeats_nothing_of_the_summary(summary: str, told: list[str]) -> None:
    to, stream = shown()
    terminal.finish(to, runs.run(runs.phase("p", runs.task("a")), outcome="failed", summary=summary), runs.log_tail)
    assert [line.strip() for line in said(stream).splitlines()[1:]] == [*told, "✓ 1 succeeded"]


@pytest.mark.parametrize(
    ("state", "why", "told"),
    [
        ("failed", "a failed after 2 attempts (exit): exit code 3.", "✗ a  failed  after 2 attempts (exit): exit code 3."),
        ("skipped", "a was skipped, because b failed.", "- a  skipped  because b failed."),
        ("cancelled", "a was cancelled: Ctrl-C.", "■ a  cancelled  Ctrl-C."),
        ("pending", "a waits for b.", "· a  pending  waits for b."),
    ],
)
def test_the_reason_does_not_repeat_the_task_and_its_state(state: str, why: str, told: str) -> None:
    to, stream = shown()
    terminal.show(to, runs.run(runs.phase("p", runs.task("a", state=state, why=why, attempts=()))))
    assert told in re.sub(r"  +", "  ", said(stream).replace("1.0s", "")), said(stream)


def test_colour_changes_nothing_but_the_colour() -> None:
    plain, colored = shown(), shown(color=True)
    for to, _ in (plain, colored):
        terminal.show(to, runs.rolled_back())
    assert "\x1b[" in said(colored[1])
    assert re.sub(r"\x1b\[[0-9;]*m", "", said(colored[1])) == said(plain[1])


def test_a_stream_without_unicode_gets_ascii() -> None:
    to, stream = shown(encoding="ascii")
    terminal.show(to, runs.passed())
    terminal.finish(to, runs.failed(), runs.log_tail)
    assert "+ release succeeded" in said(stream)
    assert "##########" in said(stream)


def test_the_end_says_failures_first_and_where_to_look() -> None:
    to, stream = shown()
    terminal.finish(to, runs.failed(), runs.log_tail, report="/tmp/report.html")
    page = said(stream)
    assert page.index("✗ test") < page.index("E   assert 3 == 4") < page.index("turbo logs 20261121-0930-kela test")
    assert page.index("turbo logs") < page.index("✗ release failed in 24s") < page.index("/tmp/report.html")
    assert "1 failed (allowed)" in page


def test_only_ten_failures_are_told_at_the_end() -> None:
    to, stream = shown()
    tasks = [runs.task(f"t{number}", state="failed", attempts=()) for number in range(12)]
    terminal.finish(to, runs.run(runs.phase("p", *tasks), ended_at=""), runs.log_tail)
    assert "2 more failures: turbo show" in said(stream)
    assert "since 2026-11-21" in said(stream)


def test_an_empty_run_can_be_shown() -> None:
    to, stream = shown()
    terminal.show(to, runs.run(summary=""))
    assert "no tasks" in said(stream)


@pytest.mark.parametrize("width", [40, 80, 160])
def test_no_line_of_a_run_is_wider_than_the_terminal(width: int) -> None:
    to, stream = shown(width=width)
    terminal.show(to, runs.passed())
    assert max(map(len, said(stream).splitlines())) <= width


def test_hostile_text_never_reaches_the_terminal_whole() -> None:
    to, stream = shown()
    evil = "\x1b]0;gone\x07name\x1b[2J\u202e [bold]x[/bold]"
    task = runs.task(evil, state="failed", why=evil)
    run = runs.run(runs.phase(evil, task), workflow=evil, summary=evil, decisions=(runs.decision(question=evil, by=evil),))
    terminal.show(to, run)
    terminal.finish(to, run, lambda path, limit: evil)
    assert not set("\x1b\x07\u202e") & set(said(stream))
    assert "name<U+202E> [bold]x[/bold]" in said(stream)


def test_the_text_tree_shows_phases_kinds_and_needs() -> None:
    assert graph.text(NODES) == (
        "check\n├── build  [run]  make build\n└── te\"st  [uses]  ← build\n"
        "decide\n└── fit  [decide]  Fit?\npublish\n└── verify  [workflow]  install  ← elsewhere"
    )  # fmt: skip
    assert graph.text(NODES, unicode=False).isascii()


def test_mermaid_has_every_node_and_known_edges_only() -> None:
    drawn = graph.mermaid(NODES).splitlines()
    assert drawn[0] == "flowchart LR"
    assert '    t1["te#34;st"]' in drawn
    assert '    t2{{"fit"}}' in drawn
    assert "  t0 --> t1" in drawn
    assert "  p0 -.-> p1" in drawn
    assert len([line for line in drawn if "-->" in line]) == 1


def test_dot_quotes_names() -> None:
    drawn = graph.dot(NODES).splitlines()
    assert '  "build" -> "te\\"st";' in drawn
    assert '    "fit" [shape=diamond];' in drawn
    assert '  "te\\"st" -> "fit" [style=invis];' in drawn
    assert drawn[-1] == "}"


def test_one_event_is_one_safe_line() -> None:
    body = {"score": Decimal("0.10"), "text": "a\nb\x1b[31m\x9b2J\x7f\u202e\u2028"}
    line = jsonlines.line(record(7, "gate.decided", "fit", 1, 0, body))
    assert "\n" not in line
    assert not set("\x1b\x9b\x7f\u202e\u2028") & set(line)
    read = json.loads(line, parse_float=Decimal)
    assert read["body"] == body
    assert list(read) == list(Event.__struct_fields__)
    assert [json.loads(jsonlines.line(event))["seq"] for event in recorded()] == list(range(1, len(recorded()) + 1))
