"""Markdown as documents of Jira; what the small Jira refuses is no document."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from turbo_plugin_jira.adf import BODY, document, line, markdown, note, table

from .fake_jira import _wrong


def texts(told: Any) -> list[str]:
    if isinstance(told, dict):
        return [told["text"]] if told.get("type") == "text" else [text for value in told.values() for text in texts(value)]
    return [text for value in told for text in texts(value)] if isinstance(told, list) else []


def test_every_kind_of_block() -> None:
    told = markdown(
        "# T\n\nsome **bold *both*** `code` [link](https://e.example/)\n\n- a\n  1. b\n\n> q\n\n```py\nx = 1\n```\n\n---\n"
    )
    assert [block["type"] for block in told] == ["heading", "paragraph", "bulletList", "blockquote", "codeBlock", "rule"]
    marks = {text["text"]: [mark["type"] for mark in text.get("marks", ())] for text in told[1]["content"]}
    assert (marks["bold "], marks["both"], marks["code"], marks["link"]) == (["strong"], ["strong", "em"], ["code"], ["link"])
    assert told[4] == {"type": "codeBlock", "attrs": {"language": "py"}, "content": [{"type": "text", "text": "x = 1"}]}
    assert _wrong(document(told)) == ""


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "```\n```",
        "> # h\n> > q\n> ---",
        "- # h\n- ---\n-",
        "<b>x</b>\n\n<div>\n",
        "![p](https://e.example/p.png)",
        "a  \nb",
        "|a|\n|-|\n|b|",
        "\x00\x1b[31m\ud800",
        "[x](javascript:y)",
        "**",
        "[](https://e.example)",
    ],
)
def test_odd_texts(text: str) -> None:
    assert _wrong(document(markdown(text))) == ""


@settings(max_examples=200, deadline=None)
@given(st.text(alphabet="#>-*_`[]()!1. \n\ta<&\\~", max_size=60))
def test_any_text_is_a_document(text: str) -> None:
    assert _wrong(document(markdown(text), table({text: text}), note(text))) == ""


def test_html_stays_text() -> None:
    assert "<script>" in "".join(texts(markdown("<script>alert(1)</script>")))


def test_a_long_text_is_cut() -> None:
    assert len("".join(texts(markdown("b" * (BODY + 100))))) == BODY + 1
    assert len(json.dumps(document(markdown("*b* " * BODY)))) < 1_000_000


def test_a_summary_is_one_line() -> None:
    assert line("a\r\nb\x00" + "s" * 300) == "a b" + "s" * 246 + "…"
