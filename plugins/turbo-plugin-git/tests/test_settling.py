from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from turbo_plugin_git.git import Repository
from turbo_plugin_git.hunks import Conflict, lines_of, merge, render
from turbo_plugin_git.settling import RULES, Settlement, settle

from .conftest import Project


@pytest.fixture
def repository(project: Project) -> Repository:
    return Repository(project.root)


def settled(repository: Repository, path: str, base: str, ours: str, theirs: str, rules: Sequence[str] = RULES) -> Settlement:
    return settle(path, merge(repository, base, ours, theirs), rules)


def text(found: Settlement) -> str:
    assert not found.left
    return render(found.parts, "ours", "theirs")


# ---------------------------------------------------------------- the parts of a merge


def test_lines_end_with_line_feeds_only() -> None:
    assert lines_of("a\x0cb\r\nc\u2028d") == ("a\x0cb\r\n", "c\u2028d")


def test_what_agrees_and_what_conflicts(repository: Repository) -> None:
    parts = merge(repository, "a\nb\nc\n", "a\nB\nc\n", "a\nbb\nc\n")
    assert parts == [("a\n",), Conflict(base=("b\n",), ours=("B\n",), theirs=("bb\n",)), ("c\n",)]
    assert render(parts, "x", "y") == "a\n<<<<<<< x\nB\n||||||| base\nb\n=======\nbb\n>>>>>>> y\nc\n"


def test_text_that_looks_like_marks_is_text(repository: Repository) -> None:
    heading = "=======\n" + "=" * 40 + "\n<<<<<<< x\n"
    parts = merge(repository, f"{heading}a\n", f"{heading}b\n", f"{heading}c\n")
    assert parts == [lines_of(heading), Conflict(base=("a\n",), ours=("b\n",), theirs=("c\n",))]


def test_odd_bytes_survive(repository: Repository) -> None:
    odd = b"\xff\xfe\n".decode("utf-8", "surrogateescape")
    assert merge(repository, odd, f"{odd}a\n", odd) == [(odd, "a\n")]


# ---------------------------------------------------------------- imports

IMPORTS = [
    ("a.py", "import a\n\nx\n", "import a\nimport b\n\nx\n", "import a\nimport c\n\nx\n", "import a\nimport b\nimport c\n\nx\n"),
    ("a.py", "", "from m import b\n", "from m import a\n", "from m import a, b\n"),
    ("a.py", "from m import b\n", "from m import a, b\n", "from m import b, c\n", "from m import a, b, c\n"),
    ("a.py", "from m import (\n    B,\n    b,\n)\n", "from m import (\n    B,\n    a,\n    b,\n)\n",
     "from m import (\n    B,\n    aa,\n    b,\n)\n",
     "from m import (\n    B,\n    a,\n    aa,\n    b,\n)\n"),
    ("a.go", 'import (\n\t"fmt"\n)\n', 'import (\n\t"fmt"\n\t"os"\n)\n', 'import (\n\t"fmt"\n\t"io"\n)\n',
     'import (\n\t"fmt"\n\t"io"\n\t"os"\n)\n'),
    ("a.ts", "", "import { b } from './b';\n", "import { a } from './a';\n",
     "import { a } from './a';\nimport { b } from './b';\n"),
    ("A.java", "import a.A;\n", "import a.A;\nimport b.B;\n", "import a.A;\nimport c.C;\n",
     "import a.A;\nimport b.B;\nimport c.C;\n"),
    ("a.rs", "use a::A;\n", "use a::A;\nuse c::C;\n", "use a::A;\nuse b::B;\n", "use a::A;\nuse b::B;\nuse c::C;\n"),
    ("a.c", "", "#include <b.h>\n", "#include <a.h>\n", "#include <a.h>\n#include <b.h>\n"),
    ("a.py", "import z\nimport a\n", "import z\nimport a\nimport y\n", "import z\nimport a\nimport b\n",
     "import z\nimport a\nimport y\nimport b\n"),
    ("a.py", "import a\r\n", "import a\r\nimport c\r\n", "import a\r\nimport b\r\n", "import a\r\nimport b\r\nimport c\r\n"),
]  # fmt: skip


@pytest.mark.parametrize(("path", "base", "ours", "theirs", "joined"), IMPORTS)
def test_imports_that_both_added_are_joined(
    repository: Repository, path: str, base: str, ours: str, theirs: str, joined: str
) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        found = settled(repository, path, base, one, other)
        assert set(found.rules) == {"imports"}
        if "import z" not in base:
            assert text(found) == joined
    assert text(settled(repository, path, base, ours, theirs)) == joined
    assert settled(repository, path, base, ours, theirs, rules=["whitespace"]).left == 1


LEFT = {
    "one name, two meanings": ("a.py", "", "from a import X\n", "from b import X\n"),
    "one name, two meanings, elsewhere": (
        "a.py", "from z import X\n\n", "from z import X\n\nimport a\n", "from z import X\n\nfrom b import X\n",
    ),
    "a name is taken away": ("a.py", "from m import a, b\n", "from m import a, c\n", "from m import a, b, d\n"),
    "an import is replaced": ("a.py", "import a\n", "import b\n", "import c\n"),
    "more than imports": ("a.py", "", "import b\nx = 1\n", "import c\n"),
    "the future stands first": ("a.py", "", "from __future__ import annotations\n", "import c\n"),
    "a list that is no import": ("a.py", "x = [\n]\n", "x = [\n    a,\n]\n", "x = [\n    b,\n]\n"),
    "texts in Go that are no imports": ("a.go", "x(\n)\n", 'x(\n\t"a"\n)\n', 'x(\n\t"b"\n)\n'),
    "an unknown language": ("a.txt", "", "import b\n", "import c\n"),
    "the order cannot be told": ("a.py", "", "import b\n", "from a import c\n"),
    "too wide": ("a.py", "", f"from m import {'a' * 40}\n", f"from m import {'b' * 40}\n"),
    "no end of the last line": ("a.py", "", "import b", "import c"),
    "a side has deleted": ("a.py", "import a\n", "", "import a\nimport b\n"),
}  # fmt: skip


@pytest.mark.parametrize(("path", "base", "ours", "theirs"), LEFT.values(), ids=LEFT)
def test_what_is_not_certain_is_left(repository: Repository, path: str, base: str, ours: str, theirs: str) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        found = settled(repository, path, base, one, other)
        assert (found.left, found.rules) == (1, ())
        marked = render(found.parts, "ours", "theirs").split("\n")
        assert set(one.split("\n")) | set(other.split("\n")) <= set(marked)


# ---------------------------------------------------------------- white space

SPACES = {
    "both added the same words": ("", "x\ny  \n", "x \ny\n", "x\ny\n"),
    "one side stripped, the other changed": ("a  \nb  \n", "a\nb\n", "a2\nb  \n", "a2\nb\n"),
    "one side changed all ends, the other words": ("a\nb\nc\n", "a\r\nb\r\nc\r\n", "a\nB\nc\n", "a\r\nB\r\nc\r\n"),
    "one side stripped, the other added": ("a  \n", "a\n", "a  \nb\n", "a\nb\n"),
    "each changed the end of another line": ("a  \nb  \n", "a\nb  \n", "a  \nb\n", "a\nb\n"),
}


@pytest.mark.parametrize(("base", "ours", "theirs", "wanted"), SPACES.values(), ids=SPACES)
def test_ends_of_lines_are_settled(repository: Repository, base: str, ours: str, theirs: str, wanted: str) -> None:
    for one, other in ((ours, theirs), (theirs, ours)):
        assert text(settled(repository, "a.py", base, one, other)) == wanted


@pytest.mark.parametrize(
    ("path", "base", "ours", "theirs"),
    [
        ("a.md", "a  \nb\n", "a\nb\n", "a2  \nb\n"),
        ("a.py", "if x:\n    a\n", "if x:\n  a\n", "if x:\n    b\n"),
        ("a.py", "a\n", "a \n", "b\n"),
        ("a.py", "", "a\r\n", "a\n"),
    ],
)
def test_space_that_may_mean_something_is_left(repository: Repository, path: str, base: str, ours: str, theirs: str) -> None:
    assert settled(repository, path, base, ours, theirs).left == 1


def test_a_part_can_be_settled_and_the_rest_left(repository: Repository) -> None:
    middle = "\n".join(f"y{number} = 0" for number in range(9))
    ours = f"import a\nimport b\n\n{middle}\nx = 2\n"
    theirs = f"import a\nimport c\n\n{middle}\nx = 3\n"
    found = settled(repository, "a.py", f"import a\n\n{middle}\nx = 1\n", ours, theirs)
    assert (found.left, found.rules) == (1, ("imports",))
    marked = render(found.parts, "ours", "theirs")
    assert marked.startswith("import a\nimport b\nimport c\n\n")
    assert "<<<<<<< ours\nx = 2\n||||||| base\nx = 1\n=======\nx = 3\n>>>>>>> theirs\n" in marked


def test_a_file_is_where_it_was(repository: Repository, tmp_path: Path) -> None:
    merge(repository, "a\n", "b\n", "c\n")
    assert [path.name for path in tmp_path.iterdir()] == ["project"]
