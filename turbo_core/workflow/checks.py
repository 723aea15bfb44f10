"""What must hold inside one task beyond its shape: kinds, keys of a kind, retry, risk, undo, lost attempts.

Each check goes from what is written to problems. It must not know other tasks.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Final

from turbo_core.model import ActionInfo
from turbo_core.words import RISKS, Risk
from turbo_core.workflow.definition import OnLost, Position
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.schema import KINDS, KINDS_OF_KEY, STEP_KINDS, RetryShape, StepShape, TaskShape, keys_of
from turbo_core.workflow.shapes import holds_expression
from turbo_core.workflow.source import TaskSource

_ENV_NAME: Final = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_EXPRESSION: Final = re.compile(r"(?<!\$)\$\{\{(?:(?!\}\}).)*(?:\}\})?", re.DOTALL)
_RISK_ORDER: Final[Mapping[str, int]] = {risk: order for order, risk in enumerate(RISKS)}


def task_kind(task: TaskSource, findings: Findings) -> str:
    """The kind of ``task``; empty (told) if it has none or several."""
    kinds = STEP_KINDS if isinstance(task.shape, StepShape) else KINDS
    found = [key for key in task.keys if key in kinds]
    if len(found) == 1:
        _check_keys(task, found[0], findings)
        return found[0]
    if not found and not task.keys.keys() <= keys_of(type(task.shape)).keys():
        # The unknown key was told already; perhaps it is the misspelt kind.
        return ""
    at = task.spot.into(found[1]).key if found else task.spot.key
    what = f"'{task.name}' has two kinds: {' and '.join(found[:2])}" if found else f"'{task.name}' has no kind"
    findings.add("E-kind", at, what, f"exactly one of {', '.join(kinds)} must stand", "make two of it" if found else "add one")
    return ""


def _check_keys(task: TaskSource, kind: str, findings: Findings) -> None:
    for key in task.keys:
        if kind == "undo" and isinstance(task.shape, StepShape):
            foreign, why = key not in {"undo", "when"}, "it takes `when` and nothing else"
        else:
            allowed = KINDS_OF_KEY.get(key, (kind,))
            foreign, why = kind not in allowed, f"it belongs to {_joined(allowed)}"
        if foreign:
            findings.add("E-kind-key", task.spot.into(key).key, f"`{key}` does not go with `{kind}`", why, "remove it")
    if "shell" in task.keys and isinstance(task.keys.get("run"), list):
        what, why = "`shell` does not go with the list form of `run`", "a list is run without a shell"
        findings.add("E-kind-key", task.spot.into("shell").key, what, why, "remove it")


def _joined(kinds: Sequence[str]) -> str:
    words = [f"`{kind}`" for kind in kinds]
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def shell_text(spot: Spot, text: str, key: str, findings: Findings) -> str:
    """The text for the shell, ``$${{`` unescaped. An expression in it is refused, and the message shows the fix."""
    if holds_expression(text):
        match = _EXPRESSION.search(text)
        expression = match.group() if match else "${{ … }}"
        words = re.findall(r"[A-Za-z_][A-Za-z0-9_]*", expression)
        name = words[-1].upper() if words else "VALUE"
        quote = "'" if '"' in expression else '"'
        fix = f'write `env: {{{name}: {quote}{expression}{quote}}}` and "${name}" in the text'
        why = "a value pasted into shell text could be taken for code"
        at = spot.inside(text, match.start() if match else 0)
        findings.add("E-run-text", at, f"an expression cannot stand in the text of `{key}`", why, fix)
    return text.replace("$${{", "${{")


def check_env_name(name: str, at: Position, findings: Findings) -> None:
    """Refuse a name that cannot stand in an environment, or that Turbo sets itself."""
    if name.startswith("TURBO_"):
        findings.add("E-env", at, f"'{name}' cannot be set", "names that begin with TURBO_ are set by Turbo", "choose another")
    elif not _ENV_NAME.fullmatch(name):
        why = "a name is letters, digits and _, and does not begin with a digit"
        findings.add("E-env", at, f"'{name}' cannot stand in the environment", why, "choose another")


# ---------------------------------------------------------------- risk, retry, undo, lost


def higher_risk(left: Risk, right: Risk) -> Risk:
    """The higher of two risks."""
    return left if _RISK_ORDER[left] >= _RISK_ORDER[right] else right


def check_risk(task: TaskSource, info: ActionInfo | None, findings: Findings) -> None:
    """A workflow may raise the risk of an action, never lower it."""
    if info is None or not isinstance(task.shape, TaskShape) or not task.has("risk"):
        return
    if _RISK_ORDER[task.shape.risk] < _RISK_ORDER[info.risk]:
        what = f"the risk of {info.name} is {info.risk}, not {task.shape.risk}"
        why = "a workflow may raise the risk of an action, never lower it"
        findings.add("E-risk", task.spot.into("risk"), what, why, "remove `risk`")


def check_retry(task: TaskSource, info: ActionInfo | None, risk: Risk, findings: Findings) -> None:
    """What is retried must be written out where a second attempt could do harm."""
    retry = task.shape.retry
    written = isinstance(retry, RetryShape) and "on" in retry.model_fields_set
    times = retry.times if isinstance(retry, RetryShape) else retry
    if info is None or not times or written or info.idempotent or risk == "read":
        return
    what = f"what is retried must be written out for {info.name}"
    why = "it is not idempotent: a second attempt could do harm"
    findings.add("E-retry", task.spot.into("retry"), what, why, f"write `retry: {{times: {times}, on: [infra]}}`")


def check_undo(task: TaskSource, kind: str, info: ActionInfo | None, findings: Findings) -> None:
    """An action is undone by itself, a command by a command."""
    if not task.has("undo") or kind not in {"run", "uses"}:
        return
    undo = task.keys["undo"]
    at = task.spot.into("undo")
    if undo is False:
        findings.add("E-undo", at, "`undo: false` says nothing", "nothing is undone unless it is written", "remove it")
    elif kind == "run" and not isinstance(undo, str | list):
        why = "Turbo cannot know what takes a command back"
        findings.add("E-undo", at, "the undo of a command is a command", why, "write a string or a list of strings")
    elif kind == "uses" and isinstance(undo, str | list):
        next_step = "write `undo: true`, or `undo: {with: {…}}`"
        findings.add("E-undo", at, "the undo of an action is its own", "a command cannot be the undo of an action", next_step)
    elif kind == "uses" and info is not None and not info.has_undo:
        findings.add("E-undo", at, f"{info.name} has no undo", "", "remove `undo`, or undo it by a step of `on_failure`")


def lost_policy(task: TaskSource, kind: str, info: ActionInfo | None, risk: Risk, findings: Findings) -> OnLost:
    """What is done about a lost attempt; checks that a probe is there exactly if it is asked."""
    shape = task.shape
    if not isinstance(shape, TaskShape):
        return _default_policy(task, info, risk)
    probe = task.has("probe") or task.broken("probe") or (info is not None and info.has_probe)
    policy: OnLost = shape.on_lost if task.has("on_lost") else _default_policy(task, info, risk, produces=bool(shape.produces))
    if policy == "probe" and kind in {"run", "uses"}:
        _check_probe(task, shape, kind, bool(probe), findings)
    elif task.has("probe") and kind == "run":
        why = f"`on_lost` is {policy}"
        findings.add("E-lost", task.spot.into("probe").key, "`probe` is never asked", why, "write `on_lost: probe`, or remove it")
    return policy


def _default_policy(task: TaskSource, info: ActionInfo | None, risk: Risk, *, produces: bool = False) -> OnLost:
    if "probe" in task.keys:
        return "probe"
    if risk == "read" or produces or (info is not None and info.idempotent):
        return "rerun"
    return "probe" if info is not None and info.has_probe else "hold"


def _check_probe(task: TaskSource, shape: TaskShape, kind: str, probe: bool, findings: Findings) -> None:
    if not probe and (kind == "run" or task.has("on_lost")):
        what = "nothing is there to be asked" if kind == "run" else "the action has no probe"
        next_step = "add `probe:` with a command" if kind == "run" else "choose rerun, hold or fail"
        findings.add("E-lost", task.spot.into("on_lost"), "`on_lost: probe` cannot be done", what, next_step)
    for name, type_ in shape.outputs.items():
        if kind == "run" and not type_.endswith("?"):
            why = "a probe that says 'it happened' brings no outputs"
            findings.add(
                "E-lost",
                task.spot.into("outputs", name),
                f"the output '{name}' must be optional",
                why,
                f"write `{name}: {type_}?`",
            )
