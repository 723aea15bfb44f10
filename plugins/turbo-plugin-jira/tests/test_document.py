"""Every request of the plugin is one that the vendor's OpenAPI document has; Prism stands between plugin and the small Jira.

So the answers of the small Jira are held against the document as well. It takes a minute or two and fetches packages, so it is
done when it is asked for: ``tox -e plugin-jira -- --long``.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final

import pytest
import requests

from turbo_plugin_jira.adf import document, markdown
from turbo_plugin_jira.site import Site

from .fake_jira import TOKEN, FakeJira
from .prism import API, checking, installed, reduced

ISSUE: Final = "issue/{issueIdOrKey}"
PATHS: Final = {
    name: name
    for name in (
        "field",
        "issue",
        ISSUE,
        f"{ISSUE}/attachments",
        f"{ISSUE}/comment",
        f"{ISSUE}/comment/{{id}}",
        f"{ISSUE}/remotelink",
        f"{ISSUE}/transitions",
    )
} | {"search/jql": "search"}
"""What the plugin asks for, and as what the document knows it: search/jql is newer, and takes what the plugin sends by the same
names as search."""

FAULTS: Final = {
    ("POST", f"{ISSUE}/attachments", "request body"): "the document says one text where the form has a part for each file",
    ("GET", f"{ISSUE}/remotelink", "response body"): "the document says one link where there is a list of them",
    ("GET", "search/jql", "response body"): "search had no 'isLast'",
}
"""Where the document is wrong, or too old, and not the plugin."""

CALLS: Final[dict[str, Callable[[Site, Path], object]]] = {
    "create": lambda site, _: site.create("TEAM", "Task", "It fails", document(markdown("# So\n\n- **it** `is`\n\n> q")), ["x"]),
    "find": lambda site, _: (site.find("x", project="TEAM"), site.find("x", project="TEAM", unfinished=True)),
    "look": lambda site, _: site.look("TEAM-1"),
    "comment": lambda site, _: site.comment("TEAM-1", markdown("It *still* does.\n\n```py\nx\n```"), name="one"),
    "find_comment": lambda site, _: site.find_comment("TEAM-1", name="one"),
    "link": lambda site, _: site.link("TEAM-1", "the run", "https://e.example/r"),
    "attach": lambda site, file: site.attach("TEAM-1", file),
    "move": lambda site, _: site.move("TEAM-1", ""),
    "delete_comment": lambda site, _: site.delete_comment("TEAM-1", site.find_comment("TEAM-1", name="one")),
    "delete": lambda site, _: site.delete("TEAM-1"),
}
"""What the plugin does with a site: all of it, in an order in which it can be done."""


class Watched:
    """What Prism says of the answers that arrive.

    Attributes:
        asked: method and path of each request, as the document writes it.
        wrong: what breaks the document and is no known fault of it.
        known: the faults of the document that were met.
    """

    def __init__(self) -> None:
        self.asked: set[tuple[str, str]] = set()
        self.wrong: list[str] = []
        self.known: set[tuple[str, str, str]] = set()

    def see(self, answer: requests.Response) -> None:
        method, path = str(answer.request.method), _template(str(answer.request.url))
        self.asked.add((method, path))
        for found in json.loads(answer.headers.get("sl-violations", "[]")):
            place = (method, path, " ".join(found["location"][:2]))
            if place in FAULTS:
                self.known.add(place)
            else:
                self.wrong.append(f"{method} {path}: {found['message']}")


def _template(url: str) -> str:
    path = url.partition("?")[0].partition(API)[2]
    (found,) = [name for name in PATHS if re.fullmatch(re.sub(r"\{\w+\}", r"[\\w-]+", name), path)] or [path]
    return found


@pytest.fixture
def watched(monkeypatch: pytest.MonkeyPatch) -> Watched:
    watch, send = Watched(), requests.Session.send

    def seen(session: requests.Session, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        answer = send(session, request, **options)
        watch.see(answer)
        return answer

    monkeypatch.setattr(requests.Session, "send", seen)
    return watch


@pytest.fixture
def long(request: pytest.FixtureRequest) -> None:
    if not request.config.getoption("--long"):
        pytest.skip("it takes a minute and fetches packages; tox -e plugin-jira -- --long runs it")


def test_all_that_a_site_can_do_is_called_here() -> None:
    assert set(CALLS) == {name for name in vars(Site) if not name.startswith("_")}


@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("long")
def test_each_request_is_one_of_the_document(jira: FakeJira, watched: Watched, tmp_path: Path) -> None:
    program, whole = installed(tmp_path)
    file = tmp_path / "report.html"
    file.write_text("<h1>report</h1>")
    with checking(program, reduced(whole, PATHS), jira.url, tmp_path) as address:
        site = Site(address, user="", token=TOKEN, timeout=60)
        for call in CALLS.values():
            call(site, file)
        assert watched.wrong == []
        assert watched.known == set(FAULTS), "the document has become better: take the fault out"
        assert {path for _, path in watched.asked} == set(PATHS)
        assert jira.state() == {}, "what was asked has reached Jira"
        requests.post(f"{address}{API}issue/TEAM-1/comment", json={"body": 1, "visibility": "all"}, timeout=60)
        requests.delete(f"{address}{API}issue/TEAM-1?deleteSubtasks=False", timeout=60)
        assert len(watched.wrong) >= 2, "what is wrong is seen"
