"""The built-in documents: the run as Markdown and as one self-contained HTML file.

Chooses names and media types only; what the pages look like is the business of ``turbo_core.report``.
"""

from __future__ import annotations

from turbo_core.hookspecs import hookimpl
from turbo_core.model import Document, DocumentContext, RunView
from turbo_core.report import html, markdown


@hookimpl
def turbo_document(run: RunView, context: DocumentContext) -> list[Document]:
    """``report.md`` and ``report.html``."""
    title = f"{run.workflow} {run.outcome}"
    pages = (
        ("report.md", "text/markdown; charset=utf-8", markdown.render(run, context.log_tail)),
        ("report.html", "text/html; charset=utf-8", html.render(run, context.log_tail)),
    )
    return [Document(name=name, media_type=media, content=page.encode(), title=title) for name, media, page in pages]
