"""What a piece of code does to the world, as Python's audit events tell it.

Runs in a child process, because an audit hook stays for good. An act is a short text: ``write /a/b``, ``run git push``,
``connect 127.0.0.1:80``. Reading is no act.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from typing import Any, Final

_WRITING: Final = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_TRUNC

_ACTS: Final[dict[str, Callable[..., str]]] = {
    "os.chmod": lambda path, *_: f"change the mode of {_text(path)}",
    "os.chown": lambda path, *_: f"change the owner of {_text(path)}",
    "os.exec": lambda path, arguments, *_: f"run {_command(path, arguments)}",
    "os.kill": lambda process, number: f"send signal {number} to {process}",
    "os.killpg": lambda group, number: f"send signal {number} to the group {group}",
    "os.link": lambda source, target, *_: f"link {_text(target)} to {_text(source)}",
    "os.mkdir": lambda path, *_: f"make the folder {_text(path)}",
    "os.posix_spawn": lambda path, arguments, *_: f"run {_command(path, arguments)}",
    "os.remove": lambda path, *_: f"remove {_text(path)}",
    "os.removexattr": lambda path, *_: f"change the attributes of {_text(path)}",
    "os.rename": lambda source, target, *_: f"rename {_text(source)} to {_text(target)}",
    "os.rmdir": lambda path, *_: f"remove the folder {_text(path)}",
    "os.setxattr": lambda path, *_: f"change the attributes of {_text(path)}",
    "os.symlink": lambda source, target, *_: f"link {_text(target)} to {_text(source)}",
    "os.system": lambda command: f"run {_text(command)}",
    "os.truncate": lambda path, _length: f"write {_text(path)}",
    "os.utime": lambda path, *_: f"change the times of {_text(path)}",
    "socket.bind": lambda _socket, address: f"listen at {_address(address)}",
    "socket.connect": lambda _socket, address: f"connect {_address(address)}",
    "socket.sendmsg": lambda _socket, address: f"send to {_address(address)}",
    "socket.sendto": lambda _socket, address: f"send to {_address(address)}",
    "sqlite3.connect": lambda database: f"open the database {_text(database)}",
    "subprocess.Popen": lambda path, arguments, *_: f"run {_command(path, arguments)}",
}


class Watch:
    """Notes acts from the moment it is made until it is `stop`ped."""

    def __init__(self) -> None:
        self._acts: list[str] | None = []
        sys.addaudithook(self._hear)

    def stop(self) -> list[str]:
        """The acts so far, in order, each once; none is noted any more."""
        acts, self._acts = self._acts, None
        # Newer Pythons tell of a spawned process by two events.
        return list(dict.fromkeys(acts or []))

    def _hear(self, event: str, arguments: tuple[Any, ...]) -> None:
        if self._acts is None:
            return
        if event == "open":
            self._acts += [f"write {_text(path)}" for path in _opened_for_writing(*arguments)]
        elif event in _ACTS:
            self._acts.append(_ACTS[event](*arguments))


def _opened_for_writing(path: object, _mode: object, flags: int) -> list[object]:
    # A number is a descriptor that was opened before; what is written to the null device is gone.
    writes = flags & _WRITING and not isinstance(path, int) and _text(path) != os.devnull
    return [path] if writes else []


def _text(value: object) -> str:
    return os.fsdecode(value) if isinstance(value, bytes | os.PathLike) else str(value)


def _command(path: object, arguments: object) -> str:
    given = arguments if isinstance(arguments, list | tuple) else [arguments or path]
    return " ".join(map(_text, given))


def _address(address: object) -> str:
    return f"{address[0]}:{address[1]}" if isinstance(address, tuple) else _text(address)
