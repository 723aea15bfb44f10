"""What is known of one entry point after it was imported once. A value; it knows nothing of how it came about."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec import Struct, field

from turbo_core.words import JSON


class Offered(Struct, frozen=True, kw_only=True):
    """One contribution by its name.

    ``kind`` is ``executor``, ``channel``, ``secrets``, ``specs``, ``settings``, or what has a ``text``: ``template``, ``page``.
    """

    kind: str
    name: str
    summary: str = ""
    text: str = ""


class SettingInfo(Struct, frozen=True, kw_only=True):
    """What the host knows of one setting of a plugin. ``schema`` is a JSON Schema; the ``default`` of a secret is its name."""

    schema: Mapping[str, JSON]
    required: bool
    default: JSON
    description: str
    secret: bool


class SpecInfo(Struct, frozen=True, kw_only=True):
    """The hooks that a plugin brings for others, in one namespace: the names of the arguments of each."""

    version: str
    hooks: Mapping[str, tuple[str, ...]]


class Verdict(Struct, frozen=True, kw_only=True):
    """The outcome of the trial import. A ``cause`` means that the plugin is set aside.

    ``hooks`` are the names of the hooks that it implements, ``actions`` maps a verb to the fields of its ``ActionInfo``,
    ``settings`` maps the name of a setting to the fields of its ``SettingInfo``. ``api`` is the range of versions of the hooks
    that it needs. ``specs`` are the hooks that it brings, by namespace; ``foreign`` are those that it implements and that are not
    Turbo's, with the arguments that it must be given; ``needs`` are the ranges of their versions, by namespace.
    """

    cause: str = ""
    next_step: str = ""
    hooks: tuple[str, ...] = ()
    offers: tuple[Offered, ...] = ()
    actions: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    settings: Mapping[str, Mapping[str, JSON]] = field(default_factory=dict)
    api: str = ""
    specs: Mapping[str, SpecInfo] = field(default_factory=dict)
    foreign: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    needs: Mapping[str, str] = field(default_factory=dict)


def from_json(stored: JSON) -> Verdict | None:
    """The verdict as it was stored, or ``None`` if it is not one."""
    try:
        offers = tuple(Offered(**offer) for offer in stored["offers"])
        foreign = {hook: tuple(arguments) for hook, arguments in stored["foreign"].items()}
        specs = {
            namespace: SpecInfo(version=spec["version"], hooks={hook: tuple(names) for hook, names in spec["hooks"].items()})
            for namespace, spec in stored["specs"].items()
        }
        more = {"hooks": tuple(stored["hooks"]), "offers": offers, "specs": specs, "foreign": foreign}
        return Verdict(**(stored | more))
    except (TypeError, KeyError, AttributeError):
        return None
