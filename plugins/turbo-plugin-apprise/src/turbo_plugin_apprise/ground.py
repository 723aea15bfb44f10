"""What channel and actions share: faults as errors that the host understands, and a body with all that belongs to a message."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from turbo_core import ActionFailed, ActionUnavailable

from turbo_plugin_apprise.faults import ServiceFault, ServiceUnavailable
from turbo_plugin_apprise.settings import Settings


@contextmanager
def told() -> Iterator[None]:
    """What the adapter refuses inside becomes an error of the host."""
    try:
        yield
    except ServiceFault as fault:
        kind = ActionUnavailable if isinstance(fault, ServiceUnavailable) else ActionFailed
        raise kind(fault.what, where=fault.where, why=fault.why, next_step=fault.next_step) from fault


def lines_of(settings: Settings) -> str:
    """What is set, a line for each service.

    Raises:
        ActionFailed: nothing is set.
    """
    if settings.services is None:
        raise ActionFailed(
            "no services are set", next_step="set 'services' under [plugins.apprise] in turbo.toml: the name of a secret"
        )
    return settings.services.reveal()


def body_of(body: str, fields: Mapping[str, str], links: Mapping[str, str], footer: str) -> str:
    """One text of all parts, in Markdown."""
    rows = "\n".join(f"- **{name}**: {value}" for name, value in fields.items() if name)
    more = "\n".join(f"- [{title}]({address})" for title, address in links.items())
    return "\n\n".join(part for part in (body.strip(), rows, more, footer) if part)
