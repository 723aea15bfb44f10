"""The types of projects, and what each is known by."""

from __future__ import annotations

from typing import Final

from turbo_plugin_project.tables.signature import Clue, Kind

_TOML_NAME = r'^name\s*=\s*["\']([^"\']+)'
_JSON_NAME = r'^\s*\{?\s*"name"\s*:\s*"([^"]+)"'

KINDS: Final = (
    Kind(
        name="python",
        clues=(
            Clue(file="pyproject.toml", holds=r"^\[(project|build-system|tool\.poetry)\]", weight=0.98),
            Clue(file="setup.py", holds=r"setup\(", weight=0.97),
            Clue(file="setup.cfg", holds=r"^\[(metadata|options)\]", weight=0.95),
            Clue(file="Pipfile", weight=0.95),
            Clue(file="requirements*.txt", weight=0.7),
        ),
        title=_TOML_NAME,
    ),
    Kind(name="node", clues=(Clue(file="package.json", weight=0.98),), title=_JSON_NAME),
    Kind(name="typescript", clues=(Clue(file="tsconfig.json", weight=0.95),), roots=False),
    Kind(name="deno", clues=(Clue(file="deno.json", weight=0.98), Clue(file="deno.jsonc", weight=0.98)), title=_JSON_NAME),
    Kind(
        name="rust",
        clues=(Clue(file="Cargo.toml", holds=r"^\[(package|workspace)\]", weight=0.99),),
        title=_TOML_NAME,
    ),
    Kind(
        name="go",
        clues=(Clue(file="go.mod", holds=r"^module\s", weight=0.99), Clue(file="go.work", weight=0.95)),
        title=r"^module\s+(\S+)",
    ),
    Kind(
        name="maven",
        clues=(Clue(file="pom.xml", holds=r"<project\b", weight=0.99),),
        title=r"(?s)(?:</parent>|<project\b(?!.*</parent>)).*?<artifactId>([^<]+)",
    ),
    Kind(
        name="gradle",
        clues=(
            Clue(file="build.gradle", weight=0.98),
            Clue(file="build.gradle.kts", weight=0.98),
            Clue(file="settings.gradle", weight=0.95),
            Clue(file="settings.gradle.kts", weight=0.95),
        ),
        title=r"^rootProject\.name\s*=\s*[\"']([^\"']+)",
    ),
    Kind(name="sbt", clues=(Clue(file="build.sbt", weight=0.98),), title=r"name\s*:=\s*\"([^\"]+)"),
    Kind(name="ant", clues=(Clue(file="build.xml", holds=r"<project\b", weight=0.85),)),
    Kind(
        name="dotnet",
        clues=(
            Clue(file="*.csproj", weight=0.98),
            Clue(file="*.fsproj", weight=0.98),
            Clue(file="*.vbproj", weight=0.98),
            Clue(file="*.sln", weight=0.9),
            Clue(file="*.slnx", weight=0.9),
        ),
    ),
    Kind(
        name="ruby",
        clues=(Clue(file="*.gemspec", weight=0.98), Clue(file="Gemfile", weight=0.9)),
        title=r"\.name\s*=\s*[\"']([^\"']+)",
    ),
    Kind(name="php", clues=(Clue(file="composer.json", weight=0.98),), title=_JSON_NAME),
    Kind(name="elixir", clues=(Clue(file="mix.exs", weight=0.98),), title=r"app:\s*:(\w+)"),
    Kind(name="erlang", clues=(Clue(file="rebar.config", weight=0.97),)),
    Kind(name="dart", clues=(Clue(file="pubspec.yaml", weight=0.98),), title=r"^name:\s*(\S+)"),
    Kind(name="swift", clues=(Clue(file="Package.swift", weight=0.98),), title=r"name:\s*\"([^\"]+)"),
    Kind(
        name="xcode",
        clues=(Clue(file="*.xcodeproj/project.pbxproj", weight=0.97), Clue(file="Podfile", weight=0.9)),
    ),
    Kind(
        name="cmake",
        clues=(
            Clue(file="CMakeLists.txt", holds=r"(?i)^\s*project\s*\(", weight=0.97),
            Clue(file="CMakePresets.json", weight=0.8),
        ),
        title=r"(?i)^\s*project\s*\(\s*([\w.+-]+)",
    ),
    Kind(
        name="meson",
        clues=(Clue(file="meson.build", holds=r"^\s*project\s*\(", weight=0.98),),
        title=r"project\s*\(\s*'([^']+)",
    ),
    Kind(
        name="autotools",
        clues=(Clue(file="configure.ac", weight=0.95), Clue(file="configure.in", weight=0.9)),
        title=r"AC_INIT\(\[?([\w.+-]+)",
    ),
    Kind(
        name="bazel",
        clues=(
            Clue(file="MODULE.bazel", weight=0.98),
            Clue(file="WORKSPACE", weight=0.9),
            Clue(file="WORKSPACE.bazel", weight=0.95),
        ),
    ),
    Kind(
        name="haskell",
        clues=(Clue(file="*.cabal", weight=0.98), Clue(file="stack.yaml", weight=0.9), Clue(file="cabal.project", weight=0.9)),
        title=r"(?i)^name:\s*(\S+)",
    ),
    Kind(name="ocaml", clues=(Clue(file="dune-project", weight=0.98),), title=r"\(name\s+([\w-]+)"),
    Kind(
        name="clojure",
        clues=(Clue(file="project.clj", weight=0.98), Clue(file="deps.edn", weight=0.95)),
        title=r"\(defproject\s+(\S+)",
    ),
    Kind(name="zig", clues=(Clue(file="build.zig", weight=0.98),)),
    Kind(name="nim", clues=(Clue(file="*.nimble", weight=0.98),)),
    Kind(name="crystal", clues=(Clue(file="shard.yml", weight=0.98),), title=r"^name:\s*(\S+)"),
    Kind(name="julia", clues=(Clue(file="Project.toml", holds=r"^uuid\s*=", weight=0.97),), title=_TOML_NAME),
    Kind(name="r", clues=(Clue(file="DESCRIPTION", holds=r"^Package:", weight=0.97),), title=r"^Package:\s*(\S+)"),
    Kind(
        name="perl",
        clues=(
            Clue(file="Makefile.PL", weight=0.95),
            Clue(file="Build.PL", weight=0.95),
            Clue(file="cpanfile", weight=0.9),
            Clue(file="dist.ini", weight=0.85),
        ),
    ),
    Kind(name="lua", clues=(Clue(file="*.rockspec", weight=0.97),), title=r"^package\s*=\s*[\"']([^\"']+)"),
    Kind(name="helm", clues=(Clue(file="Chart.yaml", holds=r"^apiVersion:", weight=0.98),), title=r"^name:\s*(\S+)"),
    Kind(name="terraform", clues=(Clue(file="*.tf", holds=r"^\s*(resource|module|provider|terraform|variable)\b", weight=0.95),)),
    Kind(
        name="ansible",
        clues=(Clue(file="ansible.cfg", weight=0.9), Clue(file="galaxy.yml", weight=0.95)),
        title=r"^name:\s*(\S+)",
    ),
    Kind(
        name="docker",
        clues=(
            Clue(file="Dockerfile", holds=r"(?i)^FROM\s", weight=0.95),
            Clue(file="Containerfile", holds=r"(?i)^FROM\s", weight=0.95),
            Clue(file="compose.y*ml", holds=r"^services:", weight=0.9),
            Clue(file="docker-compose.y*ml", holds=r"^services:", weight=0.9),
        ),
        roots=False,
    ),
    Kind(
        name="make",
        clues=(Clue(file="Makefile", holds=r"^[\w./-]+\s*:(?!=)", weight=0.9), Clue(file="GNUmakefile", weight=0.9)),
        roots=False,
    ),
    Kind(name="nix", clues=(Clue(file="flake.nix", weight=0.95), Clue(file="default.nix", weight=0.7)), roots=False),
)
"""A file that makes a folder a project stands in it; all else stands in the same folder."""

MONOREPO: Final = (
    Kind(name="npm workspaces", clues=(Clue(file="package.json", holds=r'"workspaces"\s*:', weight=0.97),)),
    Kind(name="pnpm workspace", clues=(Clue(file="pnpm-workspace.yaml", weight=0.98),)),
    Kind(name="lerna", clues=(Clue(file="lerna.json", weight=0.98),)),
    Kind(name="nx", clues=(Clue(file="nx.json", weight=0.98),)),
    Kind(name="turborepo", clues=(Clue(file="turbo.json", weight=0.95),)),
    Kind(name="rush", clues=(Clue(file="rush.json", weight=0.98),)),
    Kind(name="cargo workspace", clues=(Clue(file="Cargo.toml", holds=r"^\[workspace\]", weight=0.98),)),
    Kind(name="go workspace", clues=(Clue(file="go.work", holds=r"^use\b", weight=0.98),)),
    Kind(name="maven modules", clues=(Clue(file="pom.xml", holds=r"<modules>", weight=0.98),)),
    Kind(name="gradle projects", clues=(Clue(file="settings.gradle*", holds=r"^\s*include\b", weight=0.97),)),
    Kind(name="uv workspace", clues=(Clue(file="pyproject.toml", holds=r"^\[tool\.uv\.workspace\]", weight=0.98),)),
    Kind(name="pants", clues=(Clue(file="pants.toml", weight=0.98),)),
    Kind(name="bazel", clues=(Clue(file="MODULE.bazel", weight=0.8),)),
    Kind(name="dotnet solution", clues=(Clue(file="*.sln*", weight=0.9),)),
    Kind(name="composer path repositories", clues=(Clue(file="composer.json", holds=r'"type"\s*:\s*"path"', weight=0.9),)),
    Kind(name="melos", clues=(Clue(file="melos.yaml", weight=0.98),)),
)
"""What holds the projects of a repository together; looked for in its root only."""

EXAMPLES: Final = frozenset(
    {
        "example",
        "examples",
        "sample",
        "samples",
        "demo",
        "demos",
        "benchmarks",
        "benchmark",
        "playground",
        "tutorials",
    }
)
"""A project below a folder of such a name is an example."""

FIXTURES: Final = frozenset(
    [
        "test",
        "tests",
        "testdata",
        "test-data",
        "testing",
        "fixtures",
        "fixture",
        "__fixtures__",
        "spec",
        "e2e",
        "templates",
        "template",
        "vendor",
        "third_party",
    ]
)
"""A project below a folder of such a name is there for the tests of another, or somebody else's."""
