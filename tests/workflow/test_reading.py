from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.workflow.reading_kit import PROJECT, Known, problems, read
from turbo_core.errors import UsageError, WorkflowInvalid
from turbo_core.workflow.definition import Retry, Task, Workflow
from turbo_core.workflow.finding import find, project_root, workflow_files
from turbo_core.workflow.listing import peek
from turbo_core.workflow.reading import digest_of, from_texts, load
from turbo_core.workflow.schema import FileShape, TaskShape, keys_of
from turbo_core.workflow.selection import selected

EXAMPLE = (Path(__file__).parent / "release.yaml").read_text()
INSTALL_CHECK = """\
name: install_check
inputs: {version: {type: string}}
tasks: {a: {run: pip install "x==$V", env: {V: "${{ inputs.version }}"}, secrets: [PIP_TOKEN]}}
"""
CHILD = "name: child\ninputs: {n: {type: integer}, s: {type: string, default: x}}\ntasks: {t: {run: x}}\noutputs: {o: 1}\n"


def task(workflow: Workflow, name: str) -> Task:
    (found,) = [one for phase in workflow.phases for one in phase.tasks if one.name == name]
    return found


def told(text: str, **more: str) -> list[tuple[str, str, int]]:
    return [(one.path, one.code, one.line) for one in problems(text, **more)]


# ---------------------------------------------------------------- a whole workflow


@pytest.fixture(scope="module")
def release() -> Workflow:
    return read(EXAMPLE, workflows__install_check_yaml=INSTALL_CHECK)


def test_the_example_is_read(release: Workflow) -> None:
    assert [(phase.name, len(phase.tasks)) for phase in release.phases] == [
        ("verify", 4),
        ("prepare", 3),
        ("approve", 1),
        ("publish", 3),
    ]
    assert release.secrets == {"TWINE_PASSWORD", "PIP_TOKEN"}
    assert list(release.texts) == ["turbo.yaml", "workflows/install_check.yaml"]
    assert release.digest == digest_of(release.texts)


def test_defaults_are_filled_in_and_units_are_converted(release: Workflow) -> None:
    test = task(release, "test")
    assert (test.timeout, test.retry) == (600.0, Retry(times=2, on=("timeout", 75), delay=5.0))
    assert test.memory is not None
    assert test.memory.evaluate({}) == 2 * 1024**3
    assert test.env["PIP_DISABLE_PIP_VERSION_CHECK"].evaluate({}) == "1"
    assert test.matrix is not None
    assert (test.matrix.max_parallel, [name for name, _ in test.matrix.axes]) == (2, ["py"])
    lint = task(release, "lint")
    assert (lint.timeout, lint.retry, lint.when, lint.undo, lint.shell) == (None, Retry(), None, None, ("/bin/sh", "-e", "-c"))
    assert lint.position.line == 11


def test_needs_are_edges(release: Workflow) -> None:
    notes = task(release, "notes")
    assert [(need.name, need.condition) for need in notes.needs] == [("version", "ok"), ("build", "any")]


@pytest.mark.parametrize(
    ("name", "risk", "on_lost", "idempotent"),
    [
        ("lint", "read", "rerun", False),
        ("scan", "read", "rerun", False),
        ("build", "change", "rerun", False),
        ("fit", "read", "rerun", False),
        ("tag", "change", "hold", False),
        ("upload", "destroy", "hold", False),
    ],
)
def test_risk_and_what_is_done_when_lost(release: Workflow, name: str, risk: str, on_lost: str, idempotent: bool) -> None:
    found = task(release, name)
    assert (found.risk, found.on_lost, found.idempotent) == (risk, on_lost, idempotent)


@pytest.mark.parametrize(
    ("text", "risk", "on_lost"),
    [
        ("{uses: git.fetch}", "change", "rerun"),
        ("{uses: git.fetch, risk: destroy}", "destroy", "rerun"),
        ("{uses: git.merge}", "change", "probe"),
        ("{uses: git.merge, on_lost: fail}", "change", "fail"),
        ("{run: x}", "change", "hold"),
        ("{run: x, risk: read, probe: y}", "read", "probe"),
        ("{run: x, on_lost: probe, probe: [y]}", "change", "probe"),
    ],
)
def test_the_default_of_on_lost(text: str, risk: str, on_lost: str) -> None:
    found = task(read(f"name: w\ntasks: {{a: {text}}}\n"), "a")
    assert (found.risk, found.on_lost) == (risk, on_lost)


@pytest.mark.parametrize(
    ("text", "on_lost"), [("{uses: git.fetch}", "rerun"), ("{uses: git.merge}", "probe"), ("{run: x}", "hold")]
)
def test_the_steps_at_the_end_have_the_same_defaults(text: str, on_lost: str) -> None:
    assert read(f"name: w\ntasks: {{a: {{run: x}}}}\nfinally: [{text}]\n").finally_[0].on_lost == on_lost


@pytest.mark.parametrize(
    "text",
    [
        "{uses: git.fetch, retry: 2}",
        "{uses: git.scan_secrets, retry: 2}",
        "{uses: git.push, retry: {times: 2, on: [infra]}}",
        "{uses: git.push, retry: 0}",
        "{run: x, retry: 2, risk: destroy}",
    ],
)
def test_what_can_be_retried_without_harm_needs_no_words(text: str) -> None:
    assert problems(f"name: w\ntasks: {{a: {text}}}\n") == ()


def test_a_circle_does_not_hide_what_else_is_wrong() -> None:
    text = """\
name: w
tasks:
  a: {run: x, needs: [b]}
  b: {run: x, needs: [a], when: "${{ tasks.c.ok }}"}
  c: {run: x}
"""
    assert [one.code for one in problems(text)] == ["E-cycle", "E-tasks"]


def test_steps_have_names_of_their_own(release: Workflow) -> None:
    assert [(step.name, step.kind, step.undo_all) for step in release.on_failure] == [
        ("on_failure[0]", "run", True),
        ("on_failure[1]", "communicate", False),
    ]
    (cleanup,) = release.finally_
    assert (cleanup.name, cleanup.run) == ("finally[0]", "rm -rf build/tmp")


def test_a_gate_without_criteria_asks() -> None:
    gate = task(read("name: w\ntasks: {a: {decide: Go?}}\n"), "a").gate
    assert gate is not None
    assert gate.ask is not None
    assert (gate.ask.within, gate.ask.who) == (86400.0, ())


def test_an_escaped_expression_is_text() -> None:
    found = task(read("name: w\ntasks: {a: {run: \"echo '$${{ x }}'\", env: {A: '$${{ y }}', N: 1.50, B: true}}}\n"), "a")
    assert found.run == "echo '${{ x }}'"
    assert {name: value.evaluate({}) for name, value in found.env.items()} == {"A": "${{ y }}", "N": "1.50", "B": "true"}


def test_undo_of_a_command_may_read_its_own_outputs() -> None:
    text = "name: w\ntasks: {a: {run: x, outputs: {id: string}, undo: [rm, '${{ tasks.a.outputs.id }}']}}\n"
    undo = task(read(text), "a").undo
    assert undo is not None
    assert isinstance(undo.command, tuple)
    assert undo.command[1].evaluate({"tasks": {"a": {"outputs": {"id": "7"}}}}) == "7"


def test_undo_with_other_arguments() -> None:
    undo = task(read("name: w\ntasks: {a: {uses: git.tag, with: {name: v}, undo: {with: {name: w}}}}\n"), "a").undo
    assert undo is not None
    assert undo.arguments is not None
    assert undo.arguments.evaluate({}) == {"name": "w"}


def test_a_step_reads_how_the_run_ended() -> None:
    text = "name: w\nphases: {p: {a: {run: x}}}\nfinally: [{run: [x, '${{ run.outcome }}', '${{ tasks.a.state }}']}]\n"
    assert problems(text) == ()


def test_a_computed_matrix_and_complete_cells() -> None:
    text = """\
name: w
inputs: {cells: {type: list}}
tasks:
  a: {run: [x, "${{ matrix.whatever }}"], matrix: "${{ inputs.cells }}"}
  b: {run: [x, "${{ matrix.os }}"], matrix: {include: [{os: linux}]}}
  c: {run: [x, "${{ matrix.any }}"], matrix: {include: "${{ inputs.cells }}"}}
  d: {run: [x, "${{ matrix.os }}"], matrix: {os: "${{ inputs.cells }}", exclude: [{os: mac}]}, when: "${{ matrix.os != 'x' }}"}
"""
    workflow = read(text)
    matrix = task(workflow, "a").matrix
    assert matrix is not None
    assert matrix.computed is not None
    matrix = task(workflow, "d").matrix
    assert matrix is not None
    assert matrix.exclude is not None
    assert matrix.exclude.evaluate({}) == [{"os": "mac"}]


def test_expressions_are_allowed_where_the_reference_says_so() -> None:
    text = """\
name: w
inputs: {n: {type: integer, default: 1}}
vars: {a: "${{ inputs.n }}", b: "${{ vars.a + 1 }}"}
env: {TOKEN: "${{ secrets.TOP }}"}
shell: [bash, -c]
phases:
  p:
    a:
      run: [x, "${{ attempt.number }}"]
      matrix: {os: [l, m], max_parallel: 1}
      cwd: "${{ matrix.os }}"
      limits: {memory: "${{ inputs.n }}", processes: "${{ attempt.number }}"}
      concurrency: {key: "k-${{ vars.b }}", limit: 2}
      when: "${{ matrix.os == 'l' }}"
      probe: [y, "${{ matrix.os }}"]
  q:
    b: {uses: git.push, with: {to: {url: "${{ secrets.URL }}"}}, when: "${{ len(tasks.a.cells) == 2 }}"}
    c:
      decide: "Go ${{ vars.a }}?"
      criteria: {t: {score: "${{ tasks.a.ok }}"}, s: {uses: git.change_size, with: {since: "${{ vars.a }}"}, weight: 2}}
      accept: 0.5
      ask: {message: "${{ criteria.t.score }}", fields: {why: {type: string}}}
    d: {communicate: "${{ tasks.a.state }}", level: error, to: [ops]}
outputs: {all: "${{ tasks.b.ok }}"}
"""
    workflow = read(text)
    assert workflow.secrets == {"TOP", "URL"}
    assert task(workflow, "a").shell == ("bash", "-c")


# ---------------------------------------------------------------- several files


def test_problems_of_all_files_come_at_once_in_reading_order() -> None:
    main = "name: w\ninclude: [more.yaml]\nbad: 1\ntasks:\n  a: {workflow: child.yaml}\n  b: {run: x, needs: [c]}\n"
    found = told(main, more_yaml="x: 1\nenv: {A: [1]}\n", child_yaml="name: Child\ntasks: {t: {}}\n")
    assert found == [
        ("turbo.yaml", "E-key", 3),
        ("turbo.yaml", "E-needs", 6),
        ("more.yaml", "E-key", 1),
        ("more.yaml", "E-type", 2),
        ("child.yaml", "E-name", 1),
        ("child.yaml", "E-kind", 2),
    ]


def test_included_files_add_their_parts() -> None:
    main = "name: w\ninclude: [parts/a.yaml]\nphases:\n  p: {own: {run: x, needs: [more]}}\nfinally: [{run: own}]\n"
    part = """\
include: [b.yaml, ../turbo.yaml]
inputs: {i: {type: string}}
vars: {v: "${{ inputs.i }}"}
env: {A: "${{ vars.v }}"}
secrets: [TOKEN]
phases: {p: {more: {run: x}}, q: {last: {run: x}}}
finally: [{run: included}]
"""
    workflow = read(main, parts__a_yaml=part, parts__b_yaml="vars: {w: 1}\n")
    assert [(phase.name, [one.name for one in phase.tasks]) for phase in workflow.phases] == [
        ("p", ["own", "more"]),
        ("q", ["last"]),
    ]
    assert [step.run for step in workflow.finally_] == ["own", "included"]
    assert [step.name for step in workflow.finally_] == ["finally[0]", "finally[1]"]
    assert (list(workflow.inputs), [name for name, _ in workflow.vars]) == (["i"], ["v", "w"])
    assert workflow.secrets == {"TOKEN"}
    assert sorted(workflow.texts) == ["parts/a.yaml", "parts/b.yaml", "turbo.yaml"]
    assert task(workflow, "last").position.path == "parts/a.yaml"


@pytest.mark.parametrize(
    ("part", "code", "line"),
    [
        ("vars: {v: 1}\n", "E-duplicate", 1),
        ("\nenv: {E: 1}\n", "E-duplicate", 2),
        ("phases: {p: {a: {run: x}}}\n", "E-duplicate", 1),
        ("name: part\n", "E-key", 1),
        ("tasks: {b: {run: x}}\n", "E-key", 1),
        ("outputs: {o: 1}\n", "E-key", 1),
        ("- a\n", "E-type", 1),
        ("a: [\n", "E-yaml", 2),
    ],
)
def test_what_an_included_file_cannot_do(part: str, code: str, line: int) -> None:
    main = "name: w\ninclude: [part.yaml]\nvars: {v: 0}\nenv: {E: 0}\nphases: {p: {a: {run: x}}}\n"
    assert told(main, part_yaml=part) == [("part.yaml", code, line)]


def test_what_is_defined_twice_names_both_places() -> None:
    (found,) = problems("name: w\ninclude: [part.yaml]\nvars: {v: 0}\ntasks: {a: {run: x}}\n", part_yaml="vars: {v: 1}\n")
    assert str(found).startswith("part.yaml:1:8: E-duplicate: 'v' is defined twice; first at turbo.yaml:3:8")


@pytest.mark.parametrize(
    ("given_", "line", "told_"),
    [
        ("{n: 1}", 0, ""),
        ("{n: '${{ vars.v }}', s: text}", 0, ""),
        ("{}", 5, "'n' is missing"),
        ("{n: one}", 5, "expected an integer, got the string 'one'"),
        ("{n: 1, x: 2}", 5, "'x' is no input of the workflow 'child'"),
        ("{n: 1, s: '${{ secrets.T }}'}", 5, "'secrets' cannot be read here"),
    ],
)
def test_what_a_nested_workflow_is_given_is_checked(given_: str, line: int, told_: str) -> None:
    text = f"name: w\nvars: {{v: 1}}\ntasks:\n  a:\n    {{workflow: child, with: {given_}}}\n"
    found = problems(text, workflows__child_yaml=CHILD)
    assert [one.line for one in found] == ([line] if line else [])
    assert all(told_ in str(one) for one in found)


def test_a_nested_workflow_gives_its_outputs() -> None:
    text = (
        "name: w\nphases:\n  p: {a: {workflow: child.yaml, with: {n: 1}}}\n  q: {b: {run: [x, '${{ tasks.a.outputs.OUT }}']}}\n"
    )
    assert problems(text.replace("OUT", "o"), child_yaml=CHILD) == ()
    assert "did you mean" in str(problems(text.replace("OUT", "oo"), child_yaml=CHILD)[0])


def test_a_nested_workflow_is_found_by_the_name_of_the_main_file_and_read_once() -> None:
    texts = {
        "workflows/w.yaml": "name: w\ntasks: {a: {workflow: main}, b: {workflow: main}}\n",
        "turbo.yaml": "name: main\ntasks: {t: {run: x}}\n",
    }
    workflow = from_texts(texts, "workflows/w.yaml", PROJECT, Known())
    assert task(workflow, "a").child is task(workflow, "b").child
    assert sorted(workflow.texts) == ["turbo.yaml", "workflows/w.yaml"]


def test_a_circle_of_workflows_is_told() -> None:
    found = told("name: w\ntasks: {a: {workflow: one.yaml}}\n", one_yaml="name: one\ntasks: {a: {workflow: ./turbo.yaml}}\n")
    assert found == [("one.yaml", "E-nested", 2)]


def test_a_recorded_definition_is_read_again_the_same(release: Workflow) -> None:
    again = from_texts(release.texts, "turbo.yaml", PROJECT, Known())
    assert again == release


def test_the_digest_tells_paths_and_texts_apart() -> None:
    digests = {digest_of(texts) for texts in ({"a": "bc"}, {"ab": "c"}, {"a": "b", "c": ""}, {"a": "bc", "d": ""})}
    assert len(digests) == 4
    assert digest_of({"b": "2", "a": "1"}) == digest_of({"a": "1", "b": "2"}) == hashlib.sha256(b"1:a1:11:b1:2").hexdigest()


# ---------------------------------------------------------------- files


def test_a_file_is_read_from_disk(tmp_path: Path) -> None:
    (tmp_path / "turbo.yaml").write_bytes(b"\xef\xbb\xbfname: w\r\ntasks: {a: {run: x}}\r\n")
    workflow = load(tmp_path / "turbo.yaml", tmp_path, Known())
    assert workflow.texts == {"turbo.yaml": "name: w\ntasks: {a: {run: x}}\n"}


def test_a_file_outside_the_project_keeps_its_whole_path(tmp_path: Path) -> None:
    (tmp_path / "project").mkdir()
    (tmp_path / "w.yaml").write_text("name: w\ntasks: {a: {run: x}}\n")
    workflow = load(tmp_path / "w.yaml", tmp_path / "project", Known())
    assert workflow.position.path == (tmp_path / "w.yaml").as_posix()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        ("name: w".encode("utf-16"), "turbo.yaml:1:1: E-yaml: the file is UTF-16 or UTF-32; only UTF-8 is read"),
        ("name: w".encode("utf-32-le"), "turbo.yaml:1:1: E-yaml: the file is UTF-16"),
        (b"name: w\ndescription: \xff\n", "turbo.yaml:2:14: E-yaml: this byte is not UTF-8"),
        (b"#" * (64 * 1024 * 1024 + 1), "turbo.yaml:1:1: E-yaml-size: the file is too large"),
    ],
)
def test_a_file_that_is_no_text_is_told(tmp_path: Path, data: bytes, message: str) -> None:
    (tmp_path / "turbo.yaml").write_bytes(data)
    with pytest.raises(WorkflowInvalid) as caught:
        load(tmp_path / "turbo.yaml", tmp_path, Known())
    assert str(caught.value).startswith(message)


def test_a_file_that_cannot_be_read_is_told(tmp_path: Path) -> None:
    with pytest.raises(WorkflowInvalid, match=r"turbo.yaml: E-file: there is no such file"):
        load(tmp_path / "turbo.yaml", tmp_path, Known())
    with pytest.raises(WorkflowInvalid, match="E-file: the file cannot be read; File name too long"):
        load(tmp_path / ("long" * 100), tmp_path, Known())


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_only_regular_files_are_read(tmp_path: Path, make: Callable[[Path], None]) -> None:
    make(tmp_path / "odd.yaml")
    (tmp_path / "turbo.yaml").write_text("name: w\ninclude: [odd.yaml]\ntasks: {a: {run: x}}\n")
    with pytest.raises(WorkflowInvalid, match="E-file: this is not a regular file"):
        load(tmp_path / "turbo.yaml", tmp_path, Known())


# ---------------------------------------------------------------- finding


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "workflows").mkdir()
    (tmp_path / "turbo.yaml").write_text(
        "name: release\ndescription: Publishes.\ntasks: {a: {run: x}}\ninputs: {n: {type: string}}\n"
    )
    (tmp_path / "workflows" / "nightly.yaml").write_text("name: nightly\ntasks: {a: {run: x}}\n")
    (tmp_path / "workflows" / "broken.yaml").write_text("name: [\n")
    return tmp_path


def test_a_workflow_is_found_by_name_or_file(project: Path) -> None:
    assert find(project) == find(project, "release") == project / "turbo.yaml"
    assert find(project, "nightly") == find(project, file=project / "workflows" / "nightly.yaml")


@pytest.mark.parametrize(
    ("name", "told_"),
    [
        ("nightyl", "did you mean 'nightly'?"),
        ("relaese", "did you mean 'release'?"),
        ("workflows/nightly.yaml", "-f FILE"),
        ("../x", "-f FILE"),
    ],
)
def test_a_name_that_nobody_has_is_told(project: Path, name: str, told_: str) -> None:
    with pytest.raises(UsageError) as caught:
        find(project, name)
    assert told_ in str(caught.value)
    assert "looked for turbo.yaml" in str(caught.value)


def test_a_file_that_is_not_there_is_told(project: Path) -> None:
    with pytest.raises(UsageError, match=r"did you mean 'turbo.yaml'\?"):
        find(project, file=project / "turob.yaml")
    with pytest.raises(UsageError, match="this is a folder"):
        find(project, file=project)


def test_no_workflow_at_all_tells_how_to_begin(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="turbo init"):
        find(tmp_path)
    with pytest.raises(UsageError, match="turbo init"):
        find(tmp_path, "release")


def test_peeking_tells_name_description_and_inputs(project: Path) -> None:
    listed = [peek(path) for path in workflow_files(project)]
    assert [(one.name, one.description, list(one.inputs)) for one in listed] == [
        ("release", "Publishes.", ["n"]),
        ("broken", "", []),
        ("nightly", "", []),
    ]
    assert [one.problem is not None for one in listed] == [False, True, False]


def test_peeking_at_what_cannot_be_read(tmp_path: Path) -> None:
    (tmp_path / "x.yaml").write_bytes(b"\xff\xfe")
    assert [peek(tmp_path / name).problem is not None for name in ("x.yaml", "gone.yaml")] == [True, True]


@pytest.mark.parametrize("sign", [".turbo", "turbo.toml", "turbo.yaml", ".git"])
def test_the_project_root_is_the_nearest_folder_with_a_sign(tmp_path: Path, sign: str) -> None:
    inner = tmp_path / "a" / "b"
    inner.mkdir(parents=True)
    (tmp_path / sign).touch()
    assert project_root(inner) == tmp_path
    assert project_root(inner, Path("..")) == tmp_path / "a"
    with pytest.raises(UsageError, match="not a folder"):
        project_root(inner, Path("nowhere"))


def test_without_a_sign_the_project_root_is_where_one_stands() -> None:
    assert project_root(Path(os.sep)) == Path(os.sep)


# ---------------------------------------------------------------- whatever is written


@st.composite
def _mutated(draw: st.DrawFn) -> str:
    lines = EXAMPLE.splitlines()
    for _ in range(draw(st.integers(1, 4))):
        index = draw(st.integers(0, len(lines) - 1))
        line = lines[index]
        at = draw(st.integers(0, len(line)))
        piece = draw(
            st.sampled_from(
                ["", ":", "- ", "{", "}", "[", "]", "'", '"', "${{ ", " }}", "null", "0", "1.5", "*x", "&x ", "#", "\t", "  "]
            )
        )
        change = draw(st.sampled_from(["insert", "cut", "drop", "copy", "swap"]))
        if change == "insert":
            lines[index] = line[:at] + piece + line[at:]
        elif change == "cut":
            lines[index] = line[:at]
        elif change == "drop" and len(lines) > 1:
            del lines[index]
        elif change == "copy":
            lines.insert(draw(st.integers(0, len(lines))), line)
        else:
            words = line.split(": ")
            lines[index] = ": ".join(reversed(words))
    return "\n".join(lines)


@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(_mutated())
def test_a_mutated_workflow_is_read_or_told(text: str) -> None:
    for problem in problems(text, workflows__install_check_yaml=INSTALL_CHECK):
        assert problem.code.startswith("E-")
        assert 0 < problem.line <= text.count("\n") + 2
        assert problem.what


ODD_VALUES = (
    "null",
    "true",
    "5",
    "1.5",
    "x",
    "''",
    "[]",
    "[null]",
    "[[x]]",
    "{}",
    "{x: y}",
    "{x: {y: [z]}}",
    "'${{ run.id }}'",
    "'${{ ('",
)


@pytest.mark.parametrize("value", ODD_VALUES)
def test_any_value_at_any_key_is_read_or_told(value: str) -> None:
    top, keys = sorted(set(keys_of(FileShape)) - {"name", "tasks"}), sorted(keys_of(TaskShape))
    for key in top:
        problems(f"name: w\ntasks: {{a: {{run: x}}}}\n{key}: {value}\n")
    for kind in ("run: x", "uses: git.tag", "decide: Go?", "workflow: w", "communicate: x"):
        for key in keys:
            problems(f"name: w\ntasks:\n  a:\n    {kind}\n    {key}: {value}\n")
            problems(f"name: w\ntasks: {{a: {{run: x}}}}\nfinally:\n  - {kind}\n    {key}: {value}\n")


def test_a_long_chain_is_read() -> None:
    chain = "".join(f"  t{n}: {{run: x{f', needs: [t{n - 1}]' if n else ''}}}\n" for n in range(3000))
    workflow = read(f"name: w\ntasks:\n{chain}")
    assert len(selected(workflow, ["t2999"]) or ()) == 3000
