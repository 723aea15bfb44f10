from __future__ import annotations

from pathlib import Path

import pytest
from jsonschema import Draft202012Validator
from ruamel.yaml import YAML

from turbo_core.workflow.schema import KINDS, KINDS_OF_KEY, FileShape, StepShape, TaskShape, json_schema, keys_of

EXAMPLE = (Path(__file__).parent / "release.yaml").read_text()
VALIDATOR = Draft202012Validator(json_schema())


def faults(text: str, validator: Draft202012Validator = VALIDATOR) -> list[str]:
    return [error.message for error in validator.iter_errors(YAML(typ="safe", pure=True).load(text))]


def test_the_schema_is_a_schema() -> None:
    for schema in (json_schema(), json_schema(part=True)):
        Draft202012Validator.check_schema(schema)
        assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_the_example_fits_in_a_stock_validator() -> None:
    assert faults(EXAMPLE) == []


@pytest.mark.parametrize(
    "text",
    [
        "{}",
        "{name: w}",
        "{name: w, tasks: {a: {run: x}}, phases: {p: {a: {run: x}}}}",
        "{name: W, tasks: {a: {run: x}}, inputs: {x: {}}}",
        "{name: w, tasks: {a: {}}}",
        "{name: w, tasks: {a-b: {run: x}}}",
        "{name: w, tasks: {a: {run: x, uses: a.b}}}",
        "{name: w, tasks: {a: {run: null}}}",
        "{name: w, tasks: {a: {run: x, timout: 5m}}}",
        "{name: w, tasks: {a: {run: x, timeout: 5}}}",
        "{name: w, tasks: {a: {communicate: x, timeout: 5m}}}",
        "{name: w, tasks: {a: {run: x, retry: 101}}}",
        "{name: w, tasks: {a: {run: x, retry: {delay: 5s}}}}",
        "{name: w, tasks: {a: {run: x, limits: {memory: 5}}}}",
        "{name: w, tasks: {a: {run: x, matrix: {os: linux}}}}",
        "{name: w, tasks: {a: {run: x, needs: {b: always}}}}",
        "{name: w, tasks: {a: {run: x, outputs: {o: text}}}}",
        "{name: w, tasks: {a: {decide: x, criteria: {t: {score: 2}}}}}",
        "{name: w, tasks: {a: {run: x}}, finally: [{undo: some}]}",
        "{name: w, tasks: {a: {run: x}}, finally: [{undo: all, env: {A: b}}]}",
    ],
)
def test_the_schema_refuses_what_the_reader_refuses(text: str) -> None:
    assert faults(text)


@pytest.mark.parametrize(
    "text",
    [
        "{name: w, tasks: {a: {run: [x, y], needs: [b], retry: 3, undo: x, when: '${{ true }}'}}}",
        "{name: w, tasks: {a: {uses: a.b, with: {x: 1}, undo: {with: {}}, matrix: '${{ inputs.m }}'}}}",
        "{name: w, tasks: {a: {run: x, limits: {memory: '${{ inputs.m }}', processes: 4}, matrix: {os: '${{ inputs.m }}'}}}}",
        "{name: w, tasks: {a: {decide: {template: t}, criteria: {t: {missing: skip, veto: true, score: '${{ true }}'}}}}}",
        "{name: w, tasks: {a: {run: x}}, on_failure: [{undo: all, when: true}, {communicate: x, level: alert, to: [ops]}]}",
    ],
)
def test_the_schema_takes_what_the_reader_takes(text: str) -> None:
    assert faults(text) == []


def test_an_included_file_has_a_schema_of_its_own() -> None:
    part = Draft202012Validator(json_schema(part=True))
    assert faults("{vars: {a: 1}, phases: {p: {a: {run: x}}}}", part) == []
    assert faults("{name: part}", part)


def test_every_key_is_described_for_the_editor() -> None:
    schema = json_schema()
    for shape in (schema, *schema["$defs"].values()):
        for key, told in shape.get("properties", {}).items():
            assert told.get("description"), key


def test_the_table_of_kinds_names_keys_that_exist() -> None:
    keys = set(keys_of(TaskShape))
    assert set(KINDS_OF_KEY) <= keys
    assert set(KINDS) <= keys
    assert set(keys_of(FileShape)) & set(KINDS) == set()
    assert {"run", "uses", "communicate", "undo"} <= set(keys_of(StepShape))
