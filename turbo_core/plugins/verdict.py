"""What is known of one entry point after it was imported once. A value; it knows nothing of how it came about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from turbo_core.model import JSON


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """One contribution by its name. ``kind`` is ``executor``, ``channel``, ``secrets``, ``specs`` or ``settings``."""

    kind: str
    name: str
    summary: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class SettingInfo:
    """What the host knows of one setting of a plugin. ``schema`` is a JSON Schema; the ``default`` of a secret is its name."""

    schema: Mapping[str, JSON]
    required: bool
    default: JSON
    description: str
    secret: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """The outcome of the trial import. A ``cause`` means that the plugin is set aside.

    ``hooks`` are the names of the hooks that it implements, ``actions`` maps a verb to the fields of its ``ActionInfo``,
    ``settings`` maps the name of a setting to the fields of its ``SettingInfo``. ``api`` is the range of versions of the hooks
    that it needs.
    """

    cause: str = ""
    next_step: str = ""
    hooks: tuple[str, ...] = ()
    offers: tuple[Offered, ...] = ()
    actions: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    api: str = ""


def from_json(stored: JSON) -> Verdict | None:
    """The verdict that ``dataclasses.asdict`` wrote, or ``None`` if it is not one."""
    try:
        offers = tuple(Offered(**offer) for offer in stored["offers"])
        return Verdict(**(stored | {"hooks": tuple(stored["hooks"]), "offers": offers}))
    except (TypeError, KeyError):
        return None
