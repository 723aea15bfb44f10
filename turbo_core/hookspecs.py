"""The contract between Turbo and its plugins: every hook, grouped by the five moments.

Each hook is called by one of five policies:

* *collect*: every implementation is asked; an exception marks that plugin faulty, by name, and its answer counts as missing;
* *owner*: one plugin owns the name; nobody or two of them is an error before the run starts;
* *observe*: called from a thread that reads the journal from its own durable cursor; it may lag, is called again for events
  that it may have seen (``event.run``, ``event.seq`` tell), and never stops or slows the run;
* *deliver*: the message is durable first; the owner of the channel is called off the hot path, retried with backoff, and its
  receipt is journalled;
* *listen*: called in a thread of its own for as long as a process waits for answers; what it raises is noted against the plugin,
  it is called again after a pause, and the run does not notice.

Arguments are only ever added; an implementation names those that it wants. Each is called alone: ``settings`` and
``ask`` are its own plugin's. This module knows values, never the host.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Any, Final

import pluggy

from turbo_core.learning import GateHistory, Suggestion
from turbo_core.messages import ListenContext, Message, Receipt
from turbo_core.model import (
    Attempt,
    DecideContext,
    Document,
    DocumentContext,
    Event,
    ExecuteContext,
    Execution,
    Opinion,
    Question,
    RunInfo,
    RunView,
)
from turbo_core.offers import Ask, Offer

API_VERSION: Final = "1.1.0"
"""Version (SemVer) of this contract. A plugin states the range that it needs in ``turbo_api`` (default ``>=1.0.0,<2.0.0``)."""

hookspec = pluggy.HookspecMarker("turbo")
hookimpl = pluggy.HookimplMarker("turbo")
"""Marks a function of a plugin as the implementation of a hook."""


# ---------------------------------------------------------------- set-up


@hookspec
def turbo_register() -> Iterable[Offer]:
    """Say what this plugin contributes: executors, channels, secret providers, settings, hookspecs of its own.

    Policy: collect. Called once, when the plugin is loaded. Any plugin may implement it.

    Returns:
        Offers; the host adds which distribution each came from.

    Example::

        @hookimpl
        def turbo_register():
            return [ChannelOffer(name="slack", summary="Posts to Slack")]

    Since 1.0.
    """
    raise AssertionError("a specification is never called")


# ---------------------------------------------------------------- decide


@hookspec
def turbo_decide(question: Question, context: DecideContext, settings: Any, ask: Ask) -> Opinion | None:
    """Give an opinion on a gate, or on what to do about a failure.

    Policy: collect. Called off the hot path, once for each gate and once for each task that failed with no retry left.
    An exception or a NaN counts as *missing*: score 0 with confidence 0.

    Args:
        question: what is asked; ``question.kind`` tells a gate from a failure.
        context: what a decider may see of the host.
        settings: the plugin's own settings, an instance of the class in its `SettingsOffer`; ``None`` if it offers none.
        ask: asks a hook that the plugin itself brings (`SpecOffer`).

    Returns:
        An opinion, or ``None`` for none.

    Example::

        @hookimpl
        def turbo_decide(question):
            if question.kind == "failure" and question.facts["class"] == "infra":
                return Opinion(name="patience", answer="retry", reason="the network comes back")

    Since 1.0.
    """
    raise AssertionError("a specification is never called")


@hookspec
def turbo_suggest(history: GateHistory, settings: Any, ask: Ask) -> Suggestion | None:
    """Suggest weights for the criteria of a gate from what came of its decisions.

    Policy: collect. Called by ``turbo decisions weights``, never during a run. What it answers is shown and changes nothing.

    Args:
        history: the past of one gate.
        settings: the plugin's own settings, an instance of the class in its `SettingsOffer`; ``None`` if it offers none.
        ask: asks a hook that the plugin itself brings (`SpecOffer`).

    Returns:
        A suggestion, or ``None`` for none.

    Example::

        @hookimpl
        def turbo_suggest(history):
            return Suggestion(weights=dict.fromkeys(history.weights, 1), reason="nothing is known to count more")

    Since 1.1.
    """
    raise AssertionError("a specification is never called")


# ---------------------------------------------------------------- execute


@hookspec
def turbo_execute(attempt: Attempt, context: ExecuteContext, settings: Any, ask: Ask) -> Execution:
    """Start one attempt and return at once.

    Policy: owner of ``attempt.executor`` (see ``ExecutorOffer``). Called after ``attempt.started`` is durable. An exception
    ends the attempt as failed, class ``infra``.

    Args:
        attempt: what to run.
        context: ``context.finish(outcome)`` ends it; ``context.supervise(attempt)`` runs it in a slot of this machine.
        settings: the plugin's own settings, an instance of the class in its `SettingsOffer`; ``None`` if it offers none.
        ask: asks a hook that the plugin itself brings (`SpecOffer`).

    Returns:
        A handle to cancel it.

    Example::

        @hookimpl
        def turbo_execute(attempt, context):
            return context.supervise(replace(attempt, argv=("ssh", "host", "--", *attempt.argv)))

    Since 1.0.
    """
    raise AssertionError("a specification is never called")


# ---------------------------------------------------------------- document


@hookspec
def turbo_document(run: RunView, context: DocumentContext, settings: Any, ask: Ask) -> Iterable[Document]:
    """Make documents of a run.

    Policy: collect. Called when a run has ended or parked, and by ``turbo report``. Must depend on its arguments only: the same
    run gives the same bytes.

    Args:
        run: the whole run as a value.
        context: gives the tails of log files.
        settings: the plugin's own settings, an instance of the class in its `SettingsOffer`; ``None`` if it offers none.
        ask: asks a hook that the plugin itself brings (`SpecOffer`).

    Returns:
        Documents; the host writes them into the run's ``report`` folder.

    Example::

        @hookimpl
        def turbo_document(run):
            return [Document(name="status.txt", media_type="text/plain", content=run.summary.encode())]

    Since 1.0.
    """
    raise AssertionError("a specification is never called")


# ---------------------------------------------------------------- track


@hookspec
def turbo_track(event: Event, run: RunInfo, earlier: Callable[[], Iterable[Event]], settings: Any, ask: Ask) -> None:
    """Follow a run, event by event.

    Policy: observe. Called in a thread of its own for each event, in order, from where this plugin's cursor stands. An
    exception is noted and the event counts as seen.

    Args:
        event: the fact.
        run: which run it belongs to.
        earlier: reads the events of the run before this one, from the first on, for whoever was not told of them in this
            process. Since 1.1.
        settings: the plugin's own settings, an instance of the class in its `SettingsOffer`; ``None`` if it offers none.
        ask: asks a hook that the plugin itself brings (`SpecOffer`).

    Example::

        @hookimpl
        def turbo_track(event, run):
            if event.kind == "run.ended":
                counter.labels(event.body["outcome"]).inc()

    Since 1.0.
    """
    raise AssertionError("a specification is never called")


@hookspec
def turbo_track_end(run: RunInfo, settings: Any, ask: Ask) -> None:
    """Hear that no more events of a run come for now: send what was gathered, and let go of what was kept for it.

    Policy: observe. Called once, in the same thread, after the last event that this process has for the plugin: the run has
    ended, is parked, or could not go on. More may come from another process. The setting ``patience`` bounds its time; an
    exception is noted.

    Args:
        run: which run.
        settings: the plugin's own settings, an instance of the class in its `SettingsOffer`; ``None`` if it offers none.
        ask: asks a hook that the plugin itself brings (`SpecOffer`).

    Example::

        @hookimpl
        def turbo_track_end(run):
            client.flush()

    Since 1.1.
    """
    raise AssertionError("a specification is never called")


# ---------------------------------------------------------------- communicate


@hookspec
def turbo_communicate(message: Message, settings: Any, ask: Ask) -> Receipt:
    """Deliver one message to ``message.channel``.

    Policy: deliver, by the owner of the channel (see ``ChannelOffer``). Called at least once for each message and channel, with
    the same ``message.key`` each time. An exception means *not delivered*: it is tried again later.

    Args:
        message: what to say, and where.
        settings: the plugin's own settings, an instance of the class in its `SettingsOffer`; ``None`` if it offers none.
        ask: asks a hook that the plugin itself brings (`SpecOffer`).

    Returns:
        The proof that it arrived.

    Example::

        @hookimpl
        def turbo_communicate(message):
            reply = client.chat_postMessage(channel="#ci", text=message.subject)
            return Receipt(channel=message.channel, reference=reply["ts"])

    Since 1.0.
    """
    raise AssertionError("a specification is never called")


@hookspec
def turbo_listen(context: ListenContext, settings: Any, ask: Ask) -> None:
    """Let people answer questions where they read them: hold a connection, and hand over what they say.

    Policy: listen. Called once for each plugin that implements it and whose channel messages go to, while a process waits
    (``turbo run --wait``, ``turbo wait``, ``turbo resume --wait``). It returns when ``context.ended`` is set. An exception is
    noted, and it is called again after a pause.

    Args:
        context: what a listener sees of the host; by it answers are handed over.
        settings: the plugin's own settings, an instance of the class in its `SettingsOffer`; ``None`` if it offers none.
        ask: asks a hook that the plugin itself brings (`SpecOffer`).

    Example::

        @hookimpl
        def turbo_listen(context):
            while not context.ended.wait(1):
                for click in service.clicks():
                    why = context.answer(click.run, click.task, click.token, approve=click.yes, who=f"slack:{click.user}")
                    click.reply(why or "Thank you.")

    Since 1.0.
    """
    raise AssertionError("a specification is never called")
