"""A registry of a few small packages on 127.0.0.1: what npm, Yarn and pnpm ask of one, and no more."""

from __future__ import annotations

import base64
import hashlib
import io
import json
import tarfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import unquote

PACKAGES: dict[str, dict[str, dict[str, str]]] = {
    "left": {
        "1.0.0": {"deep": "^1.0.0"},
        "1.0.1": {"deep": "^1.0.0"},
        "1.1.0": {"deep": "^1.0.0"},
        "2.0.0": {"deep": "^2.0.0"},
        "3.0.0-rc.1": {},
    },
    "deep": {"1.0.0": {}, "1.0.1": {}, "2.0.0": {}},
    "@org/scoped": {"1.2.3": {"deep": "^1.0.0"}},
}
"""Name → version → what it needs."""


def manifest(name: str, version: str) -> dict[str, Any]:
    """The ``package.json`` of a package."""
    return {"name": name, "version": version, "license": "MIT", "dependencies": PACKAGES[name][version]}


def tarball(name: str, version: str) -> bytes:
    """The package itself; the same bytes each time."""
    made = io.BytesIO()
    with tarfile.open(fileobj=made, mode="w") as archive:
        for file, text in {
            "package.json": json.dumps(manifest(name, version)),
            "index.js": f"module.exports='{version}'\n",
        }.items():
            entry = tarfile.TarInfo(f"package/{file}")
            entry.size = len(text)
            archive.addfile(entry, io.BytesIO(text.encode()))
    return made.getvalue()


def document(name: str, base: str) -> dict[str, Any]:
    """What a registry tells of a package."""
    versions = {}
    for version in PACKAGES[name]:
        digest = base64.b64encode(hashlib.sha512(tarball(name, version)).digest()).decode()
        dist = {"tarball": f"{base}/{name}/-/{version}.tgz", "integrity": f"sha512-{digest}"}
        versions[version] = manifest(name, version) | {"dist": dist}
    latest = [version for version in versions if "-" not in version][-1]
    times = dict.fromkeys(versions, "2020-01-01T00:00:00.000Z")
    return {"name": name, "dist-tags": {"latest": latest}, "versions": versions, "time": times}


class Handler(BaseHTTPRequestHandler):
    """Answers for the packages, 404 for others, and 405 to audits, as some mirrors do."""

    def do_GET(self) -> None:
        name, _, file = unquote(self.path).lstrip("/").partition("/-/")
        if name not in PACKAGES:
            self._send(404, b"{}")
        elif file:
            self._send(200, tarball(name, file.removesuffix(".tgz")))
        else:
            self._send(200, json.dumps(document(name, f"http://{self.headers['Host']}")).encode())

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", "0")))
        self._send(405, b"{}")

    def _send(self, status: int, body: bytes) -> None:
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def served() -> Iterator[str]:
    """The registry, and its address."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
