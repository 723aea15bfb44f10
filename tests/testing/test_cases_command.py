"""`turbo test`: what it finds, what it prints, and how it ends."""

from __future__ import annotations

from xml.etree import ElementTree as ET

import pytest

from turbo_core.testing import Project, ProjectFactory, Result
from turbo_core.testing.cases.junit import junit

pytest_plugins = ["pytester"]

WORKFLOW = """
name: {}
tasks:
  build: {{run: make, allow_failure: true}}
  ship: {{run: ship, needs: [build], outputs: {{to: string}}}}
"""
TESTS = """
stubs: {ship: {outputs: {to: there}}}
cases:
  - name: it ships
    expect: {outcome: succeeded, path: [build, ship]}
  - name: "it's shipped after a failure <&>"
    stubs: {build: failed}
    expect: {outcome: succeeded, not_ran: [ship]}
  - name: nothing says where
    stubs: {ship: failed}
    expect: {outcome: failed}
"""
BROKEN = TESTS.replace("stubs: {ship: {outputs: {to: there}}}\n", "")


@pytest.fixture
def project(turbo_project: ProjectFactory) -> Project:
    return turbo_project(
        {
            "turbo.yaml": WORKFLOW.format("main"),
            "turbo.test.yaml": TESTS,
            "workflows/other.yaml": WORKFLOW.format("other"),
            "workflows/other.test.yaml": TESTS.split("  - name: \"it's", maxsplit=1)[0],
        }
    )


def test_all_tests_of_a_project_are_run(project: Project) -> None:
    result = project.run("test")
    assert result.exit_code == 1
    head, failure, tail = result.out.partition("\nFAILED")
    assert head.splitlines() == ["turbo.test.yaml .F.", "workflows/other.test.yaml ."]
    lines = (failure + tail).strip().splitlines()
    assert lines[0] == "FAILED turbo.test.yaml::it's shipped after a failure <&>"
    assert lines[1] == "  not_ran.ship: expected it did not run, found succeeded"
    assert lines[2] == "      ship ran because build had ended as it needs, and succeeded in 1.0 s."
    assert "      ! build failed (exit): exit code 1; the failure is tolerated (allow_failure)." in lines
    assert lines[-3].startswith("  alone: turbo test 'turbo.test.yaml::it'\"'\"'s shipped")
    assert lines[-1].startswith("1 failed, 3 passed in ")
    assert not (project.folder / ".turbo" / "runs").exists()


def test_files_of_tests_are_no_workflows(project: Project) -> None:
    result = project.run("check")
    assert result.out.splitlines() == ["turbo.yaml: ok: 2 tasks in 1 phase", "workflows/other.yaml: ok: 2 tasks in 1 phase"]


def test_files_folders_and_single_cases_are_named(project: Project) -> None:
    assert [*_files(project.run("test", "workflows"))] == ["workflows/other.test.yaml"]
    assert [*_files(project.run("test", "turbo.test.yaml", "workflows/other.test.yaml"))] == [
        "turbo.test.yaml",
        "workflows/other.test.yaml",
    ]
    one = project.run("test", "-v", "turbo.test.yaml::it ships", "turbo.test.yaml")
    assert [line for line in one.out.splitlines() if line.startswith("PASSED")] == [
        "PASSED turbo.test.yaml::it ships",
        "PASSED turbo.test.yaml::nothing says where",
    ]
    only = project.run("test", "-v", "-k", "ships and not other")
    assert only.ok, only
    assert only.out.splitlines()[0] == "PASSED turbo.test.yaml::it ships"
    assert only.out.splitlines()[-1].startswith("1 passed in ")


def _files(result: Result) -> list[str]:
    return [line.split()[0] for line in result.out.split("\n\n")[0].splitlines()]


def test_it_can_stop_at_the_first_failure(project: Project) -> None:
    result = project.run("test", "-x")
    assert result.exit_code == 1
    assert result.out.splitlines()[0] == "turbo.test.yaml .F"
    assert result.out.splitlines()[-1].startswith("1 failed, 1 passed")


def test_a_case_that_cannot_be_run_is_broken(project: Project) -> None:
    project.write({"turbo.test.yaml": BROKEN})
    result = project.run("test", "turbo.test.yaml", "-v")
    assert result.exit_code == 1
    assert "\nBROKEN turbo.test.yaml::it ships\n  there is no stub for ship\n  why: it has outputs: to\n" in result.out
    assert result.out.splitlines()[-1].startswith("2 broken, 1 passed")


def test_wrong_files_and_no_tests_are_mistakes_of_usage(project: Project) -> None:
    project.write({"turbo.test.yaml": "cases: [{name: a}]\n", "workflows/other.test.yaml": "cases: 3\n"})
    wrong = project.run("test")
    assert wrong.exit_code == 2
    assert "turbo.test.yaml:1:9: E-missing" in wrong.err
    assert "workflows/other.test.yaml:1:8: E-case" in wrong.err
    assert "error: 2 problems in the tests" in wrong.err
    missing = project.run("test", "nowhere")
    assert (missing.exit_code, "there is no such file or folder" in missing.err) == (2, True)
    (project.folder / "empty").mkdir()
    empty = project.run("test", "empty")
    assert (empty.exit_code, "write NAME.test.yaml beside NAME.yaml" in empty.err) == (2, True)


def test_a_filter_that_leaves_nothing_is_told(project: Project) -> None:
    for arguments in (["-k", "nonsense"], ["turbo.test.yaml::nonsense"]):
        result = project.run("test", *arguments)
        assert result.exit_code == 2
        assert "there is no test" in result.err


def test_colours_are_shown_when_they_are_wanted(project: Project) -> None:
    result = project.run("--color", "always", "test")
    assert "\x1b[32m.\x1b[0m\x1b[1;31mF\x1b[0m" in result.out


def test_the_schema_is_printed(project: Project) -> None:
    result = project.run("test", "--schema")
    assert result.ok
    assert '"title": "Turbo workflow tests"' in result.out


def test_results_are_written_as_junit_xml(project: Project) -> None:
    project.write({"workflows/other.test.yaml": BROKEN})
    assert project.run("test", "--junit", "report.xml").exit_code == 1
    suites = ET.parse(project.folder / "report.xml").getroot()
    (suite,) = suites
    assert {key: suite.get(key) for key in ("tests", "failures", "errors", "skipped")} == {
        "tests": "6",
        "failures": "1",
        "errors": "2",
        "skipped": "0",
    }
    cases = [(case.get("classname"), case.get("name"), case.get("line"), [child.tag for child in case]) for case in suite]
    assert cases[:3] == [
        ("turbo.test.yaml", "it ships", "4", []),
        ("turbo.test.yaml", "it's shipped after a failure <&>", "6", ["failure"]),
        ("turbo.test.yaml", "nothing says where", "9", []),
    ]
    assert [kinds for *_, kinds in cases[3:]] == [["error"], ["error"], []]
    fault = suite[1][0]
    assert fault.get("message") == "not_ran.ship: expected it did not run, found succeeded"
    assert "simulated time" in (fault.text or "")


def test_a_report_that_cannot_be_written_is_told(project: Project) -> None:
    result = project.run("test", "--junit", "nowhere/report.xml")
    assert result.exit_code == 74
    assert "the report cannot be written" in result.err


def test_two_hundred_cases_are_one_run_of_the_command(turbo_project: ProjectFactory) -> None:
    cases = "\n".join(f"  - {{name: case {number}, expect: {{outcome: succeeded}}}}" for number in range(200))
    project = turbo_project(
        {"turbo.yaml": "name: w\ntasks: {a: {run: x, timeout: 2h}}\n", "turbo.test.yaml": f"cases:\n{cases}\n"}
    )
    result = project.run("test")
    assert result.ok, result
    assert result.out.splitlines()[-1].startswith("200 passed in ")


def test_junit_of_no_case_is_sound() -> None:
    assert ET.fromstring(junit([])).tag == "testsuites"


# ---------------------------------------------------------------- from pytest


def test_pytest_collects_test_files_when_it_is_asked(
    project: Project, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    asked = pytester.runpytest_subprocess("--turbo", "-p", "no:cacheprovider", "--rootdir", project.folder, project.folder)
    asked.assert_outcomes(passed=3, failed=1)
    asked.stdout.fnmatch_lines(
        ["*not_ran.ship: expected it did not run, found succeeded*", "*FAILED *turbo.test.yaml::it's shipped*"]
    )
    by_setting = pytester.runpytest_subprocess("-o", "turbo_tests=true", "-p", "no:cacheprovider", "-k", "ships", project.folder)
    by_setting.assert_outcomes(passed=2, deselected=2)
    assert pytester.runpytest_subprocess("-p", "no:cacheprovider", project.folder).ret == pytest.ExitCode.NO_TESTS_COLLECTED


def test_pytest_tells_of_a_file_that_is_wrong(
    project: Project, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(project.folder)
    project.write({"turbo.test.yaml": "cases: [{name: a}]\n"})
    result = pytester.runpytest_subprocess("--turbo", "-p", "no:cacheprovider", "--rootdir", project.folder, "turbo.test.yaml")
    result.assert_outcomes(errors=1)
    result.stdout.fnmatch_lines(["*turbo.test.yaml:1:9: E-missing: the key 'expect' is missing*"])


def test_a_test_in_python_simulates_a_workflow(
    project: Project, pytester: pytest.Pytester, monkeypatch: pytest.MonkeyPatch
) -> None:
    project.write(
        {
            "test_it.py": """
                import pytest
                from turbo_core.errors import WorkflowInvalid
                from turbo_core.testing import SimulatedRun, workflow_case

                def test_it(turbo_simulate):
                    run = turbo_simulate("turbo.yaml", stubs={"ship": {"outputs": {"to": "there"}, "takes": "2h"}})
                    assert isinstance(run, SimulatedRun)
                    assert (run.outcome, run.exit_code, run.path) == ("succeeded", 0, ("build", "ship"))
                    assert run.seconds == 7201
                    assert run.tasks["ship"].outputs == {"to": "there"}
                    assert run.messages == () and run.outputs == {}

                def test_what_is_expected():
                    stubs = {"ship": {"class": "infra"}}
                    workflow_case("turbo.yaml", stubs=stubs, expect={"outcome": "failed"})
                    with pytest.raises(AssertionError, match="outcome: expected succeeded, found failed"):
                        workflow_case("turbo.yaml", stubs=stubs, expect={"outcome": "succeeded"})
                    with pytest.raises(WorkflowInvalid, match="no task 'shipp'"):
                        workflow_case("turbo.yaml", stubs={"shipp": "failed"})
            """
        }
    )
    monkeypatch.chdir(project.folder)
    pytester.runpytest_subprocess("-p", "no:cacheprovider", "--rootdir", project.folder, "test_it.py").assert_outcomes(passed=2)
