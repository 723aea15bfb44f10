"""Why a plugin cannot be used, in words. Owns the sentences; whether one is due is judged elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from difflib import get_close_matches

from msgspec import Struct

from turbo_core.errors import PluginFailed
from turbo_core.plugins.names import PluginProblem


class Provided(Struct, frozen=True, kw_only=True):
    """One contribution and where it comes from."""

    kind: str
    name: str
    summary: str
    plugin: str
    distribution: str
    version: str
    text: str = ""


def unusable(told: PluginProblem) -> PluginFailed:
    """A plugin that is needed was set aside."""
    return PluginFailed(
        f"the plugin {told.entry_point.partition(': ')[2]!r} was set aside",
        where=f"{told.distribution} {told.version}",
        why=told.cause,
        next_step=told.next_step,
    )


def clash(kind: str, name: str, offers: Sequence[Provided]) -> PluginFailed:
    """More than one plugin offers a name that has one owner."""
    named = " and ".join(f"{offer.distribution} {offer.version}" for offer in offers)
    steps = " or ".join(f"'-p no:{offer.plugin}'" for offer in offers)
    return PluginFailed(f"the {kind} {name!r} has more than one owner", why=f"it is offered by {named}", next_step=f"use {steps}")


def did_you_mean(name: str, known: Iterable[str]) -> str:
    """The known name that comes closest, as a question; empty if none does."""
    close = get_close_matches(name, known, n=1)
    return f"did you mean {close[0]!r}?" if close else ""
