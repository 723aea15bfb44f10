"""The action that holds licences to a policy. A licence that nobody can read is unknown, and never accepted."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from importlib import import_module
from typing import Any, Final, Literal, TypeAlias

from turbo_core import Context, action

from turbo_plugin_packages import asking
from turbo_plugin_packages.settings import PackageSettings

TEXTS: Final[Mapping[str, str]] = {
    "apache 2": "Apache-2.0",
    "apache 2.0": "Apache-2.0",
    "apache license 2.0": "Apache-2.0",
    "apache license version 2.0": "Apache-2.0",
    "apache software license": "Apache-2.0",
    "3-clause bsd license": "BSD-3-Clause",
    "bsd 3-clause": "BSD-3-Clause",
    "bsd 3-clause license": "BSD-3-Clause",
    "bsd 2-clause": "BSD-2-Clause",
    "bsd 2-clause license": "BSD-2-Clause",
    "isc license": "ISC",
    "mit license": "MIT",
    "mozilla public license 2.0": "MPL-2.0",
    "mpl 2.0": "MPL-2.0",
    "python software foundation license": "PSF-2.0",
}
"""What packages write in place of SPDX expressions, and can mean one thing only."""

Verdict: TypeAlias = Literal["accepted", "refused", "unknown"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Licensed:
    """A package and its licence.

    Attributes:
        name: of the package.
        version: of the package.
        licence: an SPDX expression if it is one, else what the package says; empty if it says nothing.
        verdict: what the policy says.
        why: the part of the expression that decides, or why it cannot be read.
    """

    name: str
    version: str
    licence: str
    verdict: Verdict
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Licences:
    """The licences of all packages, and what the policy says.

    Attributes:
        state: ``refused`` if any is, else ``unknown`` if any is, else ``accepted``.
        packages: all of them, the refused first.
        licences: how many packages have which licence.
        refused: how many are refused.
        unknown: how many cannot be judged.
        score: the share that is accepted; 0 if any is refused.
        confidence: the share that can be judged.
        reason: one sentence.
        evidence: the first that are not accepted.
    """

    state: Verdict
    packages: list[Licensed]
    licences: dict[str, int]
    refused: int
    unknown: int
    score: float
    confidence: float
    reason: str
    evidence: list[str]


@action(risk="read", idempotent=True)
def licenses(
    context: Context, allow: tuple[str, ...] = (), deny: tuple[str, ...] = (), folder: str = ".", manager: str = ""
) -> Licences:
    """Hold the licences of all packages to a policy.

    Args:
        allow: licences that are accepted, SPDX identifiers or patterns; empty for what the settings say, and they for all.
        deny: licences that are not; likewise. One that is also allowed by its full name is accepted.
        folder: where, relative to the project.
        manager: only this package manager.
    """
    there, settings = asking.place(context, folder), context.settings(PackageSettings)
    policy = Policy(allow or settings.allow, deny or settings.deny)
    packages = [
        _licensed(policy, package.name, package.version, package.licence)
        for one in asking.managers(context, there, manager)
        for package in asking.inventory(context, there, one).packages
    ]
    return judged(packages)


class Policy:
    """Which licences are accepted.

    Args:
        allow: identifiers or patterns; empty for all that are not denied.
        deny: identifiers or patterns.
    """

    def __init__(self, allow: Sequence[str], deny: Sequence[str]) -> None:
        self._allow, self._deny = allow, deny
        self._spdx: Any = import_module("license_expression").get_spdx_licensing()

    def judge(self, licence: str) -> tuple[str, Verdict, str]:
        """The normal form of a licence, the verdict, and why."""
        if not licence:
            return "", "unknown", "the package names no licence"
        try:
            tree = self._spdx.parse(_usual(licence), validate=True, strict=True)
        except self._spdx_error() as error:
            return licence, "unknown", str(error).partition("\n")[0] or "it is no SPDX expression"
        refused = self._refused(tree)
        return str(tree), "refused" if refused else "accepted", refused

    def _refused(self, tree: Any) -> str:
        """Which part of an expression is refused; empty if it is accepted. Of alternatives one suffices."""
        parts = getattr(tree, "args", ())
        if not parts:
            return "" if self._accepts(str(tree)) else str(tree)
        refused = [self._refused(part) for part in parts]
        if isinstance(tree, self._spdx.OR):
            return " OR ".join(refused) if all(refused) else ""
        return next((one for one in refused if one), "")

    def _accepts(self, name: str) -> bool:
        if name in self._allow:
            return True
        base = name.partition(" WITH ")[0]
        denied = any(fnmatchcase(base, pattern) or fnmatchcase(name, pattern) for pattern in self._deny)
        return not denied and (not self._allow or any(fnmatchcase(base, pattern) for pattern in self._allow))

    def _spdx_error(self) -> type[Exception]:
        found: type[Exception] = import_module("license_expression").ExpressionError
        return found


def judged(packages: list[Licensed]) -> Licences:
    """All verdicts together, with a score, a confidence and a reason."""
    rank = {"refused": 0, "unknown": 1, "accepted": 2}
    packages = sorted(packages, key=lambda one: (rank[one.verdict], one.name, one.version))
    bad = [one for one in packages if one.verdict != "accepted"]
    refused = sum(one.verdict == "refused" for one in bad)
    unknown, total = len(bad) - refused, len(packages)
    counts: dict[str, int] = {}
    for one in packages:
        counts[one.licence or "none"] = counts.get(one.licence or "none", 0) + 1
    return Licences(
        state="refused" if refused else "unknown" if unknown else "accepted",
        packages=packages,
        licences=dict(sorted(counts.items(), key=lambda item: -item[1])),
        refused=refused,
        unknown=unknown,
        score=0.0 if refused or not total else round((total - unknown) / total, 4),
        confidence=round((total - unknown) / total, 4) if total else 0.0,
        reason=f"{total - len(bad)} of {total} licences are accepted, {refused} refused, {unknown} unknown",
        evidence=[f"{one.name} {one.version}: {one.licence or 'none'} ({one.why})" for one in bad[:10]],
    )


def _usual(licence: str) -> str:
    """The SPDX expression that a text can only mean; the text itself if there is none."""
    words = licence.lower().replace(",", " ").removeprefix("the ").split()
    return TEXTS.get(" ".join(words), licence)


def _licensed(policy: Policy, name: str, version: str, told: str) -> Licensed:
    licence, verdict, why = policy.judge(told)
    return Licensed(name=name, version=version, licence=licence, verdict=verdict, why=why)
