"""Pictures of architectures: whole, escaped, and written with care."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree as ET

import pytest
from turbo_core import ActionFailed, Context, replace

from turbo_plugin_project import actions

from .conftest import write

FILES = {
    "a/a.py": "import b.b\n",
    "b/b.py": "import c.c\n",
    "c/c.py": "import b.b\n",
    'd/<script>alert("1")&.py': "import a.a\n",
}


@pytest.fixture
def project(context: Context) -> Path:
    write(context.project, FILES)
    return context.project


def test_a_page_shows_all_and_escapes_what_is_foreign(context: Context, project: Path) -> None:
    drawn = actions.draw(context)
    page = (project / "architecture.html").read_text(encoding="utf-8")
    assert (drawn.path, drawn.modules, drawn.needs) == ("architecture.html", 4, 4)
    assert "<script" not in page
    assert "b/b.py → c/c.py → b/b.py" in page
    picture = ET.fromstring(page[page.index("<svg") : page.index("</svg>") + 6])
    space = "{http://www.w3.org/2000/svg}"
    assert len(picture.findall(f"{space}g")) == 4
    assert len(picture.findall(f"{space}path")) == 4


def test_the_ending_says_the_form(context: Context, project: Path) -> None:
    actions.draw(context, file="a.svg")
    assert ET.parse(project / "a.svg").getroot().tag.endswith("svg")
    actions.draw(replace(context, key="other"), file="a.mmd")
    assert (project / "a.mmd").read_text(encoding="utf-8").startswith("flowchart TD\n")


def test_a_file_that_is_there_stays_unless_it_may_go(context: Context, project: Path) -> None:
    write(project, {"a.svg": "mine"})
    with pytest.raises(ActionFailed, match="is there already"):
        actions.draw(context, file="a.svg")
    assert (project / "a.svg").read_text() == "mine"
    actions.draw(context, file="a.svg", overwrite=True)
    assert actions.draw.undoer is not None
    actions.draw.undoer(context, file="a.svg")
    assert (project / "a.svg").read_text() == "mine"


def test_what_was_changed_since_is_not_taken_back(context: Context, project: Path) -> None:
    actions.draw(context, file="a.svg")
    (project / "a.svg").write_text("better")
    assert actions.draw.undoer is not None
    with pytest.raises(ActionFailed, match="left alone"):
        actions.draw.undoer(context, file="a.svg")
    assert (project / "a.svg").read_text() == "better"


@pytest.mark.parametrize("file", ["../outside.svg", "/tmp/outside.svg", "."])
def test_nothing_is_written_outside(file: str, context: Context, project: Path) -> None:
    with pytest.raises(ActionFailed, match="no file of the project"):
        actions.draw(context, file=file)
