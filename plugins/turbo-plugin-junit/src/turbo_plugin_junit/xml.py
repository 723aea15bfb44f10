"""Cases as JUnit XML, in the form that Jenkins, GitLab and the common actions of GitHub read.

The format has no standard. What stands here is what the schema of Jenkins' xUnit plugin (``junit-10.xsd``) allows: earlier
attempts are ``flakyFailure`` or ``rerunFailure``, as Maven Surefire tells them.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from itertools import groupby
from typing import Final
from xml.etree import ElementTree as ET

from turbo_core import RunView

from turbo_plugin_junit.cases import Case

_FORBIDDEN: Final = re.compile("[^\t\n\r -\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What XML 1.0 has no way to write (https://www.w3.org/TR/xml/#charsets)."""

_ELEMENTS: Final = {"failed": "failure", "error": "error", "skipped": "skipped"}


def junit_xml(run: RunView, cases: Sequence[Case]) -> bytes:
    """The document, in UTF-8. Characters that XML cannot hold are shown by their number."""
    root = ET.Element("testsuites", _counts(cases) | {"name": _clean(run.workflow), "time": _seconds(run.seconds)})
    for number, (suite, members) in enumerate(groupby(cases, key=lambda case: case.suite)):
        root.append(_suite(run, suite, list(members), number))
    ET.indent(root)
    text: bytes = ET.tostring(root, encoding="utf-8", xml_declaration=True)
    return text + b"\n"


def _suite(run: RunView, name: str, cases: Sequence[Case], number: int) -> ET.Element:
    time = _seconds(sum(case.seconds for case in cases))
    counts = _counts(cases) | {"skipped": str(sum(case.verdict == "skipped" for case in cases))}
    about = {"name": _clean(name), "id": str(number), "time": time, "timestamp": run.created_at.partition(".")[0].rstrip("Z")}
    suite = ET.Element("testsuite", about | counts)
    properties = ET.SubElement(suite, "properties")
    for key, value in (("turbo.run", run.id), ("turbo.version", run.core_version), ("turbo.outcome", run.outcome or "")):
        ET.SubElement(properties, "property", {"name": key, "value": _clean(value)})
    suite.extend(_case(run, case) for case in cases)
    return suite


def _case(run: RunView, case: Case) -> ET.Element:
    place = {"classname": _clean(f"{run.workflow}.{case.suite}"), "name": _clean(case.name), "time": _seconds(case.seconds)}
    element = ET.Element("testcase", place)
    if case.verdict in _ELEMENTS:
        told = {"type": _clean(case.kind), "message": _clean(case.message)}
        found = ET.SubElement(element, _ELEMENTS[case.verdict], told)
        found.text = _clean(case.message)
    again = "flakyFailure" if case.verdict == "passed" else "rerunFailure"
    for one in case.tries:
        tried = ET.SubElement(element, again, {"type": _clean(one.kind), "message": _clean(one.message)})
        ET.SubElement(tried, "system-out").text = _clean(one.output)
    if case.output:
        ET.SubElement(element, "system-out").text = _clean(case.output)
    return element


def _counts(cases: Sequence[Case]) -> dict[str, str]:
    numbers = {"tests": len(cases)} | {
        name: sum(case.verdict == verdict for case in cases) for name, verdict in (("failures", "failed"), ("errors", "error"))
    }
    return {name: str(number) for name, number in numbers.items()}


def _seconds(number: float) -> str:
    return f"{number:.3f}"


def _clean(text: str) -> str:
    return _FORBIDDEN.sub(lambda found: f"\\x{ord(found[0]):02x}", text)
