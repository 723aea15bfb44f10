"""Prometheus and its push gateway, as Debian packs them: real servers on the loopback device.

What is not on the path is unpacked from Debian's package into a folder of the tests; nothing is installed. Where there is no such
package the tests that need it are skipped, with the reason.
"""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from turbo_core.testing import free_port, start_server

LIMIT = 60.0
"""Seconds that a server has to become ready."""

Find = Callable[[str, str], str]


@pytest.fixture(scope="session")
def find(tmp_path_factory: pytest.TempPathFactory) -> Find:
    """Gives the path of a program, by its name and the name of Debian's package; skips the test where there is none."""
    base = tmp_path_factory.getbasetemp()
    shared = base.parent if os.environ.get("PYTEST_XDIST_WORKER") else base

    def look(program: str, package: str) -> str:
        found = shutil.which(program) or _unpacked(shared / "debian", program, package)
        return found or pytest.skip(f"{program} is not there, and Debian's package {package} could not be fetched")

    return look


def _unpacked(folder: Path, program: str, package: str) -> str | None:
    """The program from its package; every process of the tests comes here, and one of them fetches."""
    place = folder / package
    place.mkdir(parents=True, exist_ok=True)
    with (folder / f"{package}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        tried = place / "tried"
        if not tried.exists() and shutil.which("apt-get") and shutil.which("dpkg-deb"):
            _fetch(place, package)
        tried.touch()
    file = place / "root" / "usr" / "bin" / program
    return str(file) if file.exists() else None


def _fetch(place: Path, package: str) -> None:
    _quietly(place, "apt-get", "download", package)
    for archive in place.glob("*.deb"):
        _quietly(place, "dpkg-deb", "--extract", str(archive), str(place / "root"))


def _quietly(place: Path, *command: str) -> None:
    subprocess.run(command, cwd=place, stdin=subprocess.DEVNULL, capture_output=True, check=False, timeout=100)


@pytest.fixture
def gateway(find: Find, tmp_path: Path) -> Iterator[str]:
    """A push gateway."""
    program = find("prometheus-pushgateway", "prometheus-pushgateway")
    with _listening(tmp_path, lambda address: [program, f"--web.listen-address={address}"]) as address:
        yield f"http://{address}"


@contextmanager
def _listening(folder: Path, command: Callable[[str], list[str]]) -> Iterator[str]:
    """A server, and its address: a port that was free, or another one where somebody was quicker."""
    for last in (False, False, True):
        port = free_port()
        address = f"127.0.0.1:{port}"
        try:
            server = start_server(command(address), folder=folder, port=port, line="Listening on", limit=LIMIT)
            break
        except AssertionError as error:
            if last or "address already in use" not in str(error):
                raise
    try:
        yield address
    finally:
        server.stop()


@pytest.fixture
def prometheus(find: Find, gateway: str, tmp_path: Path) -> Iterator[str]:
    """A Prometheus that scrapes the push gateway every second."""
    program = find("prometheus", "prometheus")
    config = tmp_path / "prometheus.yml"
    target = gateway.removeprefix("http://")
    config.write_text(
        "global: {scrape_interval: 1s, scrape_timeout: 1s}\n"
        f"scrape_configs: [{{job_name: gateway, honor_labels: true, static_configs: [{{targets: ['{target}']}}]}}]\n"
    )

    def command(address: str) -> list[str]:
        files = [f"--config.file={config}", f"--storage.tsdb.path={tmp_path / 'data'}"]
        return [program, *files, f"--web.listen-address={address}"]

    with _listening(tmp_path, command) as address:
        yield f"http://{address}"
