"""The settings of the plugin: where it may work, what the project allows, and the limits."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Where commands may work, which may run, and how long and how large.

    Attributes:
        workspace: the folder below which a command may change things, relative to the project.
        allow: rules of what may run; a rule is risk:NAME, category:NAME, a command, or a command and its subcommand.
        ask: rules of what runs only with `approved`, which a gate can give.
        deny: rules of what never runs.
        timeout: seconds by category, where the catalogue's do not fit.
        memory: MiB of each process by category, where the catalogue's do not fit.
        snapshot_mib: how large a folder may be of which a snapshot is taken.
    """

    workspace: str = "."
    allow: Sequence[str] = ()
    ask: Sequence[str] = ()
    deny: Sequence[str] = ()
    timeout: Mapping[str, int] = field(default_factory=dict)
    memory: Mapping[str, int] = field(default_factory=dict)
    snapshot_mib: int = 1024
