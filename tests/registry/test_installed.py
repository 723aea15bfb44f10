from __future__ import annotations

import json
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from tests.registry.wheels import files_of, plugin, put
from turbo_core.registry.installed import Environment, altered, holds, needs, origin


@pytest.fixture
def packages(tmp_path: Path) -> Path:
    for files in (
        files_of("turbo-core", "0.1", requires=["click", "shared>=1"]),
        files_of("click", "8.2"),
        files_of("shared", "1.5"),
        files_of("Alone_Dep", "2.0", requires=["deeper; python_version>'3'", "never; python_version<'3'", "other; extra=='x'"]),
        files_of("deeper", "1.0"),
        plugin("alpha", requires=["alone.dep<3", "shared<2"]),
        plugin("beta", requires=["click>=8"]),
    ):
        put(tmp_path, files)
    return tmp_path


def test_a_distribution_is_known_by_any_spelling_of_its_name(packages: Path) -> None:
    environment = Environment([str(packages)])
    assert environment.version("ALONE.dep") == "2.0"
    assert environment.version("none") == ""


def test_of_two_with_one_name_the_first_on_the_path_counts(packages: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    first = put(tmp_path_factory.mktemp("first"), files_of("deeper", "9.0"))
    assert Environment([str(first), str(packages)]).version("deeper") == "9.0"


def test_plugins_are_what_has_an_entry_point(packages: Path) -> None:
    environment = Environment([str(packages)])
    assert environment.plugins() == ["turbo-plugin-alpha", "turbo-plugin-beta"]
    assert {environment.named(name) for name in ("alpha", "turbo-plugin-alpha", "Turbo_Plugin_Alpha")} == {"turbo-plugin-alpha"}
    assert environment.named("click") is None


@pytest.mark.parametrize(
    ("planned", "told"),
    [
        ({"alone-dep": "3.0"}, ["turbo-plugin-alpha 1.0 needs alone.dep<3, and alone.dep would be 3.0"]),
        ({"alone-dep": "2.9"}, []),
        ({"shared": "2.0"}, ["turbo-plugin-alpha 1.0 needs shared<2, and shared would be 2.0"]),
        ({"shared": "2.0", "turbo-plugin-alpha": "2.0"}, []),
        ({"never": "1.0", "other": "1.0"}, []),
        ({"shared": "no version"}, ["turbo-core 0.1 needs shared>=1", "turbo-plugin-alpha 1.0 needs shared<2"]),
    ],
)
def test_what_a_change_would_break_is_named(packages: Path, planned: dict[str, str], told: list[str]) -> None:
    broken = Environment([str(packages)]).broken_by(planned)  # type: ignore[arg-type] # the names are normalised as they stand
    assert [str(each)[: len(text)] for each, text in zip(sorted(broken, key=str), told, strict=True)] == told


def test_what_is_broken_already_is_not_broken_by_a_change(packages: Path) -> None:
    put(packages, files_of("gamma", requires=["deeper>=5", "missing<1"]))
    environment = Environment([str(packages)])
    assert environment.broken_by({"deeper": "2.0", "missing": "3.0"}) == []  # type: ignore[dict-item] # as above


def test_orphans_are_what_only_the_removed_needs(packages: Path) -> None:
    environment = Environment([str(packages)])
    assert environment.orphans(["turbo-plugin-alpha"]) == ["alone-dep", "deeper"]
    assert environment.orphans(["turbo-plugin-beta"]) == []
    put(packages, files_of("user", requires=["deeper"]))
    assert Environment([str(packages)]).orphans(["turbo-plugin-alpha"]) == ["alone-dep"]


def test_users_are_those_that_need_it(packages: Path) -> None:
    environment = Environment([str(packages)])
    assert environment.users(["alone-dep"]) == ["turbo-plugin-alpha"]
    assert environment.users(["alone-dep", "turbo-plugin-alpha"]) == []


def test_a_closure_ends_where_it_is_told(packages: Path) -> None:
    environment = Environment([str(packages)])
    assert "click" in environment.closure(["turbo-plugin-alpha"])
    assert environment.closure(["turbo-plugin-alpha"], beyond={"turbo-core"}) == {
        "turbo-plugin-alpha",
        "turbo-core",
        "alone-dep",
        "deeper",
        "shared",
    }


def test_a_need_that_cannot_be_read_is_left_out(tmp_path: Path) -> None:
    put(tmp_path, files_of("odd", requires=["a @@ b", "fine"]))
    (odd,) = Environment([str(tmp_path)]).distributions.values()
    assert [need.name for need in needs(odd)] == ["fine"]


def test_prereleases_hold() -> None:
    assert holds(Requirement("a>=1"), "1.1rc1")
    assert not holds(Requirement("a"), "")


@pytest.mark.parametrize(
    ("told", "folder", "editable"),
    [
        ({"url": "file:///a%20b", "dir_info": {"editable": True}}, Path("/a b"), True),
        ({"url": "file:///a", "dir_info": {}}, Path("/a"), False),
        ({"url": "file:///a.whl", "archive_info": {}}, None, False),
        ({"url": "https://example.com/a", "vcs_info": {}}, None, False),
    ],
)
def test_the_origin_of_a_distribution(tmp_path: Path, told: object, folder: Path | None, editable: bool) -> None:
    put(tmp_path, files_of("a"))
    (distribution,) = Environment([str(tmp_path)]).distributions.values()
    assert origin(distribution) is None
    (tmp_path / "a-1.0.dist-info" / "direct_url.json").write_text(json.dumps(told))
    found = origin(distribution)
    assert found
    assert (found.folder, found.editable) == (folder, editable)


@pytest.mark.parametrize("text", ["{", "{}", "[]", "null"])
def test_an_origin_that_cannot_be_read_is_none(tmp_path: Path, text: str) -> None:
    put(tmp_path, files_of("a"))
    (tmp_path / "a-1.0.dist-info" / "direct_url.json").write_text(text)
    (distribution,) = Environment([str(tmp_path)]).distributions.values()
    assert origin(distribution) is None


def test_files_that_are_not_as_they_were_are_named(tmp_path: Path) -> None:
    put(tmp_path, files_of("a", modules={"a.py": "1", "b.py": "2", "c.py": "3"}))
    (distribution,) = Environment([str(tmp_path)]).distributions.values()
    assert altered(distribution) == []
    (tmp_path / "a.py").write_text("changed")
    (tmp_path / "b.py").unlink()
    assert altered(distribution) == ["a.py", "b.py"]
