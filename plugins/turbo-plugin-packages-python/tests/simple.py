"""Serves a folder of wheels as a package index (the simple repository API, PEP 503) on the loopback interface."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path


@contextmanager
def serve(folder: Path) -> Iterator[str]:
    """The address of the index, ``…/simple``, as long as the context lasts."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            parts = self.path.split("?", maxsplit=1)[0].strip("/").split("/")
            if parts[0] == "files":
                self._answer((folder / parts[1]).read_bytes(), "application/zip")
                return
            wheels = sorted(folder.glob(f"{parts[-1].replace('-', '_')}-*.whl"))
            links = [
                f'<a href="/files/{one.name}#sha256={sha256(one.read_bytes()).hexdigest()}">{one.name}</a>' for one in wheels
            ]
            self._answer("".join(links).encode(), "text/html", 200 if links else 404)

        def _answer(self, body: bytes, kind: str, code: int = 200) -> None:
            self.send_response(code)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}/simple"
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
