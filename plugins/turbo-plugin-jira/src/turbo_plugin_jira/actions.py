"""The namespace ``jira``: what a workflow can do with issues by itself."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from turbo_core import Context, action

from turbo_plugin_jira.adf import document, markdown
from turbo_plugin_jira.ground import project_of, site_of, told
from turbo_plugin_jira.settings import Settings
from turbo_plugin_jira.site import label_of

turbo_settings = Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Issue:
    """An issue.

    Attributes:
        key: its key.
        url: its page.
        created: whether this task made it; false if it was there.
    """

    key: str
    url: str
    created: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Comment:
    """A comment: the ``issue`` that it is on, and its ``id``."""

    issue: str
    id: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Moved:
    """An issue in its status.

    Attributes:
        issue: its key.
        before: the status from before.
        after: the status now.
    """

    issue: str
    before: str
    after: str


@action(risk="change", idempotent=True)
def create_issue(
    context: Context,
    summary: str,
    description: str = "",
    *,
    project: str = "",
    audience: str = "team",
    issue_type: str = "",
    labels: list[str] | None = None,
    dedupe: str = "",
) -> Issue:
    """Make an issue, unless there is an unfinished one about the same; the undo deletes what this task has made.

    Args:
        summary: the headline.
        description: Markdown.
        project: the key of the project; that of the audience if not given.
        audience: whose project the settings name.
        issue_type: what it is; as set if not given.
        labels: more labels.
        dedupe: what it is about, in any words: of issues about the same one is open at a time.
    """
    settings = context.settings(Settings)
    own = label_of("key", context.key)
    with told():
        site, where = site_of(settings), project or project_of(settings, audience)
        found = site.find(own, project=where)
        if found is None and dedupe:
            found = site.find(label_of("about", dedupe), project=where, unfinished=True)
        if found is not None:
            return Issue(key=found.key, url=f"{site.url}/browse/{found.key}", created=own in found.labels)
        named = ["turbo", own, *([label_of("about", dedupe)] if dedupe else []), *(labels or [])]
        key = site.create(where, issue_type or settings.issue_type, summary, document(markdown(description)), named)
    return Issue(key=key, url=f"{site.url}/browse/{key}", created=True)


@create_issue.plan
def _(context: Context, summary: str, project: str, audience: str) -> str:
    return f"make the issue {summary!r} in {project or f'the project of the audience {audience!r}'}"


@create_issue.undo
def _(context: Context, project: str, audience: str) -> None:
    settings = context.settings(Settings)
    with told():
        site = site_of(settings)
        found = site.find(label_of("key", context.key), project=project or project_of(settings, audience))
        if found is not None:
            site.delete(found.key)


@action(risk="change", idempotent=True)
def comment(context: Context, issue: str, body: str) -> Comment:
    """Comment on an issue; the undo deletes the comment.

    Args:
        issue: its key.
        body: Markdown.
    """
    with told():
        number = site_of(context.settings(Settings)).comment(issue, markdown(body), name=context.key)
    return Comment(issue=issue, id=number)


@comment.plan
def _(context: Context, issue: str) -> str:
    return f"comment on {issue}"


@comment.undo
def _(context: Context, issue: str) -> None:
    with told():
        site = site_of(context.settings(Settings))
        number = site.find_comment(issue, name=context.key)
        if number:
            site.delete_comment(issue, number)


@action(risk="change", idempotent=True)
def transition(context: Context, issue: str, to: str = "") -> Moved:
    """Take an issue to another status; the undo takes it back, if it is still there.

    Args:
        issue: its key.
        to: the name of the transition, or of the status; the first that closes the issue if not given.
    """
    with told():
        site = site_of(context.settings(Settings))
        before = site.look(issue)
        there = before.done if not to else before.status.casefold() == to.casefold()
        if not there:
            site.move(issue, to)
        return Moved(issue=issue, before=before.status, after=site.look(issue).status)


@transition.plan
def _(context: Context, issue: str, to: str) -> str:
    return f"take {issue} to {to or 'its end'!r}"


@transition.undo
def _(context: Context, issue: str, outputs: dict[str, Any]) -> None:
    before, after = outputs.get("before"), outputs.get("after")
    if not before or before == after:
        return
    with told():
        site = site_of(context.settings(Settings))
        if site.look(issue).status == after:
            site.move(issue, before)
