from __future__ import annotations

import pluggy
import pytest

from turbo_core import hookspecs, replace
from turbo_core.builtin import communicate
from turbo_core.builtin.communicate import TerminalChannel
from turbo_core.messages import Message, Receipt
from turbo_core.offers import ChannelOffer

MESSAGE = Message(
    key="k1", run="r", task="t", kind="note", level="warning", subject="low\x1b[2J disk", body="one\ntwo\x1b[31m",
    channel="terminal", fields={"free": "3 GB\n"},
)  # fmt: skip


def test_a_message_is_written_with_its_level_and_harmless() -> None:
    written: list[str] = []
    receipt = TerminalChannel(written.append).turbo_communicate(MESSAGE)
    assert written == ["! warning: low disk\n  one\n  two\n  free: 3 GB"]
    assert receipt == Receipt(channel="terminal", reference="k1")


def test_only_the_sign_is_coloured() -> None:
    written: list[str] = []
    TerminalChannel(written.append, color=True, unicode=True).turbo_communicate(MESSAGE)
    assert written[0].startswith("\x1b[33m! warning:\x1b[0m low disk\n")


def test_a_question_is_no_warning() -> None:
    written: list[str] = []
    TerminalChannel(written.append).turbo_communicate(replace(MESSAGE, kind="question", subject="Go?", body="", fields={}))
    assert written == ["? question: Go?"]


@pytest.mark.parametrize("plugin", [communicate, TerminalChannel()])
def test_pluggy_takes_the_module_and_the_channel(plugin: object, capsys: pytest.CaptureFixture[str]) -> None:
    manager = pluggy.PluginManager("turbo")
    manager.add_hookspecs(hookspecs)
    manager.register(plugin)
    manager.check_pending()
    (offers,) = manager.hook.turbo_register()
    assert [type(offer) for offer in offers] == [ChannelOffer]
    assert offers[0].name == "terminal"
    assert manager.hook.turbo_communicate(message=MESSAGE, settings=None, ask=None) == [
        Receipt(channel="terminal", reference="k1")
    ]
    assert capsys.readouterr().err.startswith("! warning: low disk\n  one\n")
