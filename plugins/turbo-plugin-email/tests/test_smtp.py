"""Mails to real servers."""

from __future__ import annotations

import socket
import ssl
from collections.abc import Callable
from email.message import EmailMessage
from pathlib import Path

import pytest

from turbo_plugin_email.faults import MailFault, MailUnavailable
from turbo_plugin_email.letters import letter
from turbo_plugin_email.rendering import Text
from turbo_plugin_email.smtp import Server, send

from .conftest import PASSWORD, USER, Post

Start = Callable[..., Post]


def mail(*to: str) -> EmailMessage:
    return letter(Text(title="built"), key="k", sender="turbo@example.org", to=to or ("ada@example.org",))


@pytest.mark.parametrize("security", ["starttls", "tls"])
@pytest.mark.parametrize("accounts", [True, False])
def test_the_connection_is_protected(
    start: Start, security: str, accounts: bool, authorities: tuple[Path, ssl.SSLContext]
) -> None:
    post = start(security, accounts=accounts)
    who = {"user": USER, "password": PASSWORD} if accounts else {}
    here = Server(host="localhost", port=post.port, security=security, authorities=str(authorities[0]), timeout=60, **who)  # type: ignore[arg-type]
    assert send(mail(), here) == {}
    assert [(got["Subject"], got["To"]) for got in post.mails] == [("built", "ada@example.org")]


@pytest.mark.parametrize("security", ["starttls", "tls"])
def test_a_server_that_nobody_vouches_for_is_refused(start: Start, security: str) -> None:
    post = start(security)
    with pytest.raises(MailFault, match="not who it says") as caught:
        send(mail(), Server(host="localhost", port=post.port, security=security, timeout=60))  # type: ignore[arg-type]
    assert not isinstance(caught.value, MailUnavailable)
    assert post.mails == []


def test_a_server_without_starttls_gets_nothing(start: Start) -> None:
    post = start("none")
    with pytest.raises(MailFault, match="cannot do what is set"):
        send(mail(), Server(host="localhost", port=post.port, timeout=60))
    assert post.mails == []


def test_a_wrong_password(start: Start, authorities: tuple[Path, ssl.SSLContext]) -> None:
    post = start("starttls", accounts=True)
    here = Server(host="localhost", port=post.port, authorities=str(authorities[0]), user=USER, password="guessed", timeout=60)
    with pytest.raises(MailFault, match="the account was refused") as caught:
        send(mail(), here)
    assert "guessed" not in f"{caught.value!r} {here!r}"
    assert post.mails == []


def test_a_password_needs_protection() -> None:
    with pytest.raises(MailFault, match="clear text"):
        send(mail(), Server(host="mail.example.org", security="none", user=USER, password=PASSWORD))


@pytest.mark.parametrize(
    ("reply", "kind"),
    [("451 come again", MailUnavailable), ("421 busy", MailUnavailable), ("554 no", MailFault), ("552 too large", MailFault)],
)
def test_what_the_server_replies(start: Start, reply: str, kind: type[Exception]) -> None:
    post = start()
    post.replies = [reply]
    with pytest.raises(MailFault, match=reply) as caught:
        send(mail(), Server(host="127.0.0.1", port=post.port, security="none", timeout=60))
    assert type(caught.value) is kind


def test_refused_addresses(start: Start) -> None:
    post = start()
    here = Server(host="127.0.0.1", port=post.port, security="none", timeout=60)
    post.closed = {"gone@example.org": "550 unknown"}
    assert send(mail("ada@example.org", "gone@example.org"), here) == {"gone@example.org": "550 unknown"}
    with pytest.raises(MailFault, match=r"no address was taken: gone@example\.org: 550 unknown") as caught:
        send(mail("gone@example.org"), here)
    assert not isinstance(caught.value, MailUnavailable)
    post.closed = {"gone@example.org": "450 later"}
    with pytest.raises(MailUnavailable):
        send(mail("gone@example.org"), here)


def test_nobody_is_there() -> None:
    with socket.socket() as closed:  # bound, and not listening: nobody else takes the port meanwhile
        closed.bind(("127.0.0.1", 0))
        with pytest.raises(MailUnavailable, match="could not be reached"):
            send(mail(), Server(host="127.0.0.1", port=closed.getsockname()[1], security="none", timeout=60))


def test_a_server_that_says_nothing() -> None:
    with socket.create_server(("127.0.0.1", 0)) as silent, pytest.raises(MailUnavailable, match="timed out"):
        send(mail(), Server(host="127.0.0.1", port=silent.getsockname()[1], security="none", timeout=0.2))
