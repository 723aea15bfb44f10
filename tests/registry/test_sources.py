from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from turbo_core.errors import RegistryRefused
from turbo_core.registry import fetching
from turbo_core.registry.index import LARGEST
from turbo_core.registry.sources import BUILT_IN, Registries, read

TEXT = json.dumps(
    {
        "format": 1,
        "plugins": [
            {
                "name": "turbo-plugin-far",
                "summary": "It is far away.",
                "kinds": ["actions"],
                "risk": "read",
                "licence": "MIT",
                "versions": [{"version": "1.0", "host": "", "api": ""}],
            }
        ],
    }
).encode()


@dataclass
class Served:
    """What a server answers, and what it was asked."""

    body: bytes = TEXT
    status: int = 200
    headers: dict[str, str] = field(default_factory=lambda: {"ETag": '"one"'})
    asked: list[str] = field(default_factory=list)
    port: int = 0
    server: ThreadingHTTPServer | None = None

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}/registry.json"

    def stop(self) -> None:
        if self.server:
            self.server.shutdown()
            self.server.server_close()
            self.server = None


@pytest.fixture
def served() -> Iterator[Served]:
    answer = Served()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            told = self.headers.get("If-None-Match", "")
            answer.asked.append(told)
            unchanged = bool(told) and told == answer.headers.get("ETag")
            self.send_response(304 if unchanged else answer.status)
            for name, value in answer.headers.items():
                self.send_header(name, value)
            self.end_headers()
            with suppress(ConnectionError):
                self.wfile.write(b"" if unchanged else answer.body)

        def log_message(self, *_told: object) -> None:
            """Say nothing."""

    answer.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    answer.port = answer.server.server_port
    thread = threading.Thread(target=answer.server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield answer
    answer.stop()
    thread.join()


def why(address: str, caches: Path) -> str:
    with pytest.raises(RegistryRefused) as caught:
        read(address, caches)
    assert caught.value.where == address
    return f"{caught.value.what}: {caught.value.why}"


def test_a_registry_is_fetched_once_and_then_only_if_it_has_changed(served: Served, tmp_path: Path) -> None:
    first = read(served.address, tmp_path)
    assert [plugin.name for plugin in first.index.plugins] == ["turbo-plugin-far"]
    assert read(served.address, tmp_path).index == first.index
    served.body, served.headers = TEXT.replace(b"far away", b"near"), {"ETag": '"two"'}
    assert read(served.address, tmp_path).index.plugins[0].summary == "It is near."
    assert served.asked == ["", '"one"', '"one"']


def test_without_a_network_what_is_remembered_counts_and_its_age_is_told(served: Served, tmp_path: Path) -> None:
    fresh = read(served.address, tmp_path)
    served.stop()
    (file,) = (tmp_path / "registries").iterdir()
    stored = json.loads(file.read_text())
    for age, told in ((30, "less than a minute"), (3700, "1 hour"), (3 * 86400, "3 days")):
        file.write_text(json.dumps(stored | {"at": stored["at"] - age}))
        old = read(served.address, tmp_path)
        assert old.index == fresh.index
        assert old.note.startswith(f"it is {told} old, because its server cannot be reached: ")
        assert "refused" in old.note
        assert read(served.address, tmp_path).note == old.note, "what is old does not become new by being used"


def test_without_a_network_and_a_memory_it_is_an_error(served: Served, tmp_path: Path) -> None:
    served.stop()
    assert "it cannot be reached: [Errno" in why(served.address, tmp_path)


def test_a_memory_that_is_damaged_or_of_another_address_does_not_count(served: Served, tmp_path: Path) -> None:
    read(served.address, tmp_path)
    (file,) = (tmp_path / "registries").iterdir()
    good = json.loads(file.read_text())
    served.stop()
    for bad in ("{", json.dumps(good | {"address": "http://127.0.0.1/other"}), json.dumps({"address": served.address})):
        file.write_text(bad)
        assert "cannot be reached" in why(served.address, tmp_path)


def test_what_is_forgotten_is_gone(served: Served, tmp_path: Path) -> None:
    read(served.address, tmp_path)
    fetching.forget(served.address, tmp_path)
    assert list((tmp_path / "registries").iterdir()) == []


@pytest.mark.parametrize(
    ("body", "status", "headers", "told"),
    [
        (b"{", 200, {}, "not JSON"),
        (TEXT.replace(b"far away", b"\\u001b[2J"), 200, {}, "control characters"),
        (TEXT, 404, {}, "404"),
        (b"", 302, {"Location": "file:///etc/passwd"}, "No connection adapters"),
        (b"", 302, {"Location": "/registry.json"}, "redirects"),
        (b"\x1f\x8b no gzip", 200, {"Content-Encoding": "gzip"}, "gzip"),
        (b" " * (LARGEST + 1), 200, {}, "more than 8,388,608 bytes"),
        (b"", 304, {}, "not JSON"),
    ],
    ids=["cut", "control characters", "missing", "to a file", "in a circle", "no gzip", "large", "nothing"],
)
def test_a_hostile_server_is_refused_in_one_error(
    served: Served, tmp_path: Path, body: bytes, status: int, headers: dict[str, str], told: str
) -> None:
    served.body, served.status, served.headers = body, status, headers
    assert told in why(served.address, tmp_path)


def test_no_more_is_read_than_may_be(served: Served, tmp_path: Path) -> None:
    assert fetching.fetch(served.address, tmp_path, len(TEXT)).text == TEXT
    with pytest.raises(RegistryRefused, match="it has more than"):
        fetching.fetch(served.address, tmp_path, len(TEXT) - 1)


@pytest.mark.parametrize(
    ("begin", "end", "allowed"),
    [
        ("https://a.example/", "https://b.example/", True),
        ("http://a.example/", "https://a.example/", True),
        ("http://a.example/", "http://b.example/", True),
        ("https://a.example/", "http://a.example/", False),
    ],
)
def test_a_way_that_begins_encrypted_ends_so(begin: str, end: str, allowed: bool) -> None:
    if allowed:
        fetching.check_way(begin, end)
    else:
        with pytest.raises(ValueError, match="not encrypted"):
            fetching.check_way(begin, end)


def test_a_slow_server_is_given_up(served: Served, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fetching, "_WHOLE", 0.0)
    assert "took more than 0 s" in why(served.address, tmp_path)


def test_what_is_read_by_a_hostile_server_is_not_remembered_as_good(served: Served, tmp_path: Path) -> None:
    read(served.address, tmp_path)
    served.body, served.headers = b"{", {"ETag": '"two"'}
    why(served.address, tmp_path)
    served.stop()
    assert read(served.address, tmp_path).index.plugins[0].name == "turbo-plugin-far"


def test_a_registry_can_be_a_file(tmp_path: Path) -> None:
    file = tmp_path / "registry.json"
    file.write_bytes(TEXT)
    for address in (str(file), f"file://{file}"):
        assert read(address, tmp_path).index.get("far")
    assert "No such file" in why(str(tmp_path / "other.json"), tmp_path)
    file.write_bytes(b" " * (LARGEST + 2))
    assert "too large" in why(str(file), tmp_path)


def test_the_first_registry_that_lists_a_plugin_speaks_for_it(tmp_path: Path) -> None:
    theirs = TEXT.replace(b"turbo-plugin-far", b"turbo-plugin-git")
    (tmp_path / "a.json").write_bytes(theirs)
    (tmp_path / "b.json").write_bytes(TEXT)
    known = Registries([str(tmp_path / "a.json"), str(tmp_path / "b.json")], tmp_path)
    git, far = known.find("git"), known.find("far")
    assert git
    assert far
    assert (git.registry, git.plugin.summary != "It is far away.") == (BUILT_IN, True)
    assert far.registry == str(tmp_path / "b.json")
    assert known.find("none") is None
    assert [registry.name for registry in known.each()] == [BUILT_IN, *known.addresses]


def test_a_registry_is_read_only_if_it_is_needed_and_only_once(served: Served, tmp_path: Path) -> None:
    known = Registries([served.address], tmp_path)
    assert known.find("git")
    assert served.asked == []
    assert known.find("far")
    assert known.find("far")
    assert served.asked == [""]
