from __future__ import annotations

import pytest

from turbo_core.report.handbook import Chapter, Given, Handbook, Step
from turbo_core.report.prose import anchors, ease, links, plain
from turbo_core.report.quality import WEIGHTS, quality

EASY = "The cat sat on the mat. It was a good day to sit in the sun and do nothing at all."
HARD = (
    "Notwithstanding organisational considerations, characteristically multidimensional interdependencies "
    "necessitate comprehensive, institutionally coordinated prioritisation methodologies throughout implementation."
)


def book(*steps: Step, description: str = "", inputs: tuple[Given, ...] = ()) -> Handbook:
    chapters = (Chapter(name="main", steps=steps),)
    return Handbook(
        name="w", description=description, path="turbo.yaml", start="", inputs=inputs, secrets=(), chapters=chapters, mermaid=""
    )


def test_what_is_described_counts_and_what_lacks_is_named() -> None:
    steps = (Step(name="a", kind="run", does="x", description="It builds."), Step(name="b", kind="run", does="y"))
    parts = {part.name: part for part in quality([book(*steps, description="Builds.")], {}, {}, {}).parts}
    assert parts["workflows"].score == 1
    assert (parts["tasks"].good, parts["tasks"].all, parts["tasks"].lacking) == (1, 2, ("w: b",))
    assert "inputs" not in parts


def test_an_action_describes_its_task() -> None:
    steps = (Step(name="a", kind="uses", does="git.tag", summary="Tag."), Step(name="b", kind="uses", does="git.log"))
    parts = {part.name: part for part in quality([book(*steps)], {}, {}, {}).parts}
    assert parts["tasks"].lacking == ("w: b",)
    assert parts["actions"].lacking == ("git.log",)


def test_the_score_is_the_weighted_mean_of_the_parts_that_there_are() -> None:
    found = quality([], {"status": True, "notes": False}, {"README.md: x.md": True}, {"README.md": EASY})
    assert {part.name: part.score for part in found.parts} == {"fresh": 0.5, "links": 0.0, "readable": 1.0}
    assert found.score == pytest.approx((20 * 0.5 + 15) / 50)
    assert sum(WEIGHTS.values()) == 100


def test_a_project_without_anything_rates_nothing() -> None:
    assert (quality([], {}, {}, {}).score, quality([], {}, {}, {}).parts) == (0.0, ())


def test_long_words_in_long_sentences_are_hard_to_read() -> None:
    easy, hard = ease(EASY), ease(HARD)
    assert easy is not None
    assert hard is not None
    assert hard < 0 < 60 < easy
    assert ease("Too short.") is None


def test_prose_is_without_code_tables_and_headings() -> None:
    text = "# Title\n\nSay `turbo run` to [begin](x.md).\n\n```console\n$ ls\n```\n\n| a | b |\n"
    assert plain(text).split() == ["Say", "to", "begin."]


def test_only_links_into_the_project_are_followed() -> None:
    text = "[a](x.md) [b](https://example.org) [c](#d) ![p](p.png) [m](mailto:a@b.c)\n```\n[no](no.md)\n```\n"
    assert links(text) == ["x.md", "#d"]
    assert anchors("# A `big` Title!\n## Two-part\n```\n# no\n```") == {"a-big-title", "two-part"}
