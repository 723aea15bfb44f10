"""Tries commands without doing them. What a dry run cannot decide here is called unverifiable, and never verified.

A dry run reads the project's own build files with the project's own tools, which may evaluate what stands in them: it is as safe
as opening the project in an editor that knows it, and no safer.
"""

from __future__ import annotations

import os
import re
import subprocess
import tempfile
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import Final

from turbo_plugin_project.commanding import Inferred
from turbo_plugin_project.values import Command, Verdict

_SEALED: Final = {
    "CARGO_NET_OFFLINE": "true",
    "CI": "true",
    "GOFLAGS": "-mod=readonly",
    "GOPROXY": "off",
    "GOTOOLCHAIN": "local",
    "NO_COLOR": "1",
    "NO_UPDATE_NOTIFIER": "1",
    "PIP_NO_INDEX": "1",
    "PYTHONDONTWRITEBYTECODE": "1",
    "npm_config_offline": "true",
    "npm_config_update_notifier": "false",
}
"""A dry run leaves nothing behind, and asks nobody."""

_TAIL: Final = 300
_AT_ONCE: Final = 4


def tried(root: Path, inferred: Sequence[Inferred], seconds: float) -> list[Command]:
    """The commands with their verdicts. Equal dry runs in one folder are made once.

    Args:
        root: the folder that the projects' paths are relative to.
        inferred: the commands.
        seconds: how long a dry run may take.
    """
    wanted = dict.fromkeys((one.command.project, _filled(one)) for one in inferred)
    with tempfile.TemporaryDirectory() as kept, ThreadPoolExecutor(_AT_ONCE) as pool:
        ran = dict(zip(wanted, pool.map(lambda key: _run(root / key[0], key[1], kept, seconds), wanted), strict=True))
    return [_judged(one, ran[one.command.project, _filled(one)]) for one in inferred]


def _filled(one: Inferred) -> tuple[str, ...]:
    return tuple(part.replace("{target}", one.target) for part in one.trial.argv)


def _run(folder: Path, argv: tuple[str, ...], kept: str, seconds: float) -> tuple[int | None, str]:
    """The exit code and what was said; no code if it could not be started, or did not end."""
    with tempfile.TemporaryDirectory(dir=kept) as temporary:
        command = [part.replace("{temporary}", temporary) for part in argv]
        try:
            ended = subprocess.run(
                command,
                cwd=folder,
                env=_environment(os.environ, temporary),
                stdin=subprocess.DEVNULL,
                capture_output=True,
                check=False,
                timeout=seconds,
            )
        except subprocess.TimeoutExpired:
            return None, f"it had not ended after {seconds:g} s"
        except OSError as error:
            return None, f"{argv[0]} cannot be started: {(error.strerror or 'unknown').lower()}"
    return ended.returncode, (ended.stdout + b"\n" + ended.stderr).decode(errors="replace").strip()


def _environment(outer: Mapping[str, str], temporary: str) -> dict[str, str]:
    return {**outer, **_SEALED, "TOX_WORK_DIR": temporary}


def _judged(one: Inferred, ran: tuple[int | None, str]) -> Command:
    code, text = ran
    dry = " ".join(_filled(one))
    last = (text.splitlines() or [""])[-1].strip()[-_TAIL:]
    state: Verdict
    if code is None:
        state, said = "unverifiable", text
    elif code in one.trial.good and (not one.trial.listed or re.search(rf"(?<![\w:-]){re.escape(one.target)}(?![\w:-])", text)):
        state, said = "verified", f"{dry} ended with {code}"
    elif code not in one.trial.good and one.trial.missing and re.search(one.trial.missing, text):
        told = next(line.strip() for line in text.splitlines() if re.search(one.trial.missing, line))
        state, said = "unverifiable", f"something is not installed here: {told[-_TAIL:]}"
    elif code in one.trial.good:
        state, said = "failed", f"{dry} does not list {one.target}"
    else:
        state, said = "failed", f"it ended with {code}: {last}"
    return replace(one.command, state=state, checked=dry, said=said)
