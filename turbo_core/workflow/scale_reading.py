"""`scale:` of a criterion -> a Scale, and what can be wrong with one."""

from __future__ import annotations

from decimal import Decimal

from turbo_core.workflow.findings import Findings, Spot
from turbo_core.workflow.scales import Scale, Step
from turbo_core.workflow.schema import ScaleShape, StepOfScaleShape


def read_scale(shape: ScaleShape, spot: Spot, findings: Findings) -> Scale | None:
    """The scale that is written at ``spot``; ``None`` if there is none to be made (told there)."""
    given = shape.model_fields_set
    bounds, stepped = given & {"zero", "one"}, "steps" in given
    fault, next_step = "", ""
    if stepped and bounds:
        fault, next_step = "the scale has steps and bounds", "keep `steps`, or `zero` and `one`"
    elif not stepped and bounds != {"zero", "one"}:
        fault, next_step = "the scale is not complete", "write `zero` and `one`, or `steps`"
    elif bounds and shape.zero == shape.one:
        fault, next_step = "`zero` and `one` are the same", "one measure cannot have two scores"
    elif stepped and not shape.steps:
        fault, next_step = "the scale has no step", "add one, such as {from: 90, score: 1}"
    if fault:
        findings.add("E-gate", spot, fault, "", next_step)
        return None
    steps = tuple(_step(step, spot.into("steps", index), findings) for index, step in enumerate(shape.steps))
    if len({step.upward for step in steps}) > 1:
        what, why = "the steps have `from` and `to`", "more is better, or less is"
        findings.add("E-gate", spot.into("steps"), what, why, "keep one")
    if stepped:
        return Scale(steps=steps, baseline=shape.baseline or 0)
    return Scale(zero=shape.zero, one=shape.one, baseline=shape.baseline or 0)


def _step(shape: StepOfScaleShape, spot: Spot, findings: Findings) -> Step:
    upward = "from_" in shape.model_fields_set
    if upward == ("to" in shape.model_fields_set):
        findings.add("E-gate", spot, "a step has exactly one of `from` and `to`", "", "write {from: 90, score: 1}")
    return Step(bound=(shape.from_ if upward else shape.to) or Decimal(0), score=shape.score, upward=upward)
