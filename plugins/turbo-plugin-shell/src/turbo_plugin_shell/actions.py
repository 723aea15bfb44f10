"""The actions: what a workflow says -> judgement, policy, limits, snapshot -> what a workflow sees."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from turbo_core import ActionFailed, ActionUnavailable, Context, action

from turbo_plugin_shell import running, snapshots
from turbo_plugin_shell.catalogue import categories, commands
from turbo_plugin_shell.judging import Judgement, judge
from turbo_plugin_shell.outputs import Commands, Judged, Listed, Ran
from turbo_plugin_shell.policy import Policy, Ruling
from turbo_plugin_shell.risks import Risk, above
from turbo_plugin_shell.settings import Settings

turbo_settings = Settings

_TOLD_LINES = 10
_UNKNOWN = "system"
"""Whose limits count for a command that is not known."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Case:
    """One command line, where it is to run, and what is known of it."""

    argv: Sequence[str]
    folder: Path
    workspace: Path
    judgement: Judgement
    ruling: Ruling
    settings: Settings

    @property
    def text(self) -> str:
        return " ".join(self.argv)

    def limit(self, own: Mapping[str, int], what: str) -> int:
        category = self.judgement.category or _UNKNOWN
        return own.get(category) or int(getattr(categories()[category], what))


def _case(context: Context, command: Sequence[str], folder: str) -> _Case:
    if not command or not command[0]:
        raise ActionFailed("there is no command", next_step="give the program and its arguments as a list, such as [git, status]")
    if any("\0" in argument for argument in command):
        raise ActionFailed("an argument holds a NUL byte", why="no program can be given one")
    settings = context.settings(Settings)
    _check_settings(settings)
    workspace = (context.project / settings.workspace).resolve()
    place = (context.project / folder).resolve()
    if not place.is_relative_to(workspace):
        step = "see the setting workspace of [plugins.shell]"
        raise ActionFailed("the folder is not in the workspace", where=folder, next_step=step)
    judgement = judge(command, place, workspace)
    policy = Policy(allow=settings.allow, ask=settings.ask, deny=settings.deny)
    return _Case(
        argv=command,
        folder=place,
        workspace=workspace,
        judgement=judgement,
        ruling=policy.rule_on(judgement),
        settings=settings,
    )


def _check_settings(settings: Settings) -> None:
    unknown = Policy(allow=settings.allow, ask=settings.ask, deny=settings.deny).unknown()
    unknown += tuple(name for name in (*settings.timeout, *settings.memory) if name not in categories())
    if unknown:
        step = "a rule is risk:NAME, category:NAME, a command of turbo shell commands, or one with its subcommand"
        raise ActionFailed(f"a setting names nothing: {', '.join(unknown)}", where="[plugins.shell]", next_step=step)


def _refuse(case: _Case, ceiling: Risk, *, approved: bool) -> None:
    judgement, ruling = case.judgement, case.ruling
    why = "; ".join(judgement.reasons)
    if above(judgement.risk, ceiling):
        step = f"use shell.{judgement.risk}, whose risk is stated, or another command"
        raise ActionFailed(f"the command is {judgement.risk}, not {ceiling}", where=case.text, why=why, next_step=step)
    rule = f"the rule {ruling.rule}" if ruling.rule else f"its risk is {judgement.risk}: {why}"
    if ruling.answer == "deny":
        raise ActionFailed("the policy denies the command", where=case.text, why=rule)
    if ruling.answer == "ask" and not approved:
        step = "let a gate decide, and hand on its answer: approved: ${{ tasks.GATE.outputs.approved }}"
        raise ActionFailed("the policy wants somebody to approve the command", where=case.text, why=rule, next_step=step)


def _run(context: Context, case: _Case, *, check: bool, timeout: int, kept: str = "") -> Ran:
    context.log(f"$ {case.text}")
    limit = timeout or case.limit(case.settings.timeout, "timeout")
    try:
        ended = running.run(case.argv, case.folder, timeout=limit, memory=case.limit(case.settings.memory, "memory"), show=_show)
    except running.NotStarted as error:
        raise ActionUnavailable("the command could not be started", where=case.text, why=str(error)) from error
    output = ended.tail.decode("utf-8", "backslashreplace")
    if ended.timed_out:
        raise ActionFailed(f"the command took longer than {limit} s", where=case.text, why=_end_of(output))
    if check and ended.code:
        raise ActionFailed(f"the command ended with exit code {ended.code}", where=case.text, why=_end_of(output))
    return Ran(
        exit_code=ended.code,
        output=output,
        category=case.judgement.category,
        risk=case.judgement.risk,
        seconds=round(ended.seconds, 3),
        cpu_seconds=round(ended.cpu_seconds, 3),
        peak_mib=round(ended.peak_mib, 1),
        snapshot=kept,
    )


def _keep(context: Context, case: _Case, snapshot: str) -> str:
    """Take the snapshot that was asked for; gives where it is."""
    if not snapshot:
        return ""
    folder, place = _kept_folder(context, case, snapshot), _place(context)
    try:
        snapshots.take(folder, place, limit=case.settings.snapshot_mib * 2**20)
    except snapshots.SnapshotRefused as error:
        raise ActionFailed("no snapshot can be taken, so nothing was run", where=snapshot, why=str(error)) from error
    return str(place)


def _kept_folder(context: Context, case: _Case, snapshot: str) -> Path:
    folder = (context.project / snapshot).resolve()
    if not folder.is_relative_to(case.workspace):
        raise ActionFailed("no snapshot can be taken, so nothing was run", where=snapshot, why="it is not in the workspace")
    return folder


def _place(context: Context) -> Path:
    """Where the snapshot of a task lies: in the folder of its run, which is cleaned away with it.

    The undo finds it by the same name, also if the end of the command is not known.
    """
    return context.project / ".turbo" / "runs" / context.run / "snapshots" / sha256(context.task.encode()).hexdigest()[:16]


def _put_back(context: Context, command: Sequence[str], snapshot: str) -> None:
    if not snapshot:
        step = "give the folder that the command changes as `snapshot`"
        why = "what a command has done is known to nobody, and no snapshot was taken"
        raise ActionFailed("the command cannot be taken back", where=" ".join(command), why=why, next_step=step)
    place = _place(context)
    if not place.exists():  # nothing was run, or it was put back already
        return
    try:
        snapshots.put_back(place, (context.project / snapshot).resolve())
    except snapshots.SnapshotRefused as error:
        raise ActionFailed("the folder cannot be put back", where=snapshot, why=str(error), next_step=f"see {place}") from error
    context.log(f"put {snapshot} back")


def _show(data: bytes) -> None:
    sys.stdout.buffer.write(data)
    sys.stdout.buffer.flush()


def _end_of(output: str) -> str:
    return "\n".join(output.splitlines()[-_TOLD_LINES:])


# ---------------------------------------------------------------- looking


@action(risk="read", idempotent=True)
def classify(context: Context, command: list[str], folder: str = ".") -> Judged:
    """Tell how much harm a command can do, and what the policy says of it. Nothing is started.

    Args:
        command: the program and its arguments.
        folder: where it would run, relative to the project.
    """
    case = _case(context, command, folder)
    return Judged(
        command=case.judgement.command,
        category=case.judgement.category,
        risk=case.judgement.risk,
        reasons=list(case.judgement.reasons),
        answer=case.ruling.answer,
        rule=case.ruling.rule,
    )


@action(risk="read", idempotent=True)
def commands_(context: Context, category: str = "") -> Commands:
    """List the commands that are known.

    Args:
        category: only those of this category.
    """
    if category and category not in categories():
        raise ActionFailed("there is no such category", where=category, next_step=f"there are: {', '.join(categories())}")
    found = [each for each in commands().values() if category in ("", each.category)]
    listed = [Listed(name=each.name, category=each.category, risk=each.risk, verbs=list(each.verbs)) for each in found]
    return Commands(commands=listed, count=len(listed))


# ---------------------------------------------------------------- running


def _planned(context: Context, command: Sequence[str], folder: str, snapshot: str = "") -> str:
    case = _case(context, command, folder)
    kept = f", after a snapshot of {snapshot}" if snapshot else ""
    return f"run {case.text} ({case.judgement.risk}; {case.ruling.answer}){kept}"


@action(risk="read", idempotent=True)
def read(context: Context, command: list[str], folder: str = ".", check: bool = True, timeout: int = 0) -> Ran:
    """Run a command that changes nothing. One that could is refused.

    Args:
        command: the program and its arguments; no shell reads them.
        folder: where it runs, relative to the project.
        check: fail if its exit code is not 0.
        timeout: seconds that it may take; 0 takes the limit of its category.
    """
    case = _case(context, command, folder)
    _refuse(case, "read", approved=False)
    return _run(context, case, check=check, timeout=timeout)


@read.plan
def _(context: Context, command: list[str], folder: str) -> str:
    return _planned(context, command, folder)


@action(risk="change")
def change(
    context: Context, command: list[str], folder: str = ".", check: bool = True, timeout: int = 0, snapshot: str = ""
) -> Ran:
    """Run a command that may change things in the workspace. One that could do more is refused.

    Args:
        command: the program and its arguments; no shell reads them.
        folder: where it runs, relative to the project.
        check: fail if its exit code is not 0.
        timeout: seconds that it may take; 0 takes the limit of its category.
        snapshot: a folder that is copied before and put back by an undo, relative to the project.
    """
    case = _case(context, command, folder)
    _refuse(case, "change", approved=False)
    return _run(context, case, check=check, timeout=timeout, kept=_keep(context, case, snapshot))


@change.plan
def _(context: Context, command: list[str], folder: str, snapshot: str) -> str:
    return _planned(context, command, folder, snapshot)


@change.undo
def _(context: Context, command: list[str], snapshot: str) -> None:
    _put_back(context, command, snapshot)


@action(risk="destroy")
def destroy(
    context: Context,
    command: list[str],
    folder: str = ".",
    check: bool = True,
    timeout: int = 0,
    snapshot: str = "",
    approved: bool = False,
) -> Ran:
    """Run a command that nobody vouches for.

    Args:
        command: the program and its arguments; no shell reads them.
        folder: where it runs, relative to the project.
        check: fail if its exit code is not 0.
        timeout: seconds that it may take; 0 takes the limit of its category.
        snapshot: a folder that is copied before and put back by an undo, relative to the project.
        approved: somebody has agreed to it; what the policy asks for does not run without.
    """
    case = _case(context, command, folder)
    _refuse(case, "destroy", approved=approved)
    return _run(context, case, check=check, timeout=timeout, kept=_keep(context, case, snapshot))


@destroy.plan
def _(context: Context, command: list[str], folder: str, snapshot: str) -> str:
    return _planned(context, command, folder, snapshot)


@destroy.undo
def _(context: Context, command: list[str], snapshot: str) -> None:
    _put_back(context, command, snapshot)
