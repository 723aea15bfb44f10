"""Types and frameworks, with what speaks for them."""

from __future__ import annotations

from pathlib import Path

import pytest

from turbo_plugin_project.detecting import Found, detect
from turbo_plugin_project.tree import walk

from .conftest import write

KINDS = {
    "python": {"pyproject.toml": '[project]\nname = "x"\n'},
    "node": {"package.json": '{\n  "name": "x"\n}\n'},
    "deno": {"deno.json": "{}"},
    "rust": {"Cargo.toml": '[package]\nname = "x"\n'},
    "go": {"go.mod": "module example.org/x\n"},
    "maven": {"pom.xml": "<project><artifactId>x</artifactId></project>"},
    "gradle": {"settings.gradle.kts": 'rootProject.name = "x"\n'},
    "sbt": {"build.sbt": 'name := "x"\n'},
    "ant": {"build.xml": '<project name="x"/>'},
    "dotnet": {"x.csproj": '<Project Sdk="Microsoft.NET.Sdk"/>'},
    "ruby": {"x.gemspec": 's.name = "x"\n'},
    "php": {"composer.json": "{}"},
    "elixir": {"mix.exs": "app: :x\n"},
    "erlang": {"rebar.config": ""},
    "dart": {"pubspec.yaml": "name: x\n"},
    "swift": {"Package.swift": 'name: "x"\n'},
    "xcode": {"X.xcodeproj/project.pbxproj": ""},
    "cmake": {"CMakeLists.txt": "project(x)\n"},
    "meson": {"meson.build": "project('x')\n"},
    "autotools": {"configure.ac": "AC_INIT([x])\n"},
    "bazel": {"MODULE.bazel": ""},
    "haskell": {"x.cabal": "name: x\n"},
    "ocaml": {"dune-project": "(name x)\n"},
    "clojure": {"project.clj": "(defproject x)\n"},
    "zig": {"build.zig": ""},
    "nim": {"x.nimble": ""},
    "crystal": {"shard.yml": "name: x\n"},
    "julia": {"Project.toml": 'name = "x"\nuuid = "1"\n'},
    "r": {"DESCRIPTION": "Package: x\n"},
    "perl": {"Makefile.PL": ""},
    "lua": {"x.rockspec": 'package = "x"\n'},
    "helm": {"Chart.yaml": "apiVersion: v2\nname: x\n"},
    "terraform": {"main.tf": 'resource "a" "b" {}\n'},
    "ansible": {"ansible.cfg": ""},
    "make": {"Makefile": "all:\n\ttrue\n"},
    "docker": {"Dockerfile": "FROM scratch\n"},
}


def found(root: Path, files: dict[str, str]) -> Found:
    write(root, files)
    return detect(walk(root, 1000))


@pytest.mark.parametrize("kind", KINDS)
def test_a_type_is_known_by_its_file(kind: str, tmp_path: Path) -> None:
    (project,) = found(tmp_path, KINDS[kind]).projects
    best = project.types[0]
    assert (project.path, best.name) == (".", kind)
    assert best.confidence >= 0.85
    assert best.evidence[0].path == next(iter(KINDS[kind]))


def test_evidence_names_file_and_line(tmp_path: Path) -> None:
    files = {
        "web/package.json": '{\n  "name": "site",\n  "dependencies": {\n    "react": "^19"\n  }\n}\n',
        "web/vite.config.ts": "",
    }
    (project,) = found(tmp_path, files).projects
    assert (project.path, project.name, [one.name for one in project.types]) == ("web", "site", ["node"])
    told = {one.name: one for one in project.frameworks}
    assert set(told) == {"React", "Vite"}
    (why,) = told["React"].evidence
    assert (why.path, why.line, why.what) == ("web/package.json", 4, "needs react ^19")


def test_what_only_looks_like_one_is_none(tmp_path: Path) -> None:
    files = {"pyproject.toml": "[tool.black]\n", "CMakeLists.txt": "add_library(a a.c)\n", "sub/requirements.txt": "flask\n"}
    assert found(tmp_path, files).projects == []


def test_a_monorepo_has_a_result_for_each_project(tmp_path: Path) -> None:
    files = {
        "package.json": '{"name": "all", "private": true, "workspaces": ["packages/*"]}',
        "packages/a/package.json": '{"name": "@x/a", "dependencies": {"express": "5"}}',
        "packages/b/package.json": '{"name": "@x/b", "dependencies": {"@x/a": "*"}, "devDependencies": {"jest": "30"}}',
        "services/api/pyproject.toml": '[project]\nname = "api"\ndependencies = ["fastapi>=0.1", "SQLAlchemy"]\n',
        "services/api/tests/fixtures/p/pyproject.toml": '[project]\nname = "planted"\n',
        "examples/hello/Cargo.toml": '[package]\nname = "hello"\n',
        "packages/a/node_modules/express/package.json": '{"name": "express"}',
    }
    seen = found(tmp_path, files)
    assert [one.name for one in seen.monorepo] == ["npm workspaces"]
    assert [(one.path, one.name, one.role) for one in seen.projects] == [
        (".", "all", "project"),
        ("examples/hello", "hello", "example"),
        ("packages/a", "@x/a", "project"),
        ("packages/b", "@x/b", "project"),
        ("services/api", "api", "project"),
        ("services/api/tests/fixtures/p", "planted", "fixture"),
    ]
    frameworks = {one.path: [trait.name for trait in one.frameworks] for one in seen.projects}
    assert frameworks["services/api"] == ["FastAPI", "SQLAlchemy"]
    assert (frameworks["packages/a"], frameworks["packages/b"]) == (["Express"], ["Jest"])


@pytest.mark.parametrize("damaged", ["{", "[" * 100_000, '{"dependencies": 3}', "\x00", ""])
def test_damaged_manifests_stop_nothing(damaged: str, tmp_path: Path) -> None:
    names = (
        "package.json",
        "pyproject.toml",
        "pom.xml",
        "Cargo.toml",
        "go.mod",
        "setup.cfg",
        "x.csproj",
        "composer.json",
        "Pipfile",
    )
    seen = found(tmp_path, dict.fromkeys(names, damaged))
    assert [one.path for one in seen.projects] == ["."]


def test_entities_are_refused(tmp_path: Path) -> None:
    declared = '<!DOCTYPE p [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;&a;">]>'
    bomb = declared + "<project><dependency><groupId>&b;</groupId></dependency></project>"
    assert found(tmp_path, {"pom.xml": bomb}).dependencies == []
