"""The graph, its drawings, conflicts in words, and the bill of materials."""

from __future__ import annotations

import json
from collections.abc import Callable
from html.parser import HTMLParser

import pytest
from cyclonedx.schema import SchemaVersion
from cyclonedx.validation.json import JsonStrictValidator
from turbo_core import ActionFailed

from tests.conftest import LOCK, Paper
from turbo_plugin_packages import actions
from turbo_plugin_packages.bill import purl
from turbo_plugin_packages.conflicts import explained
from turbo_plugin_packages.graphs import graph_of, mermaid
from turbo_plugin_packages.page import page
from turbo_plugin_packages.values import Inventory, Need, Package

ODD = Inventory(
    project='a "thing" <b>',
    wants=(Need(name="a", wants="<2"), Need(name="gone", met=False)),
    packages=(
        Package(name="a", version="1", direct=True, needs=(Need(name="c", wants="<2", met=False), Need(name="d", version="2"))),
        Package(name="c", version="2", needs=(Need(name="a"),)),
        Package(name="d", version="1"),
        Package(name="d", version="2"),
    ),
)


def test_nodes_come_by_depth_and_edges_say_what_is_wanted(paper: Paper) -> None:
    told = actions.graph(paper.context)
    assert [(one.id, one.depth) for one in told.nodes] == [
        ("thing", 0),
        ("alpha 1.0.0", 1),
        ("beta 1.0.0", 1),
        ("gamma 1.0.0", 2),
    ]
    assert [(one.of, one.to) for one in told.edges] == [
        ("alpha 1.0.0", "gamma 1.0.0"),
        ("thing", "alpha 1.0.0"),
        ("thing", "beta 1.0.0"),
    ]


def test_a_circle_and_what_is_missing_have_their_place() -> None:
    told = graph_of(ODD)
    assert {one.id: one.depth for one in told.nodes} == {'a "thing" <b>': 0, "a 1": 1, "c 2": 2, "d 2": 2, "d 1": -1}
    text = mermaid(told)
    assert 'n0["a #34;thing#34; #60;b#62;"]' in text
    assert '(("gone"))' in text
    assert '-.->|"#60;2"|' in text


def test_a_page_stands_alone_and_shows_no_markup_of_strangers() -> None:
    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            found.append(tag)
            assert not {"src", "href"} & dict(attrs).keys()

    found: list[str] = []
    text = page(graph_of(ODD))
    Tags().feed(text)
    assert (found.count("rect"), found.count("path"), found.count("tr"), found.count("b")) == (6, 5, 6, 0)
    assert "4 packages, 5 needs, 2 of them not met" in text


@pytest.mark.parametrize("file", ["out/graph.html", "graph.mmd"])
def test_a_drawing_is_taken_back(paper: Paper, file: str) -> None:
    before = paper.files()
    drawn = actions.draw(paper.context, file=file)
    assert (drawn.nodes, drawn.edges) == (4, 3)
    assert actions.draw.undoer is not None
    actions.draw.undoer(paper.context, file=file)
    assert paper.files() == before
    assert not (paper.folder / "out").exists()


def test_only_known_kinds_of_files_of_the_project_are_drawn(paper: Paper) -> None:
    with pytest.raises(ActionFailed, match="neither a page nor Mermaid"):
        actions.draw(paper.context, file="graph.png")
    with pytest.raises(ActionFailed, match="no file of the project"):
        actions.draw(paper.context, file="../graph.html")


def test_a_tree_tells_what_is_below_and_why_it_is_there(paper: Paper) -> None:
    assert actions.tree(paper.context).text == "thing\n  alpha 1.0.0\n    gamma 1.0.0\n  beta 1.0.0"
    assert actions.tree(paper.context, package="gamma", why=True).text == "gamma 1.0.0\n  alpha 1.0.0\n    thing"
    with pytest.raises(ActionFailed, match="there is no package 'x'"):
        actions.tree(paper.context, package="x")
    with pytest.raises(ActionFailed, match="is asked of a package"):
        actions.tree(paper.context, why=True)


def test_conflicts_are_told_in_words() -> None:
    found = {one.name: one for one in explained(ODD)}
    assert set(found) == {"c", "d", "gone"}
    assert (
        found["c"].told
        == "a 1 wants c <2; 2 is there, which does not suit a 1: find a version of c that suits all, or another version of a 1"
    )
    assert found["gone"].told == 'a "thing" <b> wants any gone; it is missing: install it, or remove who wants it'
    assert (found["d"].met, found["d"].versions) == (True, ["1", "2"])


def test_needs_that_are_not_met_score_nothing(paper: Paper) -> None:
    assert actions.conflicts(paper.context).score == 1.0
    paper.write(paper={"name": "thing", "needs": {"alpha": "0.9", "beta": ""}})
    told = actions.conflicts(paper.context)
    assert (told.score, told.unmet, told.conflicts[0].wanted) == (0.0, 1, ["thing wants alpha <=0.9"])


def test_a_bill_of_materials_fits_its_schema_and_is_the_same_again(paper: Paper, undo: Callable[..., None]) -> None:
    before = paper.files()
    told = actions.sbom(paper.context)
    text = (paper.folder / "sbom.cdx.json").read_text()
    assert JsonStrictValidator(SchemaVersion.V1_6).validate_str(text) is None
    bill = json.loads(text)
    assert told.components == len(bill["components"]) == len(LOCK)
    assert {one["purl"]: one.get("licenses") for one in bill["components"]} == {
        "pkg:pypi/alpha@1.0.0": [{"expression": "MIT"}],
        "pkg:pypi/beta@1.0.0": [{"expression": "Apache-2.0 OR GPL-2.0-only"}],
        "pkg:pypi/gamma@1.0.0": None,
    }
    needs = {one["ref"]: one.get("dependsOn") for one in bill["dependencies"]}
    assert needs["pkg:pypi/alpha@1.0.0"] == ["pkg:pypi/gamma@1.0.0"]
    assert needs["project"] == ["pkg:pypi/alpha@1.0.0", "pkg:pypi/beta@1.0.0"]
    actions.sbom(paper.context)
    assert (paper.folder / "sbom.cdx.json").read_text() == text
    assert actions.sbom.undoer is not None
    actions.sbom.undoer(paper.context, file="sbom.cdx.json")
    assert paper.files() == before


@pytest.mark.parametrize(
    ("kind", "name", "url"),
    [
        ("pypi", "ruamel-yaml", "pkg:pypi/ruamel-yaml@1"),
        ("npm", "@scope/name", "pkg:npm/%40scope/name@1"),
        ("maven", "org.x:name", "pkg:maven/org.x/name@1"),
        ("golang", "example.org/a/b", "pkg:golang/example.org/a/b@1"),
        ("cargo", "serde", "pkg:cargo/serde@1"),
    ],
)
def test_each_ecosystem_has_its_urls(kind: str, name: str, url: str) -> None:
    assert purl(kind, Package(name=name, version="1")).to_string() == url
