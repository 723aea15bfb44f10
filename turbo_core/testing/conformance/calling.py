"""Calling one action in a process of its own, as a supervisor would, and learning what it did.

Owns the child process and the reading of what strace saw. Nothing is masked: a suite wants to see what an action really says.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from tempfile import mkdtemp
from typing import Literal, TypeAlias

from msgspec import Struct

from turbo_core.settings import environment
from turbo_core.testing.conformance.checks import require
from turbo_core.testing.conformance.child import BEGIN, END
from turbo_core.testing.conformance.host import Host
from turbo_core.words import JSON

Mode: TypeAlias = Literal["run", "plan", "undo", "probe"]
KEY = "conformance"
LIMIT = 120.0

_BOOT = (
    "import json, sys; from pathlib import Path; given = json.loads(Path(sys.argv[1]).read_text()); sys.path[:] = given['path']; "
    "from turbo_core.testing.conformance.child import main; main(given['request'], Path(sys.argv[2]))"
)
_CALLS = "access,faccessat,faccessat2,open,openat,creat,unlink,unlinkat,rename,renameat,renameat2,mkdir,mkdirat,rmdir,link,linkat"
_TRACED = f"trace=?{_CALLS.replace(',', ',?')},?symlink,?symlinkat,?truncate,?connect"
_LINE = re.compile(r"^(?P<call>\w+)\((?P<arguments>.*)\) += +(?P<result>-?\d+)(?P<why>.*)$")
_PORT = re.compile(r"_port=htons\((\d+)\)")
_PATH = re.compile(r'"((?:[^"\\]|\\.)*)"')


class Called(Struct, frozen=True, kw_only=True):
    """What came of one call.

    Attributes:
        state: ``succeeded`` or ``failed``.
        message: why it failed; of a plan: its sentence.
        outputs: what it gave; of a probe: ``happened`` and perhaps ``outputs``.
        log: what it printed, unmasked.
        acts: what it did to the world.
    """

    state: str
    message: str
    outputs: Mapping[str, JSON]
    log: str
    acts: tuple[str, ...]

    @property
    def ok(self) -> bool:
        """It succeeded."""
        return self.state == "succeeded"


def call(
    host: Host,
    name: str,
    arguments: Mapping[str, JSON],
    project: Path,
    *,
    mode: Mode = "run",
    outputs: Mapping[str, JSON] | None = None,
    traced: bool = False,
) -> Called:
    """Call an action or a part of it.

    Args:
        host: knows the action, and what is set for its plugin.
        name: the full name of the action.
        arguments: its arguments.
        project: the project's folder, and its current one.
        mode: the part.
        outputs: for an undo: what the action gave.
        traced: let strace tell what child processes do as well, where it is there.
    """
    aside = project.parent
    given, answer = aside / "call.json", aside / "answer.json"
    answer.unlink(missing_ok=True)
    given.write_text(json.dumps({"path": sys.path, "request": _request(host, name, arguments, project, mode, outputs or {})}))
    program = [sys.executable, "-c", _BOOT, str(given), str(answer)]
    trace = Path(mkdtemp(prefix="trace", dir=aside))
    # A file for each process, so that no line is torn apart by another process.
    tracer = ["strace", "-ff", "-qq", "-s", "4096", "-e", _TRACED, "-o", str(trace / "of")] if traced and strace_works() else []
    ended = subprocess.run(
        [*tracer, *program],
        cwd=project,
        env=environment() | {"PYTHONDONTWRITEBYTECODE": "1"},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        timeout=LIMIT,
    )
    log = ended.stdout.decode("utf-8", "backslashreplace")
    require(answer.exists(), f"{name} ended its process ({mode}): {log[-1000:]}", "raise ActionFailed instead")
    told = json.loads(answer.read_text())
    seen = [act for file in sorted(trace.iterdir()) for act in _seen(file.read_text("utf-8", "replace"))]
    return Called(
        state=told["answer"]["state"],
        message=told["answer"]["message"],
        outputs=told["answer"]["outputs"],
        log=log,
        acts=tuple(dict.fromkeys([*told["acts"], *seen])),
    )


@cache
def strace_works() -> bool:
    """Whether strace is there and allowed to trace."""
    program = shutil.which("strace")
    return (
        program is not None
        and subprocess.run([program, "-o", "/dev/null", "true"], capture_output=True, check=False).returncode == 0
    )


def _request(
    host: Host, name: str, arguments: Mapping[str, JSON], project: Path, mode: Mode, outputs: Mapping[str, JSON]
) -> dict[str, JSON]:
    context = {"run": "conformance", "task": name, "attempt": 1, "project": str(project), "key": KEY}
    return {
        "action": name,
        "entry": host.catalog.entry(name),
        "mode": mode,
        "arguments": dict(arguments),
        "outputs": dict(outputs),
        "context": context,
        "settings": host.catalog.settings(name),
        "secrets": host.catalog.secrets(name),
        "guests": host.catalog.guests(name),
    }


def _seen(trace: str) -> Iterator[str]:
    """The acts of one process as strace has written them: between the marks if it has these. Calls that failed did nothing."""
    inside = (trace.partition(f'"{BEGIN}"')[2] or trace).partition(f'"{END}"')[0]
    for line in inside.splitlines():
        found = _LINE.match(line)
        if found and (int(found["result"]) >= 0 or "EINPROGRESS" in found["why"]):
            yield from _act(found["call"], found["arguments"])


def _act(called: str, arguments: str) -> Iterator[str]:
    paths = _PATH.findall(arguments)
    if called.startswith(("open", "creat")):
        writes = called == "creat" or re.search(r"O_(WRONLY|RDWR|CREAT)", arguments)
        yield from (f"write {path}" for path in paths[:1] if writes and not path.startswith("/dev/"))
    elif called == "connect":
        yield f"connect {':'.join([*paths, *_PORT.findall(arguments)]) or arguments}"
    elif "access" not in called:
        yield f"{called} {' '.join(paths)}"
