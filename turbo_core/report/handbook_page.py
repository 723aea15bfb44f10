"""A handbook as a page: Markdown and HTML, from templates."""

from __future__ import annotations

import re
from typing import Final

from turbo_core.report.handbook import Handbook
from turbo_core.report.markdown import escaped
from turbo_core.report.own import BUILT_IN, Own
from turbo_core.report.pages import environment

_BLANK: Final = re.compile(r"\n{3,}")


def markdown(book: Handbook, own: Own = BUILT_IN) -> str:
    """The page as Markdown, from the template ``workflow.md.j2``."""
    made = environment(own, escape=False)
    made.filters["md"] = escaped
    return _BLANK.sub("\n\n", made.get_template("workflow.md.j2").render(book=book)).strip() + "\n"


def html(book: Handbook, own: Own = BUILT_IN) -> str:
    """The page as one HTML file, from the template ``workflow.html.j2``."""
    return environment(own).get_template("workflow.html.j2").render(book=book)
