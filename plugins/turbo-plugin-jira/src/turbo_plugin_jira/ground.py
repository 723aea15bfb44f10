"""What channel and actions share: settings as a site, and faults as errors that the host understands."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from turbo_core import ActionFailed, ActionUnavailable

from turbo_plugin_jira.faults import JiraFault, JiraUnavailable
from turbo_plugin_jira.settings import Settings
from turbo_plugin_jira.site import Site


@contextmanager
def told() -> Iterator[None]:
    """What the adapter refuses inside becomes an error of the host."""
    try:
        yield
    except JiraFault as fault:
        kind = ActionUnavailable if isinstance(fault, JiraUnavailable) else ActionFailed
        raise kind(fault.what, where=fault.where, why=fault.why, next_step=fault.next_step) from fault


def site_of(settings: Settings) -> Site:
    """The site of the settings.

    Raises:
        ActionFailed: it is not set.
    """
    if not settings.url or settings.token is None:
        raise ActionFailed("no site is set", next_step="set 'url' and 'token' under [plugins.jira] in turbo.toml")
    return Site(settings.url, user=settings.user, token=settings.token.reveal(), timeout=settings.timeout)


def project_of(settings: Settings, audience: str) -> str:
    """The project of an audience.

    Raises:
        ActionFailed: it has none.
    """
    found = settings.audiences.get(audience, settings.project)
    if not found:
        raise ActionFailed(
            f"the audience {audience!r} has no project",
            next_step="set 'project' or 'audiences' under [plugins.jira] in turbo.toml",
        )
    return found
