"""`decide:` -> a Gate, and what can be wrong with one. It must not know how votes are counted."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from turbo_core.workflow.arguments import Catalogue
from turbo_core.workflow.definition import Ask, Criterion, Gate
from turbo_core.workflow.expressions import compile_expression
from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.inputs import read_inputs
from turbo_core.workflow.names import name_fault
from turbo_core.workflow.scale_reading import read_scale
from turbo_core.workflow.schema import AskShape, CriterionShape, TaskShape
from turbo_core.workflow.scope import TASKS, Reader, Scope
from turbo_core.workflow.source import TaskSource


def read_gate(
    task: TaskSource, shape: TaskShape, reader: Reader, scope: Scope, catalogue: Catalogue, roots: frozenset[str] = TASKS
) -> Gate:
    """The gate of a `decide` task whose question is written out; its expressions may read ``roots``."""
    findings = scope.findings
    criteria = tuple(
        _criterion(name, one, task.spot.into("criteria", name), reader=reader, scope=scope, catalogue=catalogue, roots=roots)
        for name, one in shape.criteria.items()
    )
    if not task.broken("criteria"):
        _check_thresholds(task, shape, findings)
    ask = read_ask(shape.ask, task.spot.into("ask"), reader, shape, scope, roots) if task.has("ask") else None
    return Gate(
        question=scope.value(task.spot.into("decide"), roots, reader),
        criteria=criteria,
        accept=shape.accept if task.has("accept") else Decimal(1),
        reject=shape.reject,
        confidence=shape.confidence,
        # Without criteria there is nothing but the person to decide.
        ask=ask if criteria or ask is not None else Ask(),
    )


def _check_thresholds(task: TaskSource, shape: TaskShape, findings: Findings) -> None:
    spot = task.spot
    if not shape.criteria:
        for key in ("accept", "reject", "confidence"):
            if key in task.keys:
                why = "a gate without criteria has no score"
                findings.add("E-gate", spot.into(key).key, f"`{key}` is never used", why, "add `criteria`, or remove it")
        return
    if "accept" not in task.keys:
        findings.add(
            "E-gate", spot.into("criteria").key, "`accept` is missing", "a gate with criteria needs it", "add `accept: 0.8`"
        )
    elif task.has("accept") and shape.reject > shape.accept:
        what = f"`reject` ({shape.reject}) is above `accept` ({shape.accept})"
        findings.add("E-gate", spot.into("reject"), what, "every score would be rejected", "make it smaller")
    if not any(one.weight for one in shape.criteria.values()):
        findings.add(
            "E-gate", spot.into("criteria").key, "all weights are 0", "there is no score without a weight", "give one a weight"
        )


def _criterion(
    name: str, shape: CriterionShape, spot: Spot, *, reader: Reader, scope: Scope, catalogue: Catalogue, roots: frozenset[str]
) -> Criterion:
    findings, given = scope.findings, shape.model_fields_set
    why, next_step = name_fault(name)
    if why:
        findings.add("E-name", spot.key, f"'{name}' cannot name a criterion", why, next_step)
    if ("score" in given) == ("uses" in given):
        both = "score" in given
        what = f"the criterion '{name}' has {'both `score` and `uses`' if both else 'no `score`'}"
        findings.add("E-gate", spot.key, what, "", "keep one" if both else "add `score`, or `uses` with an action of risk read")
    if "with_" in given and "uses" not in given:
        findings.add("E-kind-key", spot.into("with").key, "`with` goes with `uses`", "", "remove it")
    if shape.weight == 0 and not shape.veto:
        why = "a criterion without weight and veto decides nothing"
        findings.add("E-gate", spot.into("weight"), f"the weight of '{name}' is 0", why, "add `veto: true`, or a weight")
    if shape.missing is None and shape.veto:
        why = "a veto that can be left out is none"
        findings.add("E-gate", spot.into("missing"), "`missing: skip` does not go with `veto`", why, "write a number from 0 to 1")
    if "uses" in given:
        _check_action(shape, spot, findings, catalogue)
    return Criterion(
        name=name,
        weight=shape.weight,
        score=scope.value(spot.into("score"), roots, reader, compiler=compile_expression) if "score" in given else None,
        uses=shape.uses if "uses" in given else "",
        arguments=scope.value(spot.into("with"), roots | {"secrets"}, reader) if "with_" in given else None,
        veto=shape.veto,
        missing=shape.missing,
        scale=read_scale(shape.scale, spot.into("scale"), findings) if "scale" in given else None,
    )


def _check_action(shape: CriterionShape, spot: Spot, findings: Findings, catalogue: Catalogue) -> None:
    info = catalogue.find(shape.uses, spot.into("uses"))
    if info is None:
        return
    if info.risk != "read":
        what = f"{info.name} cannot be a criterion"
        findings.add(
            "E-gate", spot.into("uses"), what, f"its risk is {info.risk}; a criterion only reads", "run it as a task before"
        )
    catalogue.check(info, shape.with_ or {}, spot.into("with"), spot.into("uses"))


def read_ask(shape: AskShape, spot: Spot, reader: Reader, task: TaskShape, scope: Scope, roots: frozenset[str]) -> Ask:
    """How a person is asked, as it is written at ``spot``."""
    fields: Mapping[str, Spot] = {name: spot.into("fields", name) for name in shape.fields}
    told = Reader(task=reader.task, criteria=frozenset(task.criteria), needs_broken=reader.needs_broken)
    return Ask(
        who=tuple(shape.who),
        within=shape.within,
        not_starter=shape.not_starter,
        comment=shape.comment,
        message=scope.value(spot.into("message"), roots | {"criteria"}, told) if "message" in shape.model_fields_set else None,
        fields=tuple(read_inputs(fields, scope.findings, what="field").values()),
    )
