"""What a mail says, and to whom."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default
from typing import cast

import pytest

from turbo_plugin_email.faults import MailFault
from turbo_plugin_email.letters import addresses, letter
from turbo_plugin_email.rendering import SHOWN, Text, html, line, plain

SENDER = "Turbo <turbo@example.org>"


def arrived(text: Text, **more: object) -> EmailMessage:
    """A mail as its reader gets it."""
    made = letter(text, key="k", sender=SENDER, to=["Ada <ada@example.org>", "b@example.org"], **more)  # type: ignore[arg-type]
    return message_from_bytes(made.as_bytes(), policy=default)


def part(mail: EmailMessage, kind: str) -> str:
    found = mail.get_body((kind,))
    assert found is not None
    return cast("str", found.get_content())


def test_headers_and_parts() -> None:
    mail = arrived(Text(title="build\nfails ü", body="**no**", level="alert"), attachments={"log ü.txt": b"\x00", "x": b"1"})
    assert (mail["Subject"], mail["From"], mail["To"]) == ("build fails ü", SENDER, "Ada <ada@example.org>, b@example.org")
    assert (mail["Auto-Submitted"], mail["Importance"], mail["In-Reply-To"]) == ("auto-generated", "high", None)
    assert mail["Date"].datetime.tzinfo is not None
    assert "**no**" in part(mail, "plain")
    assert "<strong>no</strong>" in part(mail, "html")
    names = [(each.get_filename(), each.get_content_type()) for each in mail.iter_attachments()]
    assert names == [("log ü.txt", "text/plain"), ("x", "application/octet-stream")]


def test_the_name_follows_from_the_key_and_the_thread_from_the_first_mail() -> None:
    first = arrived(Text(title="a"))
    assert first["Message-ID"] == arrived(Text(title="b"))["Message-ID"]
    assert first["Message-ID"].endswith("@example.org>")
    second = letter(Text(title="a"), key="other", sender=SENDER, to=["a@example.org"], reply_to=first["Message-ID"])
    assert second["Message-ID"] != first["Message-ID"]
    assert second["In-Reply-To"] == second["References"] == first["Message-ID"]


def test_what_tasks_say_stays_text() -> None:
    odd = '<script>alert(1)</script> <img src="https://spy.example/x">'
    told = html(Text(title=odd, body=f"{odd}\n\n![x](https://spy.example/y)", fields={odd: odd}, links={odd: "javascript:x"}))
    assert "<script" not in told
    assert "<img" not in told
    assert "<a " not in html(Text(title="t", body="[x](javascript:alert) [y](data:text/html,x)", links={"z": "javascript:x"}))
    assert '<a href="https://e.example/?a=1&amp;b=2">report</a>' in html(
        Text(title="t", links={"report": "https://e.example/?a=1&b=2"})
    )


def test_characters_that_no_mail_may_hold() -> None:
    odd = "a\x00b\x1b[31mc\u202ed\ud800e\u2028f\xa0g"
    mail = arrived(Text(title=odd, body=odd, fields={odd: odd}))
    assert mail["Subject"] == "ab[31mcd?e f g" or mail["Subject"] == "ab[31mcde f g"
    for kind in ("plain", "html"):
        assert not set("\x00\x1b\u202e") & set(part(mail, kind))


def test_long_texts() -> None:
    mail = arrived(Text(title="s" * 5000, body="b" * (SHOWN + 1)))
    assert (len(mail["Subject"]), mail["Subject"][-1]) == (200, "…")
    assert part(mail, "plain").count("b") == SHOWN
    assert max(len(row) for row in mail.as_bytes().splitlines()) <= 998


def test_fields_links_and_footer_stand_in_both_parts() -> None:
    text = Text(title="t", fields={"answer": "turbo approve"}, links={"report": "report.html"}, footer="Turbo · run r")
    for told in (plain(text), html(text)):
        for word in ("answer", "turbo approve", "report", "report.html", "Turbo · run r"):
            assert word in told


def test_a_line_has_no_end() -> None:
    assert line("a\r\nBcc: b@example.org") == "a Bcc: b@example.org"


@pytest.mark.parametrize("told", ["ada@example.org", "Ada <ada@example.org>", '"Ada, L." <ada@example.org>', "<ada@example.org>"])
def test_addresses(told: str) -> None:
    assert addresses([told])[0].addr_spec == "ada@example.org"


@pytest.mark.parametrize(
    "told", ["", "ada", "ada@", "@example.org", "a b@example.org", "a@b, c@d", "a@b\nBcc: c@d", "Ada <>", "<"]
)
def test_what_is_no_address(told: str) -> None:
    with pytest.raises(MailFault, match="no address"):
        addresses([told])


def test_nobody_to_write_to() -> None:
    with pytest.raises(MailFault, match="nobody"):
        addresses([])
