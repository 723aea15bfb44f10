"""A small Jira on the loopback device, with the methods that this plugin uses: it keeps issues, and refuses bad documents."""

from __future__ import annotations

import json
import re
import threading
from collections.abc import Callable
from email import message_from_bytes
from email.policy import HTTP
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from typing import Any
from urllib.parse import parse_qs, urlsplit

TOKEN, PROJECTS = "a-token-of-a-test", ("TEAM", "OPS")
STATUSES = {"To Do": "new", "In Progress": "indeterminate", "Done": "done"}
_BLOCKS = {"paragraph", "heading", "codeBlock", "rule", "blockquote", "bulletList", "orderedList"}
_INSIDE: dict[str, set[str]] = {
    "doc": _BLOCKS,
    "paragraph": {"text", "hardBreak"},
    "heading": {"text", "hardBreak"},
    "codeBlock": {"text"},
    "blockquote": {"paragraph", "bulletList", "orderedList", "codeBlock"},
    "bulletList": {"listItem"},
    "orderedList": {"listItem"},
    "listItem": {"paragraph", "bulletList", "orderedList", "codeBlock"},
}
"""Which nodes may stand in which, as the format has it."""


class FakeJira:
    """A site with two projects.

    Attributes:
        url: its address.
        issues: what there is, by key.
        refusals: statuses that it answers next, in place of serving.
        asked: method and path of each request.
    """

    def __init__(self) -> None:
        self.issues: dict[str, dict[str, Any]] = {}
        self.refusals: list[int] = []
        self.asked: list[str] = []
        self.after: Callable[[str], object] = lambda _asked: None
        self._numbers = count(1)
        self._lock = threading.Lock()
        self._server: ThreadingHTTPServer | None = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def close(self) -> None:
        """Stop; from now on connections are refused. Closing twice is harmless."""
        if self._server is not None:
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()
            self._server = None

    def state(self) -> dict[str, Any]:
        """All issues, as a value of its own."""
        with self._lock:
            copy: dict[str, Any] = json.loads(json.dumps(self.issues))
        return copy

    def serve(self, method: str, path: str, body: Any, authorized: bool) -> tuple[int, Any]:
        """Answer one request: status and JSON."""
        with self._lock:
            self.asked.append(f"{method} {path}")
            if self.refusals:
                return self.refusals.pop(0), {"errorMessages": ["as told"]}
            if not authorized:
                return 401, {"errorMessages": ["who are you?"]}
            for pattern, served in self._routes(method):
                found = re.fullmatch(pattern, path)
                if found:
                    return served(*found.groups(), body)  # type: ignore[no-any-return,operator]
            return 404, {"errorMessages": [f"nothing at {method} {path}"]}

    def _routes(self, method: str) -> list[tuple[str, object]]:
        table: dict[str, list[tuple[str, object]]] = {
            "POST": [
                ("issue", self._create),
                (r"issue/([\w-]+)/comment", self._comment),
                (r"issue/([\w-]+)/transitions", self._move),
                (r"issue/([\w-]+)/remotelink", self._link),
                (r"issue/([\w-]+)/attachments", self._attach),
            ],
            "GET": [
                ("field", lambda _body: (200, [{"id": "labels", "name": "Labels"}])),
                ("search/jql", self._search),
                (r"issue/([\w-]+)", self._issue),
                (r"issue/([\w-]+)/comment", self._comments),
                (r"issue/([\w-]+)/comment/(\d+)", self._one_comment),
                (r"issue/([\w-]+)/transitions", self._ways),
                (r"issue/([\w-]+)/remotelink", self._links),
            ],
            "DELETE": [(r"issue/([\w-]+)", self._delete), (r"issue/([\w-]+)/comment/(\d+)", self._delete_comment)],
        }
        return table.get(method, [])

    # ------------------------------------------------------------ issues

    def _create(self, body: Any) -> tuple[int, Any]:
        fields = body["fields"]
        wrong = _wrong(fields["description"])
        if (
            wrong
            or fields["project"]["key"] not in PROJECTS
            or not 1 <= len(fields["summary"]) <= 255
            or "\n" in fields["summary"]
        ):
            return 400, {"errorMessages": [wrong or "the project or the summary is wrong"]}
        if any(" " in label or len(label) > 255 for label in fields["labels"]):
            return 400, {"errorMessages": ["a label has a blank"]}
        number = next(self._numbers)
        key = f"{fields['project']['key']}-{number}"
        self.issues[key] = {**fields, "id": str(number), "status": "To Do", "comments": {}, "links": [], "files": []}
        return 201, {"id": str(number), "key": key, "self": f"{self.url}/rest/api/3/issue/{number}"}

    def _shown(self, key: str) -> dict[str, Any]:
        issue = self.issues[key]
        files = [{"id": str(number), "filename": name, "size": size} for number, (name, size) in enumerate(issue["files"])]
        fields = {"labels": issue["labels"], "status": _status(issue["status"]), "attachment": files, "summary": issue["summary"]}
        return {"id": issue["id"], "key": key, "self": f"{self.url}/rest/api/3/issue/{issue['id']}", "fields": fields}

    def _key(self, name: str) -> str:
        return next((key for key, issue in self.issues.items() if name in (key, issue["id"])), "")

    def _issue(self, name: str, _body: Any) -> tuple[int, Any]:
        key = self._key(name)
        return (200, self._shown(key)) if key else (404, {"errorMessages": ["Issue does not exist"]})

    def _delete(self, name: str, query: Any) -> tuple[int, Any]:
        if not {*query.get("deleteSubtasks", ())} <= {"true", "false"}:
            return 400, {"errorMessages": ["deleteSubtasks is true or false"]}
        return (204, None) if self.issues.pop(self._key(name), None) else (404, {"errorMessages": ["Issue does not exist"]})

    def _search(self, query: dict[str, list[str]]) -> tuple[int, Any]:
        told = re.fullmatch(
            r'project = "(\w+)" AND labels = "([\w-]+)"( AND statusCategory != Done)? ORDER BY created DESC', query["jql"][0]
        )
        if told is None:
            return 400, {"errorMessages": ["the query cannot be read"]}
        project, label, unfinished = told.groups()
        found = [
            self._shown(key)
            for key, issue in reversed(self.issues.items())
            if key.startswith(f"{project}-") and label in issue["labels"] and not (unfinished and issue["status"] == "Done")
        ]
        return 200, {"issues": found[: int(query["maxResults"][0])], "isLast": True}

    # ------------------------------------------------------------ what belongs to them

    def _comment(self, name: str, body: Any) -> tuple[int, Any]:
        key, wrong = self._key(name), _wrong(body["body"])
        if not key or wrong:
            return (400, {"errorMessages": [wrong]}) if wrong else (404, {"errorMessages": ["Issue does not exist"]})
        number = str(next(self._numbers))
        self.issues[key]["comments"][number] = body["body"]
        return 201, self._told(key, number)

    def _told(self, key: str, number: str) -> dict[str, Any]:
        place = f"{self.url}/rest/api/3/issue/{self.issues[key]['id']}/comment/{number}"
        return {"id": number, "self": place, "body": self.issues[key]["comments"][number]}

    def _comments(self, name: str, _body: Any) -> tuple[int, Any]:
        key = self._key(name)
        return 200, {"comments": [self._told(key, number) for number in self.issues[key]["comments"]]}

    def _one_comment(self, name: str, number: str, _body: Any) -> tuple[int, Any]:
        key = self._key(name)
        there = key and number in self.issues[key]["comments"]
        return (200, self._told(key, number)) if there else (404, {"errorMessages": ["no such comment"]})

    def _delete_comment(self, name: str, number: str, _body: Any) -> tuple[int, Any]:
        gone = self.issues[self._key(name)]["comments"].pop(number, None)
        return (204, None) if gone else (404, {"errorMessages": ["no such comment"]})

    def _ways(self, name: str, _body: Any) -> tuple[int, Any]:
        present = self.issues[self._key(name)]["status"]
        ways = [
            {"id": str(number), "name": f"To {status}", "to": _status(status)}
            for number, status in enumerate(STATUSES, 1)
            if status != present
        ]
        return 200, {"transitions": ways}

    def _move(self, name: str, body: Any) -> tuple[int, Any]:
        way = body["transition"]["id"]
        if not isinstance(way, str):
            return 400, {"errorMessages": ["the id of a transition is text"]}
        self.issues[self._key(name)]["status"] = [*STATUSES][int(way) - 1]
        return 204, None

    def _link(self, name: str, body: Any) -> tuple[int, Any]:
        links = self.issues[self._key(name)]["links"]
        links.append(body["object"])
        return 201, {"id": len(links), "self": f"{self.url}/rest/api/3/issue/{name}/remotelink/{len(links)}"}

    def _links(self, name: str, _body: Any) -> tuple[int, Any]:
        links = self.issues[self._key(name)]["links"]
        return 200, [{"id": number, "self": f"{self.url}/x/{number}", "object": told} for number, told in enumerate(links)]

    def _attach(self, name: str, body: Any) -> tuple[int, Any]:
        files = self.issues[self._key(name)]["files"]
        files.append(body)
        return 200, [{"id": str(len(files)), "filename": body[0], "size": body[1], "self": f"{self.url}/x/{len(files)}"}]


def _status(name: str) -> dict[str, Any]:
    return {"name": name, "statusCategory": {"key": STATUSES[name]}}


def _wrong(told: Any) -> str:
    """Why a document is none; empty if it is one."""
    if not isinstance(told, dict) or told.get("type") != "doc" or told.get("version") != 1 or not told.get("content"):
        return "it is no document"
    if len(json.dumps(told)) > 200_000:
        return "the document is too long"
    return _wrong_inside(told)


def _wrong_inside(node: dict[str, Any]) -> str:
    for child in node.get("content", ()):
        if child["type"] not in _INSIDE.get(node["type"], ()):
            return f"{child['type']} in {node['type']}"
        if child["type"] == "text" and (not child.get("text") or set(child) - {"type", "text", "marks"}):
            return "an empty text"
        if child["type"] in ("bulletList", "orderedList", "listItem", "blockquote") and not child.get("content"):
            return f"{child['type']} is empty"
        wrong = _wrong_inside(child)
        if wrong:
            return wrong
    return ""


def _handler(jira: FakeJira) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            place = urlsplit(self.path)
            content = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            kind = self.headers.get("Content-Type", "")
            if "multipart" in kind:
                (part,) = message_from_bytes(f"Content-Type: {kind}\r\n\r\n".encode() + content, policy=HTTP).iter_parts()
                body: Any = (part.get_filename(), len(part.get_content()))
            else:
                body = json.loads(content) if content else parse_qs(place.query)
            authorized = self.headers.get("Authorization") == f"Bearer {TOKEN}"
            status, told = jira.serve(self.command, place.path.removeprefix("/rest/api/3/"), body, authorized)
            jira.after(f"{self.command} {place.path}")
            answer = b"" if told is None else json.dumps(told).encode()
            self.send_response(status)
            self.send_header("Content-Type", "application/json")
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        do_GET = do_POST = do_DELETE = do_PUT = _any

    return Handler
