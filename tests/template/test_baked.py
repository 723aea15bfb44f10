"""Baked plugins at work: their wheels in a clean environment, their own tests, their examples, and their own tox."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from tests.template.baking_kit import HOOKS, MIXES, UV, Place, bake, files_in, run, succeed
from turbo_core.cli.plugin.baking import KINDS

pytestmark = [pytest.mark.slow, pytest.mark.timeout(600)]


def without(file: Path, function: str) -> str:
    """The source of a module without a function and its decorators."""
    text = file.read_text()
    (found,) = [node for node in ast.parse(text).body if isinstance(node, ast.FunctionDef) and node.name == function]
    lines = text.splitlines(keepends=True)
    del lines[found.decorator_list[0].lineno - 1 : found.end_lineno]
    return "".join(lines)


# Those of "talker" are run by its tox.
@pytest.mark.parametrize("name", [name for name in MIXES if name != "talker"])
def test_its_own_tests_pass(place: Place, name: str) -> None:
    ended = place.tests_of(name)
    assert ended.returncode == 0, ended.stdout + ended.stderr


@pytest.mark.parametrize("kind", KINDS)
def test_its_own_tests_see_that_its_hook_is_gone(place: Place, kind: str) -> None:
    """In the plugin with all kinds: it still loads, so only what the hook did is missing."""
    module, function = HOOKS[kind]
    file = place.packages / "turbo_plugin_everything" / module
    # A copy that comes first on the path: other workers use the environment at the same time.
    shadow = place.folder / f"without {kind}"
    for path, content in files_in(file.parent).items():
        if path.endswith((".py", ".typed")):
            (shadow / file.parent.name / path).parent.mkdir(parents=True, exist_ok=True)
            (shadow / file.parent.name / path).write_bytes(content)
    (shadow / file.parent.name / module).write_text(without(file, function))
    ended = place.tests_of("everything", "-x", "tests/test_turbo.py", path=shadow)
    assert ended.returncode == 1, ended.stdout + ended.stderr


def test_every_plugin_is_listed(place: Place, tmp_path: Path) -> None:
    told = succeed(place.bin / "turbo", "plugin", "list", cwd=tmp_path, env={"HOME": str(tmp_path), "COLUMNS": "300"})
    assert set(re.findall(r"turbo-plugin-[\w-]+", told)) == {place.plugin(name).name for name in MIXES}
    assert "set aside" not in told


@pytest.mark.parametrize("name", MIXES)
def test_its_example_runs(place: Place, tmp_path: Path, name: str) -> None:
    readme = (place.plugin(name) / "README.md").read_text()
    (example,) = re.findall(r"^```yaml\n(.*?)^```", readme, re.MULTILINE | re.DOTALL)
    (tmp_path / "README.md").write_text(readme)
    (tmp_path / "turbo.yaml").write_text(example)
    succeed(place.bin / "turbo", "run", cwd=tmp_path, env={"HOME": str(tmp_path)})


def test_the_wheel_brings_the_template(place: Place, tmp_path: Path) -> None:
    command = (place.bin / "turbo", "plugin", "new", "talker", f"kinds={MIXES['talker']}", "--no-input")
    succeed(*command, cwd=tmp_path, env={"HOME": str(tmp_path)})
    (tmp_path / "expected").mkdir()
    assert files_in(tmp_path / "turbo-plugin-talker") == files_in(bake(tmp_path / "expected", "talker"))


def test_its_own_tox_is_green(place: Place, tmp_path: Path) -> None:
    folder = bake(tmp_path, "talker")
    succeed("git", "init", "--quiet", cwd=folder)
    # Turbo itself is found among the wheels of this test; all else comes from where the person's packages come from.
    tox = (UV, "tool", "run", "--with", "tox-uv", "tox", "run", "-e", "py,lint")
    ended = run(*tox, cwd=folder, env={"UV_FIND_LINKS": str(place.wheels)})
    assert ended.returncode == 0, ended.stdout + ended.stderr
    assert re.search(r"lint: OK", ended.stdout), ended.stdout
