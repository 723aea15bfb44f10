"""Messages of runs that nobody holds, sent again: each with the key that it had, and what comes of it in its run's journal."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

from msgspec.structs import replace

from turbo_core.engine.courier import Courier
from turbo_core.engine.folding import held
from turbo_core.engine.mail import delivered, message_of
from turbo_core.engine.ports import Delivered
from turbo_core.engine.state import State
from turbo_core.engine.times import iso
from turbo_core.messages import Message
from turbo_core.telling.posted import Posted


def resend(
    folder: Path, known: State, lines: Sequence[Posted], courier: Courier, mask: Callable[[str], str]
) -> Iterator[tuple[Posted, str]]:
    """Send messages of one run; gives each with the fault that kept it from arriving, when that is in the journal.

    Args:
        folder: the run's folder.
        known: the run, as far as it has been folded already.
        lines: its messages to send.
        courier: carries them.
        mask: takes secrets out of text.

    Raises:
        RunHeld: its runner lives, and delivers by itself.
    """
    with held(folder, known) as (journal, state):
        for line in lines:
            told = _sent(courier, _message(state, line, mask))
            journal.stage(delivered(told), round=state.round, at=iso(time.time()))
            journal.commit()
            yield line, told.fault


def _message(state: State, line: Posted, mask: Callable[[str], str]) -> Message:
    return replace(message_of(state, state.messages[line.key], mask), channel=line.channel)


def _sent(courier: Courier, message: Message) -> Delivered:
    now = time.time()
    try:
        receipt = courier.carry(message, courier.judged(message, now, hold=False), now)
    except Exception as error:  # the boundary to foreign code
        return Delivered(key=message.key, channel=message.channel, fault=f"{type(error).__name__}: {error}", final=True)
    return Delivered(key=message.key, channel=message.channel, reference=receipt.reference)
