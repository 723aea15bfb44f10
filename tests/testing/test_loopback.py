"""The loopback HTTP server: what it keeps, what it answers."""

from __future__ import annotations

import http.client
import urllib.error
import urllib.request
from typing import Any

import pytest

from turbo_core.testing import Answer, HttpServer


def ask(url: str, method: str = "GET", body: bytes | None = None, **headers: str) -> tuple[int, bytes, Any]:
    request = urllib.request.Request(url, data=body, method=method, headers=headers)
    try:
        with urllib.request.urlopen(request, timeout=30) as answer:
            return answer.status, answer.read(), answer.headers
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read(), error.headers


def test_it_keeps_what_it_is_asked(turbo_http: HttpServer) -> None:
    assert ask(f"{turbo_http.url}/a/b?x=1&x=2&y=", "POST", b'{"n": 1}', Token="t")[:2] == (200, b"")
    (request,) = turbo_http.requests
    assert (request.method, request.path, request.query) == ("POST", "/a/b", {"x": ["1", "2"], "y": [""]})
    assert request.headers["token"] == "t"
    assert request.json() == {"n": 1}


def test_it_listens_to_this_machine_only(turbo_http: HttpServer) -> None:
    assert turbo_http.url.startswith("http://127.0.0.1:")


def test_answers_come_one_after_another(turbo_http: HttpServer) -> None:
    turbo_http.answer(Answer(status=503), Answer(body={"ok": True}, headers={"X-More": "1"}), Answer(body="text"))
    assert ask(turbo_http.url)[0] == 503
    status, body, headers = ask(turbo_http.url)
    assert (status, body, headers["X-More"]) == (200, b'{"ok": true}', "1")
    assert [ask(turbo_http.url)[1] for _ in range(2)] == [b"text", b"text"]


def test_a_path_has_its_own_answers(turbo_http: HttpServer) -> None:
    turbo_http.answer(Answer(status=500))
    turbo_http.answer(Answer(body=b"here"), path="/here")
    assert ask(f"{turbo_http.url}/here?x=1")[1] == b"here"
    assert ask(f"{turbo_http.url}/there")[0] == 500


def test_a_head_has_no_body(turbo_http: HttpServer) -> None:
    turbo_http.answer(Answer(body=b"12345"))
    status, body, headers = ask(turbo_http.url, "HEAD")
    assert (status, body, headers["Content-Length"]) == (200, b"", "5")


def test_it_drops_connections(turbo_http: HttpServer) -> None:
    turbo_http.answer(Answer(drop=True))
    with pytest.raises(http.client.RemoteDisconnected):
        ask(turbo_http.url)
    assert len(turbo_http.requests) == 1


def test_a_client_that_does_not_wait_does_no_harm(turbo_http: HttpServer, capfd: pytest.CaptureFixture[str]) -> None:
    turbo_http.answer(Answer(delay=1000))
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(turbo_http.url, timeout=0.2)
    turbo_http.close()
    assert capfd.readouterr().err == ""


def test_a_closed_server_refuses_connections(turbo_http: HttpServer) -> None:
    turbo_http.close()
    turbo_http.close()
    with pytest.raises(urllib.error.URLError):
        urllib.request.urlopen(turbo_http.url, timeout=30)
