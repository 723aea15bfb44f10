"""What runs of tests write for machines, as cases. Pure, but for JUnit XML, which is read from files."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from importlib import import_module
from pathlib import Path

from turbo_core import ActionFailed

from turbo_plugin_quality.values import Case

_LONGEST = 2000


def junit(file: Path) -> Iterator[Case]:
    """The cases of a JUnit XML file, as pytest and Maven write them."""
    reader = import_module("junitparser")
    read = reader.JUnitXml.fromfile(str(file))
    for suite in [read] if isinstance(read, reader.TestSuite) else read:
        for case in suite:
            name = f"{case.classname}.{case.name}" if case.classname else case.name
            bad = [one for one in case.result if isinstance(one, reader.Failure | reader.Error)]
            if bad:
                yield Case(name=name, state="failed", message=(bad[0].message or bad[0].text or "").strip()[:_LONGEST])
            else:
                yield Case(name=name, state="skipped" if case.is_skipped else "passed")


def go_test(text: str) -> Iterator[Case]:
    """The events of ``go test -json``. A package that fails without a test has not been built."""
    said: dict[tuple[str, str], list[str]] = defaultdict(list)
    failed: set[str] = set()
    for line in text.splitlines():
        event = json.loads(line) if line.startswith("{") else {}
        package, test = event.get("Package", event.get("ImportPath", "")), event.get("Test", "")
        match event.get("Action"):
            case "output" | "build-output":
                said[package, test].append(event.get("Output", ""))
            case "pass" | "skip" if test:
                yield Case(name=f"{package}.{test}", state="passed" if event["Action"] == "pass" else "skipped")
            case "fail" if test:
                failed.add(package)
                yield Case(name=f"{package}.{test}", state="failed", message="".join(said[package, test]).strip()[-_LONGEST:])
            case "fail" if package not in failed:
                yield Case(name=package, state="failed", message="".join(said[package, ""]).strip()[-_LONGEST:])


def go_coverage(profile: str) -> float | None:
    """The share of statements of a profile of ``go test -coverprofile``; ``None`` of an empty one.

    Each line but the first is ``FILE:FROM,TO STATEMENTS COUNT`` (https://pkg.go.dev/golang.org/x/tools/cover).
    """
    reached: dict[str, tuple[int, bool]] = {}
    for line in profile.splitlines()[1:]:
        block, statements, count = line.rsplit(" ", 2)
        reached[block] = int(statements), count != "0" or reached.get(block, (0, False))[1]
    total = sum(statements for statements, _ in reached.values())
    return sum(statements for statements, there in reached.values() if there) / total if total else None


def libtest(text: str, crate: str) -> Iterator[Case]:
    """The events of a Rust test program with ``--format json``."""
    states = {"ok": "passed", "failed": "failed", "ignored": "skipped"}
    for line in text.splitlines():
        event = json.loads(line) if line.startswith("{") else {}
        if event.get("type") == "test" and event.get("event") in states:
            said = str(event.get("stdout", "")).strip()[:_LONGEST]
            yield Case(name=f"{crate}::{event['name']}", state=states[event["event"]], message=said)  # type: ignore[arg-type]  # one of the three


def programs(text: str) -> Iterator[tuple[str, str, str]]:
    """The test programs that ``cargo test --no-run --message-format=json`` has built: crate, program, folder of the package."""
    for line in text.splitlines():
        told = json.loads(line) if line.startswith("{") else {}
        if told.get("reason") == "compiler-artifact" and told.get("executable") and told["profile"]["test"]:
            yield told["target"]["name"], told["executable"], str(Path(told["manifest_path"]).parent)


def coverage(file: Path) -> float:
    """The share of lines in a JSON report of coverage.py.

    Raises:
        ActionFailed: there is no report.
    """
    try:
        return float(json.loads(file.read_text(encoding="utf-8"))["totals"]["percent_covered"]) / 100
    except (OSError, ValueError, LookupError) as error:
        raise ActionFailed("pytest wrote no report of the coverage", why=str(error), next_step="install pytest-cov") from error
