"""Which template a page is made of: the project's, a plugin's, or the built-in one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.report import runs
from turbo_core.app import App
from turbo_core.builtin.document import turbo_document
from turbo_core.engine.documenting import Desk
from turbo_core.hookspecs import hookimpl
from turbo_core.offers import PageOffer
from turbo_core.plugins.names import find
from turbo_core.report.pages import replaceable
from turbo_core.testing.playing import on_the_shelf

NAME = "report.html.j2"


def footer(text: str, base: str = "turbo") -> str:
    return f"{{% extends '{base}/{NAME}' %}}{{% block footer %}}{text}{{% endblock %}}"


class House:
    def __init__(self, name: str, text: str) -> None:
        self.name = name
        self.text = text

    @hookimpl
    def turbo_register(self) -> list[PageOffer]:
        return [PageOffer(name=NAME, text=self.text)]


class Context:
    """What the built-in documenter asks of the host."""

    compiled = None

    def __init__(self, desk: Desk) -> None:
        self.template = desk.template

    def log_tail(self, path: str, limit: int) -> str:
        return runs.log_tail(path, limit)


@contextmanager
def desk_with(project: Path, *plugins: House) -> Iterator[Desk]:
    with on_the_shelf(find(project / "caches"), plugins) as names:
        yield App(project=project, names=names).desk


@pytest.fixture
def desk(tmp_path: Path, turbo_home: Path) -> Iterator[Desk]:
    with desk_with(tmp_path, House("zoo", footer("of the zoo")), House("house", footer("of the house"))) as made:
        yield made


def page(desk: Desk) -> str:
    made = {document.name: document for document in turbo_document(runs.passed(), Context(desk))}
    return made["report.html"].content.decode()


def test_a_plugin_brings_a_page_and_the_first_name_counts(desk: Desk) -> None:
    assert "of the house" in page(desk)
    assert "of the zoo" not in page(desk)
    assert desk.template("report.css") == ""


def test_a_file_of_the_project_counts_more_and_can_extend_the_page_of_a_plugin(desk: Desk) -> None:
    desk.templates.mkdir(parents=True)
    (desk.templates / NAME).write_text(footer("of the project, {{ super() }}", base="zoo"))
    assert "of the project, of the zoo" in page(desk)


def test_a_page_of_a_plugin_that_is_wrong_is_told_and_the_built_in_one_is_made(tmp_path: Path, turbo_home: Path) -> None:
    with desk_with(tmp_path, House("house", footer("{{ run.nothing }}"))) as desk:
        made = page(desk)
    assert "a template of the project or of a plugin" in made
    assert "This file is complete" in made


def test_pages_that_can_be_replaced_are_the_documented_ones() -> None:
    single = {"report.css", "report.html.j2", "report.js", "workflow.html.j2", "workflow.md.j2"}
    assert {name for name in replaceable() if not name.startswith("documents/")} == single
