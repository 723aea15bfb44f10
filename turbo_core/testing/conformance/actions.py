"""What plugins with actions promise: documented, typed, honest about their risk, and safe to plan, to take back and to repeat."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from fnmatch import fnmatchcase
from typing import Any, ClassVar

import pytest

from turbo_core.model import ActionInfo
from turbo_core.testing.conformance.base import PluginSuite, difference
from turbo_core.testing.conformance.calling import Called, Mode, call
from turbo_core.testing.conformance.checks import check, check_of, require
from turbo_core.testing.conformance.host import host
from turbo_core.words import JSON

PLANTED = "planted-secret-8Qk2vT9xZr"
_FEWEST = 8
"""Characters that a secret must have, so that finding it is no accident."""


class ActionSuite(PluginSuite):
    """The checks for a plugin with actions. Each action is called for real, in a process of its own, with an example.

    Attributes:
        examples: the full name of each action → arguments with which it succeeds in a project that `prepare` has made.
        secrets: the full name of an action → its parameters that hold secrets, beside those of type ``SecretStr``.
        dry_run_may: patterns of what a plan may do to look around, for example ``run git *`` or ``connect 127.0.0.1:*``.
    """

    examples: ClassVar[Mapping[str, Mapping[str, JSON]]] = {}
    secrets: ClassVar[Mapping[str, Sequence[str]]] = {}
    dry_run_may: ClassVar[Sequence[str]] = ()

    def pytest_generate_tests(self, metafunc: pytest.Metafunc) -> None:
        """One test for each action that a check is for."""
        found = check_of(metafunc.function)
        if found is not None and "action" in metafunc.fixturenames:
            metafunc.parametrize("action", [info.name for info in actions_of(self.plugin) if found.applies(info)])

    # ------------------------------------------------------------ bronze

    @check("bronze")
    def test_it_is_documented(self, action: str) -> None:
        """It has a summary of one line, and a sentence for each parameter."""
        info = host().catalog.info(action)
        require(info.summary, f"{action} has no summary", "begin its docstring with one sentence that says what it does")
        silent = [name for name, schema in info.parameters["properties"].items() if not schema.get("description")]
        require(not silent, f"{action} does not describe {', '.join(silent)}", "add them under 'Args:' in its docstring")

    @check("bronze")
    def test_it_is_typed(self, action: str) -> None:
        """The types of its parameters and outputs say what they hold."""
        info = host().catalog.info(action)
        for kind, schema in (("parameter", info.parameters), ("output", info.outputs)):
            vague = [name for name, told in schema.get("properties", {}).items() if _is_vague(told)]
            require(not vague, f"the {kind} {', '.join(vague)} of {action} can be anything", "give it a type that says more")
        require(
            info.outputs.get("properties") or info.outputs.get("additionalProperties") is False,
            f"{action} does not name its outputs",
            "return a frozen dataclass, a type with fields, or None",
        )

    @check("bronze")
    def test_its_example_works(self, action: str) -> None:
        """Called with its example it succeeds, and gives the outputs that it declares."""
        self.prepare(self.project)
        self._run(action)

    # ------------------------------------------------------------ silver

    @check("silver")
    def test_its_risk_is_stated(self, action: str) -> None:
        """Its author has said what it may do at worst."""
        require(
            host().catalog.get(action).risk_is_stated,
            f"{action} does not state its risk, so it counts as 'destroy'",
            "write @action(risk=…): 'read' changes nothing, 'change' can be taken back, 'destroy' cannot",
        )

    @check("silver", applies=lambda info: info.risk == "read")
    def test_reading_changes_nothing(self, action: str) -> None:
        """An action of risk ``read`` leaves everything as it was."""
        self.prepare(self.project)
        before = self.state(self.project)
        self._run(action)
        after = self.state(self.project)
        require(
            before == after, f"{action} has risk 'read' and changes something: {difference(before, after)}", "state risk='change'"
        )

    @check("silver", applies=lambda info: info.risk != "read")
    def test_its_dry_run_acts_on_nothing(self, action: str) -> None:
        """It has a plan that says in a sentence what it would do, and does nothing."""
        require(host().catalog.info(action).has_plan, f"{action} has no dry run", "declare one with @NAME.plan")
        self.prepare(self.project)
        before = self.state(self.project)
        planned = call(self.host, action, self._arguments(action), self.project, mode="plan", traced=True)
        require(planned.ok and planned.message, f"the plan of {action} says nothing: {planned.message}", "return a sentence")
        acts = [act for act in planned.acts if not any(fnmatchcase(act, pattern) for pattern in self.dry_run_may)]
        require(
            not acts,
            f"the plan of {action} acts: {'; '.join(acts)}",
            "only look; what looking needs can be allowed by 'dry_run_may'",
        )
        after = self.state(self.project)
        require(before == after, f"the plan of {action} changes something: {difference(before, after)}", "only look")

    @check("silver", applies=lambda info: bool(_secret_fields(info)))
    def test_typed_secrets_stay_secret(self, action: str) -> None:
        """A secret that it is given is in nothing that it says or gives."""
        self._plant(action, _secret_fields(host().catalog.info(action)))

    @check("silver")
    def test_named_secrets_stay_secret(self) -> None:
        """The same, for the parameters that `secrets` names."""
        for action, names in self.secrets.items():
            self._plant(action, names)

    # ------------------------------------------------------------ gold

    @check("gold", applies=lambda info: info.risk == "change")
    def test_what_it_changes_can_be_taken_back(self, action: str) -> None:
        """An action of risk ``change`` has an undo."""
        require(
            host().catalog.info(action).has_undo,
            f"{action} has risk 'change' and no undo",
            "declare one with @NAME.undo, or state risk='destroy'",
        )

    @check("gold", applies=lambda info: info.has_undo)
    def test_its_undo_restores(self, action: str) -> None:
        """Its undo leaves everything as it was before; twice, and when nothing had happened, it is harmless."""
        self.prepare(self.project)
        before = self.state(self.project)
        self._undo(action, {}, before, "that never happened", must_succeed=False)
        outputs = self._run(action).outputs
        require(
            self.state(self.project) != before,
            f"the example of {action} changes nothing that 'state' sees, so its undo cannot be judged",
            "choose another example, or override 'state'",
        )
        self._undo(action, outputs, before, "that succeeded")
        self._undo(action, outputs, before, "that was undone already")

    @check("gold", applies=lambda info: info.risk != "read")
    def test_its_replay_is_safe(self, action: str) -> None:
        """When its end is not known and it is repeated, it has one effect: by its probe, or by itself."""
        self.prepare(self.project)
        info = host().catalog.info(action)
        if info.has_probe and not info.idempotent:
            self._check_probe(action)
            return
        self._run(action)
        once = self.state(self.project)
        again = call(self.host, action, self._arguments(action), self.project)
        require(again.ok or not info.idempotent, f"{action} is idempotent and fails the second time: {again.message}", "let it")
        twice = self.state(self.project)
        require(
            once == twice,
            f"{action}, called twice with one key, has two effects: {difference(once, twice)}",
            "use context.key to know a repetition, or declare a probe with @NAME.probe",
        )

    # ------------------------------------------------------------ inside

    def _arguments(self, action: str) -> Mapping[str, JSON]:
        require(
            action in self.examples,
            f"{action} has no example, so it cannot be judged",
            f"add 'examples = {{\"{action}\": {{…}}}}', with arguments with which it succeeds",
        )
        return self.examples[action]

    def _run(self, action: str) -> Called:
        called = call(self.host, action, self._arguments(action), self.project)
        require(called.ok, f"the example of {action} fails: {called.message}", "correct the example, or what 'prepare' makes")
        return called

    def _undo(self, action: str, outputs: Mapping[str, JSON], before: object, which: str, *, must_succeed: bool = True) -> None:
        called = call(self.host, action, self._arguments(action), self.project, mode="undo", outputs=outputs)
        require(
            called.ok or not must_succeed, f"the undo of {action} fails on one {which}: {called.message}", "let it be harmless"
        )
        after = self.state(self.project)
        require(before == after, f"after the undo of {action} ({which}): {difference(before, after)}", "restore what was there")

    def _check_probe(self, action: str) -> None:
        probe = f"the probe of {action}"
        early = call(self.host, action, self._arguments(action), self.project, mode="probe")
        require(early.ok and not early.outputs["happened"], f"{probe} says that it happened before it did", "look for the effect")
        self._run(action)
        late = call(self.host, action, self._arguments(action), self.project, mode="probe")
        require(
            late.ok and late.outputs["happened"],
            f"{probe} does not say that it happened after it did: {late.message or late.outputs}",
            "look for the effect",
        )

    def _plant(self, action: str, names: Iterable[str]) -> None:
        self.prepare(self.project)
        example = self._arguments(action)
        planted = {name: example.get(name, PLANTED) for name in names}
        short = [name for name, value in planted.items() if len(str(value)) < _FEWEST]
        require(not short, f"the example's {', '.join(short)} of {action} is too short to be looked for", "make it longer")
        info = host().catalog.info(action)
        modes: dict[Mode, bool] = {"run": True, "plan": info.has_plan, "probe": info.has_probe, "undo": info.has_undo}
        for mode, is_there in modes.items():
            if is_there:
                called = call(self.host, action, {**example, **planted}, self.project, mode=mode)
                _look_for(planted, called, f"{action} ({mode})")


def _look_for(planted: Mapping[str, JSON], called: Called, what: str) -> None:
    for place, text in (("log", called.log), ("message", called.message), ("outputs", str(called.outputs))):
        for name, value in planted.items():
            require(str(value) not in text, f"the secret {name} of {what} stands in its {place}", "leave it out")


def actions_of(plugin: str) -> tuple[ActionInfo, ...]:
    """The actions of a plugin; none if it has none or cannot be loaded, which another check tells."""
    found = [entry for entry in host().entries(plugin) if entry.group == "turbo.actions"]
    return host().catalog.actions(plugin) if found and not host().verdict(found[0]).cause else ()


def _secret_fields(info: ActionInfo) -> list[str]:
    return [name for name, schema in info.parameters["properties"].items() if "password" in _formats(schema)]


def _formats(schema: Mapping[str, Any]) -> Iterator[str]:
    yield str(schema.get("format", ""))
    for inner in schema.get("anyOf", ()):
        yield from _formats(inner)


def _is_vague(schema: JSON) -> bool:
    saying = {"type", "$ref", "anyOf", "oneOf", "allOf", "enum", "const"}
    return not saying & set(schema)
