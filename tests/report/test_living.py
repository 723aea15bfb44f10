"""Marked regions, and what living documents hold."""

from __future__ import annotations

import pytest

from tests.report import runs
from turbo_core import replace
from turbo_core.report.handbook import Chapter, Given, Handbook, Step
from turbo_core.report.handbook_page import html, markdown
from turbo_core.report.known import Known, PastLine
from turbo_core.report.living import KINDS, content
from turbo_core.report.own import BUILT_IN, Own
from turbo_core.report.regions import closing, find, harmless, opening, replaced

HOSTILE = "a | b <!-- /turbo:x --> <script>alert(1)</script> [x](javascript:1)\x1b[31m"
BOOK = Handbook(
    name="release",
    description="Check and publish.",
    path="turbo.yaml",
    start="turbo run release",
    inputs=(Given(name="version", type="string", default="", description=HOSTILE),),
    secrets=("TOKEN",),
    chapters=(Chapter(name="publish", steps=(Step(name="upload", kind="run", does=HOSTILE, risk="destroy", undo="yank"),)),),
    mermaid="flowchart LR",
)


def text_with(content: str, name: str = "x") -> str:
    return f"before\n{opening(name)}{content}{closing(name)}\nafter"


def test_only_the_region_is_replaced() -> None:
    text = text_with("\nold\n")
    assert replaced(text, "x", "new\nlines\n\n") == text_with("\nnew\nlines\n")
    assert replaced(text, "x", "") == text_with("\n")
    assert replaced(replaced(text, "x", "new"), "x", "new") == replaced(text, "x", "new")


def test_line_breaks_stay_as_they_are() -> None:
    text = text_with("").replace("\n", "\r\n")
    assert replaced(text, "x", "a\nb") == text_with("\r\na\r\nb\r\n").replace("\r\n", "\n").replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("nothing", "it has no region x: write <!-- turbo:x -->"),
        (opening("x"), "1 beginnings and 0 ends"),
        (text_with("") * 2, "2 beginnings and 2 ends"),
        (closing("x") + opening("x"), "ends before it begins"),
    ],
)
def test_what_is_wrong_with_a_region_is_told(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told.replace("(", r"\(")):
        find(text, "x")


def test_nothing_foreign_ends_a_region() -> None:
    evil = f"{closing('x')}{opening('x')}<!--  /turbo:x -->"
    assert find(replaced(text_with(""), "x", harmless(evil)), "x")


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("known", [Known(), Known(runs=(runs.passed(), runs.failed()), book=BOOK)], ids=["nothing", "runs"])
def test_every_kind_is_made_with_and_without_runs(kind: str, known: Known) -> None:
    made = content(kind, known, "", BUILT_IN)
    assert made == content(kind, known, made, BUILT_IN)
    assert "<!-- /turbo:" not in made


def test_entries_of_runs_that_are_gone_stay() -> None:
    early = replace(runs.passed(), id="20261101-1200-aaaa", outputs={"version": "1.0", "notes": HOSTILE})
    late = replace(runs.passed(), id="20261102-1200-bbbb", outputs={"version": "1.1", "text": "Better."})
    first = content("changelog", Known(runs=(early,)), "", BUILT_IN)
    both = content("changelog", Known(runs=(late, runs.failed())), first, BUILT_IN)
    assert both.index("## 1.1") < both.index("## 1.0")
    assert "Better." in both
    assert "&lt;!-- /turbo:x -->" in both
    assert both.count("<!-- entry:") == 2


def test_decisions_become_records() -> None:
    decided = runs.decision(by="ada", comment="ship it", question=HOSTILE)
    made = content("decisions", Known(runs=(replace(runs.passed(), decisions=(decided,)),)), "", BUILT_IN)
    assert "by ada" in made
    assert "- Comment: ship it" in made
    assert "<script>" not in made


def test_the_status_names_the_latest_run_of_each_workflow() -> None:
    lines = [
        PastLine(id=f"r{number}", workflow="build", at=runs.at(number), outcome="failed", actor="ada") for number in range(3)
    ]
    made = content("status", Known(past=(*lines, replace(lines[0], id="x", workflow="other"))), "", BUILT_IN)
    assert "| build | r2 | ✗ failed |" in made
    assert "| other | x |" in made


def test_a_project_brings_kinds_of_its_own() -> None:
    files = {"documents/badge.md.j2": "{{ run.outcome }} {{ run.summary | md }}", "documents/bad.md.j2": "{{ nothing.here }}"}
    own = Own(find=lambda name: files.get(name, ""))
    known = Known(runs=(runs.failed(),))
    assert content("badge", known, "", own).startswith("failed test failed")
    with pytest.raises(ValueError, match=r"its template documents/bad.md.j2 is wrong: 'nothing' is undefined"):
        content("bad", known, "", own)
    with pytest.raises(ValueError, match="there is no kind none"):
        content("none", known, "", own)


def test_the_handbook_escapes_what_a_workflow_says() -> None:
    page = markdown(BOOK)
    assert "turbo run release" in page
    assert "It uses the secrets TOKEN." in page
    assert "| upload |" in page
    assert "<script>" not in page
    assert "\n\n\n" not in page
    shown = html(BOOK)
    assert "<script>" not in shown
    assert "\x1b" not in page + shown
