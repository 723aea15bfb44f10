"""The built-in documents: the run as Markdown, as one self-contained HTML file, and as JSON.

Chooses names and media types only; what the pages look like is the business of ``turbo_core.report``.
"""

from __future__ import annotations

from turbo_core.hookspecs import hookimpl
from turbo_core.model import Document, DocumentContext, RunView
from turbo_core.report import facts, html, markdown
from turbo_core.report.own import BUILT_IN, Own


@hookimpl
def turbo_document(run: RunView, context: DocumentContext) -> list[Document]:
    """``report.md``, ``report.html`` and ``report.json``."""
    title = f"{run.workflow} {run.outcome}"
    pages = (
        ("report.md", "text/markdown; charset=utf-8", markdown.render(run, context.log_tail)),
        ("report.html", "text/html; charset=utf-8", html.render(run, context.log_tail, _own(context))),
        ("report.json", "application/json", facts.render(run, context.log_tail)),
    )
    return [Document(name=name, media_type=media, content=page.encode(), title=title) for name, media, page in pages]


def _own(context: DocumentContext) -> Own:
    find = context.template if any(map(context.template, html.FILES)) else BUILT_IN.find
    return Own(find=find, compiled=context.compiled)
