"""What is sent to whom, as values: the table ``[messages]`` of the settings, read. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta, tzinfo

from msgspec import Struct, field

from turbo_core.words import LEVELS, Level, MessageKind

TEAM = "team"
_RANK: dict[str, int] = {level: rank for rank, level in enumerate(LEVELS)}


class Rule(Struct, frozen=True, kw_only=True):
    """One table of ``[[messages.rules]]``: messages that fit go to an audience. Empty ``workflows`` and ``channels`` mean all.

    With ``escalate`` they are escalated like questions, as long as nobody acknowledges them and the incident is open.
    """

    kinds: tuple[MessageKind, ...]
    level: Level = "debug"
    workflows: tuple[str, ...] = ()
    audience: str = TEAM
    channels: tuple[str, ...] = ()
    escalate: bool = False

    def fits(self, kind: str, level: str, workflow: str) -> bool:
        """Whether a message is meant."""
        loud = _RANK[self.level] <= _RANK[level]
        return kind in self.kinds and loud and (not self.workflows or workflow in self.workflows)


class Quiet(Struct, frozen=True, kw_only=True):
    """Hours in which nobody is disturbed, in minutes after midnight of ``zone``; they may go past midnight.

    Messages below the level wait for a digest at their end; questions never wait.
    """

    start: int
    end: int
    zone: tzinfo
    below: Level = "alert"

    def until(self, now: datetime) -> datetime | None:
        """When the quiet hours end that are now; ``None`` if there are none."""
        local = now.astimezone(self.zone)
        minute = local.hour * 60 + local.minute
        length = (self.end - self.start) % (24 * 60)
        if (minute - self.start) % (24 * 60) >= length:
            return None
        day = local.date() + timedelta(days=int(self.end <= minute))
        return datetime(day.year, day.month, day.day, self.end // 60, self.end % 60, tzinfo=self.zone)

    def holds(self, kind: str, level: str) -> bool:
        """Whether a message can wait until they are over."""
        return kind != "question" and _RANK[level] < _RANK[self.below]


class Threads(Struct, frozen=True, kw_only=True):
    """How often news of one incident are sent: at most ``updates``, the first after ``every`` seconds, each next one after twice
    as long. A thread that was closed less than ``reopen`` seconds ago goes on if it happens again.
    """

    updates: int = 5
    every: float = 900.0
    reopen: float = 3600.0


class Escalation(Struct, frozen=True, kw_only=True):
    """What nobody has answered or acknowledged ``after`` so many seconds goes to another audience as well: questions, and the
    messages of rules that say so.
    """

    after: float
    audience: str = "on-call"
    channels: tuple[str, ...] = ()


class Progress(Struct, frozen=True, kw_only=True):
    """How often progress is told: not more often than ``every`` seconds, at a new quarter of the tasks, or when the expected end
    has moved by more than the part ``moved`` of the whole.
    """

    every: float = 600.0
    moved: float = 0.25


class Policy(Struct, frozen=True, kw_only=True):
    """All of it. Without rules only notes and questions are sent, to every channel."""

    rules: tuple[Rule, ...] = ()
    quiet: Quiet | None = None
    threads: Threads = field(default_factory=Threads)
    escalation: Escalation | None = None
    progress: Progress = field(default_factory=Progress)
    templates: str = ".turbo/templates/messages"

    @property
    def channels(self) -> frozenset[str]:
        """Every channel that is named."""
        named = {channel for rule in self.rules for channel in rule.channels}
        return frozenset(named | set(self.escalation.channels if self.escalation else ()))


class Route(Struct, frozen=True, kw_only=True):
    """Whom a message goes to, and by which channels."""

    audience: str
    channels: tuple[str, ...]


def routes(policy: Policy, *, kind: str, level: str, workflow: str, to: Sequence[str], channels: Sequence[str]) -> list[Route]:
    """Where a message goes; nowhere if no rule fits, except notes and questions.

    Args:
        policy: the rules.
        kind: of the message.
        level: of the message.
        workflow: the name of the run's workflow.
        to: the channels that the message itself names; they count more than any rule.
        channels: all channels that there are.
    """
    if to:
        return [Route(audience=TEAM, channels=tuple(dict.fromkeys(to)))]
    found: dict[str, dict[str, None]] = {}
    for rule in policy.rules:
        if rule.fits(kind, level, workflow):
            found.setdefault(rule.audience, {}).update(dict.fromkeys(rule.channels or _carried(kind, channels)))
    if not found and kind in {"note", "question"}:
        found = {TEAM: dict.fromkeys(channels)}
    return [Route(audience=audience, channels=tuple(named)) for audience, named in found.items() if named]


def _carried(kind: str, channels: Sequence[str]) -> list[str]:
    """The terminal shows by itself how a run goes on."""
    return [channel for channel in channels if channel != "terminal" or kind in {"note", "question"}]
