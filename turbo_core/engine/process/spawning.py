"""Starts one command: found on the attempt's own PATH, in a session of its own, with nothing inherited.

It is made for a process that runs one attempt at a time: the working directory of the caller is borrowed for a moment. What
cannot be started is an error that says why.
"""

from __future__ import annotations

import errno
import os
import signal
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

# What Python ignores or handles; and what it was started without: a shell's background (INT, QUIT), nohup (HUP).
_RESET: Final = (
    signal.SIGPIPE,
    signal.SIGXFSZ,
    signal.SIGTERM,
    signal.SIGCHLD,
    signal.SIGINT,
    signal.SIGQUIT,
    signal.SIGHUP,
)
_NEXT: Final = {
    errno.ENOENT: "no such program",
    errno.EACCES: "the file may not be executed",
    errno.ENOEXEC: "the file is no program; a script needs a first line such as #!/bin/sh",
    errno.E2BIG: "arguments and environment together are too long for this system",
}


class StartFailed(Exception):  # noqa: N818  -- named by what happened, like every error here
    """A command could not be started; the message says why."""


def start(argv: tuple[str, ...], *, env: Mapping[str, str], cwd: Path, nothing: int, output: int) -> int:
    """Start a command and give its pid; it leads a session and a process group of its own.

    Args:
        argv: the program and its arguments.
        env: the whole environment.
        cwd: where it runs; a relative path of the program starts there.
        nothing: descriptor of its standard input.
        output: descriptor of its standard output and error.

    Raises:
        StartFailed: there is no such folder or program, it may not be executed, or the system refuses it.
    """
    enter(cwd)
    try:
        return _spawn(argv, env, [(os.POSIX_SPAWN_DUP2, source, to) for source, to in ((nothing, 0), (output, 1), (output, 2))])
    except OSError as error:
        raise StartFailed(f"{argv[0]} could not be started: {_reason(error)}") from error
    except ValueError as error:
        raise StartFailed(f"{argv[0]!r} could not be started: {error}") from error
    finally:
        os.chdir("/")


def enter(cwd: Path) -> None:
    """Make a folder the working directory of this process.

    Raises:
        StartFailed: it cannot be entered.
    """
    try:
        os.chdir(cwd)
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else str(error)
        raise StartFailed(f"the working directory {str(cwd)!r} cannot be entered: {reason}") from error


def _spawn(argv: tuple[str, ...], env: Mapping[str, str], files: list[tuple[int, int, int]]) -> int:
    refused: OSError = FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT))
    for program in _candidates(argv[0], env):
        try:
            return os.posix_spawn(program, argv, env, file_actions=files, setsid=True, setsigmask=(), setsigdef=_RESET)
        except (FileNotFoundError, NotADirectoryError):
            continue
        except PermissionError as error:
            refused = error
    raise refused


def _candidates(program: str, env: Mapping[str, str]) -> Iterator[str]:
    if "/" in program:
        yield program
    elif program:
        places = (f"{folder or '.'}/{program}" for folder in env.get("PATH", os.defpath).split(os.pathsep))
        # A start that fails costs as much as one that does not: only where there is something is one tried.
        yield from (place for place in places if os.access(place, os.F_OK))


def _reason(error: OSError) -> str:
    number = error.errno or 0
    return _NEXT.get(number, os.strerror(number))
