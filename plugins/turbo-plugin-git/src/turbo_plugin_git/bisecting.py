"""Finding the first bad commit between a good one and a bad one. Knows git through the adapter; nothing of Turbo.

Each commit is tried in a clone of its own, which shares the objects of the repository. So neither its work tree nor any of its
refs or files is touched, and there is nothing to tidy up in it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Literal, TypeAlias

from turbo_plugin_git.git import Repository

Verdict: TypeAlias = Literal["good", "bad", "skip"]
Trial: TypeAlias = Callable[[Path, str], Verdict]


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """One commit that was tried, and what came of it."""

    commit: str
    verdict: Verdict


@dataclass(slots=True, kw_only=True)
class Search:
    """A search on its way: ``bad`` is the oldest commit known to be bad, ``good`` are commits known to be good."""

    repository: Repository
    good: list[str]
    bad: str
    skipped: set[str] = field(default_factory=set)
    steps: list[Step] = field(default_factory=list)

    def suspects(self) -> list[str]:
        """Commits that may be the first bad one, the best one to try first; ``bad`` itself stands last."""
        data = self.repository.run("rev-list", "--bisect-all", self.bad, "--not", *self.good, "--")
        found = [each.split(" ", 1)[0] for each in data.decode().splitlines()]
        return [each for each in found if each != self.bad] + [self.bad]

    def next(self) -> str | None:
        """The commit to try next; ``None`` if nothing is left to try."""
        return next((each for each in self.suspects()[:-1] if each not in self.skipped), None)

    def note(self, commit: str, verdict: Verdict) -> None:
        """Take down what came of a trial."""
        self.steps.append(Step(commit=commit, verdict=verdict))
        if verdict == "good":
            self.good.append(commit)
        elif verdict == "bad":
            self.bad = commit
        else:
            self.skipped.add(commit)


@contextmanager
def clone(repository: Repository) -> Iterator[Path]:
    """A clone in a temporary folder, with nothing checked out."""
    with TemporaryDirectory(prefix="turbo-bisect-") as folder:
        place = Path(folder, repository.root.name)
        repository.run("clone", "--quiet", "--shared", "--no-checkout", "--no-tags", "--", str(repository.root), str(place))
        yield place


def run(search: Search, folder: Path, trial: Trial, tell: Callable[[Search], None]) -> None:
    """Try commits until the first bad one is known, or only skipped ones are left."""
    place = Repository(folder)
    while (commit := search.next()) is not None:
        search.note(commit, attempt(place, trial, commit))
        tell(search)


def attempt(place: Repository, trial: Trial, commit: str) -> Verdict:
    """Check out one commit in the clone, with no file of the one before left, and try it."""
    place.run("checkout", "--quiet", "--force", "--detach", commit)
    place.run("clean", "--quiet", "--force", "-d", "-x")
    return trial(place.root, commit)
