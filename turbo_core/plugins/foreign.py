"""Hooks that plugins bring for other plugins: what their specifications say, and who does not fit.

Owns the rules of names and versions. All is judged on verdicts; nothing is imported here.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Final

import pluggy

from turbo_core import hookspecs
from turbo_core.errors import PluginFailed
from turbo_core.offers import SpecOffer
from turbo_core.plugins.names import Entry
from turbo_core.plugins.ranges import is_version, satisfies
from turbo_core.plugins.verdict import SpecInfo, Verdict

GIVEN: Final = frozenset({"settings", "ask"})
"""Arguments that every implementation of any hook may name: they are its own plugin's."""

_NAMESPACE = re.compile(r"[a-z][a-z0-9]{0,62}")
_TAKEN: Final = frozenset(name.split("_")[1] for name in vars(hookspecs) if name.startswith("turbo_"))


def namespace_of(hook: str) -> str:
    """The namespace of a hook: ``analyze`` of ``turbo_analyze_files``; empty if it has none."""
    return hook.removeprefix("turbo_").partition("_")[0] if hook.startswith("turbo_") else ""


def describe(offer: SpecOffer) -> SpecInfo:
    """What a plugin specifies for others.

    Raises:
        PluginFailed: the namespace, the version or the name of a hook is not as it must be.
    """
    if not _NAMESPACE.fullmatch(offer.namespace):
        raise _refused(offer, "the namespace has small letters and digits only", "rename it")
    if offer.namespace in _TAKEN:
        raise _refused(offer, "the namespace belongs to Turbo", "rename it")
    if not is_version(offer.version):
        raise _refused(offer, f"{offer.version!r} is no version", "it reads like '1.0.0'")
    hooks = dict(_hooks(offer.specs))
    if not hooks:
        raise _refused(offer, "it has no hook", "mark its functions with @hookspec")
    for name in hooks:
        if not name.startswith(f"turbo_{offer.namespace}_"):
            raise _refused(offer, f"the hook {name!r} is not of the namespace", f"call it 'turbo_{offer.namespace}_…'")
    return SpecInfo(version=offer.version, hooks=hooks)


def misfits(verdicts: Mapping[Entry, Verdict]) -> Iterator[tuple[Entry, str, str]]:
    """The plugins that cannot be used beside the others: each with the cause and the next step."""
    owners: dict[str, list[Entry]] = {}
    for entry, verdict in verdicts.items():
        for namespace in verdict.specs:
            owners.setdefault(namespace, []).append(entry)
    for entry, verdict in verdicts.items():
        yield from _clashes(entry, verdict, owners)
        for hook, arguments in verdict.foreign.items():
            namespace = namespace_of(hook)
            for owner in owners.get(namespace, ())[:1]:
                spec = verdicts[owner].specs[namespace]
                told = _misfit(hook, arguments, spec, verdict.needs.get(namespace, ""), owner)
                if told:
                    yield entry, told, f"install a version of {entry.distribution} that fits, or another {owner.distribution}"


def _clashes(entry: Entry, verdict: Verdict, owners: Mapping[str, list[Entry]]) -> Iterator[tuple[Entry, str, str]]:
    for namespace in verdict.specs:
        others = [f"{other.distribution} {other.version}" for other in owners[namespace] if other is not entry]
        if others:
            named = " and ".join(others)
            yield entry, f"the hooks {namespace!r} are also brought by {named}", f"uninstall {entry.distribution} or {named}"


def _misfit(hook: str, arguments: Iterable[str], spec: SpecInfo, wanted: str, owner: Entry) -> str:
    """Why an implementation does not fit a specification; empty if it does."""
    who = f"{owner.distribution} {owner.version}"
    if wanted and not satisfies(spec.version, wanted):
        return f"it needs version {wanted} of the hooks {namespace_of(hook)!r}, and {who} has {spec.version}"
    if hook not in spec.hooks:
        return f"there is no hook {hook!r} in {who}; it has {', '.join(spec.hooks)}"
    strange = sorted({*arguments} - {*spec.hooks[hook]} - GIVEN)
    return f"its {hook!r} asks for {strange[0]!r}; {who} gives {', '.join(spec.hooks[hook]) or 'nothing'}" if strange else ""


def _hooks(specs: object) -> Iterator[tuple[str, tuple[str, ...]]]:
    manager = pluggy.PluginManager("turbo")
    try:
        manager.add_hookspecs(specs)  # type: ignore[arg-type]  # a module or a class; anything else has no specification
    except ValueError:
        return
    for name, caller in vars(manager.hook).items():
        yield name, tuple(caller.spec.argnames)


def _refused(offer: SpecOffer, why: str, next_step: str) -> PluginFailed:
    return PluginFailed(f"the hooks {offer.namespace!r} cannot be used", why=why, next_step=next_step)
