"""Call one action, as a message asks and as a message answers. Runs inside a supervisor's process.

Owns the way from JSON to the function and back. It prints the traceback of what an action raises to standard error, which is the
attempt's log, and never lets an exception out.
"""

from __future__ import annotations

import sys
import traceback
from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module
from inspect import signature as parameters_of
from pathlib import Path
from typing import Any

from turbo_core.actions import Action, Context, TellProgress
from turbo_core.errors import ActionFailed, ActionUnavailable, PluginFailed, TurboError, UsageError
from turbo_core.plugins.asking import Guests
from turbo_core.plugins.signature import Signature, actions_in, signature_of
from turbo_core.plugins.tables import from_request
from turbo_core.settings import no_scan
from turbo_core.tracking.reported import lines
from turbo_core.words import JSON


def run_action(request: Mapping[str, JSON]) -> dict[str, JSON]:
    """Do what the request asks.

    Args:
        request: ``action`` (``git.tag``), ``entry`` (the module that it is in), ``mode`` (``run``, ``plan``, ``undo``,
            ``probe``), ``arguments`` (secrets already resolved), ``context`` (``run``, ``task``, ``attempt``, ``project``,
            ``key``), ``progress`` (the file in which it reports how far it is; may be missing), for ``undo`` the ``outputs``
            of the attempt, and for settings ``settings`` (what was set for the plugin, see
            `turbo_core.plugins.tables.from_request`), ``secrets`` (the texts that they name) and ``guests`` (who answers the
            hooks of the action's plugin, see `turbo_core.plugins.asking.Guests`).

    Returns:
        ``state`` (``succeeded`` or ``failed``), ``failure`` (``""``, ``error``, ``infra`` or ``invalid``), ``message`` and
        ``outputs``. A plan's sentence is the ``message``. The outputs of a probe are ``happened`` (``None``: cannot tell)
        and, where it tells them, ``outputs``.
    """
    no_scan()
    try:
        signature = signature_of(_find(request))
        arguments = signature.validate(request["arguments"])
        part = _part(signature.action, request["mode"])
    except (PluginFailed, UsageError) as error:
        return _failed("infra" if isinstance(error, PluginFailed) else "invalid", str(error))
    given: dict[str, Any] = signature.defaults | arguments | {"context": _context(request)}
    if request["mode"] == "undo":
        given["outputs"] = request.get("outputs") or {}
    try:
        returned = part(**_wanted(part, given, whole=request["mode"] == "run"))
    except (Exception, SystemExit) as error:  # the boundary to foreign code
        return _raised(error)
    try:
        return _ANSWERS[request["mode"]](signature, returned)
    except UsageError as error:
        return _failed("invalid", str(error))


def _find(request: Mapping[str, JSON]) -> Action[..., object]:
    verb = request["action"].partition(".")[2]
    try:
        return actions_in(import_module(request["entry"]))[verb]
    except KeyError:
        raise PluginFailed(f"{request['entry']} has no action {verb!r}", next_step="turbo plugin list") from None
    except (Exception, SystemExit) as error:  # the boundary to foreign code
        traceback.print_exception(error)
        raise PluginFailed(f"{request['entry']} cannot be imported", why=f"{type(error).__name__}: {error}") from error


def _part(action: Action[..., object], mode: str) -> Callable[..., object]:
    part = {"run": action.function, "plan": action.planner, "undo": action.undoer, "probe": action.prober}[mode]
    if part is None:
        raise UsageError(f"the action {action.verb!r} has no {mode}")
    return part


def _context(request: Mapping[str, JSON]) -> Context:
    fields = dict(request["context"])
    plugin = request["action"].partition(".")[0]
    tables = from_request(plugin, request.get("settings", {}), request.get("secrets", {}))

    @cache
    def read_settings(type_: type[Any]) -> Any:
        return tables.read(plugin, type_)

    own = {
        "read_settings": read_settings,
        "ask_hook": Guests(request.get("guests", {})).ask,
        "tell_progress": _reporter(str(request.get("progress") or "")),
    }
    return Context(**(fields | {"project": Path(fields["project"])} | own))


def _reporter(path: str) -> TellProgress:
    def tell(done: float | None, total: float | None, cost: float | None) -> None:
        if path:
            with Path(path).open("a", encoding="ascii") as file:
                file.write(lines(done, total, cost))

    return tell


def _wanted(part: Callable[..., object], given: dict[str, Any], *, whole: bool) -> dict[str, Any]:
    if whole:
        return given
    names = parameters_of(part).parameters
    return {name: value for name, value in given.items() if name in names}


def _raised(error: BaseException) -> dict[str, JSON]:
    if isinstance(error, ActionFailed):
        return _failed("infra" if isinstance(error, ActionUnavailable) else "error", str(error))
    # The first frame is this module's own.
    frames = error.__traceback__.tb_next if error.__traceback__ else None
    traceback.print_exception(type(error), error, frames, file=sys.stderr)
    if isinstance(error, TurboError):
        return _failed("error", str(error))
    if isinstance(error, SystemExit):
        return _failed("error", f"the action ended the process (exit code {error.code})")
    return _failed("error", f"{type(error).__name__}: {error}")


def _ran(signature: Signature, returned: object) -> dict[str, JSON]:
    return _succeeded(outputs=signature.to_outputs(returned))


def _planned(signature: Signature, returned: object) -> dict[str, JSON]:
    if not isinstance(returned, str):
        raise UsageError(f"the plan of {signature.action.verb!r} returned {type(returned).__name__}, not a sentence")
    return _succeeded(message=returned)


def _undone(_signature: Signature, _returned: object) -> dict[str, JSON]:
    return _succeeded()


def _probed(signature: Signature, returned: object) -> dict[str, JSON]:
    if returned is None or isinstance(returned, bool):
        return _succeeded(outputs={"happened": returned})
    return _succeeded(outputs={"happened": True, "outputs": signature.to_outputs(returned)})


_ANSWERS: dict[str, Callable[[Signature, object], dict[str, JSON]]] = {
    "run": _ran,
    "plan": _planned,
    "undo": _undone,
    "probe": _probed,
}


def _succeeded(*, message: str = "", outputs: JSON = None) -> dict[str, JSON]:
    return {"state": "succeeded", "failure": "", "message": message, "outputs": outputs or {}}


def _failed(failure: str, message: str) -> dict[str, JSON]:
    return {"state": "failed", "failure": failure, "message": message, "outputs": {}}
