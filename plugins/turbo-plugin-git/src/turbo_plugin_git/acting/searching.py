"""The action that finds the commit which broke something."""

from __future__ import annotations

import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from turbo_core import ActionFailed, ActionUnavailable, Context, action

from turbo_plugin_git import bisecting, positions
from turbo_plugin_git.acting.ground import repository_of
from turbo_plugin_git.bisecting import Search, Trial, Verdict
from turbo_plugin_git.git import Repository

_SKIP = 125
_LAST_OF_BAD = 127


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedCommit:
    """A commit that was tried: `good`, `bad` or `skip`."""

    commit: str
    verdict: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Culprit:
    """The first bad commit.

    Attributes:
        commit: its id; null if commits had to be skipped, so that it is one of several.
        suspects: the commits that it may be; one if it is known.
        author: who made it; empty if it is not known.
        subject: what it says; empty if it is not known.
        date: when it was made; empty if it is not known.
        tried: the commits that were tried, in their order.
    """

    commit: str | None
    suspects: list[str]
    author: str
    subject: str
    date: str
    tried: list[TriedCommit]


@action(risk="destroy", idempotent=True)
def bisect(
    context: Context, good: str, command: tuple[str, ...], *, bad: str = "HEAD", timeout: int = 0, verify: bool = True
) -> Culprit:
    """Find the first bad commit with a command that tells good from bad.

    Each commit is tried in a clone in a temporary folder, so the project is left as it is. There is no undo, and the risk is that
    of the command: nobody knows what it does.

    Args:
        good: a tag, branch or commit that is good.
        command: the program and its arguments, started in the clone. It ends with 0 for good, 125 for *cannot tell*, any other
            code up to 127 for bad; a higher code or a signal ends the search.
        bad: a tag, branch or commit that is bad.
        timeout: seconds that the command may take for one commit; longer counts as bad. 0 is no limit.
        verify: first see that the good one is good and the bad one bad.
    """
    if not command:
        raise ActionFailed("there is no command", next_step="give the program and its arguments as a list")
    with repository_of(context) as repository:
        search = Search(repository=repository, good=[repository.resolve(good)], bad=repository.resolve(bad))
        if not positions.is_ancestor(repository, search.good[0], search.bad):
            raise ActionFailed("the good commit is not in the history of the bad one", why=f"good is {good}, bad is {bad}")
        trial = _trial(context, command, timeout)
        with bisecting.clone(repository) as folder:
            if verify:
                _verify(search, folder, trial)
            bisecting.run(search, folder, trial, lambda now: _tell(context, now))
        return _culprit(repository, search)


def _trial(context: Context, command: Sequence[str], timeout: int) -> Trial:
    def attempt(folder: Path, commit: str) -> Verdict:
        context.log(f"{commit[:12]}: {' '.join(command)}")
        try:
            code = subprocess.run(command, cwd=folder, stdin=subprocess.DEVNULL, timeout=timeout or None, check=False).returncode
        except subprocess.TimeoutExpired:
            return "bad"
        except OSError as error:
            raise ActionUnavailable("the command could not be started", where=command[0], why=str(error)) from error
        if not 0 <= code <= _LAST_OF_BAD:
            raise ActionFailed("the search was ended by its command", where=commit, why=f"it ended with {code}")
        return "good" if code == 0 else "skip" if code == _SKIP else "bad"

    return attempt


def _verify(search: Search, folder: Path, trial: Trial) -> None:
    place = Repository(folder)
    wanted: tuple[tuple[str, Verdict], ...] = ((search.good[0], "good"), (search.bad, "bad"))
    for commit, verdict in wanted:
        found = bisecting.attempt(place, trial, commit)
        if found != verdict:
            why = f"the command says {found!r}"
            raise ActionFailed(
                f"the {verdict} commit is not {verdict}", where=commit, why=why, next_step="mend the command or the refs"
            )


def _tell(context: Context, search: Search) -> None:
    left = len(search.suspects())
    context.log(f"{search.steps[-1].verdict}; {left} suspects are left")
    done = len(search.steps)
    context.progress(done, done + max(left - 1, 0).bit_length())


def _culprit(repository: Repository, search: Search) -> Culprit:
    suspects = search.suspects()
    tried = [TriedCommit(commit=each.commit, verdict=each.verdict) for each in search.steps]
    if len(suspects) > 1:
        return Culprit(commit=None, suspects=suspects, author="", subject="", date="", tried=tried)
    found = repository.commit(search.bad)
    return Culprit(
        commit=found.id,
        suspects=suspects,
        author=found.author,
        subject=found.message.partition("\n")[0],
        date=found.date,
        tried=tried,
    )


@bisect.plan
def _(context: Context, good: str, bad: str, command: tuple[str, ...]) -> str:
    with repository_of(context) as repository:
        count = repository.run("rev-list", "--count", f"{repository.resolve(good)}..{repository.resolve(bad)}").decode().strip()
    return f"run {' '.join(command)} for some of {count} commits, each in a clone"
