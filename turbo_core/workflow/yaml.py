"""YAML 1.2 core text -> JSON values, with the place of every key and value.

It works on the parser's event stream, so that depth, nodes and aliases are bounded before anything is built. It must not know
what a workflow is.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final, TypeAlias

import yaml
from msgspec import Struct
from yaml.events import (
    AliasEvent,
    DocumentStartEvent,
    Event,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
)

from turbo_core.errors import Problem
from turbo_core.words import JSON
from turbo_core.workflow.yaml_causes import cause_of
from turbo_core.workflow.yaml_scalars import NotPlain, plain_value

MAX_CHARACTERS: Final = 16 * 1024 * 1024
MAX_DEPTH: Final = 64
MAX_NODES: Final = 2_000_000
MAX_ALIASES: Final = 1_000
MAX_ALIASED: Final = 10_000
"""Values that all aliases together may stand for: what they repeat costs no text, but all that is done with it costs time."""

Path: TypeAlias = tuple[str | int, ...]
"""The way from the top of a document to a value: keys and list indexes."""

_Tagged: TypeAlias = ScalarEvent | MappingStartEvent | SequenceStartEvent
_Loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
# Besides what YAML forbids: NEL, LS and PS, which its version 1.1 read as line ends and version 1.2 does not.
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff\ufffe\uffff]|(?<!^)\ufeff")
_LINE_END = re.compile("\r\n?|\n")
_UNSPEAKABLE = re.compile("[\x00\ud800-\udfff]")


Mark: TypeAlias = tuple[int, int]
"""Line and column, from 1."""


class Place(Struct):
    """Where a list or object begins, and the places of what is in it.

    ``keys`` holds the places of an object's keys, ``values`` those of its values; a list's are under their indexes. A scalar
    is told by its mark alone.
    """

    mark: Mark
    keys: dict[str, Mark]
    values: dict[str | int, Place | Mark]


class Document(Struct, frozen=True, kw_only=True):
    """What one file says. With a fatal problem ``value`` is ``None``; other problems leave the rest readable."""

    path: str
    text: str
    value: JSON
    place: Place | Mark
    problems: tuple[Problem, ...] = ()

    def value_at(self, path: Path) -> Mark:
        """Line and column of the value at ``path``, or of the nearest value around it that exists."""
        place: Place | Mark = self.place
        for step in path:
            inner = place.values.get(step) if isinstance(place, Place) else None
            if inner is None:
                break
            place = inner
        return place.mark if isinstance(place, Place) else place

    def key_at(self, path: Path) -> Mark:
        """Line and column of the key that ``path`` ends with; of the value if it is an item of a list."""
        place: Place | Mark | None = self.place
        for step in path[:-1]:
            place = place.values.get(step) if isinstance(place, Place) else None
        key = place.keys.get(str(path[-1])) if path and isinstance(place, Place) else None
        return key if key is not None else self.value_at(path)


def compose(text: str, path: str) -> Document:
    """Read ``text``; ``path`` is what problems call the file. Never raises: see ``Document.problems``."""
    composer = _Composer(path, text.removeprefix("\ufeff"))
    try:
        _refuse_text(text)
        value, place = composer.document(yaml.parse(text, Loader=_Loader))
    except _FatalError as error:
        return _broken(text, path, (*composer.problems, error.problem(path)))
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
        why, next_step = cause_of(error.problem or "", error.context or "", text, (line, column))
        problem = Problem(
            code="E-yaml", path=path, line=line, column=column, what="this is not YAML", why=why, next_step=next_step
        )
        return _broken(text, path, (*composer.problems, problem))
    return Document(path=path, text=text, value=value, place=place, problems=tuple(composer.problems))


def _broken(text: str, path: str, problems: tuple[Problem, ...]) -> Document:
    return Document(path=path, text=text, value=None, place=_NOWHERE, problems=problems)


def _refuse_text(text: str) -> None:
    if len(text) > MAX_CHARACTERS:
        raise _FatalError(
            (1, 1), "the file is too large", f"more than {MAX_CHARACTERS} characters", "split it", code="E-yaml-size"
        )
    found = _FORBIDDEN.search(text)
    if found:
        before = _LINE_END.split(text[: found.start()])
        line, column = len(before), len(before[-1]) + 1
        code_point = f"U+{ord(found.group()):04X}"
        hint = 'write it as an escape in a double-quoted string, such as "\\u2028", or remove it'
        raise _FatalError((line, column), f"the character {code_point} cannot stand in a file", "", hint)


_NOWHERE: Final = (1, 1)


class _FatalError(Exception):
    """A mistake after which reading the text cannot go on."""

    def __init__(self, at: Mark, what: str, why: str = "", next_step: str = "", *, code: str = "E-yaml") -> None:
        super().__init__(what)
        self.told = (code, *at, what, why, next_step)

    def problem(self, path: str) -> Problem:
        code, line, column, what, why, next_step = self.told
        return Problem(code=code, path=path, line=line, column=column, what=what, why=why, next_step=next_step)


class _Anchored(Struct):
    value: JSON
    place: Place | Mark
    nodes: int
    done: bool


class _Open(Struct):
    """A list or object that is being built. ``key`` is the key whose value comes next."""

    value: JSON
    place: Place
    is_object: bool
    anchor: str | None
    nodes_before: int
    key: str | None = None
    key_mark: Mark = _NOWHERE
    dropped: int = 0


class _Composer:
    """Builds one document from events, in a loop: the depth of the text is no depth of calls."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self._text = text
        self.problems: list[Problem] = []
        self._stack: list[_Open] = []
        self._anchors: dict[str, _Anchored] = {}
        self._nodes = 0
        self._aliases = 0
        self._aliased = 0
        self._result: tuple[JSON, Place | Mark] | None = None
        self._handlers: Mapping[type[Event], Callable[[Any], None]] = {
            ScalarEvent: self._scalar,
            MappingStartEvent: self._start,
            SequenceStartEvent: self._start,
            MappingEndEvent: self._end,
            SequenceEndEvent: self._end,
            AliasEvent: self._alias,
            DocumentStartEvent: self._document_start,
        }

    def document(self, events: Iterator[Event]) -> tuple[JSON, Place | Mark]:
        """The value of the only document; ``null`` for an empty text."""
        handlers = self._handlers
        for event in events:
            handler = handlers.get(type(event))
            if handler is not None:
                handler(event)
        return self._result if self._result is not None else (None, _NOWHERE)

    def _tell(self, event: Event, what: str, why: str = "", next_step: str = "", *, code: str = "E-yaml") -> None:
        line, column = _at(event)
        self.problems.append(
            Problem(code=code, path=self.path, line=line, column=column, what=what, why=why, next_step=next_step)
        )

    def _document_start(self, event: DocumentStartEvent) -> None:
        line, column = _at(event)
        if self._result is not None:
            raise _FatalError((line, column), "a second document begins here", "one file is one workflow", "split it")
        if event.tags or (event.version is not None and event.version != (1, 2)):
            raise _FatalError((line, column), "directives (%YAML, %TAG) are not used here", "", "remove the line")

    def _scalar(self, event: ScalarEvent) -> None:
        self._count(event, 1)
        line, column = _at(event)
        text: str = event.value
        # A key is judged by _key, a plain scalar by the core schema; all else is a string.
        if self._wants_key():
            self._key(event, line, column)
            return
        if event.tag is not None:
            self._refuse_tag(event)
        value: JSON = text
        if not event.style and event.tag is None:
            try:
                value = plain_value(text)
            except NotPlain as error:
                self._tell(event, error.what, error.why, error.next_step)
        elif _UNSPEAKABLE.search(text):
            self._tell(event, "a NUL or half a surrogate pair stands in this string", "no program could be given it", "remove it")
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, (line, column), 1, done=True)
        self._put(value, (line, column))

    def _wants_key(self) -> bool:
        stack = self._stack
        return bool(stack) and stack[-1].is_object and stack[-1].key is None and not stack[-1].dropped

    def _key(self, event: ScalarEvent, line: int, column: int) -> None:
        top = self._stack[-1]
        text: str = event.value
        top.key_mark = (line, column)
        if self._follows_question_mark(event):
            self._tell(
                event, "a question mark begins this text in brackets", "YAML takes it for a key", "put the text into quotes"
            )
        if event.tag is not None:
            self._refuse_tag(event)
        elif not event.style and text == "<<":
            self._tell(event, "merge keys (<<) are not part of YAML 1.2", "", "write the keys out")
            top.dropped = 1
            return
        elif not event.style and not _is_plain_string(text):
            self._tell(event, f"the key {text or 'null'} is not a string", "", f'quote it: "{text}":')
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(text, (line, column), 1, done=True)
        if text in top.value:
            first = top.place.keys[text]
            self._tell(
                event, f"the key '{text}' stands here twice", f"first at line {first[0]}", "remove one", code="E-duplicate"
            )
            top.dropped = 1
            return
        top.key = text

    def _follows_question_mark(self, event: ScalarEvent) -> bool:
        """Whether the parser took the ``?`` of a text such as ``[?x]`` for the sign of a key; in YAML 1.2 a blank follows it."""
        mark = event.start_mark
        return mark is not None and mark.index > 0 and self._text[mark.index - 1] == "?"

    def _refuse_tag(self, event: _Tagged) -> None:
        self._tell(event, f"tags such as {event.tag} are not used here", "", "remove it; quotes make a string")

    def _start(self, event: MappingStartEvent | SequenceStartEvent) -> None:
        self._count(event, 1)
        line, column = _at(event)
        if self._wants_key():
            raise _FatalError((line, column), "a key is a list or an object here", "keys are strings", _BRACES_HINT)
        if len(self._stack) >= MAX_DEPTH:
            raise _FatalError((line, column), f"nested more than {MAX_DEPTH} deep", "", "make it flatter", code="E-yaml-size")
        if event.tag is not None:
            self._refuse_tag(event)
        is_object = type(event) is MappingStartEvent
        value: JSON = {} if is_object else []
        place = Place((line, column), {}, {})
        if event.anchor is not None:
            self._anchors[event.anchor] = _Anchored(value, place, 0, done=False)
        self._stack.append(_Open(value, place, is_object, event.anchor, self._nodes))

    def _end(self, event: Event) -> None:
        top = self._stack.pop()
        if top.anchor is not None:
            anchored = self._anchors[top.anchor]
            if anchored.value is top.value:
                anchored.nodes = self._nodes - top.nodes_before + 1
                anchored.done = True
        self._put(top.value, top.place)

    def _alias(self, event: AliasEvent) -> None:
        line, column = _at(event)
        anchored = self._anchors.get(event.anchor or "")
        if anchored is None:
            raise _FatalError((line, column), f"there is no anchor &{event.anchor} before this alias", "", _STAR_HINT)
        if not anchored.done:
            raise _FatalError((line, column), f"the alias *{event.anchor} stands inside its own anchor", "", "write it out")
        self._aliases += 1
        if self._aliases > MAX_ALIASES:
            raise _FatalError((line, column), f"more than {MAX_ALIASES} aliases", "", "write them out", code="E-yaml-size")
        self._count(event, anchored.nodes)
        self._aliased += anchored.nodes
        if self._aliased > MAX_ALIASED:
            what = f"the aliases stand for more than {MAX_ALIASED} values"
            raise _FatalError((line, column), what, "", "write less of it by alias", code="E-yaml-size")
        if len(self._stack) + _height(anchored.value) > MAX_DEPTH:
            raise _FatalError((line, column), f"nested more than {MAX_DEPTH} deep", "", "make it flatter", code="E-yaml-size")
        if self._wants_key():
            raise _FatalError((line, column), "an alias cannot be a key", "", "write the key out")
        self._put(anchored.value, anchored.place)

    def _count(self, event: Event, nodes: int) -> None:
        self._nodes += nodes
        if self._nodes > MAX_NODES:
            raise _FatalError(
                _at(event), f"more than {MAX_NODES} values", "aliases count as written out", "split it", code="E-yaml-size"
            )

    def _put(self, value: JSON, place: Place | Mark) -> None:
        if not self._stack:
            self._result = (value, place)
            return
        top = self._stack[-1]
        if not top.is_object:
            top.place.values[len(top.value)] = place
            top.value.append(value)
        elif top.key is not None:
            top.value[top.key] = value
            top.place.keys[top.key] = top.key_mark
            top.place.values[top.key] = place
            top.key = None
        else:
            top.dropped = 0


_BRACES_HINT = 'an expression inside { } or [ ] needs quotes: "${{ … }}"'
_STAR_HINT = "quote the value if it is meant to begin with *"


def _at(event: Event) -> Mark:
    mark = event.start_mark
    assert mark is not None  # the parser gives every event its place
    return mark.line + 1, mark.column + 1


def _is_plain_string(text: str) -> bool:
    try:
        return isinstance(plain_value(text), str)
    except NotPlain:
        return False


def _height(value: JSON) -> int:
    if isinstance(value, dict):
        return 1 + max(map(_height, value.values()), default=0)
    if isinstance(value, list):
        return 1 + max(map(_height, value), default=0)
    return 0
