"""Elements of an XML text with their lines. Declarations of entities are refused, so that no text grows while it is read."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from xml.parsers import expat


@dataclass(slots=True)
class Element:
    """An element: its name without namespace, its attributes, its line, and the text of its children by name."""

    name: str
    attributes: Mapping[str, str]
    line: int
    children: dict[str, str] = field(default_factory=dict)

    def child(self, name: str) -> str:
        """The text of a child, without spaces around it; empty if there is none."""
        return self.children.get(name, "").strip()


def elements(text: str, *names: str) -> list[Element]:
    """All elements of these names, in the order of their ends.

    Raises:
        ValueError: the text is no XML, or declares entities.
    """
    parser, open_, found = expat.ParserCreate(), list[Element](), list[Element]()

    def start(name: str, attributes: dict[str, str]) -> None:
        open_.append(Element(name.rpartition(":")[2], attributes, parser.CurrentLineNumber))

    def data(piece: str) -> None:
        if len(open_) > 1:
            inside = open_[-2].children
            inside[open_[-1].name] = inside.get(open_[-1].name, "") + piece

    def end(_name: str) -> None:
        closed = open_.pop()
        if closed.name in names:
            found.append(closed)

    def refuse(*_declared: object) -> None:
        raise ValueError("it declares entities")

    parser.StartElementHandler, parser.EndElementHandler, parser.CharacterDataHandler = start, end, data
    parser.EntityDeclHandler = refuse
    try:
        parser.Parse(text, True)
    except expat.ExpatError as error:
        raise ValueError(str(error)) from error
    return found
