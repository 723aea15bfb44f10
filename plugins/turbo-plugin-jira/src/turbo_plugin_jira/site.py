"""A Jira site as far as it is needed: issues found by label, comments, transitions, links, attachments. Knows nothing of Turbo.

An issue carries labels that name what it is about, and a comment a line that names its message: so neither is made twice, also
when nobody knows whether a request had come through. Jira finds an issue by its label some seconds after it was made.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from jira import JIRA
from jira.exceptions import JIRAError
from requests import RequestException

from turbo_plugin_jira.adf import Node, document, line, note
from turbo_plugin_jira.faults import JiraFault, JiraUnavailable

_BUSY: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_STEPS: Final = {
    400: "mend what Jira tells: the project, the type of the issue, or a field that it demands",
    401: "set 'user' and 'token' to an account of this site and its API token",
    403: "give the account the permission in this project",
    404: "check the key, and whether the account may see it",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """An issue: its key, its labels, its status, and whether that one is of the category "done"."""

    key: str
    labels: frozenset[str]
    status: str
    done: bool


def label_of(kind: str, name: str) -> str:
    """A label that names something; labels hold no blanks, and a name may hold anything."""
    return f"turbo-{kind}-{_digest(name)}"


class Site:
    """A site, as an account sees it.

    Args:
        url: its address.
        user: the e-mail address of the account; empty: the token is a bearer token.
        token: an API token.
        timeout: seconds for one request.
    """

    def __init__(self, url: str, *, user: str, token: str, timeout: int) -> None:
        self.url = url.rstrip("/")
        account: dict[str, Any] = {"basic_auth": (user, token)} if user else {"token_auth": token}
        options: dict[str, Any] = {"rest_api_version": "3"}
        self._jira: Any = JIRA(self.url, options=options, get_server_info=False, max_retries=0, timeout=timeout, **account)
        # Only Cloud has version 3 of the API; the library would ask the server first, at each start.
        self._jira.deploymentType = "Cloud"

    def find(self, label: str, *, project: str, unfinished: bool = False) -> Found | None:
        """The latest issue with a label, or ``None``.

        Args:
            label: what it is about.
            project: the key of its project.
            unfinished: only one that is not done.
        """
        more = " AND statusCategory != Done" if unfinished else ""
        query = f"project = {json.dumps(project)} AND labels = {json.dumps(label)}{more} ORDER BY created DESC"
        with explained(project):
            told = self._jira.enhanced_search_issues(query, maxResults=1, fields=["labels", "status"], json_result=True)
        return _found(told["issues"][0]) if told["issues"] else None

    def look(self, key: str) -> Found:
        """An issue by its key."""
        with explained(key):
            return _found(self._jira.issue(key, fields="labels,status").raw)

    def create(self, project: str, issue_type: str, summary: str, told: Node, labels: Sequence[str]) -> str:
        """Make an issue; gives its key."""
        fields = {
            "project": {"key": project},
            "issuetype": {"name": issue_type},
            "summary": line(summary) or "…",
            "description": told,
            "labels": list(labels),
        }
        with explained(project):
            return str(self._jira.create_issue(fields=fields, prefetch=False).key)

    def delete(self, key: str) -> None:
        """Delete an issue; if it is gone, that is well."""
        with explained(key, gone_is_well=True):
            self._jira.issue(key, fields="labels").delete(deleteSubtasks="false")  # a boolean would become "False"

    def comment(self, key: str, told: Sequence[Node], *, name: str) -> str:
        """Add a comment, unless there is one of this name; gives its id."""
        found = self.find_comment(key, name=name)
        if found:
            return found
        with explained(key):
            return str(self._jira.add_comment(key, document(told, note(_sign(name)))).id)

    def find_comment(self, key: str, *, name: str) -> str:
        """The id of the comment of a name, or nothing."""
        with explained(key):
            comments = self._jira.comments(key)
        signed = [each for each in comments if _sign(name) in json.dumps(each.raw.get("body"))]
        return str(signed[0].id) if signed else ""

    def delete_comment(self, key: str, number: str) -> None:
        """Delete a comment; if it is gone, that is well."""
        with explained(key, gone_is_well=True):
            self._jira.comment(key, number).delete()

    def move(self, key: str, to: str) -> None:
        """Take an issue through a transition.

        Args:
            key: the issue.
            to: the name of the transition or of the status that it leads to; empty: the first that leads to "done".

        Raises:
            JiraFault: there is none from its present status.
        """
        with explained(key):
            ways = self._jira.transitions(key)
            fitting = [way["id"] for way in ways if _leads(way, to)]
            if fitting:
                self._pass(key, str(fitting[0]))
                return
        names = ", ".join(sorted({str(name) for way in ways for name in (way["name"], way["to"]["name"])}))
        raise JiraFault(f"it cannot go to {to or 'done'!r} from here", where=key, why=f"it can go to: {names or 'nothing'}")

    def _pass(self, key: str, way: str) -> None:
        """Go through a transition by its id, which version 3 of the API wants as text; the library sends a number."""
        address = f"{self.url}/rest/api/3/issue/{key}/transitions"
        self._jira._session.post(address, json={"transition": {"id": way}})

    def link(self, key: str, title: str, url: str) -> None:
        """Link an issue to a page; the same page is linked once."""
        with explained(key):
            there = {each.raw["object"]["url"] for each in self._jira.remote_links(key)}
            if url not in there:
                self._jira.add_simple_link(key, {"url": url, "title": line(title) or url})

    def attach(self, key: str, file: Path) -> None:
        """Attach a file; one of this name and size is attached once."""
        with explained(key):
            issue = self._jira.issue(key, fields="attachment")
            size = file.stat().st_size
            if (file.name, size) not in {(each.filename, each.size) for each in issue.fields.attachment}:
                self._jira.add_attachment(key, str(file))


@contextmanager
def explained(where: str, *, gone_is_well: bool = False) -> Iterator[None]:
    """Tell what the library raises inside as a fault.

    Raises:
        JiraUnavailable: no connection, a busy server, or too many requests.
        JiraFault: any other refusal.
    """
    try:
        yield
    except JIRAError as error:
        status = int(error.status_code or 0)
        if gone_is_well and status == 404:
            return
        told = " ".join(str(error.text or "").split())[:500]
        if status in _BUSY:
            raise JiraUnavailable(f"Jira answers {status}", where=where, why=told, next_step="try again later") from error
        step = _STEPS.get(status, "mend what Jira tells")
        raise JiraFault(f"Jira answers {status or 'no'}", where=where, why=told, next_step=step) from error
    except (RequestException, ConnectionError, TimeoutError) as error:
        raise JiraUnavailable(
            "Jira could not be reached", where=where, why=str(error), next_step="try again later, or check 'url'"
        ) from error


def _found(told: Any) -> Found:
    fields = told["fields"]
    category = fields["status"].get("statusCategory", {}).get("key", "")
    return Found(
        key=str(told["key"]),
        labels=frozenset(fields.get("labels", ())),
        status=str(fields["status"]["name"]),
        done=category == "done",
    )


def _leads(way: Any, to: str) -> bool:
    if not to:
        return bool(way["to"].get("statusCategory", {}).get("key") == "done")
    return to.casefold() in (str(way["name"]).casefold(), str(way["to"]["name"]).casefold())


def _sign(name: str) -> str:
    return f"turbo-{_digest(name)}"


def _digest(name: str) -> str:
    return hashlib.sha256(name.encode("utf-8", "replace")).hexdigest()[:16]
