"""Actions in a workflow: whether they exist, and whether `with` fits them; the same for nested workflows' inputs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from turbo_core.errors import ExpressionFailed, PluginFailed
from turbo_core.model import ActionInfo
from turbo_core.words import JSON
from turbo_core.workflow.definition import Actions, Input
from turbo_core.workflow.expressions import Value, compile_value
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.fitting import did_you_mean, misfit


class Catalogue:
    """The actions that a workflow asks for; each is looked up once."""

    def __init__(self, actions: Actions, findings: Findings) -> None:
        self._actions = actions
        self._findings = findings
        self._known: dict[str, ActionInfo | PluginFailed] = {}

    def find(self, name: str, spot: Spot) -> ActionInfo | None:
        """What is known of the action; ``None`` (told at ``spot``) if it is not there."""
        if name not in self._known:
            self._known[name] = self._look_up(name)
        found = self._known[name]
        if isinstance(found, PluginFailed):
            self._findings.add("E-plugin", spot, found.what, found.why, found.next_step)
            return None
        return found

    def _look_up(self, name: str) -> ActionInfo | PluginFailed:
        try:
            return self._actions.info(name)
        except PluginFailed as error:
            return error

    def template(self, name: str) -> str | None:
        """The text of a decision template of a plugin."""
        return self._actions.template(name)

    def check(self, info: ActionInfo, given: Mapping[str, JSON], spot: Spot, at: Spot) -> None:
        """Check the arguments ``given`` at ``spot``; ``at`` is where the action is named."""
        known = info.parameters.get("properties", {})
        _check_keys(
            given, known, info.parameters.get("required", ()), spot, at, what=f"parameter of {info.name}", findings=self._findings
        )
        for name, value in given.items():
            constant = _constant(value)
            if name in known and constant is not None:
                why = self._actions.check(info.name, name, constant.evaluate({}))
                if why:
                    self._findings.add("E-with", spot.into(name), f"'{name}' does not fit {info.name}", why)


def check_inputs(
    declared: Mapping[str, Input], given: Mapping[str, JSON], spot: Spot, at: Spot, *, name: str, findings: Findings
) -> None:
    """Check what a nested workflow is given, as far as it is written out."""
    check_given(declared, given, spot, at, what=f"input of the workflow '{name}'", findings=findings)


def check_given(
    declared: Mapping[str, Input], given: Mapping[str, JSON], spot: Spot, at: Spot, *, what: str, findings: Findings
) -> None:
    """Check values that are given for declared inputs, as far as they are written out; ``what`` is one of them called."""
    required = [one.name for one in declared.values() if one.required]
    _check_keys(given, declared, required, spot, at, what=what, findings=findings)
    for key, value in given.items():
        constant = _constant(value)
        if key in declared and constant is not None:
            fault, next_step = misfit(declared[key], constant.evaluate({}))
            if fault:
                findings.add("E-with", spot.into(key), f"'{key}' does not fit: {fault}", "", next_step)


def _check_keys(
    given: Mapping[str, JSON],
    known: Iterable[str],
    required: Iterable[str],
    spot: Spot,
    at: Spot,
    *,
    what: str,
    findings: Findings,
) -> None:
    names = list(known)
    for key in given:
        if key not in names:
            findings.add("E-with", spot.into(key).key, f"'{key}' is no {what}", "", did_you_mean(key, names))
    for key in required:
        if key not in given:
            findings.add("E-with", at, f"'{key}' is missing", f"it is a required {what}", f"add `with: {{{key}: …}}`")


def _constant(raw: JSON) -> Value | None:
    """The value, if it holds no expression. One that is wrong is told elsewhere."""
    try:
        value = compile_value(raw)
    except ExpressionFailed:
        return None
    return value if value.constant else None
