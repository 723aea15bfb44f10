"""The plugins of one process: which are on, which implement what, and the way to call them, one by one.

Owns the set-aside plugins and the ownership of executors and channels. A plugin is imported here when it is first called, and
only after it has passed a trial (``trials``). Hooks may be called from any thread. It knows nothing of runs.
"""

from __future__ import annotations

import threading
from collections.abc import Iterable
from contextlib import AbstractContextManager, suppress
from functools import partial
from typing import Any, Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import asdict

from turbo_core.errors import PluginFailed
from turbo_core.offers import Ask, HookAnswer, Offer, SecretOffer
from turbo_core.plugins import asking, foreign
from turbo_core.plugins.entrypoints import load
from turbo_core.plugins.examine import failed
from turbo_core.plugins.hooking import Hooks, HookSeen, isolated
from turbo_core.plugins.names import GROUPS, Entry, Group, Names, PluginProblem, Selection, problem
from turbo_core.plugins.refusals import Provided, clash, did_you_mean, unusable
from turbo_core.plugins.tables import Tables
from turbo_core.plugins.trials import Trials, fingerprint
from turbo_core.plugins.verdict import Offered, SettingInfo, Verdict
from turbo_core.words import JSON

State: TypeAlias = Literal["on", "off", "set aside"]


class Listed(Struct, frozen=True, kw_only=True):
    """One line of ``turbo plugin list``."""

    entry: Entry
    state: State
    verdict: Verdict


class Plugins:
    """All plugins, found by name and used one by one.

    Args:
        names: what is installed.
        trials: gives the verdict on an entry point before it is imported here.
        selection: what is on and what is off.
        tables: what was set for plugins.

    Raises:
        PluginFailed: ``selection.enabled`` names a plugin that is not installed.
    """

    def __init__(self, names: Names, trials: Trials, selection: Selection | None = None, tables: Tables | None = None) -> None:
        wanted = selection or Selection()
        self.tables = tables or Tables()
        self._names = names
        self._trials = trials
        self._on = {(entry.group, entry.name): entry for entry in names.entries if wanted.wants(entry)}
        self._hooks = Hooks()
        self._broken: dict[Entry, PluginProblem] = {}
        self._compared = False
        self._settings: dict[str, object] = {}
        self._admitting = threading.RLock()
        self._check_enabled(wanted)

    # ------------------------------------------------------------ what there is

    @property
    def problems(self) -> tuple[PluginProblem, ...]:
        """Everything that was set aside so far: by name alone, by its trial, or when it was imported."""
        return (*self._names.problems, *self._broken.values())

    def names(self, group: Group) -> tuple[str, ...]:
        """The names of a group that are on, sorted. Imports nothing."""
        return tuple(sorted(name for kind, name in self._on if kind == group))

    def inventory(self) -> tuple[Listed, ...]:
        """Every installed entry point with its state. Tries what was not tried yet; what is off is not tried."""
        tried = self._trials.verdicts(self._on.values())
        for entry in self._on.values():
            self._verdict(entry)
        self._sound()
        return tuple(self._listed(entry, tried.get(entry)) for entry in self._names.entries)

    def versions(self, distributions: Iterable[str]) -> dict[str, dict[str, str]]:
        """What pins these distributions: ``{distribution: {"version": …, "record": …}}``.

        Raises:
            PluginFailed: one of them is not installed or has no plugin that is on.
        """
        return {distribution: self._pin(distribution) for distribution in sorted(set(distributions))}

    def require(self, group: Group, name: str) -> Entry:
        """The entry point of that name, after its trial.

        Raises:
            PluginFailed: it is not installed, turned off, or was set aside; the message says which.
        """
        entry = self._on.get((group, name))
        if entry is None:
            raise self._missing(group, name)
        self._verdict(entry)
        if entry in self._broken:
            raise unusable(self._broken[entry])
        return entry

    def verdict(self, entry: Entry) -> Verdict:
        """What the trial told of an entry point that is on."""
        return self._verdict(entry)

    def load(self, group: Group, name: str) -> object:
        """Import the entry point of that name and return what it names.

        Raises:
            PluginFailed: as ``require``, or the import failed here though it passed its trial.
        """
        entry = self.require(group, name)
        try:
            return load(entry)
        except (Exception, SystemExit) as error:  # the boundary to foreign code
            raise unusable(self._set_aside(entry, failed(entry, error))) from error

    # ------------------------------------------------------------ hooks

    def implementers(self, hook: str) -> tuple[str, ...]:
        """The names of the plugins that implement a hook, sorted. Imports none of them here, except built-in ones."""
        return tuple(name for name, verdict in self._sound().items() if hook in verdict.hooks)

    def collect(self, hook: str, **arguments: Any) -> list[tuple[str, Any]]:
        """Ask every implementer (policy *collect*), in pluggy's order.

        Returns:
            The name of each plugin with its answer, or with a ``Failure`` if it raised; ``None`` is no answer.
        """
        answers = [(name, isolated(partial(self.call, name, hook, **arguments))) for name in self._ready(hook)]
        return [(name, answer) for name, answer in answers if answer is not None]

    def call(self, plugin: str, hook: str, **arguments: Any) -> Any:
        """Call one plugin's implementation of a hook (policies *owner*, *observe*, *deliver*).

        Returns:
            Its answer; ``None`` if it does not implement the hook.

        Raises:
            PluginFailed: the plugin cannot be used.
            UsageError: it names its settings, and one of them is wrong.
            Exception: whatever the implementation raises.
        """
        self._admit(plugin)
        own = {"settings": lambda: self.settings(plugin), "ask": lambda: self._ask_for(plugin)}
        return self._hooks.call(plugin, hook, arguments, own)

    def watched(self, seen: HookSeen) -> AbstractContextManager[None]:
        """As long as this lasts, ``seen`` is told of each call of a hook of one plugin, in the thread that called it."""
        return self._hooks.watched(seen)

    # ------------------------------------------------------------ hooks that plugins bring

    def brought(self, distribution: str) -> dict[str, tuple[str, ...]]:
        """The hooks that the plugins of a distribution bring for others, each with the names of its arguments."""
        verdicts = (verdict for name, verdict in self._sound().items() if self._distribution(name) == distribution)
        specs = (spec for verdict in verdicts for spec in verdict.specs.values())
        return {hook: tuple(arguments) for spec in specs for hook, arguments in spec.hooks.items()}

    def guests(self, distribution: str) -> dict[str, JSON]:
        """What another process needs to ask these hooks (`turbo_core.plugins.asking.Guests`).

        Raises:
            SecretMissing: a plugin that answers wants a secret that nobody knows.
        """
        hooks = self.brought(distribution)
        answering = {name: [hook for hook in verdict.hooks if hook in hooks] for name, verdict in self._sound().items()}
        return {
            "hooks": {hook: list(arguments) for hook, arguments in hooks.items()},
            "plugins": {name: self._guest(name, mine) for name, mine in answering.items() if mine},
        }

    def _guest(self, name: str, hooks: list[str]) -> dict[str, JSON]:
        infos = self.setting_infos(name) or {}
        return {
            "entry": asdict(self._on["turbo.plugins", name]),
            "implements": hooks,
            "settings": self.tables.request(name, infos),
            "secrets": self.tables.wanted(name, infos),
        }

    def _ask_for(self, plugin: str) -> Ask:
        """The way in which a plugin asks the hooks that its own distribution brings."""

        def ask(hook: str, /, **arguments: Any) -> list[HookAnswer]:
            asking.check(hook, arguments, self.brought(self._distribution(plugin)))
            return asking.answers_of(self.collect(hook, **arguments))

        return ask

    def _distribution(self, plugin: str) -> str:
        return self._on["turbo.plugins", plugin].distribution

    # ------------------------------------------------------------ contributions

    def offers(self, kind: str) -> tuple[Provided, ...]:
        """All contributions of a kind (``executor``, ``channel``, …) with their provenance. Imports nothing here."""
        return tuple(
            self._provided(name, offered)
            for name, verdict in self._sound().items()
            for offered in verdict.offers
            if offered.kind == kind
        )

    def channels(self) -> list[str]:
        """Where messages go that name no channel: to all channels, but of a plugin that takes settings and has none set."""
        found = {offer.name: offer.plugin for offer in self.offers("channel")}
        return sorted(name for name, plugin in found.items() if self.tables.mentions(plugin) or not self.setting_infos(plugin))

    def owner(self, kind: Literal["executor", "channel"], name: str) -> str:
        """The plugin that owns an executor or a channel.

        Raises:
            PluginFailed: nobody or more than one offers it.
        """
        offers = self.offers(kind)
        owners = [offer for offer in offers if offer.name == name]
        if len(owners) == 1:
            return owners[0].plugin
        if owners:
            raise clash(kind, name, owners)
        known = sorted({offer.name for offer in offers})
        aside = "; ".join(str(told) for told in self.problems)
        raise PluginFailed(
            f"no plugin offers the {kind} {name!r}",
            why=f"set aside: {aside}" if aside else "",
            next_step=did_you_mean(name, known) or f"there are: {', '.join(known) or 'none'}",
        )

    def secret_providers(self) -> dict[str, SecretOffer]:
        """The providers of secrets by name. Imports the plugins that offer one.

        Raises:
            PluginFailed: two plugins offer one name, or one of them cannot be used.
        """
        provided = self.offers("secrets")
        for offer in provided:
            same = [other for other in provided if other.name == offer.name]
            if len(same) > 1:
                raise clash("secret provider", offer.name, same)
        found = (made for plugin in dict.fromkeys(offer.plugin for offer in provided) for made in self._made(plugin))
        return {offer.name: offer for offer in found if isinstance(offer, SecretOffer)}

    def settings(self, plugin: str) -> object:
        """The settings of a plugin with hooks, made once; ``None`` if it offers none.

        Raises:
            PluginFailed: the plugin cannot be used.
            UsageError: a setting is unknown, missing or wrong.
        """
        type_ = self.settings_type(plugin)
        with self._admitting:
            if type_ is not None and plugin not in self._settings:
                self._settings[plugin] = self.tables.read(plugin, type_)
        return self._settings.get(plugin)

    def settings_type(self, plugin: str) -> type | None:
        """The class of the settings of a plugin with hooks; imports it.

        Raises:
            PluginFailed: the plugin cannot be used.
        """
        self._admit(plugin)
        return self._hooks.settings_type(plugin)

    def setting_infos(self, plugin: str) -> dict[str, SettingInfo] | None:
        """All settings of a plugin, with hooks or with actions, from its trial.

        Returns:
            Settings by name, none if it takes none; ``None`` if there is no such plugin, or it was set aside.
        """
        found = (self._on.get((group, plugin)) for group in GROUPS)
        entries = [entry for entry in found if entry is not None]
        verdicts = [self._verdict(entry) for entry in entries]
        if not entries or any(entry in self._broken for entry in entries):
            return None
        return {name: SettingInfo(**fields) for verdict in verdicts for name, fields in verdict.settings.items()}

    # ------------------------------------------------------------ inside

    def _sound(self) -> dict[str, Verdict]:
        entries = sorted((entry for entry in self._on.values() if entry.group == "turbo.plugins"), key=lambda entry: entry.name)
        self._trials.verdicts(entries)
        verdicts = {entry: self._verdict(entry) for entry in entries}
        sound = {entry: verdict for entry, verdict in verdicts.items() if entry not in self._broken}
        if not self._compared:
            self._compared = True
            for entry, cause, next_step in foreign.misfits(sound):
                self._set_aside(entry, Verdict(cause=cause, next_step=next_step))
        return {entry.name: verdict for entry, verdict in sound.items() if entry not in self._broken}

    def _verdict(self, entry: Entry) -> Verdict:
        verdict = self._trials.verdict(entry)
        if verdict.cause and entry not in self._broken:
            self._set_aside(entry, verdict)
        return verdict

    def _set_aside(self, entry: Entry, verdict: Verdict) -> PluginProblem:
        self._broken[entry] = problem(entry, verdict.cause, verdict.next_step)
        return self._broken[entry]

    def _ready(self, hook: str) -> list[str]:
        for name in self.implementers(hook):
            # A plugin that fails here stands in `problems`; the others go on.
            with suppress(PluginFailed):
                self._admit(name)
        return self._hooks.order(hook)

    def _admit(self, name: str) -> None:
        """Import a plugin and register it, once, whichever thread is the first to need it."""
        if name in self._hooks:
            return
        with self._admitting:
            if name not in self._hooks:
                self._register(name, self.load("turbo.plugins", name))

    def _register(self, name: str, loaded: object) -> None:
        try:
            self._hooks.register(name, loaded)
        except (Exception, SystemExit) as error:  # the boundary to foreign code
            entry = self._on["turbo.plugins", name]
            raise unusable(self._set_aside(entry, failed(entry, error))) from error

    def _made(self, plugin: str) -> list[Offer]:
        self._admit(plugin)
        return self._hooks.offers(plugin)

    def _provided(self, plugin: str, offered: Offered) -> Provided:
        entry = self._on["turbo.plugins", plugin]
        return Provided(
            kind=offered.kind,
            name=offered.name,
            summary=offered.summary,
            plugin=plugin,
            distribution=entry.distribution,
            version=entry.version,
            text=offered.text,
        )

    def _listed(self, entry: Entry, verdict: Verdict | None) -> Listed:
        if verdict is None:
            return Listed(entry=entry, state="off", verdict=Verdict())
        return Listed(entry=entry, state="set aside" if entry in self._broken else "on", verdict=verdict)

    def _pin(self, distribution: str) -> dict[str, str]:
        entries = [entry for entry in self._on.values() if entry.distribution == distribution]
        if not entries:
            raise PluginFailed(
                f"the plugin {distribution!r} is not installed or turned off", next_step=f"pip install {distribution}"
            )
        first = min(entries, key=lambda entry: (entry.group, entry.name))
        return {"version": first.version, "record": fingerprint(first)}

    def _check_enabled(self, selection: Selection) -> None:
        for name in sorted(selection.enabled):
            if not any(name in entry.called for entry in self._names.entries):
                raise self._missing("turbo.plugins", name)

    def _missing(self, group: Group, name: str) -> PluginFailed:
        for told in self._names.problems:
            if told.entry_point.startswith(f"{group}: {name} = "):
                return unusable(told)
        if any(entry.group == group and entry.name == name for entry in self._names.entries):
            return PluginFailed(f"the plugin {name!r} is turned off", next_step=f"turn it on with '-p {name}'")
        close = did_you_mean(name, [entry.name for entry in self._names.entries])
        return PluginFailed(
            f"no plugin is named {name!r}", next_step=close or f"pip install turbo-plugin-{name.replace('_', '-')}"
        )
