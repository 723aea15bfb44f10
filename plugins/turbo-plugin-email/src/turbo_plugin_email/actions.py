"""The namespace ``email``: what a workflow can send by itself."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from turbo_core import ActionFailed, Context, action

from turbo_plugin_email.ground import readers_of, sender_of, server_of, told
from turbo_plugin_email.letters import letter
from turbo_plugin_email.rendering import Text
from turbo_plugin_email.settings import Settings
from turbo_plugin_email.smtp import send as hand_over

turbo_settings = Settings

ATTACHED: Final = 20 * 1024 * 1024
"""Bytes of all attachments together; few servers take more."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Sent:
    """A mail that its server took.

    Attributes:
        message_id: its name, the same in every attempt.
        refused: the addresses that the server did not take, each with its reason.
    """

    message_id: str
    refused: dict[str, str]


@action(risk="destroy")
def send(
    context: Context,
    subject: str,
    body: str = "",
    *,
    to: list[str] | None = None,
    audience: str = "team",
    attachments: list[Path] | None = None,
) -> Sent:
    """Send a mail, as text and as HTML.

    A mail that was sent cannot be taken back, so there is no undo.

    Args:
        subject: the headline.
        body: Markdown.
        to: addresses; those of the audience if not given.
        audience: whose addresses the settings name.
        attachments: files, relative to the project.
    """
    settings = context.settings(Settings)
    with told():
        mail = letter(
            Text(title=subject, body=body, footer=f"Turbo · run {context.run} · {context.task}"),
            key=context.key,
            sender=sender_of(settings),
            to=to or readers_of(settings, audience),
            attachments=_contents(context.project, attachments or []),
        )
        refused = hand_over(mail, server_of(settings))
    return Sent(message_id=str(mail["Message-ID"]), refused=dict(refused))


@send.plan
def _(context: Context, subject: str, to: list[str] | None, audience: str) -> str:
    return f"send the mail {subject!r} to {', '.join(to) if to else f'the audience {audience!r}'}"


def _contents(project: Path, files: list[Path]) -> dict[str, bytes]:
    try:
        size = sum((project / file).stat().st_size for file in files)
        if size > ATTACHED:
            raise ActionFailed("the attachments are too large", why=f"{size} bytes of {ATTACHED}", next_step="send a link")
        return {file.name: (project / file).read_bytes() for file in files}
    except OSError as error:
        raise ActionFailed(
            "a file cannot be read",
            where=str(error.filename or ""),
            why=error.strerror or str(error),
            next_step="check the path, which is relative to the project",
        ) from error
