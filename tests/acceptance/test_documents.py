"""Living documents, handbooks and the rating of documentation, with the installed command."""

from __future__ import annotations

import json
import stat

import pytest

from tests.acceptance.project import Project

WORKFLOW = """
name: build
description: Build the thing.
phases:
  make:
    compile: {run: echo compiling, description: Compile all.}
  check:
    look:
      run: 'until grep -q running STATUS.md; do sleep 0.1; done'
      timeout: 60s
      risk: read
"""
SETTINGS = """
[documents.status]
path = "STATUS.md"
kind = "status"
[documents.architecture]
path = "README.md"
kind = "architecture"
"""
README = "# Mine\n\nBefore. \n<!-- turbo:architecture -->\nold\n<!-- /turbo:architecture -->\n\tAfter"


@pytest.fixture
def documented(project: Project) -> Project:
    project.write("turbo.yaml", WORKFLOW)
    project.write("turbo.toml", SETTINGS)
    project.write("README.md", README)
    return project


def test_documents_are_written_at_the_end_of_phases_and_runs(documented: Project) -> None:
    (documented.folder / "README.md").chmod(0o640)
    ended = documented.turbo("run")
    assert ended.code == 0, ended.out
    assert "✓ succeeded" in documented.read("STATUS.md")
    readme = documented.read("README.md")
    assert readme.startswith("# Mine\n\nBefore. \n<!-- turbo:architecture -->\nBuild the thing.\n\n```mermaid\n")
    assert readme.endswith("```\n<!-- /turbo:architecture -->\n\tAfter")
    assert stat.S_IMODE((documented.folder / "README.md").stat().st_mode) == 0o640
    assert documented.turbo("docs", "check").code == 0


def test_check_tells_what_would_change_and_write_does_it(documented: Project) -> None:
    ended = documented.turbo("docs", "check")
    assert ended.code == 1
    assert "-old\n+Build the thing.\n" in ended.out
    assert "2 documents of 2 must be written: turbo docs write" in ended.out
    assert documented.read("README.md") == README
    assert documented.turbo("docs", "write").out == "STATUS.md: written\nREADME.md: written\n"
    assert documented.turbo("docs", "write").out == "STATUS.md: up to date\nREADME.md: up to date\n"
    assert json.loads(documented.turbo("docs", "check", "--json").out)["ok"] is True


def test_a_document_that_cannot_be_written_is_told_and_the_run_goes_on(documented: Project) -> None:
    documented.write("README.md", "# Mine\n\nno region\n")
    ended = documented.turbo("run")
    assert ended.code == 0
    assert "README.md: it has no region architecture" in ended.out
    assert documented.read("README.md") == "# Mine\n\nno region\n"
    assert "no region architecture" in (documented.run / "report" / "report.html").read_text()
    refused = documented.turbo("docs", "write")
    assert refused.code == 1
    assert "write <!-- turbo:architecture -->" in refused.err


def test_a_document_outside_of_the_project_is_refused(project: Project) -> None:
    project.write("turbo.yaml", WORKFLOW)
    project.write("turbo.toml", '[documents.status]\npath = "../STATUS.md"\nkind = "status"\n')
    ended = project.turbo("docs", "write")
    assert ended.code == 1
    assert "it lies outside of the project" in ended.err
    assert not (project.folder.parent / "STATUS.md").exists()


@pytest.mark.parametrize("wrong", ['path = "A.md"', 'path = "A.md"\nkind = "../x"', 'path = "A.md"\nkind = "status"\nmore = "x"'])
def test_a_document_that_is_declared_wrongly_is_one_clear_error(project: Project, wrong: str) -> None:
    project.write("turbo.toml", f"[documents.status]\n{wrong}\n")
    ended = project.turbo("docs", "check")
    assert ended.code == 2
    assert "documents" in ended.err


def test_a_workflow_is_explained_to_a_stranger(documented: Project) -> None:
    page = documented.turbo("docs", "workflow").out
    assert page.startswith("# build\n\nBuild the thing.\n\nRun it with `turbo run build`.")
    assert "| compile | Compile all. | change |" in page
    assert documented.turbo("docs", "workflow", "--format", "html").out.startswith("<!doctype html>")


def test_documentation_is_rated(documented: Project) -> None:
    documented.write("README.md", README + "\n[gone](gone.md) [here](README.md#mine)\n")
    documented.turbo("docs", "write")
    found = json.loads(documented.turbo("docs", "quality", "--json").out)
    parts = {part["name"]: part for part in found["parts"]}
    assert parts["tasks"]["lacking"] == ["build: look"]
    assert parts["links"]["lacking"] == ["README.md: gone.md"]
    assert parts["fresh"]["score"] == 1
    assert 0 < found["score"] < 1
    assert documented.turbo("docs", "quality", "--least", "0.99").code == 1
    assert documented.turbo("docs", "quality", "--least", "0.1").code == 0
