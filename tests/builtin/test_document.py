from __future__ import annotations

from tests.report import runs
from turbo_core.builtin import document


class Context:
    compiled = None

    def log_tail(self, path: str, limit: int) -> str:
        return runs.log_tail(path, limit)

    def template(self, name: str) -> str:
        return ""


def test_a_run_becomes_markdown_and_html() -> None:
    made = {page.name: page for page in document.turbo_document(runs.failed(), Context())}
    assert list(made) == ["report.md", "report.html", "report.json"]
    assert made["report.html"].media_type == "text/html; charset=utf-8"
    assert made["report.html"].content.startswith(b"<!doctype html>")
    assert made["report.md"].content.startswith("# ✗ release failed".encode())
    assert made["report.md"].title == "release failed"
    assert all(b"assert 3 == 4" in page.content for page in made.values())
