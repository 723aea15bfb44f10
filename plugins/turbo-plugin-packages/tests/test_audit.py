"""Known vulnerabilities: what a record hits, where records come from, and that unknown is never clean."""

from __future__ import annotations

import json
import threading
import zipfile
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from turbo_core import ActionFailed, ActionUnavailable

from tests.conftest import Paper
from turbo_plugin_packages import actions
from turbo_plugin_packages.osv import fixes, hits
from turbo_plugin_packages.settings import PackageSettings

HIT: dict[str, Any] = {
    "id": "X-1",
    "aliases": ["CVE-1"],
    "summary": "It leaks.",
    "severity": [{"type": "CVSS_V3", "score": "CVSS:3.1/AV:N"}],
    "affected": [
        {
            "package": {"ecosystem": "PyPI", "name": "Alpha"},
            "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.0.1"}]}],
        }
    ],
}


def use(paper: Paper, **settings: str) -> None:
    paper.settings[PackageSettings] = PackageSettings(**settings)  # type: ignore[arg-type]  # the fields of text


def database(paper: Paper, **records: dict[str, Any]) -> None:
    (paper.folder / "osv").mkdir()
    for name, record in records.items():
        (paper.folder / "osv" / f"{name}.json").write_text(json.dumps(record))
    use(paper, osv_database="osv")


def test_without_a_source_nothing_is_clean(paper: Paper) -> None:
    told = actions.audit(paper.context)
    assert (told.state, told.score, told.confidence, told.looked_up, len(told.unknown)) == ("unknown", 0.0, 0.0, 0, 3)
    assert told.reason == "nothing was looked up; 3 packages unknown: neither 'osv_database' nor 'osv_url' is set"


def test_a_database_of_another_ecosystem_knows_nothing(paper: Paper) -> None:
    database(paper, one={"id": "X-9", "affected": [{"package": {"ecosystem": "npm", "name": "alpha"}, "versions": ["1.0.0"]}]})
    told = actions.audit(paper.context)
    assert (told.state, told.score, told.unknown[0].why) == ("unknown", 0.0, "the source knows nothing of PyPI")


def test_what_is_found_comes_with_what_mends_it(paper: Paper) -> None:
    database(paper, one=HIT)
    told = actions.audit(paper.context)
    (finding,) = told.findings
    assert (told.state, told.score, told.confidence) == ("vulnerable", 0.0, 1.0)
    assert (finding.name, finding.version, finding.id, finding.aliases) == ("alpha", "1.0.0", "X-1", ["CVE-1"])
    assert (finding.summary, finding.severity, finding.fixed) == ("It leaks.", "CVSS:3.1/AV:N", ["1.0.1"])
    assert told.reason == "1 known vulnerability in alpha 1.0.0"


def test_what_was_looked_up_and_has_none_is_clean(paper: Paper) -> None:
    database(paper, one=HIT | {"withdrawn": "2026-01-01T00:00:00Z"}, two=HIT | {"affected": _affected("other")})
    told = actions.audit(paper.context)
    assert (told.state, told.score, told.confidence, told.looked_up) == ("clean", 1.0, 1.0, 3)


def _affected(name: str) -> list[dict[str, Any]]:
    return [{"package": {"ecosystem": "PyPI", "name": name}, "versions": ["1.0.0"]}]


def test_a_version_that_cannot_be_compared_is_unknown(paper: Paper) -> None:
    database(paper, one=HIT)
    shelf = paper.read("shelf.json")
    paper.write(shelf=shelf | {"alpha": {"what?": {}}}, paper_lock={"alpha": "what?", "beta": "1.0.0"})
    told = actions.audit(paper.context)
    assert (told.state, told.looked_up, [one.name for one in told.unknown]) == ("unknown", 1, ["alpha"])


def test_archives_and_yaml_are_databases_too(paper: Paper) -> None:
    database(paper)
    with zipfile.ZipFile(paper.folder / "osv" / "all.zip", "w") as archive:
        archive.writestr("X-1.json", json.dumps(HIT))
    yaml = "id: X-2\naffected:\n- package: {ecosystem: PyPI, name: beta}\n  versions: ['1.0.0']\n"
    (paper.folder / "osv" / "X-2.yaml").write_text(yaml)
    assert [one.id for one in actions.audit(paper.context).findings] == ["X-1", "X-2"]


def test_a_damaged_database_is_no_clean_one(paper: Paper) -> None:
    database(paper, one=HIT)
    (paper.folder / "osv" / "two.json").write_text('{"id": ')
    with pytest.raises(ActionFailed, match=r"two\.json cannot be read"):
        actions.audit(paper.context)
    use(paper, osv_database="missing")
    with pytest.raises(ActionFailed, match="is no folder"):
        actions.audit(paper.context)


class Api(BaseHTTPRequestHandler):
    """The API of OSV, with one record, and an answer in two pages."""

    def do_POST(self) -> None:
        if "broken" in self.path:
            self.send_error(500)
            return
        asked = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["queries"]
        self._answer({"results": [self._result(query) for query in asked]})

    def do_GET(self) -> None:
        self._answer(HIT | {"id": self.path.rpartition("/")[2]})

    def _result(self, query: dict[str, Any]) -> dict[str, Any]:
        if query["package"] != {"ecosystem": "PyPI", "name": "alpha"}:
            return {}
        return {"vulns": [{"id": "X-2"}]} if "page_token" in query else {"vulns": [{"id": "X-1"}], "next_page_token": "more"}

    def _answer(self, told: dict[str, Any]) -> None:
        body = json.dumps(told).encode()
        self.send_response(200)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *arguments: object) -> None:
        """Say nothing."""


@pytest.fixture
def service() -> Iterator[str]:
    server = ThreadingHTTPServer(("127.0.0.1", 0), Api)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}/"
    server.shutdown()
    server.server_close()
    thread.join()


def test_a_service_is_asked_page_by_page(paper: Paper, service: str) -> None:
    use(paper, osv_url=service)
    told = actions.audit(paper.context)
    assert ([one.id for one in told.findings], told.looked_up, told.unknown) == (["X-1", "X-2"], 3, [])


def test_a_service_that_does_not_answer_is_a_failure_that_can_be_retried(paper: Paper, service: str) -> None:
    use(paper, osv_url=f"{service}broken")
    with pytest.raises(ActionUnavailable, match="cannot be looked up"):
        actions.audit(paper.context)


@pytest.mark.parametrize(
    ("version", "ecosystem", "hit"),
    [
        ("1.0", "PyPI", True),
        ("1.5", "PyPI", False),
        ("1.5.dev1", "PyPI", True),
        ("2.0", "PyPI", True),
        ("2.3", "PyPI", True),
        ("2.3.post1", "PyPI", False),
        ("0.9", "PyPI", False),
        ("v1.2.0", "Go", True),
        ("1.4.9-rc.1", "crates", True),
        ("1.4", "Maven", True),
    ],
)
def test_ranges_are_judged_as_the_schema_says(version: str, ecosystem: str, hit: bool) -> None:
    events = [{"introduced": "2.0.0"}, {"last_affected": "2.3.0"}, {"introduced": "1.0.0"}, {"fixed": "1.5.0"}]
    told = {"ranges": [{"type": "GIT", "events": [{"introduced": "0"}]}, {"type": "ECOSYSTEM", "events": events}]}
    assert hits(told, ecosystem, version) is hit


def test_only_newer_versions_mend() -> None:
    told = {
        "ranges": [{"type": "ECOSYSTEM", "events": [{"introduced": "0"}, {"fixed": "1.10"}, {"fixed": "1.9"}, {"fixed": "1.1"}]}]
    }
    assert fixes(told, "PyPI", "1.2") == ["1.9", "1.10"]
