"""What every test gets: an environment of its own, and the installed ``turbo`` command."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import settings

pytest_plugins = ("tests.figures", "tests.plugins.shelf")

# How long an example takes says more about the machine than about the code.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# Who starts the tests in the background, or by nohup, lets them ignore these; all that they start would do so too.
for ignorable, usual in {signal.SIGHUP: signal.SIG_DFL, signal.SIGINT: signal.default_int_handler}.items():
    if signal.getsignal(ignorable) is signal.SIG_IGN:
        signal.signal(ignorable, usual)

Turbo = Callable[..., subprocess.CompletedProcess[str]]

TESTS = Path(__file__).parent
ATTACKS = {"crash", "fuzz", "injection", "mutants", "processes", "runners", "secrets", "sim", "soak", "storage"}

MEASURED = TESTS / "engine" / "process"
"""Only here are processes that tests start measured for coverage: supervisors run nowhere else. It costs much."""

GIT = {"NAME": "Test", "EMAIL": "test@example.invalid"}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What attacks Turbo takes long, and says little about one version of Python or another."""
    for item in items:
        if item.path.is_relative_to(TESTS) and item.path.relative_to(TESTS).parts[0] in ATTACKS:
            item.add_marker(pytest.mark.slow)


@pytest.fixture(autouse=True)
def own_environment(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """No setting of the person or machine that runs the tests reaches them; ``turbo`` and Python's tools are found first."""
    if not request.path.is_relative_to(MEASURED):
        monkeypatch.delenv("COVERAGE_PROCESS_CONFIG", raising=False)
    for name in [name for name in os.environ if name.startswith(("TURBO_", "GIT_")) or name == "CI"]:
        monkeypatch.delenv(name)
    home = tmp_path_factory.getbasetemp() / "home"
    home.mkdir(exist_ok=True)
    monkeypatch.setenv("HOME", str(home))
    for name in ("XDG_CACHE_HOME", "XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)
    for role in ("AUTHOR", "COMMITTER"):
        for part, value in GIT.items():
            monkeypatch.setenv(f"GIT_{role}_{part}", value)
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")


@pytest.fixture
def turbo(tmp_path: Path) -> Turbo:
    """Run ``turbo ARGS`` in ``tmp_path`` and return how it ended."""

    def run(*args: str, timeout: float = 60) -> subprocess.CompletedProcess[str]:
        command = [str(Path(sys.executable).parent / "turbo"), *args]
        return subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False, timeout=timeout)

    return run
