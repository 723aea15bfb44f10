"""`turbo messages` with an installed channel: what it missed is listed and sent again, and digests go out when they are due."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.installed.conftest import Site

CHANNEL = """
    import json
    import pathlib
    from turbo_core import ChannelOffer, Receipt, hookimpl

    @hookimpl
    def turbo_register():
        return [ChannelOffer(name="drop", summary="Into a file")]

    @hookimpl
    def turbo_communicate(message):
        if pathlib.Path("down").exists():
            raise ConnectionRefusedError("nobody there")
        with open("dropped", "a") as file:
            file.write(json.dumps([message.kind, message.subject, message.key, message.level]) + "\\n")
        return Receipt(channel="drop", reference=message.key)
"""
WORKFLOW = "name: n\ntasks:\n  a: {run: 'true'}\n  say: {communicate: hello, to: [drop], needs: [a]}\n"
RULES = '[[messages.rules]]\nkinds = ["finished"]\nchannels = ["drop"]\n'


@pytest.fixture
def dropping(site: Site) -> Site:
    site.add("drop", CHANNEL)
    site.write("turbo.yaml", WORKFLOW)
    site.write("turbo.toml", RULES)
    return site


def dropped(site: Site) -> list[list[str]]:
    file = site.project / "dropped"
    return [json.loads(line) for line in file.read_text().splitlines()] if file.exists() else []


def listed(site: Site, *arguments: str) -> list[dict[str, Any]]:
    told = site.turbo("messages", "list", "--json", *arguments)
    assert told.returncode == 0, told.stderr
    found: list[dict[str, Any]] = json.loads(told.stdout)
    return found


def test_what_a_dead_channel_missed_is_listed_and_sent_again_once(dropping: Site) -> None:
    dropping.write("down", "")
    assert dropping.turbo("run", "--plain").returncode == 0
    assert [line["subject"] for line in listed(dropping, "--undelivered")] == ["hello", "n succeeded"]
    still = dropping.turbo("messages", "resend")
    assert still.returncode == 1
    assert "not sent: hello (to drop): ConnectionRefusedError: nobody there" in still.stdout
    assert "turbo messages resend" in dropping.turbo("messages", "list").stdout

    (dropping.project / "down").unlink()
    again = dropping.turbo("messages", "resend")
    assert (again.returncode, again.stderr) == (0, "")
    assert "sent: hello (to drop)" in again.stdout
    assert "2 messages sent, 0 not" in again.stdout
    assert [line[1] for line in dropped(dropping)] == ["hello", "n succeeded"]
    assert {line["state"] for line in listed(dropping)} == {"delivered"}
    assert dropping.turbo("messages", "resend").stdout == "Everything has arrived.\n"
    assert len(dropped(dropping)) == 2
    assert [line.split()[:4] for line in dropping.turbo("messages", "stats").stdout.splitlines()[1:]] == [
        ["drop", "finished", "1", "1"],
        ["drop", "note", "1", "1"],
    ]
    assert dropping.turbo("doctor", dropping.runs()[0]).returncode == 0


def test_what_quiet_hours_held_comes_as_one_digest(dropping: Site) -> None:
    now = datetime.now(UTC)
    hours = f"{now - timedelta(hours=2):%H:%M}-{now + timedelta(hours=2):%H:%M}"
    dropping.write("turbo.toml", f'{RULES}[messages.quiet]\nhours = "{hours}"\n')
    for _ in range(2):
        assert dropping.turbo("run", "--plain").returncode == 0
    assert dropped(dropping) == []
    waiting = listed(dropping, "--undelivered")
    assert [line["subject"] for line in waiting] == ["hello", "n succeeded"] * 2
    assert all(line["why"].startswith("held for the digest at ") for line in waiting)
    assert dropping.turbo("messages", "resend").stdout == "Everything has arrived.\n"
    early = dropping.turbo("messages", "resend", "--digest")
    assert early.stdout == "sent: a digest of 4 messages (to drop)\n1 message sent, 0 not\n"
    assert [(kind, subject) for kind, subject, _key, _level in dropped(dropping)] == [("digest", "4 messages of the quiet hours")]
    assert listed(dropping, "--undelivered") == []


def test_the_words_of_messages_are_shown_before_any_is_sent(dropping: Site) -> None:
    own = dropping.project / ".turbo" / "templates" / "messages" / "finished.md.j2"
    own.parent.mkdir(parents=True)
    own.write_text("{{ run.workflow }} is over\n\nIt {{ run.outcome }}.\n")
    told = dropping.turbo("messages", "preview", "finished", "--workflow", "n")
    assert told.stdout == f"--- finished for team, to drop ({own})\nn is over\n  It failed.\n"
    whole = dropping.turbo("messages", "preview").stdout
    assert "--- failure for team, to nobody: no rule sends it (built in)" in whole
    own.write_text("{{ run.nonsense }}")
    broken = dropping.turbo("messages", "preview", "finished")
    assert broken.returncode == 2
    assert f"{own}" in broken.stderr
    assert "UndefinedError" in broken.stderr


def test_a_message_is_acknowledged_by_the_beginning_of_its_id_and_once(dropping: Site) -> None:
    assert dropping.turbo("run", "--plain").returncode == 0
    hello, _finished = listed(dropping)
    name = hello["key"].partition("/")[2]
    assert name in dropping.turbo("messages", "list").stdout
    ended = dropping.turbo("messages", "ack", name[:-1])
    assert (ended.returncode, ended.stdout) == (0, "acknowledged: hello\n"), ended.stderr
    after, other = listed(dropping)
    assert after["by"]
    assert after["acknowledged"] >= after["at"]
    assert not other["acknowledged"]
    assert f"seen by {after['by']} after " in dropping.turbo("messages", "list").stdout
    twice = dropping.turbo("messages", "ack", name)
    assert twice.returncode == 2
    assert f"{after['by']} has acknowledged it at" in twice.stderr
    stray = dropping.turbo("messages", "ack", "nonsense")
    assert stray.returncode == 2
    assert "there is no such message" in stray.stderr
    both = dropping.turbo("messages", "ack", "")
    assert "2 messages begin so" in both.stderr
