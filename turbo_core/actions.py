"""``@action``: a typed function of a plugin becomes an action.

Owns the declaration: the function, its risk, and its optional parts. The schema is read from it elsewhere, when first asked
for; so importing this module costs next to nothing. It knows nothing of workflows, runs or the host.

    @action(risk="change")
    def tag(context: Context, name: str, message: str = "") -> Tag:
        '''Create an annotated tag.'''

    @tag.plan
    def _(context: Context, name: str) -> str:
        return f"create the tag {name}"

    @tag.undo
    def _(context: Context, name: str, outputs: dict[str, Any]) -> None:
        delete_tag(name, only_at=outputs.get("commit"))

    @tag.probe
    def _(context: Context, name: str) -> bool | None:
        return tag_exists(name)

A part names the parameters that it wants; ``undo`` may also name ``outputs``.
"""

from __future__ import annotations

import inspect
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any, Generic, ParamSpec, TypeAlias, TypeVar

from msgspec import Struct

from turbo_core.errors import PluginFailed
from turbo_core.offers import Ask, HookAnswer
from turbo_core.words import RISKS, Risk

P = ParamSpec("P")
R_co = TypeVar("R_co", covariant=True)
TellProgress: TypeAlias = Callable[[float | None, float | None, float | None], None]
Part = TypeVar("Part", bound=Callable[..., object])
S = TypeVar("S")

_VERB = re.compile(r"[a-z][a-z0-9_]{0,62}")
_RESERVED = frozenset({"context", "outputs"})


def _as_declared(type_: type[S]) -> S:
    return type_()


def _not_told(_done: float | None, _total: float | None, _cost: float | None) -> None:
    """Outside of an attempt there is nobody to tell."""


def _nobody(_hook: str, /, **_arguments: Any) -> list[HookAnswer]:
    return []


class Context(Struct, frozen=True, kw_only=True):
    """What an action is told about the attempt that it serves.

    ``key`` is the idempotency key: the same in all attempts of one task. ``task`` is the task's address, ``attempt`` counts
    from 1, ``project`` is the project's root folder. ``read_settings`` stands behind ``settings``, ``ask_hook`` behind ``ask``,
    ``tell_progress`` behind ``progress``; without them, as in a test, the defaults of the class count, and nobody answers.
    """

    run: str
    task: str
    attempt: int
    project: Path
    key: str
    read_settings: Callable[[type[Any]], Any] = _as_declared
    ask_hook: Ask = _nobody
    tell_progress: TellProgress = _not_told

    def __rich_repr__(self) -> list[tuple[str, Any]]:
        return [(name, getattr(self, name)) for name in ("run", "task", "attempt", "project", "key")]

    def __repr__(self) -> str:
        return f"Context({', '.join(f'{name}={value!r}' for name, value in self.__rich_repr__())})"

    def settings(self, type_: type[S]) -> S:
        """The settings of the plugin: the table ``[plugins.NAMESPACE]`` and all that counts more, as the plugin's class.

        Args:
            type_: the class that the module states in ``turbo_settings``.

        Raises:
            UsageError: a setting is unknown, missing or wrong.
            SecretMissing: a setting is a secret that nobody knows.
        """
        found: S = self.read_settings(type_)
        return found

    def ask(self, hook: str, /, **arguments: Any) -> list[HookAnswer]:
        """Ask a hook that the plugin itself brings (``SpecOffer``): every plugin that implements it, one after another.

        Args:
            hook: its name, ``turbo_NAMESPACE_…``.
            arguments: all that its specification names.

        Returns:
            What each plugin answered that did not answer ``None``; one that raised says so in ``failure``.

        Raises:
            PluginFailed: the plugin brings no such hook, or it takes other arguments.
        """
        return self.ask_hook(hook, **arguments)

    def progress(self, done: float | None = None, total: float | None = None, *, cost: float | None = None) -> None:
        """Report how far the action has come; the live view and forecasts use it.

        Args:
            done: how much is done.
            total: of how much; without it ``done`` goes from 0 to 1.
            cost: what it has cost so far, in the unit of your choice.
        """
        self.tell_progress(done, total, cost)

    def log(self, text: str) -> None:
        """Write one line to the attempt's log. (What an action prints goes there too.)"""
        print(text, flush=True)


class Action(Generic[P, R_co]):
    """A function that workflows, the command line and other callers can use; made by ``@action``.

    Arguments are checked where they come in from outside, not when it is called.

    Attributes:
        verb: the second half of the action's name (``tag`` of ``git.tag``).
        function: the function itself.
        risk: ``read``, ``change`` or ``destroy``.
        risk_is_stated: its author has said so; if not, it counts as ``destroy``.
        idempotent: calling it twice is the same as calling it once.
        planner: the part declared by ``.plan``, or ``None``; likewise ``undoer`` and ``prober``.
    """

    def __init__(self, function: Callable[P, R_co], *, risk: Risk | None, idempotent: bool) -> None:
        self.function = function
        self.verb = function.__name__.rstrip("_")
        self.risk: Risk = "destroy" if risk is None else risk
        self.risk_is_stated = risk is not None
        self.idempotent = idempotent
        self.planner: Callable[..., object] | None = None
        self.undoer: Callable[..., object] | None = None
        self.prober: Callable[..., object] | None = None
        self.__doc__ = function.__doc__
        self.__name__ = function.__name__
        self.__module__ = function.__module__
        _check_declaration(self)

    def __call__(self, *args: P.args, **kwargs: P.kwargs) -> R_co:
        """Call the function, unchecked."""
        return self.function(*args, **kwargs)

    def __repr__(self) -> str:
        return f"<action {self.verb} of {self.__module__}>"

    def plan(self, part: Part) -> Part:
        """Declare the dry run: ``(context, …parameters) -> str``, one sentence that says what the action would do."""
        _check_part(self, "plan", part)
        self.planner = part
        return part

    def undo(self, part: Part) -> Part:
        """Declare the compensation: ``(context, …parameters, outputs) -> None``. It must be harmless twice.

        ``outputs`` is a ``dict`` of what the action gave; empty if its end is not known.
        """
        _check_part(self, "undo", part, "outputs")
        self.undoer = part
        return part

    def probe(self, part: Part) -> Part:
        """Declare how to find out whether it happened: ``(context, …parameters) -> bool | None``; ``None`` is *cannot tell*.

        If the action has named outputs, the probe may return these instead of ``True``.
        """
        _check_part(self, "probe", part)
        self.prober = part
        return part


def action(*, risk: Risk | None = None, idempotent: bool = False) -> Callable[[Callable[P, R_co]], Action[P, R_co]]:
    """Make an action of a typed function whose first parameter is ``context``.

    Args:
        risk: what it may do at worst: ``read`` (changes nothing), ``change`` (can be taken back), ``destroy`` (cannot);
            ``destroy`` if it is not stated.
        idempotent: calling it twice with the same arguments is the same as calling it once.

    Returns:
        A decorator.

    Raises:
        PluginFailed: the function cannot be an action; the message says what to change.
    """

    def decorate(function: Callable[P, R_co]) -> Action[P, R_co]:
        return Action(function, risk=risk, idempotent=idempotent)

    return decorate


def _check_declaration(declared: Action[P, R_co]) -> None:
    if declared.risk not in RISKS:
        raise _refused(declared.function, f"the risk is {declared.risk!r}", f"use one of {', '.join(RISKS)}")
    if not _VERB.fullmatch(declared.verb):
        raise _refused(
            declared.function, "the name of an action has lower-case letters, digits and underscores only", "rename it"
        )
    signature = inspect.signature(declared.function)
    parameters = list(signature.parameters.values())
    if not parameters or parameters[0].name != "context":
        raise _refused(declared.function, "the first parameter is not 'context'", "begin with 'context: Context'")
    for parameter in parameters[1:]:
        _check_parameter(declared.function, parameter)
    if signature.return_annotation is inspect.Signature.empty:
        raise _refused(declared.function, "it does not say what it returns", "add '-> TYPE', or '-> None' if it has no outputs")


def _check_parameter(function: Callable[..., object], parameter: inspect.Parameter) -> None:
    if parameter.kind in (parameter.VAR_POSITIONAL, parameter.VAR_KEYWORD):
        stars = "*" if parameter.kind is parameter.VAR_POSITIONAL else "**"
        raise _refused(function, f"it takes '{stars}{parameter.name}'", "name each parameter and give it a type")
    if parameter.kind is parameter.POSITIONAL_ONLY:
        raise _refused(function, f"the parameter {parameter.name!r} has no name for callers", "remove the '/'")
    if parameter.name in _RESERVED or parameter.name.startswith("_"):
        raise _refused(function, f"{parameter.name!r} cannot be the name of a parameter", "rename it")
    if parameter.annotation is parameter.empty:
        raise _refused(function, f"the parameter {parameter.name!r} has no type", f"write '{parameter.name}: TYPE'")


def _check_part(declared: Action[P, R_co], kind: str, part: Callable[..., object], *more: str) -> None:
    known = [*inspect.signature(declared.function).parameters, *more]
    wanted = list(inspect.signature(part).parameters)
    if wanted[:1] != ["context"]:
        raise _refused(
            part, f"the first parameter of the {kind} of {declared.verb!r} is not 'context'", "begin with 'context: Context'"
        )
    for name in wanted:
        if name not in known:
            raise _refused(
                part,
                f"the {kind} of {declared.verb!r} asks for {name!r}",
                f"it can be given: {', '.join(known)}; name one of these",
            )


def _refused(function: Callable[..., object], why: str, next_step: str) -> PluginFailed:
    code: Any = getattr(function, "__code__", None)
    where = f"{code.co_filename}:{code.co_firstlineno}" if code else function.__module__
    return PluginFailed(f"{function.__name__!r} cannot be an action", where=where, why=why, next_step=next_step)
