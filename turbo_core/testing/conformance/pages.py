"""What plugins that bring templates of pages promise: pages that there are, for any run, on which text stays text."""

from __future__ import annotations

from pathlib import PurePosixPath

from jinja2 import TemplateError

from turbo_core.model import RunView
from turbo_core.plugins.verdict import Offered
from turbo_core.report import html
from turbo_core.report.own import Own
from turbo_core.report.pages import environment, replaceable
from turbo_core.testing.conformance.base import PluginSuite
from turbo_core.testing.conformance.checks import check, refuse, require
from turbo_core.testing.conformance.samples import HARMFUL, views

_EXTERNAL = ('src="http', "src='http", 'src="//', 'href="http', "url(http", "@import")


class PageSuite(PluginSuite):
    """The checks for a plugin that offers templates of pages (``PageOffer``)."""

    @check("bronze")
    def test_it_brings_pages_that_there_are(self) -> None:
        """Each template has the name of a built-in one, so that it is used at all, and can be read by the template engine."""
        pages = self._pages()
        require(pages, f"the plugin {self.plugin!r} brings no page", "return PageOffers from turbo_register")
        known = replaceable()
        for page in pages:
            require(page.name in known, f"there is no page {page.name!r}", "docs/reports.md names them")
            try:
                environment().parse(page.text if PurePosixPath(page.name).suffix == ".j2" else "")
            except TemplateError as error:
                refuse(f"the template {page.name} cannot be read: {error}", "mend it")

    @check("silver")
    def test_reports_are_made_of_it(self) -> None:
        """The report of each run is made with its templates, whether the run succeeded, failed, or waits."""
        for run in self._runs():
            require(self._report(run), f"a run that {run.outcome} has an empty report", "extend turbo/report.html.j2")

    @check("silver")
    def test_what_tasks_say_stays_text(self) -> None:
        """Descriptions and output of tasks do not become a part of the report."""
        for run in self._runs():
            require(HARMFUL not in self._report(run), "the report holds a script that a task has said", "do not mark it as safe")

    @check("silver")
    def test_the_report_loads_nothing(self) -> None:
        """The report is one file: nothing in it comes from elsewhere."""
        for run in self._runs():
            found = [sign for sign in _EXTERNAL if sign in self._report(run)]
            require(not found, f"the report loads something: {', '.join(found)}", "put it into the page")

    @check("gold")
    def test_the_same_run_gives_the_same_page(self) -> None:
        """A report depends on the run alone."""
        for run in self._runs():
            require(self._report(run) == self._report(run), "the same run gives another page", "use only what is given")

    def _pages(self) -> list[Offered]:
        return [offer for offer in self.host.hooks(self.plugin).offers if offer.kind == "page"]

    def _runs(self) -> list[RunView]:
        folder = self.project.parent
        return views(folder / f"samples{len(list(folder.glob('samples*')))}")

    def _report(self, run: RunView) -> str:
        texts = {page.name: page.text for page in self._pages()}
        try:
            return html.render_strictly(run, _said, Own(find=lambda name: texts.get(name, "")))
        except html.UNUSABLE as error:
            refuse(f"the report of a run that {run.outcome} cannot be made: {error}", "mend the template")


def _said(path: str, limit: int) -> str:
    return HARMFUL[-limit:] if path else ""
