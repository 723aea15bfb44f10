"""docs/language.md tells the truth: each of its tables agrees with the code, and each of its examples is read as it says."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import get_args

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from tests.docs.blocks import Block, blocks_of
from tests.workflow.reading_kit import PROJECT, Known, problems
from turbo_core import errors
from turbo_core.engine import judging
from turbo_core.errors import Problem, TurboError, WorkflowInvalid
from turbo_core.words import FailureClass, SkipReason, TaskState
from turbo_core.workflow import reading, schema
from turbo_core.workflow.definition import OnLost, Retry
from turbo_core.workflow.expressions import ROOTS
from turbo_core.workflow.functions import FUNCTIONS
from turbo_core.workflow.schema import (
    KINDS,
    KINDS_OF_KEY,
    FileShape,
    MatrixShape,
    PartShape,
    Shape,
    TaskShape,
    json_schema,
    keys_of,
)
from turbo_core.workflow.scope import CRITERION_NAMES, RUN_NAMES_AT_END, TASK_NAMES
from turbo_core.workflow.units import parse_duration, parse_size
from turbo_core.workflow.yaml import compose

PAGE = Path(__file__).parents[2] / "docs" / "language.md"
TEXT = PAGE.read_text()
_TABLE = re.compile(r"<!-- (?P<what>keys|table): (?P<name>.*?) -->\n(?P<rows>(?:\|.*\n)+)")
_MISTAKE = re.compile(r"<!-- mistake: (?P<code>\S+) (?P<line>\d+):(?P<column>\d+) -->")
NONE = "\N{EN DASH}"
_SHAPES = [match["name"] for match in _TABLE.finditer(TEXT) if match["what"] == "keys"]


def table(name: str) -> list[list[str]]:
    """The cells of the table that a note names, without its head."""
    (found,) = [match for match in _TABLE.finditer(TEXT) if match["name"] == name]
    rows = found["rows"].splitlines()[2:]
    return [[cell.strip() for cell in row.strip("|").split(" | ")] for row in rows]


def words(cell: str) -> list[str]:
    return re.findall(r"`([^`]+)`", cell)


def first_words(name: str) -> list[str]:
    return [words(row[0])[0] for row in table(name)]


# ---------------------------------------------------------------- keys


def shape_of(name: str) -> type[Shape]:
    found: type[Shape] = getattr(schema, name)
    assert issubclass(found, Shape)
    return found


@pytest.mark.parametrize("name", _SHAPES)
def test_a_table_of_keys_names_all_keys(name: str) -> None:
    assert first_words(name) == list(_ordered(shape_of(name)))


def _ordered(shape: type[Shape]) -> Iterator[str]:
    keys = dict(keys_of(shape))
    if shape is FileShape:
        # The page begins with what the file is called, the model with what it shares with included files.
        order = ["name", "description", "include", "inputs", "vars", "env", "secrets", "shell", "phases", "tasks", "outputs"]
        assert set(order) <= set(keys)
        yield from order
        keys = {key: name for key, name in keys.items() if key not in order}
        yield from sorted(keys, key=["keep_going", "on_failure", "finally"].index)
        return
    yield from keys


@pytest.mark.parametrize("name", _SHAPES)
def test_a_table_of_keys_tells_the_defaults(name: str) -> None:
    shape = shape_of(name)
    for row in table(name):
        field = shape.model_fields[keys_of(shape)[words(row[0])[0]]]
        told, default = row[2], field.get_default(call_default_factory=True)
        if field.is_required():
            assert told == "required", row
        elif default is None:
            assert told == NONE, row
        else:
            assert _same(compose(words(told)[0], "default").value, default), row


def _same(told: object, default: object) -> bool:
    return told == (int(default) if isinstance(default, Decimal) and default == int(default) else default)


def test_all_shapes_that_are_no_single_value_have_a_table() -> None:
    without = {"UndoShape", "TemplateShape"}
    every = {name for name, found in vars(schema).items() if isinstance(found, type) and issubclass(found, Shape)} - {"Shape"}
    assert every - without == set(_SHAPES)


def test_the_table_of_tasks_tells_the_kinds() -> None:
    letters = dict(zip(KINDS, "rudwc", strict=True))
    for row in table("TaskShape"):
        key = words(row[0])[0]
        kinds = (key,) if key in KINDS else KINDS_OF_KEY.get(key)
        assert row[3] == ("all" if kinds is None else " ".join(letters[kind] for kind in kinds)), key


def test_choices_of_a_key_are_those_of_the_schema() -> None:
    definitions = json_schema()["$defs"]
    for name in _SHAPES:
        properties = (
            json_schema(part=True)["properties"] if name == "PartShape" else definitions.get(name, json_schema())["properties"]
        )
        for row in table(name):
            choices = properties[words(row[0])[0]].get("enum")
            if choices is not None and words(row[1]):
                assert words(row[1]) == choices, row


def test_the_defaults_of_retry_are_those_of_the_definition() -> None:
    told = {words(row[0])[0]: row[2].strip("`") for row in table("RetryShape")}
    default = Retry()
    assert tuple(compose(told["on"], "").value) == default.on
    assert (parse_duration(told["delay"]), parse_duration(told["max_delay"])) == (default.delay, default.max_delay)
    assert (float(told["factor"]), float(told["jitter"])) == (default.factor, default.jitter)


# ---------------------------------------------------------------- other tables


def test_units_are_those_that_are_read() -> None:
    (_, duration), (_, size) = table("units")
    for word in words(duration):
        assert parse_duration(word if word[0].isdigit() else f"1{word}") > 0
    for word in words(size):
        assert parse_size(word if word[0].isdigit() else f"1{word}") > 0


def test_functions_are_those_of_the_language() -> None:
    assert first_words("functions") == [f"{name}({', '.join(one.parameters)})" for name, one in FUNCTIONS.items()]


def test_names_are_those_that_can_be_read() -> None:
    rows = {words(row[0])[0].partition(".")[0]: words(row[1]) for row in table("names")}
    assert set(rows) == set(ROOTS)
    assert set(rows["run"]) == RUN_NAMES_AT_END
    assert {word.partition(".")[0] for word in rows["tasks"]} == TASK_NAMES
    assert set(rows["criteria"]) == CRITERION_NAMES


PROBES = {
    "vars": "vars: {v: EXPR}\ntasks: {x: {run: x, matrix: {os: [l]}}}",
    "env of the workflow": "env: {V: EXPR}\ntasks: {x: {run: x, matrix: {os: [l]}}}",
    "outputs of the workflow": "outputs: {v: EXPR}\ntasks: {x: {run: x, matrix: {os: [l]}}}",
    "when": "when: EXPR\nrun: x",
    "matrix": "matrix: EXPR\nrun: x",
    "run as a list": "run: [EXPR]",
    "env": "run: x\nenv: {V: EXPR}",
    "with of an action": "uses: git.push\nwith: {to: {x: EXPR}}",
    "with of a workflow": "workflow: child.yaml\nwith: {v: EXPR}",
    "limits": "run: x\nlimits: {memory: EXPR}",
    "cwd": "run: x\ncwd: EXPR",
    "concurrency.key": "run: x\nconcurrency: {key: EXPR}",
    "probe as a list": "run: x\nprobe: [EXPR]",
    "undo as a list": "run: x\nundo: [EXPR]",
    "undo.with": "uses: git.tag\nwith: {name: x}\nundo: {with: {name: EXPR}}",
    "communicate": "communicate: EXPR",
    "decide": "decide: EXPR",
    "score": "decide: Go?\naccept: 1\ncriteria: {c: {score: EXPR}}",
    "with of a criterion": "decide: Go?\naccept: 1\ncriteria: {c: {uses: git.change_size, with: {since: EXPR}}}",
    "ask.message": "decide: Go?\naccept: 1\ncriteria: {c: {score: true}}\nask: {message: EXPR}",
}
EXPRESSIONS = {
    "inputs": "inputs.n",
    "vars": "vars.a",
    "run": "run.id",
    "matrix": "matrix.os",
    "tasks": "tasks.early.ok",
    "attempt": "attempt.number",
    "criteria": "criteria.c.score",
    "secrets": "secrets.TOKEN",
}
CHILD = "name: child\ninputs: {v: {type: string}}\ntasks: {t: {run: x}}\n"


def _probe(where: str, root: str) -> str:
    text = PROBES[where].replace("EXPR", f'"${{{{ {EXPRESSIONS[root]} }}}}"')
    head = "name: w\ninputs: {n: {type: string}}\n"
    if "tasks:" in text:
        text = text.replace("tasks:", "phases:\n  p: {early: {run: x}}\n  q:").replace("vars: {v", "vars: {a: 1, v")
        return head + text + ("" if "vars:" in text else "\nvars: {a: 1}") + "\n"
    cells = (
        "matrix: {os: [l]}\n"
        if where not in {"matrix", "communicate", "decide", "score", "with of a criterion", "ask.message"}
        else ""
    )
    lines = "".join(f"      {line}\n" for line in (cells + text).splitlines())
    return f"{head}vars: {{a: 1}}\nphases:\n  p: {{early: {{run: x}}}}\n  q:\n    x:\n{lines}"


def test_what_can_be_read_where() -> None:
    rows = {row[0].replace("`", ""): set(words(row[1])) for row in table("scopes")}
    assert set(rows) == set(PROBES)
    for where, readable in rows.items():
        for root in ROOTS:
            found = problems(_probe(where, root), child_yaml=CHILD)
            assert [one.code for one in found] == ([] if root in readable else ["E-scope"]), (where, root, found)


def test_states_reasons_and_classes_are_those_of_the_model() -> None:
    assert first_words("states") == list(get_args(TaskState))
    assert first_words("reasons") == list(get_args(SkipReason))
    assert set(first_words("classes")) == set(get_args(FailureClass))


def test_what_is_retried_is_told() -> None:
    for row in table("classes"):
        name = words(row[0])[0]
        refused = problems(f"name: w\ntasks: {{a: {{run: x, retry: {{times: 1, on: [{name}]}}}}}}\n")
        assert row[2] == ("never" if refused else "by default" if name in Retry().on else "if asked"), name


def test_conditions_are_judged_as_told() -> None:
    told = [[cell == "go" for cell in row[1:]] for row in table("conditions")]
    judged = ["succeeded", "tolerated", "failed", "condition", "need_of_skip", "need", "cancelled"]
    assert set(judged) == set(judging.GOES_ON)
    assert told == [[judging.GOES_ON[name][key] for key in ("ok", "skip_ok", "failed", "any")] for name in judged]


def test_policies_for_lost_attempts_are_all_told() -> None:
    assert first_words("lost") == list(get_args(OnLost))


def test_exit_codes_are_those_of_the_errors() -> None:
    told = {int(row[0]) for row in table("exit codes")}
    kinds = [one for one in vars(errors).values() if isinstance(one, type) and issubclass(one, TurboError)]
    assert {one.exit_code for one in kinds} <= told
    # Those that no error has: success, parked, and the ends by a signal.
    assert told - {one.exit_code for one in kinds} == {0, 3, 129, 130, 143}


def test_codes_of_problems_are_those_that_are_told() -> None:
    folder = Path(reading.__file__).parent
    used = {code for path in folder.glob("*.py") for code in re.findall(r'"(E-[a-z-]+)"', path.read_text())}
    told = first_words("problems")
    assert told == sorted(told)
    assert set(told) == used


# ---------------------------------------------------------------- examples


@cache
def examples() -> tuple[tuple[Block, str], ...]:
    """The YAML blocks of the page, each with the mistake that it must have."""
    lines = TEXT.splitlines()
    found = []
    for block in blocks_of(PAGE, TEXT):
        if block.tag == "yaml":
            above = " ".join(lines[max(0, block.line - 3) : block.line - 1])
            mistake = _MISTAKE.search(above)
            found.append((block, "{code} {line}:{column}".format(**mistake.groupdict()) if mistake else ""))
    return tuple(found)


def read(block: Block) -> tuple[Problem, ...]:
    files = {one.file: one.text for one, _ in examples() if one.file}
    try:
        reading.from_texts(files | {"turbo.yaml": block.text}, "turbo.yaml", PROJECT, Known())
    except WorkflowInvalid as error:
        return error.problems
    return ()


@pytest.mark.parametrize("block", [block for block, _ in examples() if not block.file.startswith("parts/")], ids=str)
def test_an_example_is_read_as_the_page_says(block: Block) -> None:
    wanted = dict(examples())[block]
    assert [f"{one.code} {one.line}:{one.column}" for one in read(block)] == ([wanted] if wanted else [])
    assert (block.exit == 2) == bool(wanted)


@pytest.mark.parametrize("block", [block for block, mistake in examples() if not mistake], ids=str)
def test_an_example_fits_the_json_schema(block: Block) -> None:
    validator = Draft202012Validator(json_schema(part=block.file.startswith("parts/")))
    loaded = YAML(typ="safe", pure=True).load(block.text)
    assert [error.message for error in validator.iter_errors(loaded)] == []


def test_the_last_example_uses_most_keys() -> None:
    (whole,) = [block for block, _ in examples() if block.illustration]
    keys = set(re.findall(r"(\w+):", whole.text))
    assert len(keys & (set(keys_of(TaskShape)) | set(keys_of(FileShape)))) > 25


def test_axes_are_open_and_parts_are_closed() -> None:
    assert MatrixShape.model_config["extra"] == "allow"
    assert PartShape.model_config["extra"] == "forbid"
