"""A message of the host in Jira: a new issue, or a comment on that of its incident, which the last message closes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Final

from turbo_core import Message

from turbo_plugin_jira.adf import Node, document, markdown, note, paragraph, table
from turbo_plugin_jira.settings import Settings
from turbo_plugin_jira.site import Site, label_of

ATTACHED: Final = 10 * 1024 * 1024
"""Bytes of a file that is attached; what is larger is only named."""


def deliver(message: Message, site: Site, project: str, settings: Settings) -> str:
    """Put a message into Jira; gives the key of its issue."""
    key = message.reference or _opened(message, site, project, settings)
    if message.reference:
        head = [paragraph([{"type": "text", "text": message.subject[:500] or "…", "marks": [{"type": "strong"}]}])]
        site.comment(key, [*head, *_content(message)], name=message.key)
    _links(message, site, key)
    if message.closes and not site.look(key).done:
        site.move(key, settings.done)
    return key


def _opened(message: Message, site: Site, project: str, settings: Settings) -> str:
    """The issue of an incident: one that is there and not done, else a new one."""
    own, incident = label_of("key", message.key), label_of("thread", message.thread or message.key)
    found = site.find(own, project=project) or site.find(incident, project=project, unfinished=True)
    if found is None:
        labels = ["turbo", own, incident]
        return site.create(project, settings.issue_type, message.subject, document(_content(message)), labels)
    if own not in found.labels:
        site.comment(found.key, _content(message), name=message.key)
    return found.key


def _content(message: Message) -> Sequence[Node]:
    times = {"times so far": str(message.count)} if message.count > 1 else {}
    question = message.question
    until = {"answer by": question.until} if question is not None and question.until else {}
    files = {title: address for title, address in message.links.items() if not _is_page(address)}
    footer = " · ".join(part for part in ("Turbo", f"run {message.run}", message.task, message.at) if part)
    return [*markdown(message.body), *table({**message.fields, **times, **until, **files}), *note(footer)]


def _links(message: Message, site: Site, key: str) -> None:
    for title, address in message.links.items():
        if _is_page(address):
            site.link(key, title, address)
    for file in _files(message):
        site.attach(key, file)


def _files(message: Message) -> Iterator[Path]:
    """What the message names that can be attached: the report of a run, above all."""
    for address in message.links.values():
        file = Path(address)
        if not _is_page(address) and file.is_file() and 0 < file.stat().st_size <= ATTACHED:
            yield file


def _is_page(address: str) -> bool:
    return address.startswith(("https://", "http://"))
