"""What a project sets for Jira, under ``[plugins.jira]``."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from turbo_core import Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Which Jira, as whom, and into which projects.

    Attributes:
        url: the address of the site, such as https://example.atlassian.net.
        user: the e-mail address of the account; empty: the token is a bearer token.
        token: an API token.
        project: the key of the project for every message whose audience has none of its own.
        audiences: the projects of some audiences: audience = key of a project.
        issue_type: what an issue is: Task, Bug, Incident, …
        done: the transition, or the status, that closes an issue; empty: the first that leads to a status of the category "done".
        timeout: seconds for one request.
    """

    url: str = ""
    user: str = ""
    token: Secret | None = None
    project: str = ""
    audiences: Mapping[str, str] = field(default_factory=dict)
    issue_type: str = "Task"
    done: str = ""
    timeout: int = 30

    def __post_init__(self) -> None:
        """Refuse an address that is none."""
        if self.url and not self.url.startswith(("https://", "http://")):
            raise ValueError("'url' begins with https://")
        if not 1 <= self.timeout <= 600:
            raise ValueError("'timeout' is from 1 to 600 seconds")
