"""Where a request may go."""

from __future__ import annotations

import socket

import pytest

from turbo_plugin_webhook.faults import WebhookFault, WebhookUnavailable
from turbo_plugin_webhook.guard import judged

INSIDE = [
    "127.0.0.1",
    "127.1",
    "2130706433",
    "0x7f000001",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.1.1",
    "100.64.0.1",
    "169.254.169.254",
    "224.0.0.1",
    "255.255.255.255",
    "[::1]",
    "[::]",
    "[fe80::1]",
    "[fd00::1]",
    "[ff02::1]",
    "[::ffff:127.0.0.1]",
    "[::ffff:10.0.0.1]",
    "[64:ff9b::7f00:1]",
    "[2002:7f00:1::]",
]


def lookup(monkeypatch: pytest.MonkeyPatch, *addresses: str) -> None:
    """Let every name mean these addresses; there is no name server here that could."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 0)) for address in addresses]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_, **__: found)


@pytest.mark.parametrize("host", INSIDE)
def test_what_is_inside_is_refused(host: str) -> None:
    with pytest.raises(WebhookFault, match="no public address"):
        judged(f"https://{host}/hook")


@pytest.mark.parametrize("host", ["93.184.215.14", "[2606:2800:21f:cb07:6820:80da:af6b:8b2c]", "[64:ff9b::5db8:d70e]"])
def test_what_is_public_is_not(host: str) -> None:
    assert judged(f"https://{host}/hook?a=1").target == "/hook?a=1"


def test_one_address_inside_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    lookup(monkeypatch, "93.184.215.14", "10.0.0.1")
    with pytest.raises(WebhookFault, match="no public address"):
        judged("https://example.org/")


@pytest.mark.parametrize("entry", ["localhost", "LOCALHOST", "127.0.0.0/8", "127.0.0.1"])
def test_what_is_allowed_may_be_inside_and_without_tls(entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lookup(monkeypatch, "127.0.0.1")
    place = judged("http://localhost:8080", [entry])
    assert (place.origin, place.target, place.addresses, place.public) == ("http://localhost:8080", "/", ("127.0.0.1",), False)


@pytest.mark.parametrize("entry", ["10.0.0.0/8", "local", "127.0.0.1.evil.example", "", "::1"])
def test_what_is_not_meant_is_not_allowed(entry: str, monkeypatch: pytest.MonkeyPatch) -> None:
    lookup(monkeypatch, "127.0.0.1")
    with pytest.raises(WebhookFault, match="no request goes there"):
        judged("https://localhost/", [entry])


def test_a_public_place_without_tls_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    lookup(monkeypatch, "93.184.215.14")
    with pytest.raises(WebhookFault, match="not encrypted"):
        judged("http://example.org/")


@pytest.mark.parametrize("url", ["", "hook", "ftp://example.org", "https://", "https://[::1", "https://h:99999/", "https://a b/"])
def test_what_is_no_url_is_refused(url: str) -> None:
    with pytest.raises(WebhookFault, match="the URL cannot be"):
        judged(url)


def test_an_account_in_the_url_is_refused_and_not_shown() -> None:
    with pytest.raises(WebhookFault, match="account") as caught:
        judged("https://me:hidden@example.org/")
    assert "hidden" not in str(caught.value)


def test_a_name_that_nobody_knows(monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror("Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", fail)
    with pytest.raises(WebhookUnavailable, match="not known"):
        judged("https://example.org/")
