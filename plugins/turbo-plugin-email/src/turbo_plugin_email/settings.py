"""What a project sets for its mails, under ``[plugins.email]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from turbo_core import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """By which server mails go, from whom, and to whom.

    Attributes:
        host: the server that takes mails (SMTP).
        port: its port; 0: the usual one, 587 with STARTTLS, 465 with TLS, 25 without.
        security: ``starttls``, ``tls`` from the first byte on, or ``none``.
        user: the account at the server; empty: it asks for none.
        password: that of the account.
        sender: the address that mails come from, such as ``Turbo <turbo@example.org>``.
        to: the addresses of every message whose audience has none of its own.
        audiences: the addresses of some audiences: audience = list of addresses.
        authorities: a file of certificates (PEM) to trust in place of the system's.
        timeout: seconds without an answer of the server.
    """

    host: str = "localhost"
    port: int = 0
    security: Literal["starttls", "tls", "none"] = "starttls"
    user: str = ""
    password: Secret | None = None
    sender: str = ""
    to: tuple[str, ...] = ()
    audiences: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    authorities: str = ""
    timeout: float = 30.0

    def __post_init__(self) -> None:
        """Refuse an account without a password."""
        if self.user and self.password is None:
            raise ValueError("'user' needs 'password', the name of a secret")
        if not 0 < self.timeout <= 600:
            raise ValueError("'timeout' is more than 0 and at most 600 seconds")
