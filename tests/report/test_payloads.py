"""Fifty payloads, in every place where a run brings foreign text: none of them becomes markup."""

from __future__ import annotations

from typing import Final

import pytest

from tests.report import runs
from tests.report.test_html import Page
from turbo_core.model import FaultView, RunView
from turbo_core.report import facts, html
from turbo_core.report.compare import compare

_BEFORE: Final = ("", '"', "'", '">', "'>", "</pre>", "</title>", "</style>", "</script>", "-->")
_WHAT: Final = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "<svg/onload=alert(1)>",
    "<iframe srcdoc='<script>alert(1)</script>'>",
    "<a href=javascript:alert(1) onmouseover=alert(1)>x</a>",
)
PAYLOADS: Final = tuple(before + what for before in _BEFORE for what in _WHAT)


def hostile(payload: str) -> RunView:
    tries = (runs.attempt("a", 1, 0, 1, state="failed", failure=payload, message=payload),)
    bad = runs.task(payload, state="failed", title=payload, why=payload, outputs={payload: payload}, attempts=tries)
    return runs.run(
        runs.phase(payload, bad),
        workflow=payload,
        summary=payload,
        actor=payload,
        host=payload,
        inputs={payload: [payload]},
        decisions=(runs.decision(question=payload, reason=payload, by=payload, comment=payload),),
        messages=(runs.message("info", payload, body=payload, receipts={payload: payload}),),
        faults=(FaultView(plugin=payload, moment=payload, message=payload),),
        compared=compare(runs.failed(), runs.passed()),
    )


def test_there_are_fifty() -> None:
    assert len(set(PAYLOADS)) == 50


@pytest.mark.parametrize("payload", PAYLOADS)
def test_a_payload_stays_text(payload: str) -> None:
    run = hostile(payload)
    source = html.render(run, lambda path, limit: payload)
    page = Page(source)
    assert source.count("<script") == 1
    assert page.open == []
    assert not {"img", "iframe"} & {tag for tag, _ in page.elements}
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert all(link.startswith("#") for link in page.values("href"))
    assert payload in page.text("p")
    assert facts.render(run, lambda path, limit: payload)
