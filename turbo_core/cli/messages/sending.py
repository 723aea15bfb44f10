"""Sending messages apart from any run: what has not arrived, and digests."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator, Sequence

from turbo_core.app import App
from turbo_core.engine.courier import Courier
from turbo_core.engine.resending import resend
from turbo_core.engine.times import iso
from turbo_core.redact import Masker
from turbo_core.telling.outbox import Outbox
from turbo_core.telling.posted import Posted
from turbo_core.telling.wording import Wording


def courier(app: App) -> Courier:
    """What carries messages apart from any run."""
    return Courier(app.plugins, {}, Outbox(app.project, app.policy), Wording(app.project / app.policy.templates))


def sent_again(app: App, run: str, lines: Sequence[Posted]) -> Iterator[tuple[Posted, str]]:
    """Send messages of a run again; gives each with the fault that kept it from arriving, once that is journalled.

    Raises:
        RunHeld: its runner lives, and delivers by itself.
        SecretMissing: nobody knows a secret of the run, so that it could not be taken out of its messages.
    """
    folder = app.folder(run)
    state = app.fold(folder)
    secrets = app.secrets_of(state.workflow)
    return resend(folder, state, lines, courier(app), Masker(secrets.values()).mask_text)


def held(app: App) -> dict[tuple[str, str], str]:
    """The messages that wait for a digest, by key and channel, with the time of the digest."""
    try:
        return {(message.key, message.channel): iso(until) for message, until in Outbox(app.project, app.policy).waiting()}
    except (sqlite3.Error, OSError):
        return {}
