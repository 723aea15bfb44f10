"""Failing disks without special rights: strace makes one system call of a command fail, and writes down all of them."""

from __future__ import annotations

import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from tests.acceptance.project import COMMAND, LIMIT, Project, unmeasured

CALLS = "fsync,fdatasync,pwrite64"
"""How a journal and the files beside it are written and made durable."""

_STRACE = ["strace", "--follow-forks", "--seccomp-bpf", "--decode-fds=path", "--signal=none", "--quiet=all"]
_CALL = re.compile(r"\d+ +(?P<name>\w+)\(\d+<(?P<path>[^>]*)>.*?(?P<injected> \(INJECTED\))?$")


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One system call, on a file. ``failed`` if it was made to fail."""

    name: str
    path: Path
    failed: bool

    @property
    def is_log(self) -> bool:
        """Whether it was on the log of a run that is there: what is written to it counts as an event."""
        return self.path.name == "journal.db-wal" and not self.path.parent.name.startswith(".")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended under a fault, and its calls in their order."""

    code: int
    out: str
    err: str
    calls: tuple[Call, ...]

    @property
    def failed(self) -> Call | None:
        """The call that was made to fail; none if the command did not make so many."""
        return next((call for call in self.calls if call.failed), None)

    def at_commit(self) -> bool:
        """Whether it was part of writing events: to the log of the run, or to make durable what had been written to it."""
        if self.failed is None or not self.failed.is_log:
            return False
        before = [call.name for call in self.calls[: self.calls.index(self.failed)] if call.is_log]
        return self.failed.name == "pwrite64" or before[-1:] == ["pwrite64"]

    def after_failure(self) -> tuple[Call, ...]:
        """What came after it."""
        numbers = [number for number, call in enumerate(self.calls) if call.failed]
        return self.calls[numbers[0] + 1 :] if numbers else ()


def hindrance(aside: Path) -> str:
    """Why calls cannot be made to fail here; empty if they can."""
    try:
        command = _command(aside / "tried", "fsync", "EIO", 1, ["true"])
        tried = subprocess.run(command, capture_output=True, text=True, check=False)
    except FileNotFoundError:
        return "there is no strace"
    return tried.stderr.strip() or f"strace ended with {tried.returncode}" if tried.returncode else ""


def turbo(project: Project, *arguments: str, call: str, error: str, when: int) -> Ended:
    """Run ``turbo`` and let the call number ``when`` of a name fail in each of its processes."""
    trace, out, err = (project.aside / name for name in ("trace", "out", "err"))
    with out.open("wb") as stdout, err.open("wb") as stderr:  # no pipes: what strace leaves behind could hold them open
        ended = subprocess.run(
            _command(trace, call, error, when, [COMMAND, *arguments]),
            cwd=project.folder,
            env=unmeasured(),  # coverage would write files too, and its calls would count
            stdin=subprocess.DEVNULL,
            stdout=stdout,
            stderr=stderr,
            check=False,
            timeout=LIMIT,
        )
    found = (_CALL.match(line) for line in trace.read_text("utf-8", "replace").splitlines())
    calls = tuple(Call(name=one["name"], path=Path(one["path"]), failed=bool(one["injected"])) for one in found if one)
    return Ended(code=ended.returncode, out=out.read_text(), err=err.read_text(), calls=calls)


def _command(trace: Path, call: str, error: str, when: int, command: list[str]) -> list[str]:
    return [*_STRACE, f"--trace={CALLS}", f"--inject={call}:error={error}:when={when}", f"--output={trace}", *command]
