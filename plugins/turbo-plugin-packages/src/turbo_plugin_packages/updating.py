"""The action that updates: it finds candidates, tries them in a copy, finds the guilty, and applies what works."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from turbo_core import ActionFailed, Context, action

from turbo_plugin_packages import asking
from turbo_plugin_packages.auditing import Known, remedies
from turbo_plugin_packages.changing import Step, known, outcome, snapshot, steps, touched
from turbo_plugin_packages.changing import undo as take_back
from turbo_plugin_packages.running import carry_out, run
from turbo_plugin_packages.scratch import Scratch
from turbo_plugin_packages.sifting import sift
from turbo_plugin_packages.snapshots import write
from turbo_plugin_packages.strategies import Strategy, candidates
from turbo_plugin_packages.trying import Trial, Trials
from turbo_plugin_packages.values import Manager, Plan


@dataclass(frozen=True, slots=True, kw_only=True)
class Guilty:
    """A package that is not updated.

    Attributes:
        name: of the package.
        before: the version that it keeps.
        after: the version that did not work, or that is not there.
        why: what the manager or the tests said last.
    """

    name: str
    before: str
    after: str
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Updated:
    """What came of an update.

    Attributes:
        manager: who made it.
        strategy: how versions were chosen.
        applied: the packages that were updated, and those that followed.
        guilty: those that were not, each with the reason.
        unknown: what could not be looked up.
        files: which manifests and lock files are others now.
        tested: whether tests were run.
        trials: how many sets of updates were tried.
        reason: all of it in one sentence.
    """

    manager: str
    strategy: Strategy
    applied: list[Step]
    guilty: list[Guilty]
    unknown: list[str]
    files: list[str]
    tested: bool
    trials: int
    reason: str


@action(risk="change", idempotent=False)
def update(
    context: Context,
    strategy: Strategy = "minor",
    test: tuple[str, ...] = (),
    packages: tuple[str, ...] = (),
    folder: str = ".",
    manager: str = "",
    limit: float = 1800,
) -> Updated:
    """Update packages as far as tests pass: tried in a copy, bisected to the guilty, applied without them.

    Args:
        strategy: ``security`` takes the nearest versions without known vulnerabilities, ``patch`` stays within the first two
            numbers of a version, ``minor`` within the first, ``latest`` takes the newest.
        test: the program and its arguments that must end with 0, in the copy and in the project; empty for no test.
        packages: only these; else all that the project itself names, or with ``security`` all that are vulnerable.
        folder: where, relative to the project.
        manager: the package manager, if several are at work.
        limit: seconds that one run of the tests may take.
    """
    there = asking.place(context, folder)
    one = asking.manager(context, there, manager)
    inventory, looked_up = asking.inventory(context, there, one), Known(context)
    wanted, hopeless, unknown = _wanted(context, there, one, looked_up, strategy, packages)
    good, bad, trials = _sifted(context, there, one, looked_up, wanted, test, limit) if wanted else ({}, {}, None)
    if trials and good:
        _apply(context, there, one, good, trials.of(good), test, limit)
    current = {package.name: package.version for package in inventory.packages}
    refused = {name: ("", why) for name, why in hopeless.items()} | bad
    applied = steps(inventory, known(context, there, one)) if good else []
    guilty = [Guilty(name=name, before=current[name], after=after, why=why) for name, (after, why) in refused.items()]
    kept = snapshot(context, there)
    updated = Updated(
        manager=one.manager,
        strategy=strategy,
        applied=applied,
        guilty=guilty,
        unknown=unknown,
        files=kept.changed() if kept.kept else [],
        tested=bool(test and trials),
        trials=trials.count if trials else 0,
        reason=_reason(applied, guilty, unknown),
    )
    if kept.kept:
        kept.close(asdict(updated))
    return updated


@update.plan
def _(context: Context, strategy: Strategy, test: tuple[str, ...], folder: str, manager: str) -> str:
    one = asking.manager(context, asking.place(context, folder), manager)
    tested = f"run {' '.join(test)} after each" if test else "test nothing"
    return f"try updates of {one.manager} ({strategy}) in a copy of the project, {tested}, and apply those that work"


@update.undo
def _(context: Context, folder: str, manager: str) -> None:
    take_back(context, folder, manager)


@update.probe
def _(context: Context, folder: str) -> Updated | bool:
    return outcome(context, folder, Updated)


def _sifted(
    context: Context,
    folder: Path,
    one: Manager,
    looked_up: Known,
    wanted: Mapping[str, str],
    test: tuple[str, ...],
    limit: float,
) -> tuple[dict[str, str], dict[str, tuple[str, str]], Trials]:
    """What works, what does not and why, and the trials that have told it."""
    with TemporaryDirectory(prefix="turbo-packages-") as root:
        scratch = Scratch(Path(root) / "try", context.project, folder, one.leave_out)
        trials = Trials(context, one, scratch, test=test, limit=limit, vulnerable=lambda told: looked_up.count(one, told))
        trials.base()
        good, bad = sift(wanted, trials.works)
        # Beside all that works now; most have been tried that way already.
        return good, {name: (version, trials.of(good | {name: version}).why) for name, version in bad.items()}, trials


def _wanted(
    context: Context, folder: Path, one: Manager, looked_up: Known, strategy: Strategy, names: tuple[str, ...]
) -> tuple[dict[str, str], dict[str, str], list[str]]:
    """The candidates; the vulnerable packages for which there is none, and why; what is unknown."""
    if strategy == "security":
        audited = looked_up.audit(one, asking.inventory(context, folder, one))
        fixed, hopeless = remedies(one, audited.findings)
        chosen = {name: version for name, version in fixed.items() if name in (names or fixed)}
        return chosen, hopeless, [f"{told.name} {told.version}: {told.why}" for told in audited.unknown]
    news = asking.outdated(context, folder, one)
    return candidates(news.packages, strategy, names), {}, [*news.unknown]


def _apply(
    context: Context, folder: Path, one: Manager, good: Mapping[str, str], trial: Trial, test: tuple[str, ...], limit: float
) -> None:
    """Bring what was tried into the project; take it back if it does worse there.

    Where nothing is installed, only files change.
    """
    plan = asking.plan(context, folder, one, "update", good)
    kept = snapshot(context, folder)
    kept.keep(touched(one, plan), one.leave_out)
    installed = any((folder / name).exists() for name in one.leave_out) or not one.leave_out
    try:
        carry_out(plan if installed else Plan(), folder)
        write(folder, trial.files)
        ran = run(test, folder, limit=limit) if test and installed else None
        if ran and ran.code:
            raise ActionFailed("the tests pass in the copy and fail in the project", why=ran.told, next_step="what differs?")
    except ActionFailed:
        kept.restore()
        if installed:
            carry_out(asking.plan(context, folder, one, "install"), folder)
        kept.drop(context.project)
        raise


def _reason(applied: list[Step], guilty: list[Guilty], unknown: list[str]) -> str:
    done = ", ".join(f"{one.name} {one.before} → {one.after}" for one in applied)
    left = ", ".join(f"{one.name} {one.after}".strip() for one in guilty)
    told = [f"updated: {done}" if done else "nothing was updated"]
    told += [f"not updated: {left}"] if left else []
    told += [f"not looked up: {len(unknown)}"] if unknown else []
    return "; ".join(told)
