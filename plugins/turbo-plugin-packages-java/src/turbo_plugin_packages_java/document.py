"""Finds the elements of an XML file with their places in the text, so that a change leaves the rest as it was written."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from xml.parsers import expat

from turbo_core import ActionFailed


@dataclass(slots=True, kw_only=True)
class Element:
    """An element of the file.

    Attributes:
        tag: its name.
        start: the offset of its first byte.
        end: the offset after its last byte.
        inner: the offsets of what stands between its tags.
        children: the elements in it.
    """

    tag: str
    start: int
    end: int = 0
    inner: tuple[int, int] = (0, 0)
    children: list[Element] = field(default_factory=list)

    def child(self, tag: str) -> Element | None:
        """The first child of that name."""
        return next((one for one in self.children if one.tag == tag), None)

    def find(self, *tags: str) -> Iterator[Element]:
        """All elements at a path below this one."""
        if not tags:
            yield self
            return
        for one in self.children:
            if one.tag == tags[0]:
                yield from one.find(*tags[1:])


class Document:
    """An XML file, as bytes and elements. Its tags are read as they are written.

    Raises:
        ActionFailed: the file cannot be read, or is no XML.
    """

    def __init__(self, file: Path) -> None:
        try:
            self.data = file.read_bytes()
            self.data.decode("utf-8")
            self.root = _parsed(self.data)
        except (OSError, UnicodeDecodeError, expat.ExpatError) as error:
            raise ActionFailed(f"{file.name} cannot be read", where=str(file), why=str(error)) from error

    def text(self, element: Element | None) -> str:
        """What stands in an element."""
        return self.data[slice(*element.inner)].decode("utf-8").strip() if element else ""

    def replaced(self, *changes: tuple[int, int, str]) -> str:
        """The text of the file, with other texts in the place of some of its bytes."""
        data = self.data
        for start, end, text in sorted(changes, reverse=True):
            data = data[:start] + text.encode() + data[end:]
        return data.decode("utf-8")


def _parsed(data: bytes) -> Element:
    root = Element(tag="", start=0)
    stack = [root]
    parser = expat.ParserCreate()

    def starts(tag: str, _: dict[str, str]) -> None:
        element = Element(tag=tag, start=parser.CurrentByteIndex)
        stack[-1].children.append(element)
        stack.append(element)

    def ends(_: str) -> None:
        element = stack.pop()
        opened = data.index(b">", element.start) + 1
        empty = data[opened - 2 : opened] == b"/>"
        closes = opened if empty else parser.CurrentByteIndex
        element.inner = (opened, closes)
        element.end = opened if empty else data.index(b">", closes) + 1

    parser.StartElementHandler = starts
    parser.EndElementHandler = ends
    parser.Parse(data, True)
    return root.children[0]
