"""Messages to real services on the loopback device: one that speaks HTTP, and a mail server."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from aiosmtpd.smtp import SMTP, Envelope, Session
from turbo_core.testing import Answer, HttpServer

from turbo_plugin_apprise import services as module
from turbo_plugin_apprise.faults import ServiceFault, ServiceUnavailable
from turbo_plugin_apprise.services import Memory, notify, services


class Mails:
    """A mail server: its port, and what it has taken."""

    def __init__(self) -> None:
        self.port = 0
        self.taken: list[str] = []

    async def handle_DATA(self, _server: SMTP, _session: Session, envelope: Envelope) -> str:
        content = envelope.content or b""
        self.taken.append(content if isinstance(content, str) else content.decode())
        return "250 OK"


@pytest.fixture
def mails() -> Iterator[Mails]:
    made, loop = Mails(), asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()

    async def listen() -> asyncio.Server:
        return await loop.create_server(lambda: SMTP(made, hostname="mail.test", loop=loop), "127.0.0.1", 0)

    async def end() -> None:
        server.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()
        await asyncio.sleep(0)

    server = asyncio.run_coroutine_threadsafe(listen(), loop).result(60)
    made.port = server.sockets[0].getsockname()[1]
    try:
        yield made
    finally:
        asyncio.run_coroutine_threadsafe(end(), loop).result(60)
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


def json_url(server: HttpServer, path: str = "/x") -> str:
    return server.url.replace("http://", "json://") + path


def say(told: str, *, audience: str = "team", memory: Memory | None = None, **text: str) -> list[str]:
    given = {"title": "built", "body": "**all** of it", "level": "info"} | text
    return notify(services(told, audience), "k", memory=memory or Memory(), **given)


def test_one_message_to_two_services(turbo_http: HttpServer, mails: Mails) -> None:
    mail = f"mailto://127.0.0.1:{mails.port}?from=turbo@example.org&to=ada@example.org&mode=insecure"
    assert say(f"{json_url(turbo_http)}\n{mail}") == ["E-Mail", "JSON"]
    (request,) = turbo_http.requests
    told = request.json()
    assert (told["title"], told["type"]) == ("built", "info")
    assert "all" in told["message"]
    (taken,) = mails.taken
    assert "Subject: built" in taken


@pytest.mark.parametrize(
    ("level", "urgency"), [("debug", "info"), ("warning", "warning"), ("error", "failure"), ("alert", "failure")]
)
def test_levels(turbo_http: HttpServer, level: str, urgency: str) -> None:
    say(json_url(turbo_http), level=level)
    assert turbo_http.requests[0].json()["type"] == urgency


def test_audiences(turbo_http: HttpServer) -> None:
    told = f"# all of ours\n{json_url(turbo_http, '/all')}\n\non-call,managers={json_url(turbo_http, '/pager')}\n"
    say(told)
    assert [request.path for request in turbo_http.requests] == ["/all"]
    say(told, audience="on-call")
    assert sorted(request.path for request in turbo_http.requests[1:]) == ["/all", "/pager"]


def test_who_has_it_does_not_get_it_again_when_another_fails(turbo_http: HttpServer) -> None:
    told, memory = f"{json_url(turbo_http, '/good')}\n{json_url(turbo_http, '/bad')}", Memory()
    turbo_http.answer(Answer(status=503), Answer(), path="/bad")
    with pytest.raises(ServiceUnavailable, match="503"):
        say(told, memory=memory)
    say(told, memory=memory)
    say(told, memory=memory)
    assert sorted(request.path for request in turbo_http.requests) == ["/bad", "/bad", "/good"]


def test_a_service_that_is_not_there(turbo_http: HttpServer) -> None:
    told = f"{json_url(turbo_http)}?+X-Token=hidden-in-the-url"
    turbo_http.close()
    with pytest.raises(ServiceUnavailable, match="did not take") as caught:
        say(told)
    assert "hidden-in-the-url" not in str(caught.value)


def test_odd_and_long_texts(turbo_http: HttpServer) -> None:
    say(json_url(turbo_http), title="t\x00\x1b\ud800" * 1000, body="b" * 300_000)
    say(json_url(turbo_http), title="", body=" \x00")
    assert len(turbo_http.requests) == 2


@pytest.mark.parametrize("told", ["nonsense", "nosuchservice://a/b", "json://", "json://a\nnonsense"])
def test_what_names_no_service(told: str) -> None:
    with pytest.raises(ServiceFault, match="names no service") as caught:
        services(told, "team")
    assert "nonsense" not in str(caught.value)


def test_nothing_is_included(tmp_path: Path) -> None:
    (tmp_path / "more").write_text("json://127.0.0.1/")
    with pytest.raises(ServiceFault, match="names no service"):
        services(f"include file://{tmp_path}/more", "team")


@pytest.mark.parametrize("told", ["", "# nothing", "managers=json://127.0.0.1/"])
def test_nobody_is_meant(told: str) -> None:
    with pytest.raises(ServiceFault, match="no service is meant"):
        services(told, "team")


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "REMEMBERED", 2)
    memory = Memory()
    for key in "abc":
        memory.add(key, "s")
    assert [memory.has(key, "s") for key in "abc"] == [False, True, True]
