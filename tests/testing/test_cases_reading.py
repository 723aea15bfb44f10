"""Test files are read strictly: every mistake has its place, and all of a file are told at once."""

from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

from tests.testing.cases_kit import reader
from turbo_core.errors import UsageError, WorkflowInvalid
from turbo_core.testing.cases.choosing import means
from turbo_core.testing.cases.finding import files_in
from turbo_core.testing.cases.shape import json_schema
from turbo_core.workflow.yaml import compose

EXAMPLES = sorted(Path(__file__).parents[2].glob("examples/*/*.test.yaml"))

WORKFLOW = """
name: w
inputs: {who: {type: string, default: me}, many: {type: integer, default: 1}}
vars: {place: here}
tasks:
  build: {run: make, secrets: [TOKEN], outputs: {wheel: string, size: integer?}}
  tag: {uses: git.tag, with: {name: v}, undo: true}
  fit: {decide: Fit?, accept: 0.5, criteria: {size: {uses: git.size}}}
  asks: {decide: Asks?, ask: {}}
  child: {workflow: child.yaml}
  say: {communicate: hello}
outputs: {wheel: "${{ tasks.build.outputs.wheel }}"}
on_failure: [{undo: all}]
finally: [{run: clean}]
"""


def project(folder: Path, tests: str) -> Path:
    (folder / "turbo.yaml").write_text(WORKFLOW)
    (folder / "child.yaml").write_text("name: child\ntasks: {inner: {run: x}}\n")
    path = folder / "turbo.test.yaml"
    path.write_text(tests)
    return path


def problems(folder: Path, tests: str) -> list[str]:
    with pytest.raises(WorkflowInvalid) as caught:
        reader(folder).file(project(folder, tests))
    assert caught.value.what.endswith("in the tests")
    return [str(problem) for problem in caught.value.problems]


def case(text: str, expect: str = "{outcome: succeeded}") -> str:
    return f"cases:\n  - name: a case\n    expect: {expect}\n    {text}\n"


WRONG = [
    ("", "1:1: E-type: a test file is an object of keys; begin with `cases:`"),
    ("cases: [", "2:1: E-yaml"),
    ("{}", "1:1: E-case: there is no case"),
    ("cases: []", "1:8: E-case: there is no case"),
    ("cases: {a: 1}", "1:8: E-case: there is no case"),
    ("cases: [a]", "1:9: E-type: expected an object, got the string 'a'"),
    ("case: []\n" + case(""), "1:1: E-key: there is no key 'case' in this file; did you mean 'cases'?"),
    ("cases:\n  - {name: a}", "2:5: E-missing: the key 'expect' is missing"),
    ("cases:\n  - {expect: {outcome: failed}}", "2:5: E-missing: the key 'name' is missing"),
    ("cases:\n  - {name: ' ', expect: {outcome: failed}}", "2:12: E-name: a case has a name of one plain line"),
    ("cases:\n  - &a {name: a, expect: {outcome: failed}}\n  - *a", "2:15: E-duplicate: 'a' names two cases; first at line 2"),
    (case("", "{}"), "3:5: E-missing: the key 'outcome' is missing"),
    (
        case("", "{outcome: succeded}"),
        "3:23: E-choice: the string 'succeded' is none of succeeded, failed, cancelled, parked; did y",
    ),
    (case("", "{outcome: failed, skiped: {}}"), "3:31: E-key: there is no key 'skiped' in 'expect'; did you mean 'skipped'?"),
    (case("workflow: turb.yaml"), "4:15: E-file: there is no workflow turb.yaml; did you mean 'turbo.yaml'?"),
    (case("inputs: {whom: you}"), "4:14: E-name: the workflow has no input 'whom'; did you mean 'who'?"),
    (case("inputs: {many: lots}"), "2:5: E-case: the input 'many' does not fit"),
    (case("vars: {plase: x}"), "4:12: E-name: the workflow has no variable 'plase'; did you mean 'place'?"),
    (case("secrets: {TOKE: abcdef}"), "4:15: E-name: the workflow has no secret 'TOKE'; did you mean 'TOKEN'?"),
    (case("only: [bild]"), "2:5: E-case: there is no task 'bild'; did you mean 'build'?"),
    (case("jobs: 0"), "4:11: E-type: expected an integer from 1"),
    (case("wait: 'yes'"), "4:11: E-type: expected true or false"),
    (case("stubs: {bild: failed}"), "4:13: E-task: the workflow has no task 'bild'; did you mean 'build'?"),
    (case("stubs: {git.tags: failed}"), "4:13: E-task: the workflow uses no action 'git.tags'; did you mean 'git.tag'?"),
    (case("stubs: {build: flaky}"), "4:20: E-choice: the string 'flaky' is none of succeeded, failed, lost"),
    (case("stubs: {build: 3}"), "4:20: E-type: expected succeeded, failed or lost, an object, or a list of them"),
    (case("stubs: {build: {takes: 90}}"), "4:28: E-type: expected a duration, got the integer 90"),
    (case("stubs: {build: {exitcode: 1}}"), "4:21: E-key: there is no key 'exitcode' in 'build'; did you mean 'exit_code'?"),
    (case("stubs: {build: succeeded}"), "4:13: E-output: the stub does not give the output 'wheel'"),
    (case("stubs: {build: {outputs: {weel: x}}}"), "4:31: E-output: there is no output 'weel'; did you mean 'wheel'?"),
    (case("stubs: {build: {outputs: {wheel: 1}}}"), "4:21: E-output: its output 'wheel' is not of type string"),
    (case("stubs: {build: [failed, {outputs: {}}]}"), "4:29: E-output: the stub does not give the output 'wheel'"),
    (case("stubs: {git.tag: {outputs: {rev: x}}}"), "4:33: E-output: there is no output 'rev'; did you mean 'ref'?"),
    (
        case("stubs: {build: {outcome: lost, class: exit}}"),
        "4:13: E-stub: an attempt that was lost has no class and no exit code",
    ),
    (case("stubs: {build: [{class: oom, outputs: {}}]}"), "4:21: E-stub: an attempt that failed has no outputs"),
    (case("stubs: {build: {class: oom, exit_code: 1}}"), "4:13: E-stub: only the class `exit` has an exit code"),
    (case("stubs: {fit: failed}"), "4:13: E-stub: 'fit' cannot be stubbed; a gate is decided, not stubbed"),
    (case("stubs: {child: failed}"), "4:13: E-stub: 'child' cannot be stubbed; a nested workflow is run"),
    (case("stubs: {say: failed}"), "4:13: E-stub: 'say' cannot be stubbed; a message sends itself"),
    (case("stubs: {'on_failure[0]': failed}"), "4:13: E-stub: 'on_failure[0]' cannot be stubbed; the step undoes others"),
    (case("stubs: {'undo:build': failed}"), "4:13: E-stub: 'undo:build' cannot be stubbed; it has no `undo`"),
    (case("stubs: {'probe:build': failed}"), "4:13: E-stub: 'probe:build' cannot be stubbed; it has no probe"),
    (case("answers: {asks: maybe}"), "4:21: E-choice: the string 'maybe' is none of approve, reject, rerun, done, fail"),
    (case("answers: {askes: approve}"), "4:15: E-task: the workflow has no task 'askes'; did you mean 'asks'?"),
    (case("answers: {fit: approve}"), "4:15: E-answer: fit asks nobody; the gate has no `ask`"),
    (case("answers: {asks: done}"), "4:15: E-answer: asks cannot be answered with done; write approve or reject"),
    (case("answers: {build: [approve]}"), "4:15: E-answer: build cannot be answered with approve; write rerun or done or fail"),
    (case("answers: {say: approve}"), "4:15: E-answer: say cannot be answered with approve"),
    (case("decide: {fit: {answer: retry}}"), "4:14: E-decide: the key 'score' is missing"),
    (case("decide: {build: {score: 1}}"), "4:14: E-decide: the key 'answer' is missing"),
    (case("decide: {built: {score: 1}}"), "4:14: E-task: the workflow has no task 'built'"),
    (
        case("", "{outcome: failed, skipped: {bild: need}}"),
        "3:41: E-task: the workflow has no task 'bild'; did you mean 'build'?",
    ),
    (case("", "{outcome: failed, ran: ['bild[1]']}"), "3:37: E-task: the workflow has no task 'bild[1]'; did you mean 'build'?"),
    (case("", "{outcome: failed, path: [bild]}"), "3:38: E-task"),
    (case("", "{outcome: failed, path: [build, [tag, tagg]]}"), "3:51: E-task: the workflow has no task 'tagg'"),
    (case("", "{outcome: failed, path: ['finally[0]']}"), "3:38: E-expect: finally[0] cannot stand in a path"),
    (case("", "{outcome: failed, path: [child/inner]}"), "3:38: E-expect: child/inner cannot stand in a path"),
    (case("", "{outcome: failed, decisions: {build: accepted}}"), "3:43: E-expect: build is no gate"),
    (case("", "{outcome: failed, scores: {build: 1}}"), "3:40: E-expect: build is no gate"),
    (case("", "{outcome: failed, parked: [asked]}"), "3:40: E-task"),
    (case("", "{outcome: failed, undone: [tagg]}"), "3:40: E-task"),
    (case("", "{outcome: failed, messages: [{task: sey}]}"), "3:43: E-task: the workflow has no task 'sey'; did you mean 'say'?"),
    (case("", "{outcome: failed, outputs: {weel: 1}}"), "3:41: E-name: the workflow has no output 'weel'; did you mean 'wheel'?"),
    (case("", "{outcome: failed, duration: 3}"), "3:41: E-type: expected a duration, or an object with `at_least` or `at_most`"),
    ("stubs: {bild: failed}\n" + case(""), "1:9: E-task: the workflow has no task 'bild'; did you mean 'build'?"),
    ("workflow: no.yaml\n" + case(""), "1:11: E-file: there is no workflow no.yaml"),
]


@pytest.mark.parametrize(("tests", "told"), WRONG)
def test_a_mistake_is_told_with_its_place(tmp_path: Path, tests: str, told: str) -> None:
    found = problems(tmp_path, tests)
    assert [line[: len(told) + len("turbo.test.yaml:")] for line in found] == [f"turbo.test.yaml:{told}"]


def test_all_mistakes_are_told_at_once(tmp_path: Path) -> None:
    tests = """
cases:
  - {name: a, expect: {outcome: won}}
  - {name: b, expect: {outcome: failed}, stubs: {bild: failed, fit: failed}}
  - {name: b, expect: {outcome: failed}, inputs: {whom: you}, jobs: none}
"""
    assert [line.split(":")[1] for line in problems(tmp_path, tests)] == ["3", "4", "4", "5", "5", "5"]


def test_mistakes_of_the_workflow_are_told_as_its_own(tmp_path: Path) -> None:
    path = project(tmp_path, "cases:\n  - &a {name: a, expect: {outcome: failed}}\n  - {name: b, expect: {outcome: failed}}\n")
    (tmp_path / "turbo.yaml").write_text("name: w\ntasks: {a: {runs: x}}\n")
    with pytest.raises(WorkflowInvalid) as caught:
        reader(tmp_path).file(path)
    assert [problem.path for problem in caught.value.problems] == ["turbo.yaml"]


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    path = tmp_path / "x.test.yaml"
    for content, told in ((b"\xff\xfea", "UTF-16"), (None, "the file cannot be read")):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        with pytest.raises(WorkflowInvalid, match=told) as caught:
            reader(tmp_path).file(path)
        assert caught.value.problems[0].path == "x.test.yaml"


def test_a_case_has_what_its_file_shares_and_can_differ(tmp_path: Path) -> None:
    path = project(
        tmp_path,
        """
inputs: {who: all, many: 2}
secrets: {TOKEN: shared-secret}
stubs: {build: failed, tag: failed}
cases:
  - {name: a, inputs: {who: me}, stubs: {tag: [lost, failed]}, expect: {outcome: failed}}
  - {name: b, workflow: child.yaml, inputs: {}, expect: {outcome: succeeded}}
""",
    )
    (tmp_path / "child.yaml").write_text(
        "name: child\ninputs: {who: {type: string}, many: {type: integer}}\ntasks: {inner: {run: x}}\n"
    )
    with pytest.raises(WorkflowInvalid, match="secret 'TOKEN'"):  # what all share must fit all
        reader(tmp_path).file(path)
    path.write_text(path.read_text().partition("  - {name: b")[0])
    (tmp_path / "child.yaml").write_text("name: child\ntasks: {inner: {run: x}}\n")
    (found,) = reader(tmp_path).file(path)
    assert (found.inputs, found.secrets, found.line) == ({"who": "me", "many": 2}, {"TOKEN": "shared-secret"}, 6)
    assert {name: [stub.ending for stub in stubs] for name, stubs in found.stubs.items()} == {
        "build": ["failed"],
        "tag": ["lost", "failed"],
    }
    assert found.id == "turbo.test.yaml::a"


def test_an_input_that_is_required_can_be_shared(tmp_path: Path) -> None:
    text = "inputs: {who: jo}\ncases:\n  - {name: a, expect: {outcome: succeeded}}\n"
    path = project(tmp_path, text)
    (tmp_path / "turbo.yaml").write_text("name: w\ninputs: {who: {type: string}}\ntasks: {a: {run: x}}\n")
    assert reader(tmp_path).file(path)[0].inputs == {"who": "jo"}
    path.write_text(text.partition("\n")[2])
    with pytest.raises(WorkflowInvalid, match=r"2:5: E-case: the input 'who' is required"):
        reader(tmp_path).file(path)


# ---------------------------------------------------------------- files and names


def test_files_are_found_below_folders_but_hidden_and_foreign_ones(tmp_path: Path) -> None:
    for name in ("b.test.yaml", "a/z.test.yaml", "a/plain.yaml", ".turbo/x.test.yaml", "node_modules/y.test.yaml"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("")
    one = tmp_path / "a" / "z.test.yaml"
    assert files_in([tmp_path]) == [tmp_path / "b.test.yaml", one]
    assert files_in([one, tmp_path / "a"]) == [one]
    with pytest.raises(UsageError, match="no such file or folder"):
        files_in([tmp_path / "c"])
    with pytest.raises(UsageError, match=r"no file of tests.*NAME\.test\.yaml"):
        files_in([tmp_path / "a" / "plain.yaml"])


@pytest.mark.parametrize(
    ("expression", "meant"),
    [
        ("secret", True),
        ("SECRET is", True),
        ("nothing", False),
        ("not nothing", True),
        ("secret and veto", True),
        ("secret and not veto", False),
        ("nothing or veto", True),
        ("nothing or veto and secret", True),
        ("nothing and veto or not secret", False),
    ],
)
def test_an_expression_chooses_cases(expression: str, meant: bool) -> None:
    assert means(expression, "x.test.yaml::a Secret is a veto") is meant


@pytest.mark.parametrize("expression", ["", "not", "a and", "or a"])
def test_an_expression_that_lacks_a_word_is_refused(expression: str) -> None:
    with pytest.raises(UsageError, match="a word is missing"):
        means(expression, "x")


# ---------------------------------------------------------------- the JSON Schema


def test_the_schema_accepts_the_examples_and_refuses_mistakes() -> None:
    schema = json_schema()
    Draft202012Validator.check_schema(schema)
    validator = Draft202012Validator(schema)
    assert EXAMPLES
    for path in EXAMPLES:
        assert list(validator.iter_errors(_plain(compose(path.read_text(), path.name).value))) == []
    for wrong in ({"cases": [{"name": "a"}]}, {"case": []}, {"cases": [{"name": "a", "expect": {"outcome": "won"}}]}):
        assert not validator.is_valid(wrong)


def _plain(value: object) -> object:
    """Decimals as the numbers that a validator knows."""
    if isinstance(value, dict):
        return {key: _plain(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_plain(inner) for inner in value]
    return value if isinstance(value, str | bool | int) or value is None else float(str(value))
