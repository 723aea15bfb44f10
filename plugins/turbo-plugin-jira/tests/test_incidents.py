"""One issue for each incident, whatever happens in between."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest
from turbo_core import ActionFailed, ActionUnavailable, Message, Secret, replace

from turbo_plugin_jira.plugin import turbo_communicate
from turbo_plugin_jira.settings import Settings

from .fake_jira import TOKEN, FakeJira

FIRST = Message(
    key="k-1",
    run="r",
    task="build",
    kind="failure",
    level="error",
    subject="build fails",
    body="**no**",
    channel="jira",
    thread="w/build",
)


@pytest.fixture
def settings(jira: FakeJira) -> Settings:
    return Settings(url=jira.url, token=Secret("JIRA_TOKEN", TOKEN), project="TEAM", audiences={"on-call": "OPS"})


def news(number: int, reference: str, **more: object) -> Message:
    return replace(FIRST, key=f"k-{number}", count=number, reference=reference, **more)


def test_fifty_failures_are_one_issue_with_one_end(jira: FakeJira, settings: Settings) -> None:
    reference = turbo_communicate(FIRST, settings).reference
    for number in range(2, 51):
        assert turbo_communicate(news(number, reference), settings).reference == reference
    end = news(51, reference, kind="recovery", level="info", subject="build works again", closes=True)
    for _ in range(2):
        turbo_communicate(end, settings)
    ((key, issue),) = jira.state().items()
    assert (key, issue["status"], len(issue["comments"])) == (reference, "Done", 50)
    assert jira.asked.count(f"POST issue/{key}/transitions") == 1


def test_a_receipt_that_was_lost(jira: FakeJira, settings: Settings) -> None:
    first = turbo_communicate(FIRST, settings)
    assert turbo_communicate(FIRST, settings) == first
    (issue,) = jira.state().values()
    assert issue["comments"] == {}


def test_an_incident_whose_reference_was_lost_is_found_by_its_thread(jira: FakeJira, settings: Settings) -> None:
    first = turbo_communicate(FIRST, settings)
    for _ in range(2):
        assert turbo_communicate(news(2, ""), settings) == first
    (issue,) = jira.state().values()
    assert len(issue["comments"]) == 1


def test_what_comes_after_the_end_is_a_new_incident(jira: FakeJira, settings: Settings) -> None:
    first = turbo_communicate(FIRST, settings)
    turbo_communicate(news(2, first.reference, closes=True), settings)
    second = turbo_communicate(news(3, ""), settings)
    assert second.reference != first.reference
    assert {issue["status"] for issue in jira.state().values()} == {"To Do", "Done"}


def test_audiences_have_projects(jira: FakeJira, settings: Settings) -> None:
    assert turbo_communicate(replace(FIRST, audience="on-call"), settings).reference.startswith("OPS-")
    with pytest.raises(ActionFailed, match="has no project"):
        turbo_communicate(FIRST, dataclasses.replace(settings, project=""))


def test_links_and_the_report(jira: FakeJira, settings: Settings, tmp_path: Path) -> None:
    report = tmp_path / "report.html"
    report.write_text("<h1>report</h1>")
    links = {"the run": "https://e.example/r", "report": str(report), "gone": str(tmp_path / "gone.html")}
    message = replace(FIRST, links=links)
    for _ in range(2):
        turbo_communicate(message, settings)
    (issue,) = jira.state().values()
    assert issue["links"] == [{"url": "https://e.example/r", "title": "the run"}]
    assert issue["files"] == [["report.html", report.stat().st_size]]
    assert "gone.html" in str(issue["description"])


def test_the_way_to_the_end_can_be_named(jira: FakeJira, settings: Settings) -> None:
    reference = turbo_communicate(FIRST, settings).reference
    with pytest.raises(ActionFailed, match="cannot go to 'Shipped'"):
        turbo_communicate(news(2, reference, closes=True), dataclasses.replace(settings, done="Shipped"))
    turbo_communicate(news(2, reference, closes=True), dataclasses.replace(settings, done="to in progress"))
    assert jira.state()[reference]["status"] == "In Progress"


@pytest.mark.parametrize(
    ("status", "kind"), [(503, ActionUnavailable), (429, ActionUnavailable), (400, ActionFailed), (403, ActionFailed)]
)
def test_what_jira_answers(jira: FakeJira, settings: Settings, status: int, kind: type[Exception]) -> None:
    jira.refusals = [status]
    with pytest.raises(ActionFailed, match=f"Jira answers {status}") as caught:
        turbo_communicate(FIRST, settings)
    assert type(caught.value) is kind
    assert "as told" in caught.value.why


def test_a_wrong_token_is_told_and_not_shown(jira: FakeJira, settings: Settings) -> None:
    with pytest.raises(ActionFailed, match="401") as caught:
        turbo_communicate(FIRST, dataclasses.replace(settings, token=Secret("JIRA_TOKEN", "guessed-by-somebody")))
    assert "guessed" not in str(caught.value)


def test_without_a_site_it_says_what_to_set() -> None:
    with pytest.raises(ActionFailed, match="no site is set"):
        turbo_communicate(FIRST, Settings(project="TEAM"))
