"""The page with what a project brings of its own, and what it tells beside the run itself."""

from __future__ import annotations

from pathlib import Path

from tests.report import runs
from tests.report.test_html import HOSTILE, Page
from turbo_core import replace
from turbo_core.model import FaultView
from turbo_core.report import html
from turbo_core.report.compare import compare
from turbo_core.report.own import Own

FOOTER = '{% extends "turbo/report.html.j2" %}{% block footer %}Kept by {{ run.actor }}: {{ run.summary }}{% endblock %}'


def own(**files: str) -> Own:
    named = {name.replace("_", ".", 1).replace("html_j2", "html.j2"): text for name, text in files.items()}
    return Own(find=lambda name: named.get(name, ""))


def test_a_project_replaces_a_block_and_keeps_the_rest() -> None:
    page = Page(html.render(replace(runs.passed(), summary=HOSTILE), runs.log_tail, own(report_html_j2=FOOTER)))
    assert "Kept by ada: <script>" in page.text("footer")
    assert "Critical path" in page.text("p")


def test_a_style_of_its_own_is_allowed_by_its_digest() -> None:
    page = html.render(runs.passed(), runs.log_tail, own(report_css="body { color: teal; }"))
    assert "<style>body { color: teal; }</style>" in page
    assert page.count("style-src &#39;sha256-") == 1


def test_a_template_that_is_wrong_is_told_on_the_built_in_page() -> None:
    for wrong in ("{% if %}", "{{ nothing.there }}", "{{ run.folder.unlink() }}", "{{ ''.__class__.__mro__ }}"):
        page = Page(html.render(runs.passed(), runs.log_tail, own(report_html_j2=wrong)))
        assert "a template of the project or of a plugin" in page.text("th"), wrong
        assert "All 8 tasks succeeded." in page.text("p")


def test_what_was_compiled_is_kept_and_gives_the_same_page(tmp_path: Path) -> None:
    plain = html.render(runs.failed(), runs.log_tail)
    kept = Own(compiled=tmp_path)
    assert html.render(runs.failed(), runs.log_tail, kept) == plain
    assert list(tmp_path.iterdir())
    assert html.render(runs.failed(), runs.log_tail, kept) == plain


def test_a_folder_that_takes_nothing_does_no_harm(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    assert html.render(runs.failed(), runs.log_tail, Own(compiled=tmp_path / "file")) == html.render(runs.failed(), runs.log_tail)


def test_the_page_tells_changes_faults_resources_and_the_critical_path() -> None:
    run = runs.failed()
    before = replace(runs.passed(), id="20261120-1200-abcd", inputs={"channel": HOSTILE}, seconds=20.0)
    fault = FaultView(plugin="sheet", moment="document", message=HOSTILE)
    source = html.render(replace(run, compared=compare(before, run), faults=(fault,), host="mill", jobs=4), runs.log_tail)
    page = Page(source)
    assert page.open == []
    assert {"changes", "faults", "resources"} <= set(page.values("id"))
    assert "20261120-1200-abcd" in page.text("code")
    assert "3.6s longer" in page.text("p")
    assert "mill" in page.text("td")
    assert "1 fault of plugins" in " ".join(page.text("a").split())
    assert source.count("<script") == 1


def test_bars_of_the_critical_path_are_marked() -> None:
    page = Page(html.render(runs.failed(), runs.log_tail))
    marked = [attributes for tag, attributes in page.elements if tag == "svg" and "critical" in (attributes.get("class") or "")]
    assert len(marked) == 3  # build, and both attempts of test
