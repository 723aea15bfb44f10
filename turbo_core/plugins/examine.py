"""Import one entry point and judge it: does it load, does it fit this version, what does it implement and offer?

Owns the judgement, and the end of the pipe in the child process in which strangers are judged. It keeps nothing.
"""

from __future__ import annotations

import os
import resource
import sys
from collections.abc import Iterable, Iterator, Mapping
from difflib import get_close_matches
from importlib import import_module
from typing import Any, Final

import pluggy
from msgspec.structs import asdict, replace

from turbo_core import hookspecs
from turbo_core.errors import TurboError
from turbo_core.offers import ChannelOffer, ExecutorOffer, Offer, PageOffer, SecretOffer, SettingsOffer, SpecOffer, TemplateOffer
from turbo_core.plugins import cache
from turbo_core.plugins.entrypoints import load
from turbo_core.plugins.names import Entry
from turbo_core.plugins.ranges import satisfies
from turbo_core.plugins.verdict import Offered, SpecInfo, Verdict
from turbo_core.words import JSON

MEMORY: Final = 4 << 30
"""Bytes of memory that an import may take in its trial, where the system can hold it to that."""

DEFAULT_RANGE: Final = ">=1.0.0,<2.0.0"
SETTINGS: Final = "turbo_settings"
"""The name under which a module of actions states the class of its settings."""

KINDS: Final[dict[type[Offer], str]] = {
    ExecutorOffer: "executor",
    ChannelOffer: "channel",
    SecretOffer: "secrets",
    SpecOffer: "specs",
    SettingsOffer: "settings",
    TemplateOffer: "template",
    PageOffer: "page",
}


class Unfit(Exception):  # noqa: N818  # it carries a verdict
    """The plugin loads, and cannot be used."""

    def __init__(self, cause: str, next_step: str) -> None:
        super().__init__(cause)
        self.verdict = Verdict(cause=cause, next_step=next_step)


def new_manager() -> pluggy.PluginManager:
    """A pluggy manager that knows Turbo's hooks and no plugin."""
    manager = pluggy.PluginManager("turbo")
    manager.add_hookspecs(hookspecs)
    return manager


def examine(entry: Entry) -> Verdict:
    """Import the entry point here and now, and judge it. Never raises what the plugin raises."""
    try:
        loaded = load(entry)
        api = _checked_range(entry)
        return replace(_judge(entry, loaded), api=api)
    except Unfit as unfit:
        return unfit.verdict
    except (Exception, SystemExit) as error:  # the boundary to foreign code
        return failed(entry, error)


def _judge(entry: Entry, loaded: object) -> Verdict:
    if entry.group == "turbo.plugins":
        return _judge_hooks(entry, loaded)
    return _judge_actions(entry, loaded) if entry.group == "turbo.actions" else _judge_command(loaded)


def failed(entry: Entry, error: BaseException) -> Verdict:
    """The verdict on an entry point whose import or set-up raised ``error``."""
    if isinstance(error, TurboError):
        return Verdict(cause=" ".join(str(error).split()), next_step=f"report it to the author of {entry.distribution}")
    if isinstance(error, SystemExit):
        cause = f"it ends the process while being imported (exit code {error.code})"
    else:
        cause = f"{type(error).__name__}: {' '.join(str(error).split()) or 'no message'}"
    if isinstance(error, ModuleNotFoundError):
        return Verdict(cause=cause, next_step=f"install {error.name}, or reinstall {entry.distribution}")
    return Verdict(cause=cause, next_step=f"update or uninstall {entry.distribution}, or turn it off with '-p no:{entry.name}'")


def child(request: dict[str, Any]) -> None:
    """The child's whole life: examine one entry point, write the verdict to what was standard output, end."""
    answer = os.dup(1)
    nowhere = os.open(os.devnull, os.O_RDWR)
    os.dup2(nowhere, 1)
    os.dup2(nowhere, 2)
    sys.argv[1:] = []
    _limit_memory()
    verdict = examine(Entry(**request["entry"]))
    with os.fdopen(answer, "wb") as pipe:
        pipe.write(cache.encode(verdict))
    # Not by returning: threads that the plugin has started must not keep this process alive.
    os._exit(0)


def _limit_memory() -> None:
    _, most = resource.getrlimit(resource.RLIMIT_DATA)
    if most == resource.RLIM_INFINITY or most > MEMORY:
        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, most))


def _checked_range(entry: Entry) -> str:
    wanted: str = getattr(sys.modules.get(entry.module), "turbo_api", DEFAULT_RANGE)
    if not _checked(wanted, "turbo_api"):
        raise Unfit(
            f"it needs version {wanted} of the hooks, and this Turbo has {hookspecs.API_VERSION}",
            f"install a version of {entry.distribution} that fits, or another Turbo",
        )
    return wanted


def _checked(wanted: Any, name: str) -> bool:
    try:
        return satisfies(hookspecs.API_VERSION, wanted)
    except (ValueError, AttributeError) as error:
        raise Unfit(f"its {name} is no version range: {error}", "it reads like '>=1.0.0,<2.0.0'") from error


def _judge_hooks(entry: Entry, loaded: object) -> Verdict:
    manager = new_manager()
    manager.register(loaded, name=entry.name)
    callers = manager.get_hookcallers(loaded) or []
    for caller in callers:
        if any(one.wrapper or one.hookwrapper for one in caller.get_hookimpls()):
            raise Unfit(f"its {caller.name!r} wraps other implementations", "remove 'wrapper'; each is called alone")
    if not callers:
        raise Unfit("it implements no hook", "mark its functions with @hookimpl")
    offers = [offer for answer in manager.hook.turbo_register() for offer in offers_in(answer)]
    specs = _specs_of(offers)
    strange = [caller for caller in callers if not caller.has_spec()]
    needs = {namespace: wanted for caller in strange for namespace, wanted in _needed(entry, caller, specs)}
    return Verdict(
        hooks=tuple(sorted(caller.name for caller in callers)),
        offers=tuple(map(_offered, offers)),
        settings=_settings_of(entry, [(offer.name, offer.type) for offer in offers if isinstance(offer, SettingsOffer)]),
        specs=specs,
        foreign={caller.name: tuple(caller.get_hookimpls()[0].argnames) for caller in strange},
        needs=needs,
    )


def _specs_of(offers: Iterable[Offer]) -> dict[str, SpecInfo]:
    # By name: what stands there judges verdicts of all plugins, and reads versions.
    foreign: Any = import_module("turbo_core.plugins.foreign")
    return {offer.namespace: foreign.describe(offer) for offer in offers if isinstance(offer, SpecOffer)}


def _needed(entry: Entry, caller: pluggy.HookCaller, own: Mapping[str, SpecInfo]) -> Iterator[tuple[str, str]]:
    """The range of versions that a plugin states for the hooks of another, of which it implements one."""
    namespace = caller.name.removeprefix("turbo_").partition("_")[0]
    wanted: object = getattr(sys.modules.get(entry.module), f"turbo_api_{namespace}", None)
    if wanted is not None:
        _checked(wanted, f"turbo_api_{namespace}")
        yield namespace, str(wanted)
    elif namespace not in own:
        raise Unfit(f"there is no hook {caller.name!r}", _hint(caller.name, namespace))


def _hint(name: str, namespace: str) -> str:
    known = [known for known in vars(hookspecs) if known.startswith("turbo_")]
    close = get_close_matches(name, known, n=1)
    if close:
        return f"did you mean {close[0]!r}?"
    return f"the hooks are {', '.join(known)}; for one of another plugin state turbo_api_{namespace} = '>=1.0.0,<2.0.0'"


def offers_in(answer: Iterable[Offer]) -> list[Offer]:
    """The offers of one plugin, each checked to be one.

    Raises:
        Unfit: something in the answer is not an offer.
    """
    offers = list(answer)
    for offer in offers:
        if type(offer) not in KINDS:
            raise Unfit(
                f"turbo_register gives {type(offer).__name__}, which is no offer",
                f"use {', '.join(kind.__name__ for kind in KINDS)} of turbo_core",
            )
    return offers


def _offered(offer: Offer) -> Offered:
    name = offer.namespace if isinstance(offer, SpecOffer) else offer.name
    return Offered(kind=KINDS[type(offer)], name=name, summary=getattr(offer, "summary", ""), text=getattr(offer, "text", ""))


def _judge_actions(entry: Entry, loaded: object) -> Verdict:
    # By name: reading signatures costs pydantic, which plugins with hooks only do not need.
    signature: Any = import_module("turbo_core.plugins.signature")
    actions: dict[str, JSON] = {
        verb: asdict(signature.signature_of(action).info(f"{entry.name}.{verb}"))
        for verb, action in signature.actions_in(loaded).items()
    }
    if not actions:
        raise Unfit("it has no action", "mark its functions with @action")
    type_: type | None = getattr(loaded, SETTINGS, None)
    return Verdict(actions=actions, settings=_settings_of(entry, [(entry.name, type_)] if type_ else []))


def _settings_of(entry: Entry, offered: list[tuple[str, type]]) -> dict[str, JSON]:
    """The settings of a plugin; it has one class, and its name is the plugin's, so that nobody reads what is set for others."""
    if len(offered) > 1:
        raise Unfit("it offers settings more than once", "put them into one class")
    for name, type_ in offered:
        if name != entry.name:
            raise Unfit(f"it offers settings named {name!r}", f"name them {entry.name!r}, as its entry point")
        # By name: reading fields costs pydantic, which plugins without settings do not need.
        fields: Any = import_module("turbo_core.plugins.fields")
        return {field: asdict(info) for field, info in fields.describe(type_).items()}
    return {}


def _judge_command(loaded: object) -> Verdict:
    commands: Any = import_module("click")
    if not isinstance(loaded, commands.Command):
        raise Unfit(f"it is a {type(loaded).__name__}, not a click command", "name a click command in the entry point")
    return Verdict()
