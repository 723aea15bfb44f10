"""How healthy a project is: parts with a score and a reason, their weighted mean, and what would raise it. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from turbo_plugin_project.measuring import Metrics
from turbo_plugin_project.tables.advice import ADVICE
from turbo_plugin_project.tree import Tree
from turbo_plugin_project.values import Command, Dependency, Project

_ENOUGH: Final = 0.8
"""A part below this score has a recommendation."""

_LOCKS: Final = {
    "python": ("uv.lock", "poetry.lock", "Pipfile.lock", "pdm.lock", "pylock.toml", "requirements.lock"),
    "node": ("package-lock.json", "yarn.lock", "pnpm-lock.yaml", "npm-shrinkwrap.json", "bun.lock"),
    "rust": ("Cargo.lock",),
    "go": ("go.sum",),
    "ruby": ("Gemfile.lock",),
    "php": ("composer.lock",),
    "elixir": ("mix.lock",),
    "dart": ("pubspec.lock",),
}
_CI: Final = (
    ".github/workflows/",
    ".gitlab-ci.yml",
    "Jenkinsfile",
    ".circleci/",
    "azure-pipelines.yml",
    ".travis.yml",
    "turbo.yaml",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """One thing that health depends on.

    Attributes:
        name: what it is.
        score: from 0 to 1.
        weight: how much it counts.
        reason: one sentence.
    """

    name: str
    score: float
    weight: int
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Recommendation:
    """What would raise the score.

    Attributes:
        title: what to do.
        reason: why, and what was found.
        risk: what following it may break: `low`, `medium` or `high`.
        gain: how much the score would rise, at most.
        workflow: the Turbo workflow that does it, or that holds it from then on.
    """

    title: str
    reason: str
    risk: str
    gain: float
    workflow: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """All that health is judged by."""

    tree: Tree
    projects: Sequence[Project]
    commands: Sequence[Command]
    dependencies: Sequence[Dependency]
    metrics: Metrics
    cycles: Sequence[Sequence[str]]
    modules: int


def parts(known: Known) -> list[Part]:
    """The parts, each judged for itself; what does not apply is left out."""
    return [*_papers(known), *_ways(known), *_code(known)]


def score(judged: Sequence[Part]) -> float:
    """The weighted mean; 0 without any part."""
    weight = sum(part.weight for part in judged)
    return round(sum(part.score * part.weight for part in judged) / weight, 4) if weight else 0.0


def recommendations(judged: Sequence[Part]) -> list[Recommendation]:
    """What to do about the parts that are low, by what would be gained."""
    weight = sum(part.weight for part in judged)
    found = [
        Recommendation(
            title=ADVICE[part.name].title,
            reason=f"{part.reason}; {ADVICE[part.name].reason}",
            risk=ADVICE[part.name].risk,
            gain=round((1 - part.score) * part.weight / weight, 4),
            workflow=ADVICE[part.name].workflow,
        )
        for part in judged
        if part.score < _ENOUGH
    ]
    return sorted(found, key=lambda one: (-one.gain, one.title))


def _papers(known: Known) -> Iterator[Part]:
    top = [file.name.lower() for file in known.tree.folders.get("", ())]
    for name, weight, starts in (("readme", 1, ("readme",)), ("licence", 1, ("license", "licence", "copying", "unlicense"))):
        found = next((one for one in top if one.startswith(starts)), "")
        yield _yes(name, weight, bool(found), found or "", f"there is no {name}")
    if (known.tree.root / ".git").exists():
        yield _yes("ignore", 1, ".gitignore" in top, ".gitignore", "there is no .gitignore")
    ci = next((path for path in known.tree.paths if path.startswith(_CI)), "")
    yield _yes("ci", 2, bool(ci), ci, "no machine runs the checks")
    ecosystems = {one.ecosystem for one in known.dependencies if one.scope in ("run", "dev")} & _LOCKS.keys()
    if ecosystems:
        locked = {one for one in ecosystems if any(file.name in _LOCKS[one] for file in known.tree.files)}
        missing = ", ".join(sorted(ecosystems - locked))
        reason = f"nothing locks the versions of {missing}" if missing else "versions are locked"
        yield Part(name="lock", score=round(len(locked) / len(ecosystems), 4), weight=1, reason=reason)


def _ways(known: Known) -> Iterator[Part]:
    own = {project.path for project in known.projects if project.role == "project"}
    commands = [one for one in known.commands if one.project in own]
    lint = next((one for one in commands if one.purpose in ("lint", "types")), None)
    yield _yes("lint", 2, lint is not None, " ".join(lint.argv) if lint else "", "no linter is set up")
    tried = [one for one in commands if one.state in ("verified", "failed")]
    if tried:
        failed = [one for one in tried if one.state == "failed"]
        told = f"{len(tried) - len(failed)} of {len(tried)} commands pass a dry run"
        told += f"; {' '.join(failed[0].argv)} does not" if failed else ""
        yield Part(name="commands", score=round(1 - len(failed) / len(tried), 4), weight=2, reason=told)


def _code(known: Known) -> Iterator[Part]:
    metrics = known.metrics
    if not metrics.code:
        return
    told = f"{metrics.test_ratio:.2f} lines of tests for each line of code"
    yield Part(name="tests", score=_clipped(metrics.test_ratio * 2), weight=4, reason=told)
    if metrics.functions:
        told = f"{metrics.complex_share:.1%} of {metrics.functions} functions branch more than 15 times"
        if metrics.hottest:
            told += f"; most does {metrics.hottest[0].name} in {metrics.hottest[0].path}:{metrics.hottest[0].line}"
        yield Part(name="complexity", score=_clipped(1 - metrics.complex_share * 10), weight=3, reason=told)
    told = f"{metrics.duplication:.1%} of the code stands somewhere else, too"
    yield Part(name="duplication", score=_clipped(1 - metrics.duplication * 4), weight=2, reason=told)
    if known.modules > 1:
        told = f"{len(known.cycles)} circles of modules" if known.cycles else "no module needs itself"
        yield Part(name="cycles", score=_clipped(1 - len(known.cycles) / 5), weight=2, reason=told)


def _yes(name: str, weight: int, there: bool, what: str, missing: str) -> Part:
    return Part(name=name, score=float(there), weight=weight, reason=f"there is {what}" if there else missing)


def _clipped(value: float) -> float:
    return round(min(1.0, max(0.0, value)), 4)
