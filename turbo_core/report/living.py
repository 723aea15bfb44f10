"""Living documents: what the marked region of a declared document holds, from runs and workflows. Pure.

A document's kind is the template ``documents/KIND.md.j2``; a project can replace it, or add kinds of its own. The kinds in
``ENTRIES`` keep what they held before: one entry for each run or decision, the newest first.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from jinja2 import TemplateError, TemplateNotFound

from turbo_core.model import RunView
from turbo_core.report.handbook_page import markdown
from turbo_core.report.known import Known
from turbo_core.report.markdown import escaped
from turbo_core.report.own import Own
from turbo_core.report.pages import environment
from turbo_core.report.regions import harmless
from turbo_core.words import JSON

KINDS: Final[Mapping[str, str]] = {
    "status": "the latest runs of each workflow, and how they ended",
    "changelog": "one entry for each run that succeeded",
    "release_notes": "the latest run that succeeded: what it made, who decided",
    "runbook": "how to run the workflow, what each task does and risks, what to do when something fails",
    "architecture": "the workflow as a Mermaid graph",
    "decisions": "one entry for each decision, as an architecture decision record",
}
"""The built-in kinds, and what each holds."""
ENTRIES: Final = frozenset({"changelog", "decisions"})
_ENTRY: Final = re.compile(r"^<!-- entry: (\S+) -->$", re.MULTILINE)


def content(kind: str, known: Known, before: str, own: Own) -> str:
    """What the region of a document holds.

    Args:
        kind: one of ``KINDS``, or a template of the project.
        known: what it is made from.
        before: what the region holds now.
        own: the project's templates.

    Raises:
        ValueError: there is no such kind, or its template is wrong; the text says which, for people.
    """
    try:
        if kind in ENTRIES:
            return _entries(kind, known, before, own)
        return harmless(_rendered(kind, own, _values(known, own)))
    except TemplateNotFound as error:
        raise ValueError(f"there is no kind {kind}, and no template {error.name}; the kinds are {', '.join(KINDS)}") from error
    except TemplateError as error:
        raise ValueError(f"its template documents/{kind}.md.j2 is wrong: {error}") from error


def _values(known: Known, own: Own) -> dict[str, Any]:
    good = next((run for run in known.runs if run.outcome == "succeeded"), None)
    page = markdown(known.book, own).partition("\n")[2].strip() if known.book else ""
    return {"known": known, "run": known.runs[0] if known.runs else None, "good": good, "book": known.book, "page": page}


def _rendered(kind: str, own: Own, values: Mapping[str, Any]) -> str:
    made = environment(own, escape=False)
    made.filters["md"] = escaped
    made.globals["text_of"] = text_of
    return made.get_template(f"documents/{kind}.md.j2").render(**values).strip()


def text_of(run: RunView) -> str:
    """What a run says of itself: its output ``notes``, ``changelog`` or ``text``, else its summary."""
    for name in ("notes", "changelog", "text"):
        told: JSON = run.outputs.get(name)
        if isinstance(told, str) and told.strip():
            return told.strip()
    return run.summary


def _entries(kind: str, known: Known, before: str, own: Own) -> str:
    """Old entries stay as they are, also of runs that are gone; those of runs that can be read are made anew."""
    made = {key: harmless(_rendered(kind, own, values)) for key, values in _subjects(kind, known.runs)}
    entries = {**_read(before), **made}
    return "\n\n".join(f"<!-- entry: {key} -->\n{entries[key]}" for key in sorted(entries, reverse=True))


def _subjects(kind: str, runs: Sequence[RunView]) -> Iterator[tuple[str, Mapping[str, Any]]]:
    """The key of each entry, with what it is made from. Keys sort by time: so do the ids of runs."""
    for run in runs:
        if kind == "decisions":
            for number, decision in enumerate(run.decisions):
                yield f"{run.id}/{number:03d}/{decision.task}", {"run": run, "decision": decision}
        elif run.outcome == "succeeded":
            yield run.id, {"run": run}


def _read(before: str) -> dict[str, str]:
    """The entries of a region by their keys."""
    parts = _ENTRY.split(before)
    return {key: text.strip() for key, text in zip(parts[1::2], parts[2::2], strict=True)}
