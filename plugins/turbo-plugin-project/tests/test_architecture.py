"""Imports of every grammar, what they resolve to, and what their graph comes to."""

from __future__ import annotations

import pytest
from turbo_core import Context

from turbo_plugin_project import actions
from turbo_plugin_project.graphs import components, cycles, layers, way_around
from turbo_plugin_project.results import Architecture

from .conftest import write

GRAMMARS: dict[str, tuple[dict[str, str], tuple[str, str]]] = {
    "Python": ({"p/__init__.py": "", "p/a.py": "from . import b as c\n", "p/b.py": ""}, ("p/a.py", "p/b.py")),
    "Python absolute": ({"src/p/__init__.py": "", "src/p/a.py": "import p.b\n", "src/p/b.py": ""}, ("src/p/a.py", "src/p/b.py")),
    "JavaScript": ({"a.js": "const b = require('./lib');\n", "lib/index.js": ""}, ("a.js", "lib/index.js")),
    "TypeScript": ({"a.ts": "import { b } from './b.js';\n", "b.ts": ""}, ("a.ts", "b.ts")),
    "TSX": ({"a.tsx": "import B from './b';\nconst x = <B/>;\n", "b.tsx": ""}, ("a.tsx", "b.tsx")),
    "node packages": (
        {
            "a/package.json": '{"name": "@x/a"}',
            "b/package.json": '{"name": "b"}',
            "a/a.js": "import '@x/a';\nimport 'b';\n",
            "b/src/index.js": "",
        },
        ("a/a.js", "b/src/index.js"),
    ),
    "Go": (
        {"go.mod": "module example.org/m\n", "a/a.go": 'package a\n\nimport "example.org/m/b"\n', "b/b.go": "package b\n"},
        ("a", "b"),
    ),
    "Rust": (
        {"src/lib.rs": "mod a;\nmod b;\n", "src/a.rs": "use crate::{b::{self, C}};\n", "src/b.rs": ""},
        ("src/a.rs", "src/b.rs"),
    ),
    "Java": (
        {"x/a/A.java": "package x.a;\nimport x.b.B;\nclass A {}\n", "x/b/B.java": "package x.b;\npublic class B {}\n"},
        ("x/a", "x/b"),
    ),
    "Kotlin": ({"a/A.kt": "package x.a\nimport x.b.*\n", "b/B.kt": "package x.b\nclass B\n"}, ("a", "b")),
    "Scala": ({"a/A.scala": "package x.a\nimport x.b.{B, C => D}\n", "b/B.scala": "package x.b\nclass B\n"}, ("a", "b")),
    "C#": ({"a/A.cs": "using X.B;\nnamespace X.A;\nclass A {}\n", "b/B.cs": "namespace X.B { class B {} }\n"}, ("a", "b")),
    "C": ({"src/a.c": '#include "x/b.h"\n', "include/x/b.h": ""}, ("src/a.c", "include/x/b.h")),
    "C++": ({"a.cpp": '#include "b.hpp"\n#include <vector>\n', "b.hpp": ""}, ("a.cpp", "b.hpp")),
    "Ruby": ({"lib/a.rb": "require_relative 'x/b'\n", "lib/x/b.rb": ""}, ("lib/a.rb", "lib/x/b.rb")),
    "Ruby absolute": ({"lib/a.rb": "require 'x/b'\n", "lib/x/b.rb": ""}, ("lib/a.rb", "lib/x/b.rb")),
    "PHP": ({"A.php": "<?php\nnamespace X;\nuse Y\\B;\n", "B.php": "<?php\nnamespace Y;\nclass B {}\n"}, ("A.php", "B.php")),
    "Shell": ({"a.sh": '. "$(dirname "$0")"/lib.sh\nsource ./b.sh\n', "b.sh": ""}, ("a.sh", "b.sh")),
}


def seen(context: Context, files: dict[str, str], **options: bool | int) -> Architecture:
    write(context.project, files)
    return actions.architecture(context, **options)  # type: ignore[arg-type]  # as the test says


@pytest.mark.parametrize("grammar", GRAMMARS)
def test_an_import_is_resolved(grammar: str, context: Context) -> None:
    files, wanted = GRAMMARS[grammar]
    found = seen(context, files)
    assert [(need.source, need.target) for need in found.needs] == [wanted]
    assert found.needs[0].line >= 1
    layer = {one.name: one.layer for one in found.modules}
    assert (layer[wanted[0]], layer[wanted[1]]) == (1, 0)


def test_circles_layers_and_entries_are_told(context: Context) -> None:
    files = {
        "app.py": "from core import a\n\nif __name__ == '__main__':\n    a.go()\n",
        "core/__init__.py": "",
        "core/a.py": "from core import b\n",
        "core/b.py": "import core.c\n",
        "core/c.py": "def late() -> None:\n    from core import a\n",
        "tests/test_a.py": "from core import a\n",
    }
    found = seen(context, files)
    assert found.cycles == [["core/a.py", "core/b.py", "core/c.py", "core/a.py"]]
    assert [(one.name, one.layer, one.in_cycle) for one in found.modules] == [
        ("core/__init__.py", 0, False),
        ("core/a.py", 0, True),
        ("core/b.py", 0, True),
        ("core/c.py", 0, True),
        ("app.py", 1, False),
    ]
    assert [(one.path, one.line) for one in found.entries] == [("app.py", 3)]
    assert '["core/a.py"]' in found.mermaid
    assert "tests/test_a.py" in {one.name for one in actions.architecture(context, tests=True).modules}


def test_many_files_are_joined_into_folders(context: Context) -> None:
    files = {f"p{folder}/f{number}.js": f"import '../p{folder - 1}/f0.js';\n" for folder in range(1, 6) for number in range(10)}
    found = seen(context, files, modules=8)
    assert [(one.name, one.files, one.layer) for one in found.modules] == [(f"p{n}", 10, n - 1) for n in range(1, 6)]
    assert [(one.source, one.target, one.imports) for one in found.needs] == [(f"p{n}", f"p{n - 1}", 10) for n in range(2, 6)]


def test_the_package_that_is_looked_at_may_be_the_folder_itself(context: Context) -> None:
    write(context.project, {"p/__init__.py": "", "p/a.py": "from p.b import x\n", "p/b.py": "x = 1\n"})
    found = actions.architecture(context, folder="p")
    assert [(one.source, one.target) for one in found.needs] == [("a.py", "b.py")]


def test_a_graph_of_any_depth_has_its_components_and_layers() -> None:
    depth = 50_000
    chain = {str(number): {str(number + 1)} for number in range(depth)} | {str(depth): set[str]()}
    assert len(components(chain)) == depth + 1
    assert layers(chain)["0"] == depth
    ring = {str(number): {str((number + 1) % 1000)} for number in range(1000)} | {"x": {"0"}}
    (circle,) = cycles(ring)
    assert len(circle) == 1000
    way = way_around(ring, circle)
    assert (way[0], way[-1], len(way)) == ("0", "0", 1001)
    assert layers(ring)["x"] == 1


@pytest.mark.parametrize("text", ["\x00" * 1000, "(" * 50_000, "import " * 10_000, "\ud7ff{" * 5000, "def f(:\n" * 3000])
def test_text_that_is_no_program_stops_nothing(text: str, context: Context) -> None:
    write(
        context.project,
        {f"a{ending}": text for ending in (".py", ".ts", ".go", ".rs", ".java", ".kt", ".scala", ".cs", ".php", ".rb", ".c")},
    )
    assert len(seen(context, {"b.py": ""}).modules) >= 3
    assert actions.metrics(context).files == 12
