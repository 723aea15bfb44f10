"""The built-in channel ``terminal``: messages with their level, on standard error.

Loaded as a module it writes to ``sys.stderr``. Where a live view owns the terminal, the host registers a ``TerminalChannel`` in
its place that writes above the view.
"""

from __future__ import annotations

import sys
from collections.abc import Callable

from turbo_core.hookspecs import hookimpl
from turbo_core.messages import Message, Receipt
from turbo_core.offers import ChannelOffer
from turbo_core.report.looks import look, painted
from turbo_core.report.text import one_line, strip_controls


def _to_stderr(text: str) -> None:
    sys.stderr.write(text + "\n")
    sys.stderr.flush()


class TerminalChannel:
    """Delivers messages to a terminal.

    Args:
        write: takes one message's text, without a line break at its end.
        color: whether the symbol of the level is coloured.
        unicode: whether symbols beyond ASCII can be shown.
    """

    def __init__(self, write: Callable[[str], None] = _to_stderr, *, color: bool = False, unicode: bool = False) -> None:
        self._write = write
        self._color = color
        self._unicode = unicode

    @hookimpl
    def turbo_register(self) -> list[ChannelOffer]:
        """The channel ``terminal``."""
        return [ChannelOffer(name="terminal", summary="Writes to standard error")]

    @hookimpl
    def turbo_communicate(self, message: Message) -> Receipt:
        """Write the message; that it was written is the receipt."""
        self._write(self._text(message))
        return Receipt(channel=message.channel, reference=message.key)

    def _text(self, message: Message) -> str:
        lines = [f"{self._sign(message)} {one_line(message.subject)}", *strip_controls(message.body).splitlines()]
        lines += [f"{one_line(name)}: {one_line(value)}" for name, value in message.fields.items()]
        return "\n  ".join(line for line in lines if line.strip())

    def _sign(self, message: Message) -> str:
        word, state = ("question", "asking") if message.kind == "question" else (message.level, message.level)
        return painted(f"{look(state).mark(unicode=self._unicode)} {word}:", state, color=self._color)


@hookimpl
def turbo_register() -> list[ChannelOffer]:
    """The channel ``terminal``."""
    return TerminalChannel().turbo_register()


@hookimpl
def turbo_communicate(message: Message) -> Receipt:
    """Write the message to standard error."""
    return TerminalChannel().turbo_communicate(message)
