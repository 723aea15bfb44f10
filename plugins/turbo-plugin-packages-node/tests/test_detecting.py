"""Who looks after a folder, by its files."""

from __future__ import annotations

from pathlib import Path

import pytest

from turbo_plugin_packages_node import plugin
from turbo_plugin_packages_node.detecting import managers, modern


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({}, {}),
        ({"package-lock.json": "{}"}, {}),
        ({"package.json": "{}"}, {"npm": ["package.json"]}),
        ({"package.json": "broken"}, {"npm": ["package.json"]}),
        ({"package.json": "{}", "npm-shrinkwrap.json": "{}"}, {"npm": ["npm-shrinkwrap.json", "package.json"]}),
        ({"package.json": '{"packageManager": "pnpm@9.1.0"}'}, {"pnpm": ["package.json"]}),
        ({"package.json": '{"packageManager": "yarn@4.1.0"}'}, {"yarn": ["package.json"]}),
        ({"package.json": '{"packageManager": "bun@1"}'}, {"npm": ["package.json"]}),
        (
            {"package.json": '{"packageManager": "npm@9"}', "yarn.lock": "", "pnpm-lock.yaml": ""},
            {"yarn": ["yarn.lock", "package.json"], "pnpm": ["pnpm-lock.yaml", "package.json"]},
        ),
    ],
)
def test_the_manager_is_known_by_its_lock_file_or_by_the_manifest(
    tmp_path: Path, files: dict[str, str], expected: dict[str, list[str]]
) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert {one["manager"]: one["evidence"] for one in managers(tmp_path)} == expected


@pytest.mark.parametrize(
    ("files", "expected"),
    [
        ({"yarn.lock": "# yarn lockfile v1\n\nleft@^1.0.0:\n"}, False),
        ({"yarn.lock": "# by Yarn\n\n__metadata:\n  version: 8\n"}, True),
        ({"yarn.lock": "", ".yarnrc.yml": ""}, True),
        ({"package.json": '{"packageManager": "yarn@1.22.0"}'}, False),
        ({"package.json": '{"packageManager": "yarn@3.2.0"}'}, True),
        ({"package.json": '{"packageManager": "pnpm@9.0.0"}'}, False),
        ({"package.json": "{}", ".yarnrc.yml": ""}, True),
    ],
)
def test_which_yarn_it_is(tmp_path: Path, files: dict[str, str], expected: bool) -> None:
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    assert modern(tmp_path) is expected


def test_other_managers_are_not_answered_for(tmp_path: Path) -> None:
    (tmp_path / "package.json").write_text("{}")
    assert plugin.turbo_packages_inventory(tmp_path, "cargo") is None
    assert plugin.turbo_packages_outdated(tmp_path, "cargo") is None
    assert plugin.turbo_packages_plan(tmp_path, "cargo", "lock", {}, "") is None
