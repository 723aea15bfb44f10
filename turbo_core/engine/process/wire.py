"""Messages between the runner, the nursery and the supervisors: JSON objects with a length before each, over a local socket.

Numbers that are no integers are ``Decimal`` on both sides, exactly. This module knows no message by name.
"""

from __future__ import annotations

import json
import os
import socket
import struct
from array import array
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any, Final, TypeAlias

Message: TypeAlias = dict[str, Any]

_LENGTH: Final = struct.Struct("!I")
_CHUNK: Final = 1 << 18
_MOST_DESCRIPTORS: Final = 16
_INT: Final = array("i").itemsize
_DECIMAL: Final = "\0decimal"  # no name that anybody would use
_DECIMAL_IN_JSON: Final = json.dumps(_DECIMAL).encode()


def encode(message: Message) -> bytes:
    """Give the bytes of a message.

    Raises:
        TypeError, ValueError: the message is not JSON.
    """
    body = _ENCODER.encode(message).encode()
    return _LENGTH.pack(len(body)) + body


def _write(value: object) -> Message:
    if isinstance(value, Decimal) and value.is_finite():
        return {_DECIMAL: str(value)}
    raise TypeError(f"a value of type {type(value).__name__} is not JSON")


def _read(value: Message) -> Any:
    try:
        return Decimal(value[_DECIMAL]) if value.keys() == {_DECIMAL} else value
    except (InvalidOperation, TypeError, ValueError):
        return value


# Made once: the functions of the module json make one for each call.
_ENCODER: Final = json.JSONEncoder(default=_write, allow_nan=False, separators=(",", ":"))
_DECODER: Final = json.JSONDecoder(parse_float=Decimal)
_DECODER_OF_DECIMALS: Final = json.JSONDecoder(parse_float=Decimal, object_hook=_read)


class Wire:
    """One end of a socket pair. ``send`` may wait for the other side, ``receive`` only if asked to."""

    def __init__(self, end: socket.socket) -> None:
        self.socket = end
        self.unread: list[Message] = []
        """Messages that were given and put back; ``receive`` gives them first."""
        self._buffer = bytearray()

    def fileno(self) -> int:
        """Give the descriptor, for selectors."""
        return self.socket.fileno()

    def send(self, message: Message, *, descriptors: Sequence[int] = ()) -> bool:
        """Send one message, perhaps with open descriptors. False if the other side is gone.

        Raises:
            TypeError, ValueError: the message is not JSON; nothing was sent.
        """
        data = encode(message)
        try:
            sent = socket.send_fds(self.socket, [data], descriptors) if descriptors else 0
            self.socket.sendall(data[sent:])
        except (BrokenPipeError, ConnectionResetError):
            return False
        return True

    def receive(self, *, wait: bool = False) -> list[Message] | None:
        """Give the messages that are complete (with ``wait``, at least one); ``None`` if the other side is gone."""
        if self.unread:
            messages, self.unread = self.unread, []
            return messages
        while True:
            try:
                data = self._receive(0 if wait else socket.MSG_DONTWAIT)
            except BlockingIOError:
                return []
            except ConnectionResetError:
                return None
            if not data:
                return None
            self._buffer += data
            messages = self._take()
            if messages or not wait:
                return messages

    def close(self) -> None:
        """Close this end."""
        self.socket.close()

    def _receive(self, flags: int) -> bytes:
        return self.socket.recv(_CHUNK, flags)

    def _take(self) -> list[Message]:
        messages = []
        while len(self._buffer) >= _LENGTH.size:
            end = _LENGTH.size + _LENGTH.unpack_from(self._buffer)[0]
            if len(self._buffer) < end:
                break
            body = self._buffer[_LENGTH.size : end]
            decoder = _DECODER_OF_DECIMALS if _DECIMAL_IN_JSON in body else _DECODER
            messages.append(decoder.decode(body.decode()))
            del self._buffer[:end]
        return messages


class DescriptorWire(Wire):
    """An end that also receives open descriptors: ``descriptors``, in order of arrival, owned by whoever takes them out."""

    def __init__(self, end: socket.socket) -> None:
        super().__init__(end)
        self.descriptors = array("i")

    def _receive(self, flags: int) -> bytes:
        # Not socket.recv_fds: it does not pass the flags on.
        data, ancillary, _, _ = self.socket.recvmsg(_CHUNK, socket.CMSG_SPACE(_MOST_DESCRIPTORS * _INT), flags)
        for level, kind, content in ancillary:
            if (level, kind) == (socket.SOL_SOCKET, socket.SCM_RIGHTS):
                self.descriptors.frombytes(content[: len(content) // _INT * _INT])
        for descriptor in self.descriptors:
            os.set_inheritable(descriptor, False)
        return data
