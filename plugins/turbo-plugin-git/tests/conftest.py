"""Real repositories, made in a temporary folder with an identity of their own."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Callable
from pathlib import Path

import pytest
from turbo_core import Context


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--long", action="store_true", help="also study 50,000 commits, and replay 4,000 conflicts")


@pytest.fixture(scope="session")
def long(request: pytest.FixtureRequest) -> bool:
    """Whether what takes minutes was asked for."""
    return bool(request.config.getoption("--long"))


class Project:
    """A repository that a test can write to."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def git(self, *arguments: str, text: bytes = b"") -> str:
        done = subprocess.run(("git", *arguments), cwd=self.root, input=text, capture_output=True, check=True)
        return done.stdout.decode("utf-8", "replace").strip()

    def write(self, path: str, content: str | bytes = "x\n") -> Path:
        file = self.root / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content if isinstance(content, bytes) else content.encode())
        return file

    def commit(self, message: str = "feat: something", **files: str) -> str:
        for name, content in files.items():
            self.write(name, content)
        self.git("add", "--all")
        self.git("commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "--file=-", text=message.encode())
        return self.git("rev-parse", "HEAD")

    def tracked(self) -> str:
        return self.git("status", "--porcelain")


@pytest.fixture(autouse=True)
def _identity(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path_factory.mktemp("home")
    (home / "config").write_text("[init]\n\tdefaultBranch = main\n")
    for name in [name for name in os.environ if name.startswith("GIT_")]:
        monkeypatch.delenv(name)
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(home / "config"))
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for role in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{role}_NAME", "Ada Löve")
        monkeypatch.setenv(f"GIT_{role}_EMAIL", "ada@example.org")
        monkeypatch.setenv(f"GIT_{role}_DATE", "2026-01-02T03:04:05+01:00")


@pytest.fixture
def project(tmp_path: Path) -> Project:
    root = tmp_path / "project"
    root.mkdir()
    made = Project(root)
    made.git("init", "--quiet")
    return made


@pytest.fixture
def context(project: Project) -> Context:
    return context_of(project.root)


def context_of(folder: Path) -> Context:
    return Context(run="r", task="t", attempt=1, project=folder, key="k")


def part(declared: Callable[..., object] | None) -> Callable[..., object]:
    assert declared is not None
    return declared
