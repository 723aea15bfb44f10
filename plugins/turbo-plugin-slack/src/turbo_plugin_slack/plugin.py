"""The hooks, and nothing else: messages of the host go to Slack, and answers come back."""

from __future__ import annotations

from collections.abc import Iterable

from turbo_core import ChannelOffer, ListenContext, Message, Receipt, SettingsOffer, hookimpl

from turbo_plugin_slack.blocks import blocks, fallback
from turbo_plugin_slack.ground import channel_of, told, workspace_of
from turbo_plugin_slack.interactions import Click, Submission
from turbo_plugin_slack.listening import listen
from turbo_plugin_slack.settings import Settings
from turbo_plugin_slack.telling import deliver, post_of
from turbo_plugin_slack.web import post_by_webhook

turbo_api = ">=1.0.0,<2.0.0"


@hookimpl
def turbo_register() -> Iterable[ChannelOffer | SettingsOffer]:
    """Say which channel this is, and what can be set for it."""
    return [
        ChannelOffer(name="slack", summary="Posts messages to Slack, one thread for each incident, and takes answers by button"),
        SettingsOffer(name="slack", type=Settings),
    ]


@hookimpl
def turbo_communicate(message: Message, settings: Settings) -> Receipt:
    """Post the message: as a bot, or where there is no token, by an incoming webhook."""
    with told():
        if settings.token is not None or settings.webhook_url is None:
            reference = deliver(message, workspace_of(settings), channel_of(settings, message.audience))
            return Receipt(channel=message.channel, reference=reference)
        post = post_of(message)
        post_by_webhook(settings.webhook_url.reveal(), fallback(post), blocks(post), timeout=settings.timeout)
    return Receipt(channel=message.channel)


@hookimpl
def turbo_listen(context: ListenContext, settings: Settings) -> None:
    """Take answers by button for as long as somebody waits; without an app-level token there are none to take."""
    if settings.app_token is None or settings.token is None:
        context.ended.wait()
        return

    def decide(heard: Click | Submission) -> str:
        asked, form = heard.asked, heard if isinstance(heard, Submission) else None
        comment, fields = (form.comment, form.values) if form else ("", {})
        try:
            return context.answer(
                asked.run,
                asked.task,
                asked.token,
                approve=heard.approve,
                who=f"slack:{heard.user}",
                comment=comment,
                fields=fields,
            )
        except Exception as error:  # the person is to see it too, and the next answer to be heard
            return f"the answer could not be taken: {error}"

    with told():
        listen(workspace_of(settings), settings.app_token.reveal(), decide, context.ended)
