"""The hooks: two documents of every run, of which one is also shown by GitHub Actions."""

from __future__ import annotations

from collections.abc import Iterable

from turbo_core import Document, DocumentContext, Event, RunInfo, RunView, SettingsOffer, hookimpl

from turbo_plugin_junit import step
from turbo_plugin_junit.cases import cases_of
from turbo_plugin_junit.settings import Settings, step_summary
from turbo_plugin_junit.summary import summary
from turbo_plugin_junit.xml import junit_xml

XML = "junit.xml"
SUMMARY = "step-summary.md"


@hookimpl
def turbo_register() -> Iterable[SettingsOffer]:
    """The settings."""
    return [SettingsOffer(name="junit", type=Settings)]


@hookimpl
def turbo_document(run: RunView, context: DocumentContext, settings: Settings) -> Iterable[Document]:
    """Make both documents."""
    cases = list(cases_of(run, context.log_tail, failed=settings.output, passed=settings.passed_output))
    return [
        Document(name=XML, media_type="application/xml", content=junit_xml(run, cases), title="JUnit XML"),
        Document(name=SUMMARY, media_type="text/markdown", content=summary(run, cases).encode(), title="Step summary"),
    ]


@hookimpl
def turbo_track(event: Event, run: RunInfo, settings: Settings) -> None:
    """Show the summary on the page of the step, once it is written."""
    target = step_summary()
    if event.kind == "documents.written" and run.live and settings.step_summary and target is not None:
        step.show(run.folder / "report" / SUMMARY, target, mark=f"turbo {event.run} {event.seq}")
