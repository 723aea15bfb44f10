"""Verdicts as JUnit XML, for those who collect reports of tests."""

from __future__ import annotations

from collections.abc import Sequence
from xml.etree import ElementTree as ET  # only written, never parsed

from turbo_core.report.text import strip_controls
from turbo_core.testing.cases.verdict import Verdict

_ELEMENTS = {"failed": "failure", "broken": "error"}


def junit(verdicts: Sequence[Verdict]) -> bytes:
    """One suite with one element for each case."""
    counts = {grade: sum(verdict.grade == grade for verdict in verdicts) for grade in _ELEMENTS}
    told = {
        "name": "turbo",
        "tests": str(len(verdicts)),
        "failures": str(counts["failed"]),
        "errors": str(counts["broken"]),
        "skipped": "0",
        "time": f"{sum(verdict.seconds for verdict in verdicts):.3f}",
    }
    suites = ET.Element("testsuites", {key: value for key, value in told.items() if key != "skipped"})
    suite = ET.SubElement(suites, "testsuite", told)
    for verdict in verdicts:
        _case(suite, verdict)
    ET.indent(suites)
    data: bytes = ET.tostring(suites, encoding="utf-8", xml_declaration=True)
    return data + b"\n"


def _case(suite: ET.Element, verdict: Verdict) -> None:
    case = verdict.case
    names = {"classname": case.file, "name": case.name, "file": case.file, "line": str(case.line)}
    element = ET.SubElement(suite, "testcase", {key: strip_controls(value) for key, value in names.items()})
    element.set("time", f"{verdict.seconds:.3f}")
    kind = _ELEMENTS.get(verdict.grade)
    if kind is not None:
        fault = ET.SubElement(element, kind, {"message": strip_controls(verdict.title)})
        fault.text = strip_controls(verdict.explain())
