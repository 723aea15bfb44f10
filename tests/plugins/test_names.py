from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

from turbo_core.plugins.names import RESERVED, find

from .shelf import Shelf


def test_three_groups_with_version_and_record(shelf: Shelf) -> None:
    shelf.install(
        "Turbo_Plugin.Git",
        {},
        {
            "turbo.plugins": {"git": "turbo_git.plugin"},
            "turbo.actions": {"git": "turbo_git.actions"},
            "turbo.commands": {"gitk": "turbo_git.cli:main"},
            "console_scripts": {"x": "y:z"},
        },
        version="2.1",
    )
    names = shelf.names()
    assert [(entry.group, entry.name, entry.module) for entry in names.entries] == [
        ("turbo.actions", "git", "turbo_git.actions"),
        ("turbo.commands", "gitk", "turbo_git.cli"),
        ("turbo.plugins", "git", "turbo_git.plugin"),
    ]
    entry = names.group("turbo.plugins")["git"]
    assert (entry.distribution, entry.version, entry.editable, entry.builtin) == ("turbo-plugin-git", "2.1", False, False)
    assert len(entry.record) == 64
    assert not names.problems


def test_editable_and_origin_are_told(shelf: Shelf) -> None:
    origin = {"url": "file:///src/turbo-plugin-a", "dir_info": {"editable": True}}
    shelf.install("turbo-plugin-a", {}, {"turbo.plugins": {"a": "a"}}, origin=origin)
    entry = shelf.names().entries[0]
    assert entry.editable
    assert entry.origin == "file:///src/turbo-plugin-a"


def test_the_cache_answers_until_a_folder_changes(shelf: Shelf) -> None:
    info = shelf.install("turbo-plugin-a", {}, {"turbo.plugins": {"a": "a"}})
    shelf.settle()
    assert len(shelf.names().entries) == 1
    (info / "entry_points.txt").write_text("[turbo.plugins]\nchanged = b\n")
    assert [entry.name for entry in shelf.names().entries] == ["a"]
    shelf.install("turbo-plugin-b", {}, {"turbo.plugins": {"b": "b"}})
    assert [entry.name for entry in shelf.names().entries] == ["b", "changed"]


def test_a_fresh_folder_is_not_trusted(shelf: Shelf) -> None:
    shelf.plugin("a")
    shelf.names()
    assert not shelf.caches.exists()


def test_a_warm_cache_reads_no_metadata(shelf: Shelf) -> None:
    shelf.plugin("a")
    shelf.settle()
    shelf.names()
    code = f"""
        from pathlib import Path
        from turbo_core.plugins.names import find
        find(Path({str(shelf.caches)!r}), [{str(shelf.folder)!r}])
        print(*(name in sys.modules for name in ("importlib_metadata", "importlib.metadata", "stevedore", "pluggy", "pydantic")))
    """
    assert shelf.python(code) == "False False False False False"


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"format": 1}', "\xff", "[" * 100_000])
def test_a_damaged_cache_is_made_again(shelf: Shelf, text: str) -> None:
    shelf.plugin("a")
    shelf.settle()
    shelf.names()
    [file] = shelf.caches.iterdir()
    good = json.loads(file.read_text())
    file.write_text(text, encoding="latin-1")
    assert [entry.name for entry in shelf.names().entries] == ["a"]
    assert json.loads(file.read_text()) == good


def test_damaged_entries_are_made_again(shelf: Shelf) -> None:
    shelf.plugin("a")
    shelf.settle()
    shelf.names()
    [file] = shelf.caches.iterdir()
    stored = json.loads(file.read_text())
    file.write_text(json.dumps(stored | {"entries": [{"name": "a"}]}))
    assert [entry.name for entry in shelf.names().entries] == ["a"]


def test_it_works_without_a_cache_folder(shelf: Shelf, tmp_path: Path) -> None:
    shelf.plugin("a")
    shelf.settle()
    (tmp_path / "file").write_text("")
    assert [entry.name for entry in find(tmp_path / "file", [str(shelf.folder)]).entries] == ["a"]


def test_a_failed_write_leaves_nothing_behind(shelf: Shelf) -> None:
    shelf.plugin("a")
    shelf.settle()
    shelf.names()
    [file] = shelf.caches.iterdir()
    file.unlink()
    file.mkdir()
    (file / "inside").write_text("")
    assert [entry.name for entry in shelf.names().entries] == ["a"]
    assert list(shelf.caches.iterdir()) == [file]


def test_two_distributions_with_one_name_are_both_refused(shelf: Shelf) -> None:
    shelf.plugin("good")
    for name in ("turbo-plugin-a", "turbo-plugin-b", "turbo-plugin-c"):
        shelf.install(name, {}, {"turbo.plugins": {"same": "same"}})
    names = shelf.names()
    assert [entry.name for entry in names.entries] == ["good"]
    first = str(names.problems[0])
    assert first == (
        "turbo-plugin-a 1.0 (turbo.plugins: same = same): "
        "the name 'same' is also taken by turbo-plugin-b 1.0 and turbo-plugin-c 1.0; "
        "uninstall turbo-plugin-a or turbo-plugin-b 1.0 and turbo-plugin-c 1.0"
    )
    assert [told.distribution for told in names.problems] == ["turbo-plugin-a", "turbo-plugin-b", "turbo-plugin-c"]


def test_one_name_in_two_groups_is_no_clash(shelf: Shelf) -> None:
    shelf.install("turbo-plugin-a", {}, {"turbo.plugins": {"same": "a"}})
    shelf.install("turbo-plugin-b", {}, {"turbo.actions": {"same": "b"}})
    assert len(shelf.names().entries) == 2


def test_the_core_keeps_its_names(shelf: Shelf) -> None:
    shelf.install("turbo-core", {}, {"turbo.plugins": {"track": "turbo_core.builtin.track"}})
    shelf.install("turbo-plugin-a", {}, {"turbo.plugins": {"track": "a"}, "turbo.commands": {"run": "a:run", "serve": "a:serve"}})
    names = shelf.names()
    assert [(entry.name, entry.distribution) for entry in names.entries] == [("serve", "turbo-plugin-a"), ("track", "turbo-core")]
    assert names.entries[1].builtin
    assert [told.cause for told in names.problems] == [
        "'run' is a command of Turbo itself",
        "the name 'track' is also taken by turbo-core 1.0",
    ]
    assert {told.next_step for told in names.problems} == {"the plugin must choose another name"}
    assert "run" in RESERVED


def test_the_first_copy_of_a_distribution_counts(shelf: Shelf, tmp_path: Path) -> None:
    shelf.plugin("a", version="2.0")
    other = Shelf(folder=tmp_path / "other", caches=shelf.caches)
    other.plugin("a", version="1.0")
    found = find(shelf.caches, [str(shelf.folder), str(other.folder)])
    assert [entry.version for entry in found.entries] == ["2.0"]
    assert not found.problems


def test_broken_metadata_hides_nobody_else(shelf: Shelf) -> None:
    shelf.plugin("good")
    nameless = shelf.install("turbo-plugin-a", {}, {"turbo.plugins": {"a": "a"}})
    (nameless / "METADATA").unlink()
    binary = shelf.install("turbo-plugin-b", {}, {"turbo.plugins": {"b": "b"}})
    (binary / "entry_points.txt").write_bytes(b"[turbo.plugins]\nb = \xff")
    origin = shelf.install("turbo-plugin-c", {}, {"turbo.plugins": {"c": "c"}}, origin={})
    (origin / "direct_url.json").write_text("{")
    shelf.settle()
    for _ in ("scanned", "cached"):
        names = shelf.names()
        assert list(names.group("turbo.plugins")) == ["good"]
        assert len(names.problems) == 3
        assert all("its metadata cannot be read" in told.cause for told in names.problems)


def test_without_a_record_the_entry_points_pin_it(shelf: Shelf) -> None:
    info = shelf.install("turbo-plugin-a", {}, {"turbo.plugins": {"a": "a"}})
    (info / "RECORD").unlink()
    assert len(shelf.names().entries[0].record) == 64


def test_the_environment_changes_with_its_folders(shelf: Shelf) -> None:
    before = shelf.names().environment
    os.utime(shelf.folder, (1, 1))
    assert shelf.names().environment != before


def test_names_of_fifty_plugins_import_none(shelf: Shelf) -> None:
    for number in range(50):
        shelf.plugin(f"dummy{number}", "raise SystemExit('imported')")
    code = f"""
        from pathlib import Path
        from turbo_core.plugins.names import find

        class Alarm:
            def find_spec(self, name, path=None, target=None):
                assert not name.startswith("turbo_shelf_"), name

        sys.meta_path.insert(0, Alarm())
        for _ in range(2):
            names = find(Path({str(shelf.caches)!r}))
            print(len([name for name in names.group("turbo.plugins") if name.startswith("dummy")]))
        print(*[name for name in sys.modules if name.startswith("turbo_shelf_")])
    """
    assert shelf.python(code).split() == ["50", "50"]
