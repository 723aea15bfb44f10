"""A real S3 for the tests: moto's server as a process on the loopback device, with credentials that are good for nothing else."""

from __future__ import annotations

import os
import re
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import suppress
from http.client import HTTPConnection
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from itertools import count
from pathlib import Path
from typing import Any

import boto3
import pytest
from turbo_core import Context
from turbo_core.testing import start_server

_NUMBERS = count(1)
_READY = r"Running on (http://127\.0\.0\.1:\d+)\n"


@pytest.fixture(scope="session")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of the server."""
    # It must not take for its own what is meant for the plugin: it reads AWS_* as well.
    clean = {name: value for name, value in os.environ.items() if not name.startswith("AWS_")}
    command = (sys.executable, "-m", "moto.server", "-H", "127.0.0.1", "-p", "0")
    running = start_server(command, folder=tmp_path_factory.mktemp("moto"), line=_READY, env=clean, limit=60)
    try:
        yield re.findall(_READY, running.output)[0]
    finally:
        running.stop()


@pytest.fixture(autouse=True)
def surroundings(server: str, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    """No request may leave the machine, and no credentials of the person who runs the tests may be read."""
    for name in [name for name in os.environ if name.startswith("AWS_")]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.mktemp("home")
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(home / "config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(home / "credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL", server)
    monkeypatch.setenv("AWS_DEFAULT_REGION", "us-east-1")
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "an-access-key-of-a-test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "a-secret-key-of-a-test")


class Store:
    """A bucket as somebody else sees it."""

    def __init__(self, name: str, client: Any) -> None:
        self.name = name
        self.client = client

    def put(self, key: str, content: bytes, **more: object) -> None:
        self.client.put_object(Bucket=self.name, Key=key, Body=content, **more)

    def read(self, key: str) -> bytes:
        content: bytes = self.client.get_object(Bucket=self.name, Key=key)["Body"].read()
        return content

    def head(self, key: str) -> Any:
        return self.client.head_object(Bucket=self.name, Key=key)

    def keys(self) -> list[str]:
        return [found["Key"] for found in self.client.list_objects_v2(Bucket=self.name).get("Contents", ())]


@pytest.fixture(scope="session")
def outsider(server: str) -> Any:
    """A client that is not the plugin's; made once, for that takes long."""
    session = boto3.session.Session("of-another", "of-another", region_name="us-east-1")
    return session.client("s3", endpoint_url=server)


@pytest.fixture
def new_bucket(outsider: Any) -> Callable[..., Store]:
    """Make a bucket; ``versions`` is ``Enabled``, ``Suspended`` or empty."""

    def make(versions: str = "") -> Store:
        name = f"bucket-{os.getpid()}-{next(_NUMBERS)}"
        outsider.create_bucket(Bucket=name)
        if versions:
            outsider.put_bucket_versioning(Bucket=name, VersioningConfiguration={"Status": versions})
        return Store(name, outsider)

    return make


@pytest.fixture
def plain(new_bucket: Callable[..., Store]) -> Store:
    return new_bucket()


@pytest.fixture
def versioned(new_bucket: Callable[..., Store]) -> Store:
    return new_bucket("Enabled")


@pytest.fixture
def context(tmp_path: Path) -> Context:
    root = tmp_path / "project"
    root.mkdir()
    return context_of(root)


def context_of(folder: Path, task: str = "t") -> Context:
    return Context(run="r", task=task, attempt=1, project=folder, key="k")


def part(declared: Callable[..., object] | None) -> Callable[..., Any]:
    assert declared is not None
    return declared


class Gate:
    """Stands before the server.

    Attributes:
        address: where it listens.
        answers: statuses and codes that it gives first, in place of the server.
        raw: a body for these, in place of the usual one.
        cut: how many bytes of a body are let through.
        after: what to do when a request of that method was served, before its answer goes back.
        asked: the methods of all requests so far.
    """

    def __init__(self, address: str) -> None:
        self.address = address
        self.answers: list[tuple[int, str]] = []
        self.after: dict[str, Callable[[], object]] = {}
        self.asked: list[str] = []
        self.raw = ""
        self.cut: int | None = None


@pytest.fixture
def gate(server: str) -> Iterator[Gate]:
    """A server that can fail, before the one that does not."""
    host = server.removeprefix("http://")
    listening = ThreadingHTTPServer(("127.0.0.1", 0), BaseHTTPRequestHandler)
    made = Gate(f"http://127.0.0.1:{listening.server_address[1]}")
    listening.RequestHandlerClass = _handler(made, host)
    thread = threading.Thread(target=listening.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield made
    finally:
        listening.shutdown()
        thread.join()
        listening.server_close()


def _handler(gate: Gate, host: str) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        def _any(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            gate.asked.append(self.command)
            if gate.answers:
                status, code = gate.answers.pop(0)
                told = gate.raw or f"<Error><Code>{code}</Code><Message>as told</Message></Error>"
                self._answer(status, [], told.encode())
                return
            connection = HTTPConnection(host)
            try:
                connection.request(self.command, self.path, body, {**self.headers, "Connection": "close"})
                got = connection.getresponse()
                content = got.read()
                gate.after.get(self.command, lambda: None)()
                with suppress(ConnectionError):  # of one that was killed
                    self._answer(got.status, got.getheaders(), content)
            finally:
                connection.close()

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            kept = [pair for pair in headers if pair[0].lower() not in {"content-length", "transfer-encoding", "connection"}]
            length = next((value for name, value in headers if name.lower() == "content-length"), str(len(body)))
            for name, value in [*kept, ("Content-Length", length if self.command == "HEAD" else str(len(body)))]:
                self.send_header(name, value)
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body[: gate.cut])
                self.close_connection = gate.cut is not None

        def log_message(self, *_: object) -> None:
            """Say nothing."""

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _any

    return Handler
