"""Who is who: the persons of a project, by the names that they have elsewhere, and the groups that they are in.

It knows settings as values, and nothing of what may be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from msgspec import Struct, field

from turbo_core.words import Risk


class People(Struct, frozen=True, kw_only=True):
    """The persons and groups of a project.

    ``aliases`` maps a person to what they are called elsewhere: another account, ``CHANNEL:USER``, an address. ``groups`` maps a
    group to its members, by any of their names.
    """

    aliases: Mapping[str, Sequence[str]] = field(default_factory=dict)
    groups: Mapping[str, Sequence[str]] = field(default_factory=dict)

    def person(self, name: str) -> str:
        """The person that somebody is; the name itself if nobody is called so."""
        return next((person for person, names in self.aliases.items() if name in names), name)

    def knows(self, name: str) -> bool:
        """Whether somebody is a person of the project, by any of their names."""
        return name in self.aliases or any(name in names for names in self.aliases.values())

    def allows(self, who: Sequence[str], actor: str) -> bool:
        """Whether somebody is among names and groups; an empty list allows everybody."""
        person = self.person(actor)
        members = (member for name in who for member in (name, *self.groups.get(name, ())))
        return not who or any(self.person(member) == person for member in members)


def asked_about(autonomy: str, ask_before: Iterable[Risk]) -> list[Risk]:
    """The risks of tasks that do not start without a person, in the autonomy in force.

    With ``full`` there is none, with ``supervised`` those that the setting names; with ``manual`` also ``destroy``.
    """
    named = {"full": set[Risk](), "supervised": {*ask_before}, "manual": {*ask_before, "destroy"}}[autonomy]
    risks: tuple[Risk, ...] = ("read", "change", "destroy")
    return [risk for risk in risks if risk in named]
