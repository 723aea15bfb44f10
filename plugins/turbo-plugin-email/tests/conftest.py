"""Real mail servers on the loopback device: without protection, with STARTTLS, with TLS; with accounts."""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from pathlib import Path
from typing import Any, cast

import pytest
import trustme
from aiosmtpd.smtp import SMTP, AuthResult, Envelope, LoginPassword, Session
from turbo_core import Context

USER, PASSWORD = "turbo", "correct-horse-battery"


class Post:
    """A mail server.

    Attributes:
        port: where it listens on 127.0.0.1.
        mails: what it has taken, in order.
        replies: what it says next to a mail in place of taking it.
        closed: addresses that it does not take.
        close: stops it; stopping twice is harmless.
    """

    close: Callable[[], None]

    def __init__(self) -> None:
        self.port = 0
        self.mails: list[EmailMessage] = []
        self.replies: list[str] = []
        self.closed: dict[str, str] = {}

    async def handle_RCPT(self, _server: SMTP, _session: Session, envelope: Envelope, address: str, _options: list[str]) -> str:
        if address in self.closed:
            return self.closed[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        if self.replies:
            return self.replies.pop(0)
        content = cast("bytes", envelope.content)
        self.mails.append(message_from_bytes(content, policy=default))
        return "250 OK"

    def mailbox(self) -> dict[str, str]:
        """The mails by their names: what a mailbox keeps that drops doubles."""
        return {mail["Message-ID"]: f"{mail['To']} {_text(mail)}" for mail in reversed(self.mails)}


def _text(mail: EmailMessage) -> str:
    part = mail.get_body(("plain",))
    assert part is not None
    return cast("str", part.get_content())


@pytest.fixture(scope="session")
def authorities(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, ssl.SSLContext]:
    """A file of certificates to trust, and what a server for ``localhost`` shows."""
    folder = tmp_path_factory.mktemp("authority")
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    return folder / "ca.pem", context


@pytest.fixture
def start(authorities: tuple[Path, ssl.SSLContext]) -> Iterator[Callable[..., Post]]:
    """Start a server: ``none``, ``starttls`` or ``tls``; ``accounts``: only for those who log in."""
    with ExitStack() as running:

        def make(security: str = "none", *, accounts: bool = False, **more: Any) -> Post:
            if security == "starttls":
                more |= {"tls_context": authorities[1], "require_starttls": True}
            if accounts:
                # Of TLS from the first byte the server's protocol knows nothing; it would offer no log-in, and then demand one.
                more |= {"authenticator": _authenticate, "auth_required": security == "starttls"}
                more |= {"auth_require_tls": security == "starttls"}
            return running.enter_context(_serve(more, authorities[1] if security == "tls" else None))

        yield make


@contextmanager
def _serve(options: dict[str, Any], encrypted: ssl.SSLContext | None) -> Iterator[Post]:
    """A server in a thread and a loop of its own; the system chooses the port."""
    post = Post()
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    def protocol() -> SMTP:
        return SMTP(post, hostname="mail.test", loop=loop, **options)

    async def listen() -> asyncio.Server:
        return await loop.create_server(protocol, "127.0.0.1", 0, ssl=encrypted)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(60)
    post.port = server.sockets[0].getsockname()[1]
    post.close = lambda: asyncio.run_coroutine_threadsafe(_end(server), loop).result(60)
    try:
        yield post
    finally:
        post.close()
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


async def _end(server: asyncio.Server) -> None:
    """Stop listening, and let what is open end."""
    server.close()
    for task in asyncio.all_tasks() - {asyncio.current_task()}:
        task.cancel()
    await asyncio.sleep(0)


def _authenticate(_server: SMTP, _session: Session, _envelope: Envelope, _mechanism: str, data: object) -> AuthResult:
    known = isinstance(data, LoginPassword) and (data.login, data.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=known, handled=False)


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(run="r", task="t", attempt=1, project=tmp_path, key="r/t")
