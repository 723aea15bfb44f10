"""The actions over test programs.

They count as `read`: what the tools leave are caches and reports, in folders of their own. The tests themselves are the project's
code, and may do whatever it does.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

from turbo_core import ActionFailed, Context, action

from turbo_plugin_quality import cases
from turbo_plugin_quality.judging import judge_tests
from turbo_plugin_quality.running import call, place
from turbo_plugin_quality.values import Case, Tests


@action(risk="read")
def pytest(
    context: Context,
    folder: str = ".",
    arguments: tuple[str, ...] = (),
    coverage: str = "",
    minimum: float = 0.0,
    program: tuple[str, ...] = ("pytest",),
    limit: int = 100,
) -> Tests:
    """Run the tests of a Python project with pytest; with pytest-cov also measure what they reach.

    Args:
        folder: where, relative to the project.
        arguments: more arguments of pytest.
        coverage: the package or folder whose coverage is measured; not measured if empty.
        minimum: the coverage from 0 to 1 that suffices; below it the score falls.
        program: how the tool is started.
        limit: how many failures are given on.
    """
    there = place(context.project, folder)
    with tempfile.TemporaryDirectory() as kept:
        report, measured = Path(kept) / "junit.xml", Path(kept) / "coverage.json"
        cover = (f"--cov={coverage}", f"--cov-report=json:{measured}") if coverage else ()
        env = {"COVERAGE_FILE": str(Path(kept) / "coverage")}
        call(program, f"--junitxml={report}", "-q", *cover, *arguments, folder=there, good=(0, 1, 5), env=env)
        share = cases.coverage(measured) if coverage else None
        return judge_tests("pytest", list(cases.junit(report)), limit=limit, coverage=share, wanted=minimum)


@action(risk="read")
def cargo_test(context: Context, folder: str = ".", program: tuple[str, ...] = ("cargo",), limit: int = 100) -> Tests:
    """Run the tests of a Rust project; those in documentation are left out.

    Cargo builds the test programs, and each is run in the folder of its package.

    Args:
        folder: where, relative to the project.
        program: how cargo is started.
        limit: how many failures are given on.
    """
    there = place(context.project, folder)
    built = call(program, "test", "--no-run", "--message-format=json", "--quiet", folder=there, good=(0,))
    found: list[Case] = []
    for crate, file, home in cases.programs(built.out):
        # The format is not stable yet, and the test program takes it only from who says that he knows.
        env = {"RUSTC_BOOTSTRAP": "1", "CARGO_MANIFEST_DIR": home}
        ran = call((file,), "-Zunstable-options", "--format=json", folder=Path(home), good=(0, 101), env=env)
        found += cases.libtest(ran.out, crate)
    return judge_tests("cargo test", found, limit=limit)


@action(risk="read")
def go_test(
    context: Context,
    folder: str = ".",
    coverage: bool = False,
    minimum: float = 0.0,
    program: tuple[str, ...] = ("go",),
    limit: int = 100,
) -> Tests:
    """Run the tests of a Go project.

    Args:
        folder: where, relative to the project.
        coverage: measure which statements they reach, too.
        minimum: the coverage from 0 to 1 that suffices; below it the score falls.
        program: how the tool is started.
        limit: how many failures are given on.
    """
    there = place(context.project, folder)
    with tempfile.TemporaryDirectory() as kept:
        profile = Path(kept) / "profile"
        cover = (f"-coverprofile={profile}",) if coverage else ()
        ran = call(program, "test", "-json", *cover, "./...", folder=there)
        share = cases.go_coverage(profile.read_text(encoding="utf-8")) if coverage and profile.exists() else None
    return judge_tests("go test", list(cases.go_test(ran.out)), limit=limit, coverage=share, wanted=minimum)


@action(risk="read")
def maven_test(
    context: Context,
    folder: str = ".",
    arguments: tuple[str, ...] = (),
    program: tuple[str, ...] = ("mvn",),
    limit: int = 100,
) -> Tests:
    """Run the tests of a Java project with Maven, all modules to their end.

    Args:
        folder: where, relative to the project.
        arguments: more arguments of Maven, such as `--offline`.
        program: how the tool is started.
        limit: how many failures are given on.
    """
    there = place(context.project, folder)
    with tempfile.NamedTemporaryFile() as now:
        began = os.fstat(now.fileno()).st_mtime_ns
        call(program, "--batch-mode", "--quiet", "-Dmaven.test.failure.ignore=true", *arguments, "test", folder=there, good=(0,))
        reports = sorted(there.rglob("target/surefire-reports/TEST-*.xml"))
        # Reports of tests that are no more may lie there from before.
        found = [case for report in reports if report.stat().st_mtime_ns >= began for case in cases.junit(report)]
    if reports and not found:
        raise ActionFailed("Maven wrote no new report of tests", where=folder, next_step="does the module run its tests at all?")
    return judge_tests("maven test", found, limit=limit)
