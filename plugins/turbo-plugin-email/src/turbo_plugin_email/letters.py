"""A mail as the standards have it: addresses, a name that stays the same, the thread, and its parts. Knows nothing of Turbo."""

from __future__ import annotations

import hashlib
import mimetypes
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from email.errors import MessageError
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from turbo_plugin_email.faults import MailFault
from turbo_plugin_email.rendering import Text, html, line, plain


def letter(
    text: Text,
    *,
    key: str,
    sender: str,
    to: Sequence[str],
    reply_to: str = "",
    attachments: Mapping[str, bytes] | None = None,
) -> EmailMessage:
    """Make a mail.

    Args:
        text: what it says.
        key: the same whenever the same mail is made: its ``Message-ID`` follows from it, and mailboxes drop doubles by that.
        sender: one address.
        to: at least one.
        reply_to: the ``Message-ID`` of the first mail of the thread; empty: it opens one.
        attachments: file name → content.

    Raises:
        MailFault: an address is none.
    """
    origin = addresses([sender])[0]
    mail = EmailMessage(policy=SMTP)
    mail["Subject"] = line(text.title)
    mail["From"] = origin
    mail["To"] = addresses(to)
    mail["Date"] = format_datetime(datetime.now(UTC))
    mail["Message-ID"] = message_id(key, origin.domain)
    mail["Auto-Submitted"] = "auto-generated"  # RFC 3834: nobody's holiday notice answers it
    if reply_to:
        mail["In-Reply-To"] = reply_to
        mail["References"] = reply_to
    if text.level == "alert":
        mail["Importance"] = "high"
    mail.set_content(plain(text))
    mail.add_alternative(html(text), subtype="html")
    for name, content in (attachments or {}).items():
        kind, _, subtype = (mimetypes.guess_type(name)[0] or "application/octet-stream").partition("/")
        mail.add_attachment(content, maintype=kind, subtype=subtype, filename=line(name))
    return mail


def addresses(told: Sequence[str]) -> tuple[Address, ...]:
    """Addresses as people write them: ``ada@example.org`` or ``Ada <ada@example.org>``.

    Raises:
        MailFault: there is none, or one is not of this form.
    """
    if not told:
        raise MailFault("there is nobody to write to", next_step="name an address")
    return tuple(_address(each) for each in told)


def message_id(key: str, domain: str) -> str:
    """The name of a mail."""
    return f"<{hashlib.sha256(key.encode('utf-8', 'replace')).hexdigest()[:40]}@{domain}>"


def _address(told: str) -> Address:
    name, _, rest = told.rpartition("<")
    try:
        found = Address(
            display_name=name.strip().strip('"'), addr_spec=rest.removesuffix(">").strip() if name or "<" in told else told
        )
    except (ValueError, IndexError, MessageError) as error:  # what its parser raises depends on what it meets
        raise _none(told, str(error)) from error
    if not found.username or not found.domain or not told.isprintable():
        raise _none(told, "it has no name or no domain")
    return found


def _none(told: str, why: str) -> MailFault:
    return MailFault("this is no address", where=repr(told), why=why, next_step="write it as name@example.org")
