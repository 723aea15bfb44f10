"""Receivers on the loopback device: one that speaks plain HTTP (of the kit), and one with TLS and a name of its own."""

from __future__ import annotations

import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
import trustme
from turbo_core import Context

KEY = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"


@dataclass(frozen=True, slots=True, kw_only=True)
class Secure:
    """A receiver with TLS: its port, the certificate to trust, the names that it was asked under."""

    port: int
    authorities: Path
    hosts: list[str] = field(default_factory=list)


@pytest.fixture
def secure(tmp_path: Path) -> Iterator[Secure]:
    """A server whose certificate is for ``localhost`` only."""
    authority = trustme.CA()
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    hosts: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            hosts.append(self.headers["Host"])
            self.send_response(204)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = _Quiet(("127.0.0.1", 0), Handler)
    server.socket = context.wrap_socket(server.socket, server_side=True, do_handshake_on_connect=False)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield Secure(port=server.server_address[1], authorities=tmp_path / "ca.pem", hosts=hosts)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Quiet(ThreadingHTTPServer):
    """Says nothing about a client that does not trust it: a test wants just that."""

    def handle_error(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def context(tmp_path: Path) -> Context:
    return Context(run="r", task="t", attempt=1, project=tmp_path, key="r/t")
