from __future__ import annotations

import re
from base64 import b64encode
from decimal import Decimal
from hashlib import sha256
from html.parser import HTMLParser
from time import process_time

import pytest

from tests.report import runs
from turbo_core import replace
from turbo_core.model import CriterionView, RunView
from turbo_core.report import html, tree

VOID = {"meta", "input", "rect", "path", "line", "br"}
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)></style></title>&lt;\x1b[31m\u202e{{ 7 * 7 }}"


class Page(HTMLParser):
    """What a browser would make of the page: elements with their attributes, text, and whether tags match."""

    def __init__(self, source: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.texts: list[tuple[str, str]] = []
        self.feed(source)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag, f"</{tag}> closes nothing"

    def handle_data(self, data: str) -> None:
        self.texts.append((self.open[-1] if self.open else "", data))

    def text(self, tag: str = "") -> str:
        return "".join(text for inside, text in self.texts if not tag or inside == tag)

    def values(self, attribute: str) -> list[str]:
        return [attributes[attribute] or "" for _, attributes in self.elements if attribute in attributes]


def page(run: RunView) -> Page:
    return Page(html.render(run, runs.log_tail))


@pytest.mark.parametrize("name", runs.RUNS)
def test_the_page_is_well_formed_and_loads_nothing(name: str) -> None:
    source = html.render(runs.RUNS[name](), runs.log_tail)
    seen = Page(source)
    assert seen.open == []
    assert "http:" not in source
    assert "https:" not in source
    assert all(link.startswith("#") for link in seen.values("href"))
    assert not seen.values("src")
    assert not seen.values("style")
    assert not {"link", "img", "iframe", "object", "base"} & {tag for tag, _ in seen.elements}
    assert "url(" not in seen.text("style")
    assert "@import" not in seen.text("style")


@pytest.mark.parametrize("name", runs.RUNS)
def test_ids_are_unique_and_links_lead_somewhere(name: str) -> None:
    seen = page(runs.RUNS[name]())
    ids = seen.values("id")
    assert len(ids) == len(set(ids))
    assert {link[1:] for link in seen.values("href")} <= set(ids)
    assert set(seen.values("aria-labelledby")) <= set(ids)


@pytest.mark.parametrize("name", runs.RUNS)
def test_every_task_is_there_with_why(name: str) -> None:
    run = runs.RUNS[name]()
    seen = page(run)
    tasks = list(tree.walk(run.phases))
    assert seen.values("data-name") == [task.address for task in tasks]
    shown = seen.text("p")
    assert all(task.why in shown for task in tasks)


@pytest.mark.parametrize("name", runs.RUNS)
def test_the_same_run_gives_the_same_bytes(name: str) -> None:
    assert html.render(runs.RUNS[name](), runs.log_tail) == html.render(runs.RUNS[name](), runs.log_tail)


def test_only_this_script_and_this_style_may_run() -> None:
    seen = page(runs.passed())
    policy = next(attributes["content"] or "" for tag, attributes in seen.elements if "http-equiv" in attributes)
    digests = {tag: b64encode(sha256(seen.text(tag).encode()).digest()).decode() for tag in ("style", "script")}
    assert policy.startswith("default-src 'none';")
    assert f"style-src 'sha256-{digests['style']}'" in policy
    assert f"script-src 'sha256-{digests['script']}'" in policy
    assert "unsafe" not in policy


def test_hostile_text_stays_text_everywhere() -> None:
    evil = runs.attempt("x", 1, 0, 1, state="failed", failure=HOSTILE, message=HOSTILE)
    bad = runs.task(
        HOSTILE, name=HOSTILE, kind=HOSTILE, title=HOSTILE, description=HOSTILE, state="failed", failure=HOSTILE, reason=HOSTILE,
        why=HOSTILE, undo=HOSTILE, needs=(HOSTILE,), outputs={HOSTILE: HOSTILE, "deep": [{HOSTILE: HOSTILE}]}, attempts=(evil,),
    )  # fmt: skip
    item = CriterionView(
        name=HOSTILE, weight=1, veto=True, score=HOSTILE, confidence=1, missing=HOSTILE, reason=HOSTILE, evidence=HOSTILE
    )
    made = runs.decision(question=HOSTILE, reason=HOSTILE, by=HOSTILE, comment=HOSTILE, decision=HOSTILE, criteria=(item,))
    run = runs.run(
        runs.phase(HOSTILE, bad), workflow=HOSTILE, description=HOSTILE, project=HOSTILE, actor=HOSTILE, summary=HOSTILE,
        inputs={HOSTILE: HOSTILE}, outputs={HOSTILE: HOSTILE}, decisions=(made,), plugins={HOSTILE: HOSTILE}, digest=HOSTILE,
        messages=(runs.message("info", HOSTILE, body=HOSTILE, task=HOSTILE, receipts={HOSTILE: HOSTILE}),), containment=HOSTILE,
    )  # fmt: skip
    source = html.render(run, lambda path, limit: HOSTILE)
    seen = Page(source)
    assert source.count("<script") == 1
    assert not [name for _, attributes in seen.elements for name in attributes if name.startswith("on")]
    assert "img" not in {tag for tag, _ in seen.elements}
    assert "\x1b" not in source
    assert "\u202e" not in source
    assert "<U+202E>{{ 7 * 7 }}" in seen.text("h1")


def test_a_thousand_tasks_stay_below_two_megabytes() -> None:
    run, before = runs.large(1000), process_time()
    source = html.render(run, runs.log_tail)
    assert process_time() - before < 20  # seconds of processor time; it takes about one
    assert len(source.encode()) < 2_000_000
    seen = Page(source)
    assert len(seen.values("data-name")) == 1000
    assert re.search(r"\d+ more", seen.text("text"))


def test_the_first_screen_says_what_outcome_why_how_long_who_and_decisions() -> None:
    seen = page(runs.passed())
    head = seen.text().partition("Graph")[2].partition("check")[0]
    for said in ("All 8 tasks succeeded.", "1m 01s", "ada", "12 succeeded", "accepted 0.91"):
        assert said in head


def test_failures_come_first_with_the_end_of_their_log() -> None:
    said = page(runs.failed()).text()
    assert said.index("2 failures") < said.index("E   assert 3 == 4") < said.index("Timeline", said.index("2 failures"))
    assert "slack: no route to host" in said


def test_an_unfinished_run_has_no_end_and_an_empty_run_no_timeline() -> None:
    assert "fit waits for maintainers." in page(runs.parked()).text("p")
    empty = page(runs.run(exit_code=None, plugins={}, inputs={}))
    assert "timeline" not in empty.values("id")
    assert empty.values("data-name") == []


def test_many_failures_are_listed_after_the_first_five() -> None:
    tasks = [runs.task(f"t{number}", state="failed", why=f"because {number}") for number in range(33)]
    seen = page(runs.run(runs.phase("all", *tasks)))
    assert [attributes.get("class") for tag, attributes in seen.elements if tag == "article"] == ["failure bad"] * 5
    assert "3 more in the list of tasks" in seen.text("li")


def test_long_values_are_cut_and_exact_numbers_stay() -> None:
    task = runs.task("a", outputs={"long": "x" * 9_000, "exact": Decimal("0.10")})
    source = html.render(runs.run(runs.phase("p", task)), runs.log_tail)
    assert "x" * 3_999 + "…" in source
    assert "0.10" in source


def test_unverified_ends_are_said() -> None:
    attempt = replace(runs.attempt("a", 1, 0, 1, state="failed", exit_code=None, signal=9), verified=False)
    said = page(runs.run(runs.phase("p", runs.task("a", attempts=(attempt,))))).text()
    assert "signal 9" in said
    assert "not verified" in said


def test_paper_is_light_whatever_the_screen_is() -> None:
    """Colours for the dark stand in rules for screens only, so that nothing pale is printed on white."""
    style = page(runs.passed()).text("style")
    outside = re.sub(r"@media screen[^{]*\{(?:[^{}]*\{[^{}]*\})*[^{}]*\}", "", style)
    assert "color-scheme: dark" in style
    assert "color-scheme: dark" not in outside
