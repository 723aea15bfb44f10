from __future__ import annotations

import json
from typing import Any

import jsonschema
import pytest

from tests.arch.source import ROOT
from turbo_core.errors import RegistryRefused
from turbo_core.registry.index import LARGEST, Index, json_schema, read_index, write_index

SCHEMA = ROOT / "docs" / "registry.schema.json"
WHEEL = {"name": "turbo_plugin_a-1.0-py3-none-any.whl", "sha256": "0" * 64}


def entry(**more: Any) -> dict[str, Any]:
    version = {"version": "1.0", "host": ">=0.1", "api": ">=1.0.0", "artifacts": [WHEEL]}
    told = {"name": "turbo-plugin-a", "summary": "It acts.", "kinds": ["actions"], "risk": "read", "licence": "MIT"}
    return {**told, "versions": [version], **more}


def text(*plugins: Any, **more: Any) -> bytes:
    return json.dumps({"format": 1, "plugins": [*plugins], **more}).encode()


def refused(data: bytes) -> str:
    with pytest.raises(RegistryRefused) as caught:
        read_index(data, "here.json")
    assert caught.value.where == "here.json"
    return caught.value.why


def test_a_registry_is_read_and_written_again() -> None:
    index = read_index(text(entry(home="https://example.com", actions={"a.act": "read"})), "here.json")
    assert read_index(write_index(index).encode(), "there.json") == index
    assert index.plugins[0].versions[0].artifacts[0].sha256 == "0" * 64


@pytest.mark.parametrize("name", ["turbo-plugin-a", "a", "Turbo_Plugin.A", "A"])
def test_a_plugin_is_found_with_and_without_its_prefix(name: str) -> None:
    found = read_index(text(entry()), "").get(name)
    assert found
    assert found.name == "turbo-plugin-a"


def test_a_plugin_that_is_not_listed_is_not_found() -> None:
    assert read_index(text(entry()), "").get("b") is None


def test_all_mistakes_are_told_with_their_places() -> None:
    bad = entry(risk="none", summary="a\x1b[31mb", versions=[{"version": "x", "host": "?", "api": "", "wrong": 1}])
    why = refused(text(bad, entry(name="Turbo_Plugin", home="file:///etc/passwd"))).splitlines()
    places = [line.partition(": ")[0] for line in why]
    assert places == [
        "plugins[0].summary",
        "plugins[0].risk",
        "plugins[0].versions[0].version",
        "plugins[0].versions[0].host",
        "plugins[0].versions[0].wrong",
        "plugins[1].name",
        "plugins[1].home",
    ]
    assert why[0].endswith("it holds control characters")
    assert why[2].endswith("'x' is not a version")


@pytest.mark.parametrize(
    ("told", "data"),
    [
        ("not JSON", b"{"),
        ("not JSON", b"\xff"),
        ("not JSON", b"[" * 100_000),
        ("not valid", b"[]"),
        ("too large", b" " * (LARGEST + 1)),
        ("not valid", text(format=2)),
        ("not valid", text(more=1)),
    ],
    ids=["cut", "no UTF-8", "deep", "list", "large", "format", "unknown key"],
)
def test_what_is_no_registry_is_refused(told: str, data: bytes) -> None:
    with pytest.raises(RegistryRefused, match=told):
        read_index(data, "here.json")


def test_names_stand_once_and_sorted() -> None:
    other = entry(name="b", versions=[{"version": "1.0", "host": "", "api": ""}])
    assert read_index(text(other, entry()), "")
    assert "sorted by name" in refused(text(entry(), other))
    assert "sorted by name" in refused(text(entry(), entry()))


def test_versions_stand_once_the_newest_first() -> None:
    old, new = ({"version": version, "host": "", "api": ""} for version in ("1.9", "1.10"))
    assert read_index(text(entry(versions=[new, old])), "")
    assert "newest first" in refused(text(entry(versions=[old, new])))
    assert "newest first" in refused(text(entry(versions=[old, old])))
    assert "versions" in refused(text(entry(versions=[])))


@pytest.mark.parametrize(
    "wheel", [WHEEL["name"].replace("1.0", "1.1"), WHEEL["name"].replace("_a-", "_b-"), "turbo_plugin_a-1.0.tar.gz", "../x.whl"]
)
def test_an_artifact_is_a_wheel_of_its_version(wheel: str) -> None:
    refused(text(entry(versions=[{"version": "1.0", "host": "", "api": "", "artifacts": [WHEEL | {"name": wheel}]}])))


def test_only_so_many_mistakes_are_told() -> None:
    why = refused(text(*(entry(risk="none", name=f"p{number:03}") for number in range(50)))).splitlines()
    assert (len(why), why[-1]) == (21, "and 30 more")


def test_a_strange_key_does_no_harm_to_a_terminal() -> None:
    assert "'\\x1b[31m'" in refused(text(**{"\x1b[31m": 1}))


def test_the_schema_in_docs_is_up_to_date() -> None:
    made = json.dumps(json_schema(), indent=2) + "\n"
    assert SCHEMA.read_text() == made, "write it anew: python -m tests.registry.schema_page"


def test_the_schema_agrees_with_the_reader() -> None:
    check = jsonschema.Draft202012Validator(json_schema())
    check.check_schema(json_schema())
    assert check.is_valid(json.loads(text(entry())))
    assert not check.is_valid(json.loads(text(entry(risk="none"))))
    assert check.is_valid(json.loads((ROOT / "registry.json").read_text()))
    assert Index.model_json_schema()["required"] == ["format", "plugins"]
