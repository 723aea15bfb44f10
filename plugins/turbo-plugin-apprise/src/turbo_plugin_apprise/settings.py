"""What a project sets for Apprise, under ``[plugins.apprise]``."""

from __future__ import annotations

from dataclasses import dataclass

from turbo_core import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The services.

    Attributes:
        services: the services, one a line, as Apprise writes them: ``URL``, or ``AUDIENCE=URL`` for those of some audiences. It
            is a secret, because such URLs hold tokens.
    """

    services: Secret | None = None
