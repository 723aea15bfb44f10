"""What a project sets for its webhooks, under ``[plugins.webhook]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from turbo_core import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where messages go.

    Attributes:
        url: the receiver of every message whose audience has none of its own.
        audiences: the receivers of some audiences: audience = URL.
        signing_key: Base64, with or without ``whsec_``; messages are signed with it as Standard Webhooks has it.
        token: a bearer token that the receivers ask for.
        allow: hosts and networks (10.0.0.0/8) that need not be public, and may be asked without TLS.
        timeout: seconds for one request, its answer included.
        authorities: a file of certificates (PEM) to trust in place of the system's.
    """

    url: str = ""
    audiences: Mapping[str, str] = field(default_factory=dict)
    signing_key: Secret | None = None
    token: Secret | None = None
    allow: tuple[str, ...] = ()
    timeout: float = 20.0
    authorities: str = ""

    def __post_init__(self) -> None:
        """Refuse a time that is none."""
        if not 0 < self.timeout <= 600:
            raise ValueError("'timeout' is more than 0 and at most 600 seconds")
