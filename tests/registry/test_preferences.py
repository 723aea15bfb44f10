from __future__ import annotations

from pathlib import Path

import pytest

from turbo_core.errors import UsageError
from turbo_core.registry.preferences import Place, drop_tables, names_in, of_project, set_names

TEXT = """\
# what this project wants
jobs = 2

[plugins] # which are off
disabled = [
    "slack", # too loud
]
weights = {learn = 3}

[plugins.git]
remote = "origin" # ours
"""


@pytest.fixture
def place(tmp_path: Path) -> Place:
    (tmp_path / "turbo.toml").write_text(TEXT)
    return of_project(tmp_path)


def test_a_name_is_added_and_comments_stay(place: Place) -> None:
    set_names(place, "plugins.disabled", ["slack", "git"])
    text = place.file.read_text()
    assert names_in(place, "plugins.disabled") == ["slack", "git"]
    for kept in ("# what this project wants", "# which are off", "# too loud", "# ours", "weights = {learn = 3}"):
        assert kept in text


def test_a_name_is_taken_away(place: Place) -> None:
    set_names(place, "plugins.disabled", ["slack", "git"])
    set_names(place, "plugins.disabled", ["git"])
    assert names_in(place, "plugins.disabled") == ["git"]
    set_names(place, "plugins.disabled", [])
    assert "disabled" not in place.file.read_text()
    assert "weights" in place.file.read_text()


def test_what_was_added_and_taken_away_leaves_nothing(tmp_path: Path) -> None:
    place = Place(file=tmp_path / "deep" / "turbo.toml")
    set_names(place, "plugins.disabled", ["git"])
    assert place.file.read_text() == '[plugins]\ndisabled = ["git"]\n'
    set_names(place, "plugins.disabled", [])
    assert place.file.read_text() == ""


def test_an_empty_list_is_written_where_it_has_to_outweigh_another(place: Place) -> None:
    set_names(place, "plugins.disabled", [], explicit=True)
    assert "disabled = []" in place.file.read_text().replace("\n", "")


def test_tables_of_plugins_are_removed(place: Place) -> None:
    assert drop_tables(place, ["git", "other"]) == ["git"]
    assert "origin" not in place.file.read_text()
    assert drop_tables(place, ["git"]) == []


def test_settings_in_pyproject_are_changed_there(tmp_path: Path) -> None:
    file = tmp_path / "pyproject.toml"
    file.write_text("[tool.turbo] # ours\n\n[tool.other]\na = 1\n")
    place = of_project(tmp_path)
    assert place.file == file
    set_names(place, "plugins.disabled", ["git"])
    assert names_in(place, "plugins.disabled") == ["git"]
    assert "[tool.turbo] # ours" in file.read_text()
    assert not (tmp_path / "turbo.toml").exists()


def test_a_link_to_a_file_stays_one(tmp_path: Path) -> None:
    (tmp_path / "real.toml").write_text("")
    (tmp_path / "real.toml").chmod(0o600)
    (tmp_path / "turbo.toml").symlink_to("real.toml")
    set_names(Place(file=tmp_path / "turbo.toml"), "registries", ["a"])
    assert (tmp_path / "turbo.toml").is_symlink()
    assert names_in(Place(file=tmp_path / "real.toml"), "registries") == ["a"]
    assert (tmp_path / "real.toml").stat().st_mode & 0o777 == 0o600


def test_a_file_that_cannot_be_read_or_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "turbo.toml").write_text("a =\n")
    with pytest.raises(UsageError, match="cannot be read"):
        set_names(of_project(tmp_path), "registries", ["a"])
    with pytest.raises(UsageError, match="cannot be written"):
        set_names(Place(file=Path("/proc/nobody/can/write/here.toml")), "registries", ["a"])


def test_what_is_no_list_is_read_as_none(tmp_path: Path) -> None:
    (tmp_path / "turbo.toml").write_text("registries = 1\nplugins = 2\n")
    place = of_project(tmp_path)
    assert names_in(place, "registries") == names_in(place, "plugins.disabled") == []
