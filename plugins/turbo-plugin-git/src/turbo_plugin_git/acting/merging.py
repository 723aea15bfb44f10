"""Actions that put histories together: looking ahead, merge, rebase and cherry-pick, with help where they conflict."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from turbo_core import ActionFailed, Context, action

from turbo_plugin_git import conflicts as conflicting
from turbo_plugin_git import positions
from turbo_plugin_git.acting.assisting import Help, LeftConflict, SettledConflict, Sides, help_with, summary, tell
from turbo_plugin_git.acting.ground import has_moved, refuse_dirty, repository_of, shown, take_back_move
from turbo_plugin_git.git import Repository, line, refusal
from turbo_plugin_git.settling import RULES, Rule

OnConflict: TypeAlias = Literal["refuse", "leave"]
_QUIET = {"GIT_EDITOR": "true", "GIT_SEQUENCE_EDITOR": "true"}
_MOST_STOPS = 10000


@dataclass(frozen=True, slots=True, kw_only=True)
class Conflicts:
    """The conflicts of a merge.

    Attributes:
        clean: nothing is left for a person.
        settled: the files that have one right answer.
        left: the files that somebody has to settle.
        ours: the commit that is merged into.
        theirs: the commit that is merged.
    """

    clean: bool
    settled: list[SettledConflict]
    left: list[LeftConflict]
    ours: str
    theirs: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Joined:
    """What a merge, rebase or cherry-pick came to.

    Attributes:
        commit: where the branch stands now.
        previous_commit: where it stood before.
        branch: the branch; null if HEAD is detached.
        changed: whether the branch moved.
        waiting: `merge`, `rebase` or `cherry-pick` if it waits for somebody to settle what is left; else empty.
        settled: the files whose conflicts were settled.
        left: the files that wait to be settled.
    """

    commit: str
    previous_commit: str
    branch: str | None
    changed: bool
    waiting: str
    settled: list[SettledConflict]
    left: list[LeftConflict]


# ---------------------------------------------------------------- looking ahead


@action(risk="read")
def conflicts(context: Context, ref: str = "", into: str = "HEAD", settle: tuple[Rule, ...] = RULES) -> Conflicts:
    """Tell what would conflict if a ref were merged, whose lines these are, and what can be settled. Nothing is touched.

    Args:
        ref: the branch, tag or commit to merge; empty for the merge that waits in the work tree.
        into: what to merge into.
        settle: the rules that would be applied.
    """
    with repository_of(context) as repository:
        if ref:
            ours, theirs = repository.resolve(into), repository.resolve(ref)
            _, paths = conflicting.foreseen(repository, ours, theirs)
        else:
            ours, theirs = repository.resolve("HEAD"), _waiting_for(repository)
            paths = conflicting.unmerged(repository)
        sides = Sides(ours=ours, theirs=theirs, base=conflicting.base_of(repository, ours, theirs))
        found = help_with(repository, paths, sides, settle, act=False)
    tell(context, found)
    return Conflicts(clean=not found.left, settled=list(found.settled), left=list(found.left), ours=ours, theirs=theirs)


def _waiting_for(repository: Repository) -> str:
    for name in ("MERGE_HEAD", "CHERRY_PICK_HEAD", "REBASE_HEAD", "REVERT_HEAD"):
        done = repository.ask("rev-parse", "--verify", "--quiet", name)
        if done.returncode == 0:
            return line(done.stdout)
    raise ActionFailed("no merge waits here", next_step="name a ref to look ahead")


# ---------------------------------------------------------------- merge


@action(risk="change")
def merge(
    context: Context,
    ref: str,
    *,
    message: str = "",
    fast_forward: Literal["allow", "never", "only"] = "allow",
    strategy: Literal["ort", "resolve", "ours", "subtree"] = "ort",
    favour: Literal["neither", "ours", "theirs"] = "neither",
    settle: tuple[Rule, ...] = RULES,
    on_conflict: OnConflict = "refuse",
) -> Joined:
    """Merge a ref into the branch that is checked out. Conflicts with one right answer are settled, no side is ever lost.

    Args:
        ref: the branch, tag or commit to merge.
        message: the message of the merge commit.
        fast_forward: whether the branch may, may not, or has to be moved forward without a merge commit.
        strategy: the strategy of git; `ours` keeps our files whatever they did.
        favour: which side wins where both changed the same lines; `neither` leaves that to the rules and to you.
        settle: the rules that settle conflicts: `imports` that both added, lines that differ in `whitespace`, and `locks`, lock
            files that their manager makes again.
        on_conflict: what is left makes the task fail with everything as before (`refuse`), or waits in the work tree (`leave`).
    """
    with repository_of(context) as repository:
        refuse_dirty(repository, "merge")
        before, theirs = repository.resolve("HEAD"), repository.resolve(ref)
        text = message or f"Merge {_called(repository, ref)}"
        way = {"allow": "--ff", "never": "--no-ff", "only": "--ff-only"}[fast_forward]
        favoured = () if favour == "neither" else (f"--strategy-option={favour}",)
        command = ("merge", "--no-edit", "--no-stat", "--no-log", way, f"--strategy={strategy}", *favoured, "-m", text, theirs)
        steps = _Steps(context=context, repository=repository, name="merge", settle=settle, leave=on_conflict == "leave")
        return steps.take(command, before)


def _called(repository: Repository, ref: str) -> str:
    return f"branch {ref!r}" if repository.ask("show-ref", "--verify", "--quiet", f"refs/heads/{ref}").returncode == 0 else ref


@merge.plan
def _(context: Context, ref: str) -> str:
    with repository_of(context) as repository:
        before, theirs = repository.resolve("HEAD"), repository.resolve(ref)
        if positions.is_ancestor(repository, theirs, before):
            return f"do nothing: {ref} is merged already"
    return f"merge {ref} ({theirs[:12]}) into {before[:12]}"


@merge.undo
def _(context: Context, outputs: dict[str, Any]) -> None:
    take_back_move(context, outputs)


@merge.probe
def _(context: Context) -> bool | None:
    return has_moved(context)


# ---------------------------------------------------------------- rebase, cherry-pick


@action(risk="change")
def rebase(
    context: Context,
    onto: str,
    *,
    autosquash: bool = False,
    settle: tuple[Rule, ...] = RULES,
    on_conflict: OnConflict = "refuse",
) -> Joined:
    """Put the commits of the branch that is checked out onto another one. Conflicts with one right answer are settled.

    Args:
        onto: the branch, tag or commit to stand on.
        autosquash: fold commits that begin with `fixup!` or `squash!` into those that they name.
        settle: the rules that settle conflicts, as for `git.merge`.
        on_conflict: what is left makes the task fail with everything as before (`refuse`), or waits in the work tree (`leave`).
    """
    with repository_of(context) as repository:
        refuse_dirty(repository, "rebase")
        before, target = repository.resolve("HEAD"), repository.resolve(onto)
        folding = ("--interactive", "--autosquash") if autosquash else ("--no-autosquash",)
        command = ("-c", "rebase.updateRefs=false", "rebase", "--quiet", "--no-stat", "--no-autostash", *folding, target)
        steps = _Steps(context=context, repository=repository, name="rebase", settle=settle, leave=on_conflict == "leave")
        return steps.take(command, before)


@rebase.plan
def _(context: Context, onto: str) -> str:
    with repository_of(context) as repository:
        target = repository.resolve(onto)
        count = line(repository.run("rev-list", "--count", f"{target}..HEAD"))
    return f"put {count} commits onto {onto} ({target[:12]})"


@rebase.undo
def _(context: Context, outputs: dict[str, Any]) -> None:
    take_back_move(context, outputs)


@rebase.probe
def _(context: Context) -> bool | None:
    return has_moved(context)


@action(risk="change")
def cherry_pick(
    context: Context,
    commits: tuple[str, ...],
    *,
    note_origin: bool = True,
    mainline: int = 0,
    settle: tuple[Rule, ...] = RULES,
    on_conflict: OnConflict = "refuse",
) -> Joined:
    """Apply commits to the branch that is checked out, one after the other. Conflicts with one right answer are settled.

    Args:
        commits: the commits, in the order in which they are applied.
        note_origin: name the original in the new message.
        mainline: which parent of a merge commit its change is seen from, counted from 1; 0 if none is a merge.
        settle: the rules that settle conflicts, as for `git.merge`.
        on_conflict: what is left makes the task fail with everything as before (`refuse`), or waits in the work tree (`leave`).
    """
    if not commits:
        raise ActionFailed("no commit is named")
    with repository_of(context) as repository:
        refuse_dirty(repository, "cherry-pick")
        before, picked = repository.resolve("HEAD"), [repository.resolve(each) for each in commits]
        flags = (*(("-x",) if note_origin else ()), *((f"--mainline={mainline}",) if mainline else ()))
        command = ("cherry-pick", *flags, *picked)
        steps = _Steps(context=context, repository=repository, name="cherry-pick", settle=settle, leave=on_conflict == "leave")
        return steps.take(command, before)


@cherry_pick.plan
def _(context: Context, commits: tuple[str, ...]) -> str:
    with repository_of(context) as repository:
        picked = [repository.resolve(each)[:12] for each in commits]
    return f"apply {', '.join(picked)}"


@cherry_pick.undo
def _(context: Context, outputs: dict[str, Any]) -> None:
    take_back_move(context, outputs)


@cherry_pick.probe
def _(context: Context) -> bool | None:
    return has_moved(context)


# ---------------------------------------------------------------- step by step


@dataclass(frozen=True, slots=True, kw_only=True)
class _Steps:
    """One operation of git that stops at conflicts, taken to its end, to a stop that is left, or back to its beginning."""

    context: Context
    repository: Repository
    name: str
    settle: tuple[Rule, ...]
    leave: bool

    def take(self, command: tuple[str, ...], before: str) -> Joined:
        branch = self.repository.head().branch
        settled: list[SettledConflict] = []
        done = self.repository.ask(*command, env=_QUIET)
        for _ in range(_MOST_STOPS):
            if done.returncode == 0 or positions.operation(self.repository) != self.name:
                break
            found = self._help()
            settled += found.settled
            if found.left:
                return self._stop(found, settled, branch, before)
            if not self._settled_something(found):
                break
            done = self.repository.ask(*self._go_on(), env=_QUIET)
        if done.returncode != 0:
            self._abort()
            raise refusal(self.name, done)
        return self._joined(branch, before, settled)

    def _help(self) -> Help:
        ours, theirs = self.repository.resolve("HEAD"), _waiting_for(self.repository)
        sides = Sides(ours=ours, theirs=theirs, base=conflicting.base_of(self.repository, ours, theirs))
        found = help_with(self.repository, conflicting.unmerged(self.repository), sides, self.settle, act=True)
        tell(self.context, found)
        return found

    def _settled_something(self, found: Help) -> bool:
        """Git also stops for other reasons: a hook that refuses, a commit that has become empty."""
        return bool(found.settled) or self._is_empty()

    def _is_empty(self) -> bool:
        return self.name != "merge" and not self.repository.state().changed

    def _go_on(self) -> tuple[str, ...]:
        if self._is_empty():
            return (self.name, "--skip")
        return ("commit", "--quiet", "--no-edit") if self.name == "merge" else (self.name, "--continue")

    def _abort(self) -> None:
        if positions.operation(self.repository) == self.name:
            self.repository.run(self.name, "--abort")

    def _stop(self, found: Help, settled: list[SettledConflict], branch: str | None, before: str) -> Joined:
        if not self.leave:
            self._abort()
            raise ActionFailed(
                f"the {self.name} has conflicts in {len(found.left)} files",
                where=shown(str(self.repository.root)),
                why=summary(found),
                next_step="everything is as before; on_conflict: leave keeps them in the work tree to be settled",
            )
        self.context.log(f"the {self.name} waits: settle what is left, then git {self.name} --continue")
        return self._joined(branch, before, settled, found)

    def _joined(self, branch: str | None, before: str, settled: list[SettledConflict], found: Help | None = None) -> Joined:
        now = self.repository.resolve("HEAD")
        self.context.log(f"{branch or 'HEAD'}: {before[:12]} -> {now[:12]}")
        return Joined(
            commit=now,
            previous_commit=before,
            branch=branch,
            changed=now != before,
            waiting=self.name if found else "",
            settled=settled,
            left=list(found.left) if found else [],
        )
