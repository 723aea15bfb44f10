"""Who may run what: rules of the project, from the settings. It knows judgements, and starts nothing."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from turbo_plugin_shell.catalogue import categories, commands, known
from turbo_plugin_shell.judging import Judgement
from turbo_plugin_shell.risks import ORDER

Answer = Literal["allow", "ask", "deny"]

_STRICTEST_FIRST: Final[tuple[Answer, ...]] = ("deny", "ask", "allow")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ruling:
    """What the policy says of a command line, and the rule that says so."""

    answer: Answer
    rule: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Policy:
    """Rules by answer. A rule is ``risk:NAME``, ``category:NAME``, a command, or a command and its subcommand.

    The rule that names more counts more: a subcommand before its command, that before its category, and that before a risk. Of
    two that name the same the stricter counts. What no rule names is asked for if its risk is ``destroy``, and else allowed.
    """

    allow: Sequence[str] = field(default_factory=tuple)
    ask: Sequence[str] = field(default_factory=tuple)
    deny: Sequence[str] = field(default_factory=tuple)

    def unknown(self) -> tuple[str, ...]:
        """The rules that can never apply, because they name nothing that there is."""
        return tuple(rule for rule in (*self.allow, *self.ask, *self.deny) if not _names_something(rule))

    def rule_on(self, judgement: Judgement) -> Ruling:
        """Find the rule that counts for a command line."""
        verb = f"{judgement.command} {judgement.verb}" if judgement.verb else ""
        for name in (verb, judgement.command, f"category:{judgement.category}", f"risk:{judgement.risk}"):
            for answer in _STRICTEST_FIRST:
                if name and name in getattr(self, answer):
                    return Ruling(answer=answer, rule=name)
        return Ruling(answer="ask" if judgement.risk == "destroy" else "allow", rule="")


def _names_something(rule: str) -> bool:
    kind, colon, name = rule.partition(":")
    if colon and kind == "risk":
        return name in ORDER
    if colon and kind == "category":
        return name in categories()
    words = rule.split()
    command = known(words[0]) if words else None
    return command is not None and command.name == words[0] and (len(words) == 1 or bool(commands()[words[0]].verbs))
