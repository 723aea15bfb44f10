"""Every example of the documentation works: each page is a project of its own, and its blocks are tried in their order.

yaml     a whole workflow (or the tasks of one): ``turbo check`` accepts it
python   runs to its end
console  each ``$ command`` ends with 0 and prints what stands below it; ``...`` stands for anything
toml, json   can be read

How a block is marked otherwise is told in tests/docs/blocks.py.
"""

import json
import os
import re
import subprocess
import sys
import textwrap
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.docs.blocks import Block, blocks_of
from tests.docs.installed import install, search_path

ROOT = Path(__file__).parents[2]
PAGES = [
    *sorted(ROOT.glob("*.md")),
    *sorted(ROOT.glob("docs/**/*.md")),
    *sorted(ROOT.glob("examples/*/README.md")),
    *sorted(ROOT.glob("plugins/*/README.md")),
    *sorted(ROOT.glob("benchmarks/*.md")),
]
TUTORIAL = ROOT / "docs" / "new-plugin.md"
"""It installs, so it has an environment and a test of its own: tests/docs/test_tutorial.py."""

Shell = Callable[[str, Path], subprocess.CompletedProcess[str]]
TOP_LEVEL = re.compile(r"^(?:phases|tasks):", re.MULTILINE)


def sh(command: str, cwd: Path) -> subprocess.CompletedProcess[str]:
    """Run a command as a reader would type it; both streams are one, as in a terminal."""
    env = os.environ | {"NO_COLOR": "1", "COLUMNS": "120"} | search_path(cwd)
    return subprocess.run(
        ["/bin/sh", "-c", command],
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
        timeout=300,
    )


def expect(block: Block, ended: subprocess.CompletedProcess[str], code: int = 0) -> None:
    assert ended.returncode == code, f"{block}: ended with {ended.returncode}, not {code}:\n{ended.stdout}"


def matches(shown: str, got: str) -> bool:
    """Whether ``got`` is what the page shows, where ``...`` stands for anything.

    Spaces at line ends do not count, nor how many stand inside a line: the columns of a table are as wide as its times.
    """
    wanted, given = ("\n".join(_even(line) for line in text.strip("\n").splitlines()) for text in (shown, got))
    return re.fullmatch(".*".join(re.escape(part) for part in re.split(r" *\.\.\. *", wanted)), given, re.DOTALL) is not None


def _even(line: str) -> str:
    return re.sub(r"(?<=\S) +", " ", line).rstrip()


def commands_of(text: str) -> Iterator[tuple[str, str]]:
    """The commands of a console block with what is shown below each; ``> `` goes on with a command."""
    for part in re.split(r"^\$ ", text, flags=re.MULTILINE)[1:]:
        lines = part.splitlines()
        more = next((at for at, line in enumerate(lines[1:], 1) if not line.startswith("> ")), len(lines))
        yield "\n".join([lines[0], *(line[2:] for line in lines[1:more])]), "\n".join(lines[more:])


def try_yaml(block: Block, project: Path) -> None:
    workflow = not block.file or block.file == "turbo.yaml" or block.file.startswith("workflows/")
    if not workflow:
        return
    text = block.text if TOP_LEVEL.search(block.text) else f"name: example\ntasks:\n{textwrap.indent(block.text, '  ')}"
    path = project / (block.file or "example.yaml")
    path.write_text(text)
    expect(block, sh(f"turbo check -f {path.relative_to(project)}", project), block.exit)


def try_python(block: Block, project: Path) -> None:
    path = project / (block.file or "example.py")
    path.write_text(block.text)
    expect(block, sh(f"{sys.executable} -W error {path.relative_to(project)}", project), block.exit)


def try_console(block: Block, project: Path, shell: Shell = sh) -> None:
    commands = list(commands_of(block.text))
    assert commands, f"{block}: a console block has lines that begin with '$ '"
    for at, (command, shown) in enumerate(commands, 1):
        ended = shell(command, project)
        expect(block, ended, block.exit if at == len(commands) else 0)
        if shown.strip():
            assert matches(shown, ended.stdout), f"{block}: $ {command}\nshows\n{shown}\nbut prints\n{ended.stdout}"


def try_block(block: Block, project: Path) -> None:
    if block.file:
        (project / block.file).parent.mkdir(parents=True, exist_ok=True)
        (project / block.file).write_text(block.text)
    if block.plugin:
        install(project, block.plugin, Path(block.file))
    if block.illustration:
        return
    match block.tag:
        case "yaml":
            try_yaml(block, project)
        case "python":
            try_python(block, project)
        case "console":
            try_console(block, project)
        case "toml":
            tomllib.loads(block.text)
        case "json":
            json.loads(block.text)


@pytest.mark.timeout(900)  # some pages start Turbo thirty times, and a busy machine is slow
@pytest.mark.parametrize("page", [page for page in PAGES if page != TUTORIAL], ids=lambda page: page.relative_to(ROOT).as_posix())
def test_the_examples_of_a_page_work(page: Path, tmp_path: Path) -> None:
    for block in blocks_of(page, page.read_text()):
        try_block(block, tmp_path)


@pytest.mark.parametrize("file", sorted(ROOT.glob("examples/*/turbo.yaml")), ids=lambda file: file.parent.name)
def test_each_example_folder_holds_a_sound_workflow(file: Path, tmp_path: Path) -> None:
    ended = sh(f"turbo check -f {file}", tmp_path)
    assert ended.returncode == 0, ended.stdout


def test_the_readme_shows_the_workflow_of_the_hello_example() -> None:
    blocks = blocks_of(ROOT / "README.md", (ROOT / "README.md").read_text())
    shown = next(block.text for block in blocks if block.file == "turbo.yaml")
    assert shown == (ROOT / "examples" / "hello" / "turbo.yaml").read_text()


def test_every_page_stands_in_the_table_of_contents() -> None:
    index = (ROOT / "docs" / "index.md").read_text()
    listed = [
        name for part in re.findall(r"```\{toctree\}\n(.*?)```", index, re.DOTALL) for name in re.findall(r"^[\w-]+$", part, re.M)
    ]
    assert sorted(listed) == sorted({page.stem for page in (ROOT / "docs").glob("*.md")} - {"index"})
