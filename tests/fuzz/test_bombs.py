"""Texts made to be dear: small to write, and refused before anything large comes of them."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.figures import Figure
from tests.fuzz.reading import budget
from tests.workflow.reading_kit import Known
from turbo_core.errors import WorkflowInvalid
from turbo_core.workflow.reading import load

HEAD: Final = "name: bomb\ntasks: {a: {run: echo}}\n"
LAUGHS: Final = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n" + "".join(
    f"a{level}: &a{level} [{','.join([f'*a{level - 1}'] * 9)}]\n" for level in range(1, 30)
)
MANY: Final = ",".join(["'${{ 1 }}'"] * 1000)

TEXTS: Final[Mapping[str, str]] = {
    "alias of aliases": HEAD + LAUGHS,
    "alias of a wide list": HEAD + f"vars: {{a: &a [{MANY}], b: [{'*a,' * 990}]}}\n",
    "alias of itself": HEAD + "vars: &a {b: [*a]}\n",
    "many aliases": HEAD + f"vars: {{a: &a 1, b: [{'*a,' * 5000}]}}\n",
    "merge of merges": HEAD + "b0: &b0 {x: 1}\n" + "".join(f"b{n}: &b{n} {{<<: [*b{n - 1}, *b{n - 1}]}}\n" for n in range(1, 30)),
    "deep lists": HEAD + "vars: " + "[" * 100_000,
    "deep objects": HEAD + "vars: " + "{a: " * 50_000,
    "deep lists without brackets": HEAD + "vars:\n" + "".join(f"{'  ' * depth}-\n" for depth in range(1, 300)),
    "deep keys": HEAD + "".join(f"{' ' * depth}a:\n" for depth in range(300)),
    "a deep question": HEAD + "? " * 50_000,
    "a huge integer": HEAD + f"vars: {{a: {'9' * 100_000}}}\n",
    "a huge exponent": HEAD + "vars: {a: 1e999999999999}\n",
    "a huge hexadecimal": HEAD + f"vars: {{a: 0x{'F' * 300_000}}}\n",
    "a base of sixty": HEAD + f"vars: {{a: {'1:' * 20_000}1}}\n" + "b: 1\n",
    "a huge duration": HEAD.replace("echo}", f"echo, timeout: {'9' * 100_000}s}}"),
    "a long duration": HEAD.replace("echo}", f"echo, timeout: {'1h' * 100_000}}}"),
    "a huge size": HEAD.replace("echo}", f"echo, limits: {{memory: {'9' * 100_000}KiB}}}}"),
    "a long name": HEAD.replace("a:", f"{'a' * 100_000}:"),
    "a long reference": HEAD.replace("echo}", f"echo, needs: [{'a' * 100_000}]}}"),
    "a NUL": HEAD + "vars: {a: \x00}\n",
    "an escaped NUL": HEAD + 'vars: {a: "\\0"}\n',
    "half a character": HEAD + 'vars: {a: "\\ud800"}\n',
    "many anchors": HEAD + "b: [" + "".join(f"&a{n} 1," for n in range(2000)) + "]\n",
    "many tags": HEAD + "b: [" + "!x 1," * 2000 + "]\n",
    "many directives": "%YAML 1.1\n" * 2000 + "--- 1\n",
    "many documents": "--- 1\n" * 5000,
    "an open quote": HEAD + "description: '" + "a" * 300_000,
    "many quotes": HEAD + "description: " + "'" * 200_001,
    "open expressions": HEAD + "vars: {a: '" + "${{ " * 50_000 + "'}\n",
    "expressions that are open in quotes": HEAD + "vars: {a: '${{ \"" + "\\" * 100_001 + "'}\n",
    "a long expression": HEAD + "vars: {a: '${{ " + "1 + " * 50_000 + "1 }}'}\n",
    "a deep expression": HEAD + "vars: {a: '${{ " + "(" * 50_000 + " }}'}\n",
    "many glob stars": HEAD.replace("echo}", f"echo, sources: ['{'**/' * 20_000}/../x']}}"),
    "all the white space": HEAD + "vars:" + " " * 300_000 + "[\n",
}
"""By what they are: texts that are wrong in a few words, and would be dear to whoever goes along with them."""

BYTES: Final[Mapping[str, bytes]] = {
    "UTF-16": HEAD.encode("utf-16"),
    "UTF-16 without a mark": HEAD.encode("utf-16-le"),
    "UTF-32": HEAD.encode("utf-32"),
    "half a character in UTF-8": HEAD.encode() + b"vars: {a: \xed\xa0\x80}\n",
    "a long form of a slash": HEAD.encode() + b"vars: {a: \xc0\xaf}\n",
    "Latin-1": HEAD.encode() + b"description: caf\xe9\n",
    "NULs only": bytes(100_000),
    "a program": b"\x7fELF\x02\x01\x01" + bytes(1000),
}


def _cost(path: Path) -> tuple[float, WorkflowInvalid]:
    started = time.thread_time()
    with pytest.raises(WorkflowInvalid) as caught:
        load(path, path.parent, Known())
    return time.thread_time() - started, caught.value


@pytest.mark.parametrize("name", [*TEXTS, *BYTES])
def test_a_bomb_is_refused_before_it_goes_off(name: str, tmp_path: Path, figure: Figure) -> None:
    path = tmp_path / "turbo.yaml"
    path.write_bytes(BYTES[name] if name in BYTES else TEXTS[name].encode("utf-8"))
    seconds = budget() / 2
    spent, error = min((_cost(path) for _ in range(2)), key=lambda cost: cost[0])
    figure("bombs refused", 1)
    assert all(problem.line and problem.column for problem in error.problems)
    assert spent < seconds


@pytest.mark.parametrize("opened", [lambda path: path.mkdir(), lambda path: path.symlink_to(path)])
def test_what_is_no_file_is_refused(opened: Callable[[Path], None], tmp_path: Path) -> None:
    opened(tmp_path / "part.yaml")
    (tmp_path / "turbo.yaml").write_text(HEAD + "include: [part.yaml]\n")
    assert "part.yaml" in str(_cost(tmp_path / "turbo.yaml")[1])
