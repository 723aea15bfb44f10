"""The languages: by what their files are known, how their comments begin, and how they are parsed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final


@dataclass(frozen=True, slots=True, kw_only=True)
class Speech:
    """A language.

    Attributes:
        name: what it is called.
        endings: of file names, with the dot.
        names: whole names of files.
        comment: how a line begins that says nothing to the machine; a regular expression.
        counts: it is code, and has a share; data and prose have none.
        grammar: ``package:function`` that gives the grammar of tree-sitter; empty if there is none here.
        imports: a query of tree-sitter for what a file needs: ``@path``, and ``@name`` for a part of it.
        package: a query for the namespace that a file says it is in.
        entry: a regular expression of a line where a program begins.
        by_folder: files of one folder are one module to the compiler.
    """

    name: str
    endings: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    comment: str = r"//|/\*|\*"
    counts: bool = True
    grammar: str = ""
    imports: str = ""
    package: str = ""
    entry: str = ""
    by_folder: bool = False


_SCRIPT: Final = """
(import_statement source: (string (string_fragment) @path))
(export_statement source: (string (string_fragment) @path))
(call_expression function: (identifier) @call arguments: (arguments . (string (string_fragment) @path)) (#eq? @call "require"))
(call_expression function: (import) arguments: (arguments . (string (string_fragment) @path)))
"""
_INCLUDE: Final = "(preproc_include path: (string_literal (string_content) @path))"
_HASH: Final = "#"

LANGUAGES: Final = (
    Speech(
        name="Python",
        endings=(".py", ".pyi", ".pyw"),
        comment=_HASH,
        grammar="tree_sitter_python:language",
        imports="""
        (import_statement name: (dotted_name) @path)
        (import_statement name: (aliased_import name: (dotted_name) @path))
        (import_from_statement module_name: (_) @path name: (dotted_name) @name)
        (import_from_statement module_name: (_) @path name: (aliased_import name: (dotted_name) @name))
        (import_from_statement module_name: (_) @path (wildcard_import))
        """,
        entry=r"^if __name__ == ",
    ),
    Speech(
        name="JavaScript",
        endings=(".js", ".mjs", ".cjs", ".jsx"),
        grammar="tree_sitter_javascript:language",
        imports=_SCRIPT,
        entry=r"^#!.*\bnode\b",
    ),
    Speech(
        name="TypeScript",
        endings=(".ts", ".mts", ".cts"),
        grammar="tree_sitter_typescript:language_typescript",
        imports=_SCRIPT,
        entry=r"^#!.*\b(node|deno|bun|tsx)\b",
    ),
    Speech(name="TSX", endings=(".tsx",), grammar="tree_sitter_typescript:language_tsx", imports=_SCRIPT),
    Speech(
        name="Go",
        endings=(".go",),
        grammar="tree_sitter_go:language",
        imports="(import_spec path: (interpreted_string_literal) @path)",
        package="(package_clause (package_identifier) @path)",
        entry=r"^func main\(\)",
        by_folder=True,
    ),
    Speech(
        name="Rust",
        endings=(".rs",),
        grammar="tree_sitter_rust:language",
        imports="(use_declaration argument: (_) @path)",
        entry=r"^(pub )?(async )?fn main\(",
    ),
    Speech(
        name="Java",
        endings=(".java",),
        grammar="tree_sitter_java:language",
        imports="(import_declaration (scoped_identifier) @path)",
        package="(package_declaration [(scoped_identifier) (identifier)] @path)",
        entry=r"\bpublic static void main\(",
        by_folder=True,
    ),
    Speech(
        name="Kotlin",
        endings=(".kt", ".kts"),
        grammar="tree_sitter_kotlin:language",
        imports="(import (qualified_identifier) @path)",
        package="(package_header (qualified_identifier) @path)",
        entry=r"^(suspend )?fun main\(",
        by_folder=True,
    ),
    Speech(
        name="Scala",
        endings=(".scala", ".sc"),
        grammar="tree_sitter_scala:language",
        imports="(import_declaration) @path",
        package="(package_clause name: (package_identifier) @path)",
        entry=r"\bextends App\b|^@main\b|\bdef main\(",
        by_folder=True,
    ),
    Speech(
        name="C#",
        endings=(".cs",),
        grammar="tree_sitter_c_sharp:language",
        imports="(using_directive [(qualified_name) (identifier)] @path)",
        package="""
        (namespace_declaration name: (_) @path)
        (file_scoped_namespace_declaration name: (_) @path)
        """,
        entry=r"\bstatic\s.*\bMain\(",
        by_folder=True,
    ),
    Speech(
        name="C",
        endings=(".c", ".h"),
        grammar="tree_sitter_c:language",
        imports=_INCLUDE,
        entry=r"^(int|void)?\s*main\s*\(",
    ),
    Speech(
        name="C++",
        endings=(".cc", ".cpp", ".cxx", ".hh", ".hpp", ".hxx", ".ipp", ".inl"),
        grammar="tree_sitter_cpp:language",
        imports=_INCLUDE,
        entry=r"^(int|auto)\s+main\s*\(",
    ),
    Speech(
        name="Ruby",
        endings=(".rb", ".rake", ".gemspec"),
        names=("Rakefile", "Gemfile"),
        comment=_HASH,
        grammar="tree_sitter_ruby:language",
        imports="""
        (call method: (identifier) @call arguments: (argument_list . (string (string_content) @path)) (#eq? @call "require"))
        (call method: (identifier) @name arguments: (argument_list . (string (string_content) @path))
          (#eq? @name "require_relative"))
        """,
        entry=r"^#!.*\bruby\b|^if __FILE__ == \$",
    ),
    Speech(
        name="PHP",
        endings=(".php",),
        comment=r"//|/\*|\*|#(?!\[)",
        grammar="tree_sitter_php:language_php",
        imports="(namespace_use_clause (qualified_name) @path)",
        package="(namespace_definition name: (namespace_name) @path)",
        entry=r"^#!.*\bphp\b",
    ),
    Speech(
        name="Shell",
        endings=(".sh", ".bash", ".zsh", ".ksh"),
        comment=_HASH,
        grammar="tree_sitter_bash:language",
        imports='(command name: (command_name (word) @call) argument: (word) @path (#any-of? @call "source" "."))',
        entry=r"^#!",
    ),
    Speech(name="Swift", endings=(".swift",), entry=r"^@main\b"),
    Speech(name="Objective-C", endings=(".m", ".mm")),
    Speech(name="Dart", endings=(".dart",), entry=r"^(Future<void>|void)?\s*main\("),
    Speech(name="Elixir", endings=(".ex", ".exs"), comment=_HASH),
    Speech(name="Erlang", endings=(".erl", ".hrl"), comment="%"),
    Speech(name="Haskell", endings=(".hs", ".lhs"), comment="--", entry=r"^main\s*::"),
    Speech(name="OCaml", endings=(".ml", ".mli"), comment=r"\(\*"),
    Speech(name="F#", endings=(".fs", ".fsi", ".fsx"), comment=r"//|\(\*"),
    Speech(name="Visual Basic", endings=(".vb",), comment="'"),
    Speech(name="Clojure", endings=(".clj", ".cljs", ".cljc"), comment=";"),
    Speech(name="Groovy", endings=(".groovy", ".gradle")),
    Speech(name="Lua", endings=(".lua",), comment="--"),
    Speech(name="Perl", endings=(".pl", ".pm", ".t"), comment=_HASH),
    Speech(name="R", endings=(".r", ".R"), comment=_HASH),
    Speech(name="Julia", endings=(".jl",), comment=_HASH),
    Speech(name="Zig", endings=(".zig",), comment="//"),
    Speech(name="Nim", endings=(".nim",), comment=_HASH),
    Speech(name="Crystal", endings=(".cr",), comment=_HASH),
    Speech(name="D", endings=(".d",)),
    Speech(name="V", endings=(".v",)),
    Speech(name="Fortran", endings=(".f90", ".f95", ".f", ".f03"), comment="!"),
    Speech(name="Pascal", endings=(".pas", ".pp"), comment=r"//|\{|\(\*"),
    Speech(name="Assembly", endings=(".s", ".S", ".asm"), comment=r";|#|//"),
    Speech(name="CUDA", endings=(".cu", ".cuh")),
    Speech(name="GLSL", endings=(".glsl", ".vert", ".frag")),
    Speech(name="Vue", endings=(".vue",)),
    Speech(name="Svelte", endings=(".svelte",)),
    Speech(name="SQL", endings=(".sql",), comment="--"),
    Speech(name="PowerShell", endings=(".ps1", ".psm1"), comment=_HASH),
    Speech(name="HCL", endings=(".tf", ".hcl"), comment=r"#|//"),
    Speech(name="Nix", endings=(".nix",), comment=_HASH),
    Speech(name="Starlark", endings=(".bzl",), names=("BUILD", "BUILD.bazel", "WORKSPACE"), comment=_HASH),
    Speech(name="CSS", endings=(".css", ".scss", ".sass", ".less")),
    Speech(name="HTML", endings=(".html", ".htm"), comment="<!--"),
    Speech(name="Protocol Buffers", endings=(".proto",)),
    Speech(name="Make", endings=(".mk",), names=("Makefile", "GNUmakefile", "makefile"), comment=_HASH),
    Speech(name="CMake", endings=(".cmake",), names=("CMakeLists.txt",), comment=_HASH),
    Speech(name="Dockerfile", names=("Dockerfile", "Containerfile"), comment=_HASH),
    Speech(name="JSON", endings=(".json", ".jsonc"), counts=False),
    Speech(name="YAML", endings=(".yaml", ".yml"), comment=_HASH, counts=False),
    Speech(name="TOML", endings=(".toml",), comment=_HASH, counts=False),
    Speech(name="XML", endings=(".xml", ".xsd"), comment="<!--", counts=False),
    Speech(name="Markdown", endings=(".md", ".markdown"), counts=False),
    Speech(name="reStructuredText", endings=(".rst",), counts=False),
)

BY_ENDING: Final = {ending: one for one in LANGUAGES for ending in one.endings}
BY_NAME: Final = {name: one for one in LANGUAGES for name in one.names}
NAMED: Final = {one.name: one for one in LANGUAGES}

TESTS: Final = (
    r"(^|/)(tests?|__tests__|specs?|testdata)/|^t/",
    r"(^|/)test_[^/]*$",
    r"(^|/)(conftest\.py|[^/]*_test\.(py|go|rb|ex|exs|cc|cpp|c|dart)|[^/]*_spec\.rb)$",
    r"[^/]\.(test|spec|cy)\.[cm]?[jt]sx?$",
    r"(^|/)src/(test|it|integrationTest)/",
    r"[^/](Test|Tests|IT|Spec)\.(java|kt|scala|groovy|cs|php|swift)$",
)
"""A file whose path has one of these is a test."""

INLINE_TESTS: Final = {"Rust": r"^\s*#\[cfg\(test\)\]"}
"""A line from which on a file of that language holds tests."""

GENERATED: Final = r"@generated|DO NOT EDIT|auto-?generated by|Generated by the protocol buffer compiler"
"""A file with such a line at its beginning is nobody's work, and is not judged."""

MINIFIED: Final = (".min.js", ".min.css", ".bundle.js", "-lock.json", ".lock", ".map")
"""Endings of files that tools write."""


def speech(name: str) -> Speech | None:
    """The language of a file, by its name; ``None`` if it is none that is known."""
    if name.endswith(MINIFIED):
        return None
    dot = name.rfind(".")
    return BY_NAME.get(name) or (BY_ENDING.get(name[dot:]) if dot >= 0 else None)
