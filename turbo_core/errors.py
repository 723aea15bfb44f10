"""The tree of errors, and the values that say where a mistake stands.

Every error has a stable ``code``, an ``exit_code`` (docs/language.md, "Exit codes") and, where one exists, a next step.

    TurboError                        70  a fault in Turbo unless a subclass says otherwise
    ├── UsageError                     2  the command line or a setting is wrong
    │   ├── WorkflowInvalid            2  one or more problems in workflow files, all at once
    │   ├── PluginFailed               2  a plugin that is needed is missing, broken, or the wrong version
    │   ├── ResumeRefused              2  the world changed since the run was recorded
    │   ├── SecretMissing              2  no provider knows a secret
    │   ├── RunUnknown                 2  no run has that id
    │   ├── RegistryRefused            2  a registry cannot be read, or is not what it should be
    │   └── InstallRefused             2  an installation would break something, or nobody vouches for it
    ├── RunHeld                       75  another runner holds the run
    ├── JournalDamaged                65  the journal is not what was written
    ├── StorageFailed                 74  the disk is full or failed; resumable
    ├── ExpressionFailed               1  an expression could not give a value (class ``invalid``)
    └── ActionFailed                   1  raised by an action: it tried and failed (class ``error``)
        └── ActionUnavailable          1  raised by an action: not the task's fault (class ``infra``)

This module imports nothing of the project.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class Problem(Struct, frozen=True, kw_only=True):
    """One mistake in a file, with its position (line and column count from 1; 0 means the whole file)."""

    code: str
    path: str
    line: int = 0
    column: int = 0
    what: str
    why: str = ""
    next_step: str = ""

    def __str__(self) -> str:
        place = f"{self.path}:{self.line}:{self.column}" if self.line else self.path
        told = "; ".join(part for part in (self.what, self.why, self.next_step) if part)
        return f"{place}: {self.code}: {told}"


class TurboError(Exception):
    """An error that Turbo reports: what happened, where, why, and what to do next.

    Args:
        what: one short sentence.
        where: the file, run, task or plugin it is about.
        why: the cause, as far as it is known.
        next_step: what the person can do about it.
    """

    code = "E-fault"
    exit_code = 70

    def __init__(self, what: str, *, where: str = "", why: str = "", next_step: str = "") -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.why = why
        self.next_step = next_step

    def __str__(self) -> str:
        head = f"{self.where}: {self.what}" if self.where else self.what
        return "; ".join(part for part in (head, self.why, self.next_step) if part)

    def __reduce__(self) -> tuple[object, ...]:
        return (_rebuild, (type(self), self.__dict__ | {"args": self.args}))


def _rebuild(kind: type[TurboError], fields: dict[str, object]) -> TurboError:
    error = kind.__new__(kind)
    error.__dict__.update(fields)
    return error


class UsageError(TurboError):
    """The command line or a setting is wrong."""

    code = "E-usage"
    exit_code = 2


class WorkflowInvalid(UsageError):
    """One or more problems in workflow files; all of them are in ``problems``, in reading order.

    ``place`` names where they are, if that is another kind of file.
    """

    code = "E-workflow"

    def __init__(self, problems: Sequence[Problem], place: str = "the workflow") -> None:
        count = len(problems)
        super().__init__(f"{count} problem{'s' if count != 1 else ''} in {place}")
        self.problems = tuple(problems)

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class PluginFailed(UsageError):
    """A plugin that is needed is missing, broken, a duplicate, or of the wrong version."""

    code = "E-plugin"


class ResumeRefused(UsageError):
    """The workflow or a plugin changed since the run was recorded."""

    code = "E-changed"


class SecretMissing(UsageError):
    """No provider knows a secret that the workflow names."""

    code = "E-secret"


class RunUnknown(UsageError):
    """No run, or more than one, has the id that was given."""

    code = "E-run"


class RegistryRefused(UsageError):
    """A registry of plugins cannot be read, or is not what it should be."""

    code = "E-registry"


class InstallRefused(UsageError):
    """Plugins cannot be installed, updated or removed as asked. Nothing was changed unless the message says so."""

    code = "E-install"


class RunHeld(TurboError):
    """Another runner holds the run."""

    code = "E-held"
    exit_code = 75


class JournalDamaged(TurboError):
    """The journal is not what was written; Turbo refuses to guess."""

    code = "E-journal"
    exit_code = 65


class StorageFailed(TurboError):
    """The disk is full or failed. What was committed is safe; the run can be resumed."""

    code = "E-storage"
    exit_code = 74


class ExpressionFailed(TurboError):
    """An expression is wrong, or could not give a value.

    ``offset`` is the place of the mistake in the text, counted in characters from 0; -1 where unknown. ``path`` leads to that
    text when it is one scalar inside a structure: the keys and indexes from the top, empty for the text itself.
    """

    code = "E-expression"
    exit_code = 1

    def __init__(
        self, what: str, *, why: str = "", next_step: str = "", offset: int = -1, path: tuple[str | int, ...] = ()
    ) -> None:
        super().__init__(what, why=why, next_step=next_step)
        self.offset = offset
        self.path = path


class ActionFailed(TurboError):
    """For actions to raise: it tried, and it failed (failure class ``error``)."""

    code = "E-action"
    exit_code = 1


class ActionUnavailable(ActionFailed):
    """For actions to raise: something that is not the task's fault was not there (failure class ``infra``)."""

    code = "E-infra"
