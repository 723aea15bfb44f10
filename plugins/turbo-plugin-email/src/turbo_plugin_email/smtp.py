"""The way of a mail to its server. Knows nothing of Turbo."""

from __future__ import annotations

import smtplib
import ssl
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from ipaddress import ip_address
from typing import Final, Literal

from turbo_plugin_email.faults import MailFault, MailUnavailable

_PORTS: Final = {"starttls": 587, "tls": 465, "none": 25}
_TRANSIENT: Final = range(400, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Server:
    """A server, and who we are there.

    Attributes:
        host: its name.
        port: 0: the usual one.
        security: how the connection is protected.
        user: the account; empty: none.
        password: of the account.
        authorities: a file of certificates to trust in place of the system's; empty: the system's.
        timeout: seconds without an answer.
    """

    host: str
    port: int = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: str = field(default="", repr=False)
    authorities: str = ""
    timeout: float = 30.0

    @property
    def place(self) -> str:
        """Its name with its port."""
        return f"{self.host}:{self.port or _PORTS[self.security]}"


def send(mail: EmailMessage, server: Server) -> Mapping[str, str]:
    """Hand a mail over to a server.

    Returns:
        The addresses that the server refused, each with its reason; at least one other was taken.

    Raises:
        MailUnavailable: it cannot be reached, or tells to come again.
        MailFault: it refuses the mail, the account or all addresses, or is not who it says.
    """
    if server.user and server.security == "none" and not _is_here(server.host):
        raise MailFault(
            "the password would go over the network in clear text",
            where=server.place,
            next_step="set 'security' to starttls or tls",
        )
    with _explained(server), _connection(server) as connection:
        if server.user:
            connection.login(server.user, server.password)
        refused = connection.send_message(mail)
    return {address: _told(*reason) for address, reason in refused.items()}


def _connection(server: Server) -> smtplib.SMTP:
    port = server.port or _PORTS[server.security]
    trust = ssl.create_default_context(cafile=server.authorities or None) if server.security != "none" else None
    if server.security == "tls":
        return smtplib.SMTP_SSL(server.host, port, timeout=server.timeout, context=trust)
    connection = smtplib.SMTP(server.host, port, timeout=server.timeout)
    if server.security == "starttls":
        try:
            connection.starttls(context=trust)
        except BaseException:
            connection.close()
            raise
    return connection


@contextmanager
def _explained(server: Server) -> Iterator[None]:
    try:
        yield
    except smtplib.SMTPRecipientsRefused as error:
        told = "; ".join(f"{address}: {_told(*reason)}" for address, reason in error.recipients.items())
        later = all(code in _TRANSIENT for code, _ in error.recipients.values())
        raise _fault(later, "no address was taken", server, told, "check the addresses") from error
    except smtplib.SMTPAuthenticationError as error:
        told = _told(error.smtp_code, error.smtp_error)
        raise _fault(
            error.smtp_code in _TRANSIENT, "the account was refused", server, told, "check 'user' and 'password'"
        ) from error
    except smtplib.SMTPResponseException as error:
        told = _told(error.smtp_code, error.smtp_error)
        raise _fault(error.smtp_code in _TRANSIENT, "the mail was refused", server, told, "mend what the server tells") from error
    except smtplib.SMTPNotSupportedError as error:
        raise _fault(
            False, "the server cannot do what is set", server, str(error), "set 'security', or use plain addresses"
        ) from error
    except ssl.SSLCertVerificationError as error:
        raise _fault(
            False, "the server is not who it says", server, error.verify_message, "check 'host', or set 'authorities'"
        ) from error
    except (OSError, smtplib.SMTPException) as error:
        raise _fault(
            True, "the server could not be reached", server, str(error), "try again later, or check 'host' and 'port'"
        ) from error


def _fault(later: bool, what: str, server: Server, why: str, next_step: str) -> MailFault:
    kind = MailUnavailable if later else MailFault
    return kind(what, where=server.place, why=why, next_step=next_step)


def _told(code: int, text: bytes | str) -> str:
    return f"{code} {text.decode('utf-8', 'replace') if isinstance(text, bytes) else text}"


def _is_here(host: str) -> bool:
    try:
        return ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
