"""A real HTTP server on the loopback interface that keeps what it is asked and answers as it was told.

It knows nothing of Turbo: it stands in for whatever service a plugin talks to.
"""

from __future__ import annotations

import json
import threading
from collections import defaultdict
from collections.abc import Mapping
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from msgspec import Struct, field

_ANYWHERE = ""


class Request(Struct, frozen=True, kw_only=True):
    """One request. The names of ``headers`` are in lower case; ``query`` has the values of each parameter."""

    method: str
    path: str
    query: Mapping[str, list[str]]
    headers: Mapping[str, str]
    body: bytes

    def json(self) -> Any:
        """The body, read as JSON.

        Raises:
            ValueError: it is none.
        """
        return json.loads(self.body)


class Answer(Struct, frozen=True, kw_only=True):
    """What the server answers.

    Attributes:
        status: the HTTP status.
        body: bytes or text as they are; anything else is sent as JSON.
        headers: more headers.
        delay: seconds before the answer; it ends early when the server is closed.
        drop: close the connection and answer nothing.
    """

    status: int = 200
    body: object = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    delay: float = 0.0
    drop: bool = False


class HttpServer:
    """A server at ``url``; it listens from the moment it is made until `close`.

    Attributes:
        url: where it listens, without a slash at the end.
        requests: what it was asked, in order.
    """

    def __init__(self) -> None:
        self.requests: list[Request] = []
        self._answers: defaultdict[str, list[Answer]] = defaultdict(list)
        self._lock = threading.Lock()
        self._closing = threading.Event()
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(self))
        self.url = f"http://127.0.0.1:{self._server.server_address[1]}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        self._thread.start()

    def answer(self, *answers: Answer, path: str = _ANYWHERE) -> None:
        """Say how the next requests are answered: one after another, the last one for all that follow.

        Args:
            answers: the answers; what was said before for this path is forgotten.
            path: only for requests to this path; such answers come first.
        """
        with self._lock:
            self._answers[path] = list(answers)

    def close(self) -> None:
        """Stop listening; from now on connections are refused. Closing twice is harmless."""
        if not self._closing.is_set():
            self._closing.set()
            self._server.shutdown()
            self._server.server_close()
            self._thread.join()

    def _reply(self, request: Request) -> Answer:
        with self._lock:
            self.requests.append(request)
            told = self._answers.get(request.path) or self._answers.get(_ANYWHERE) or [Answer()]
            answer = told.pop(0) if len(told) > 1 else told[0]
        self._closing.wait(answer.delay)
        return answer


def _handler(server: HttpServer) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        """One connection, one request."""

        def _serve(self) -> None:
            place = urlsplit(self.path)
            request = Request(
                method=self.command,
                path=place.path,
                query=parse_qs(place.query, keep_blank_values=True),
                headers={name.lower(): value for name, value in self.headers.items()},
                body=self.rfile.read(int(self.headers.get("Content-Length") or 0)),
            )
            answer = server._reply(request)
            if not answer.drop:
                self._send(answer, _bytes(answer.body))

        def _send(self, answer: Answer, body: bytes) -> None:
            try:
                self.send_response(answer.status)
                for name, value in ({"Content-Length": str(len(body))} | dict(answer.headers)).items():
                    self.send_header(name, value)
                self.end_headers()
                if self.command != "HEAD":
                    self.wfile.write(body)
            except ConnectionError:
                self.close_connection = True  # the client did not wait; a test of time limits wants just that

        do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _serve  # noqa: N815 - as http.server wants

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - as http.server has it
            """Say nothing: the test has the requests."""

    return Handler


def _bytes(body: object) -> bytes:
    if isinstance(body, bytes):
        return body
    return body.encode() if isinstance(body, str) else json.dumps(body).encode()
