"""Requests to real receivers."""

from __future__ import annotations

import socket
from typing import Any

import pytest
from standardwebhooks.webhooks import Webhook
from turbo_core.testing import Answer, HttpServer, free_port

from turbo_plugin_webhook import guard
from turbo_plugin_webhook.faults import WebhookFault, WebhookUnavailable
from turbo_plugin_webhook.posting import SHOWN, Sender, post

from .conftest import KEY, Secure

HERE = Sender(allow=("127.0.0.1",), signing_key=KEY, token="a-bearer-token", timeout=30)


def test_it_is_signed_as_the_standard_has_it(turbo_http: HttpServer) -> None:
    turbo_http.answer(Answer(status=202, body="taken"))
    got = post(f"{turbo_http.url}/hook?x=1", "k-1", {"a": "ü\0\ud800"}, HERE)
    assert (got.status, got.body) == (202, "taken")
    (request,) = turbo_http.requests
    assert (request.method, request.path, request.query) == ("POST", "/hook", {"x": ["1"]})
    assert Webhook(KEY).verify(request.body, dict(request.headers)) == {"a": "ü\0\ud800"}
    assert request.headers["webhook-id"] == "k-1"
    assert request.headers["authorization"] == "Bearer a-bearer-token"
    assert request.headers["host"] == turbo_http.url.removeprefix("http://")


def test_without_a_key_nothing_is_signed(turbo_http: HttpServer) -> None:
    post(turbo_http.url, "k", {}, Sender(allow=("127.0.0.0/8",)))
    assert not {"webhook-signature", "authorization"} & set(turbo_http.requests[0].headers)


def test_a_key_that_no_header_can_carry(turbo_http: HttpServer) -> None:
    for _ in range(2):
        post(turbo_http.url, "ü\r\nX: y", {}, HERE)
    first, second = (request.headers["webhook-id"] for request in turbo_http.requests)
    assert first == second
    assert first.isalnum()


@pytest.mark.parametrize(
    ("status", "kind"), [(408, WebhookUnavailable), (429, WebhookUnavailable), (503, WebhookUnavailable), (404, WebhookFault)]
)
def test_statuses(turbo_http: HttpServer, status: int, kind: type[Exception]) -> None:
    turbo_http.answer(Answer(status=status, body="as\ntold " * 100))
    with pytest.raises(WebhookFault, match=rf"answers {status}: as told as") as caught:
        post(turbo_http.url, "k", {}, HERE)
    assert type(caught.value) is kind
    assert len(str(caught.value)) < 400


def test_nobody_is_there() -> None:
    with pytest.raises(WebhookUnavailable, match="no answer came"):
        post(f"http://127.0.0.1:{free_port()}", "k", {}, HERE)


def test_an_answer_that_does_not_come(turbo_http: HttpServer) -> None:
    turbo_http.answer(Answer(delay=60))
    with pytest.raises(WebhookUnavailable, match="took too long"):
        post(turbo_http.url, "k", {}, Sender(allow=HERE.allow, timeout=0.2))


def test_a_long_answer_is_cut(turbo_http: HttpServer) -> None:
    turbo_http.answer(Answer(body=b"x" * (SHOWN + 1)))
    assert len(post(turbo_http.url, "k", {}, HERE).body) == SHOWN


def test_a_redirect_keeps_the_body_and_is_judged(turbo_http: HttpServer) -> None:
    turbo_http.answer(Answer(status=307, headers={"Location": "/there"}), path="/from")
    assert post(f"{turbo_http.url}/from", "k", {"a": 1}, HERE).status == 200
    assert [(request.path, request.json()) for request in turbo_http.requests] == [("/from", {"a": 1}), ("/there", {"a": 1})]
    turbo_http.answer(Answer(status=308, headers={"Location": "https://169.254.169.254/latest"}), path="/from")
    with pytest.raises(WebhookFault, match="no public address"):
        post(f"{turbo_http.url}/from", "k", {}, HERE)


def test_a_redirect_by_a_stranger_has_no_use_of_what_is_allowed(turbo_http: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guard, "_is_public", lambda _: True)  # as if the first place were one of the internet
    turbo_http.answer(Answer(status=307, headers={"Location": "/there"}))
    with pytest.raises(WebhookFault, match="not encrypted"):
        post(turbo_http.url, "k", {}, HERE)
    assert len(turbo_http.requests) == 1


def test_the_token_stays_with_its_origin(turbo_http: HttpServer) -> None:
    other = HttpServer()
    try:
        turbo_http.answer(Answer(status=307, headers={"Location": f"{other.url}/there"}))
        post(turbo_http.url, "k", {}, HERE)
        assert "authorization" in turbo_http.requests[0].headers
        assert "authorization" not in other.requests[0].headers
        assert "webhook-signature" in other.requests[0].headers
    finally:
        other.close()


def test_redirects_end(turbo_http: HttpServer) -> None:
    turbo_http.answer(Answer(status=307, headers={"Location": "/again"}))
    with pytest.raises(WebhookFault, match="one place to another"):
        post(turbo_http.url, "k", {}, HERE)
    assert len(turbo_http.requests) == 4


@pytest.mark.parametrize("status", [301, 302, 303])
def test_a_redirect_that_would_lose_the_body_is_refused(turbo_http: HttpServer, status: int) -> None:
    turbo_http.answer(Answer(status=status, headers={"Location": "/there"}))
    with pytest.raises(WebhookFault, match=f"answers {status}"):
        post(turbo_http.url, "k", {}, HERE)


def test_the_certificate_is_that_of_the_name(secure: Secure) -> None:
    sender = Sender(allow=("127.0.0.0/8", "::1"), authorities=str(secure.authorities))
    assert post(f"https://localhost:{secure.port}/", "k", {}, sender).status == 204
    assert secure.hosts == [f"localhost:{secure.port}"]
    with pytest.raises(WebhookUnavailable, match="no answer came"):
        post(f"https://127.0.0.1:{secure.port}/", "k", {}, sender)
    with pytest.raises(WebhookUnavailable, match="certificate"):
        post(f"https://localhost:{secure.port}/", "k", {}, Sender(allow=("localhost",)))


def test_the_request_goes_where_the_guard_has_looked(turbo_http: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    """A name that means another address the second time leads nowhere else."""
    asked: list[str] = []
    real = socket.getaddrinfo

    def rebind(host: Any, *more: Any, **named: Any) -> Any:
        if host != "rebind.example":
            return real(host, *more, **named)
        asked.append(host)
        return real("127.0.0.1" if len(asked) == 1 else "127.0.0.2", *more, **named)

    monkeypatch.setattr(socket, "getaddrinfo", rebind)
    port = turbo_http.url.rpartition(":")[2]
    assert post(f"http://rebind.example:{port}/", "k", {}, Sender(allow=("rebind.example",))).status == 200
    assert (len(asked), turbo_http.requests[0].headers["host"]) == (1, f"rebind.example:{port}")


def test_the_environment_names_no_proxy(turbo_http: HttpServer, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{free_port()}")
    monkeypatch.setenv("NO_PROXY", "")
    assert post(turbo_http.url, "k", {}, HERE).status == 200


def test_a_bad_signing_key_is_told_and_not_shown(turbo_http: HttpServer) -> None:
    with pytest.raises(WebhookFault, match="signing key cannot be used") as caught:
        post(turbo_http.url, "k", {}, Sender(allow=HERE.allow, signing_key="whsec_abcde"))
    assert "abcde" not in str(caught.value)
