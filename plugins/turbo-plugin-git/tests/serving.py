"""Real servers for real clients, on 127.0.0.1: ``git http-backend`` behind HTTP, and sshd, a process for a connection."""

from __future__ import annotations

import base64
import contextlib
import os
import shutil
import socket
import subprocess
import threading
from collections.abc import Iterator
from getpass import getuser
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import urlsplit

LOGIN = "ada:planted-token-8Qk2vT9xZr"


class _Backend(BaseHTTPRequestHandler):
    """Hands a request to ``git http-backend``, which is a CGI program."""

    folder: Path
    asked: list[str]

    def do_GET(self) -> None:
        self.answer()

    def do_POST(self) -> None:
        self.answer()

    def answer(self) -> None:
        self.asked.append(self.path)
        proof = base64.b64encode(LOGIN.encode()).decode()
        if self.headers.get("Authorization") != f"Basic {proof}":
            self.send_response(401)
            self.send_header("WWW-Authenticate", 'Basic realm="tests"')
            self.send_header("Content-Length", "0")
            self.end_headers()
            return
        body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
        done = subprocess.run(("git", "http-backend"), input=body, env=self.environment(), capture_output=True, check=False)
        head, _, content = done.stdout.partition(b"\r\n\r\n")
        lines = dict(line.split(": ", 1) for line in head.decode().split("\r\n"))
        self.send_response(int(lines.pop("Status", "200").split()[0]))
        for name, value in lines.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def environment(self) -> dict[str, str]:
        parts = urlsplit(self.path)
        return {
            "PATH": os.environ["PATH"],
            "GIT_PROJECT_ROOT": str(self.folder),
            "GIT_HTTP_EXPORT_ALL": "1",
            "REMOTE_USER": "ada",
            "REMOTE_ADDR": "127.0.0.1",
            "REQUEST_METHOD": self.command,
            "PATH_INFO": parts.path,
            "QUERY_STRING": parts.query,
            "CONTENT_TYPE": self.headers.get("Content-Type", ""),
            "HTTP_CONTENT_ENCODING": self.headers.get("Content-Encoding", ""),
            "HTTP_GIT_PROTOCOL": self.headers.get("Git-Protocol", ""),
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "safe.directory",
            "GIT_CONFIG_VALUE_0": "*",
        }

    def log_request(self, *args: object) -> None:
        """Nothing: a test that fails shows what the client says."""


@contextlib.contextmanager
def over_http(folder: Path) -> Iterator[tuple[str, list[str]]]:
    """Serve the bare repositories in a folder; gives the address, and the paths that are asked for."""
    asked: list[str] = []
    handler = type("Backend", (_Backend,), {"folder": folder, "asked": asked})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.server_address[1]}", asked
        finally:
            server.shutdown()
            thread.join()


def why_no_sshd() -> str:
    """Why there can be no SSH server here; empty if there can."""
    if sshd() is None or shutil.which("ssh-keygen") is None:
        return "sshd is not installed (apt-get install openssh-server)"
    if os.geteuid() == 0 and not Path("/run/sshd").is_dir():
        return "sshd run by root needs the folder /run/sshd"
    return ""


def sshd() -> str | None:
    return shutil.which("sshd", path=f"{os.environ['PATH']}:/usr/sbin:/usr/local/sbin")


class OverSsh:
    """An SSH server with keys and settings of its own. ``command`` is the client that trusts it and is trusted by it."""

    def __init__(self, folder: Path) -> None:
        for name in ("host", "client"):
            subprocess.run(("ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", str(folder / name)), check=True)
        self.log = folder / "log"
        self.config = folder / "sshd_config"
        self.config.write_text(
            f"HostKey {folder}/host\nAuthorizedKeysFile {folder}/client.pub\nStrictModes no\nUsePAM no\nPidFile none\n"
            "PasswordAuthentication no\nKbdInteractiveAuthentication no\nPermitRootLogin prohibit-password\n"
        )
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]
        known = folder / "known_hosts"
        key = (folder / "host.pub").read_text()
        known.write_text(f"[127.0.0.1]:{self.port} {key}")
        self.command = (
            f"ssh -F none -i {folder}/client -o IdentitiesOnly=yes -o BatchMode=yes -o UserKnownHostsFile={known} "
            "-o GlobalKnownHostsFile=/dev/null -o StrictHostKeyChecking=yes"
        )
        self.children: list[subprocess.Popen[bytes]] = []
        self.over = False
        self.thread = threading.Thread(target=self.serve)

    def serve(self) -> None:
        """One ``sshd -i`` for each connection, so that no port has to be guessed."""
        while True:
            connection, _ = self.listener.accept()
            if self.over:
                connection.close()
                return
            with connection, self.log.open("ab") as log:
                command = (sshd() or "sshd", "-i", "-e", "-f", str(self.config))
                self.children.append(subprocess.Popen(command, stdin=connection.fileno(), stdout=connection.fileno(), stderr=log))

    def address(self, repository: Path) -> str:
        return f"ssh://{getuser()}@127.0.0.1:{self.port}{repository}"

    def refusal(self) -> str:
        """Why this machine lets nobody in; empty if it does."""
        client = (*self.command.split(), "-p", str(self.port), f"{getuser()}@127.0.0.1", "git --version")
        done = subprocess.run(client, stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False, timeout=120)
        return "" if done.returncode == 0 else f"{done.stderr.strip()} {self.log.read_text()[-500:]}"


@contextlib.contextmanager
def over_ssh(folder: Path) -> Iterator[OverSsh]:
    """Serve the repositories of this machine over SSH."""
    server = OverSsh(folder)
    server.thread.start()
    try:
        yield server
    finally:
        server.over = True
        socket.create_connection(("127.0.0.1", server.port)).close()  # so that it looks up and sees that it is over
        server.thread.join()
        server.listener.close()
        for child in server.children:
            if child.poll() is None:
                child.terminate()
            child.wait()
