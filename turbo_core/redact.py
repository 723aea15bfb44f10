"""The one place that masks secrets: what a secret may look like, and how it is taken out of bytes, text and JSON values.

A secret is found as it is, line by line, and in the usual encodings (base64 in three alignments, hexadecimal, URL, JSON, HTML,
shell and Python forms, reversed), also across the borders of chunks. Other transformations are not found, and values under six
characters are refused. This module knows neither where secrets come from nor where bytes go.
"""

from __future__ import annotations

import base64
import html
import json
import re
import shlex
from bisect import bisect_right
from collections.abc import Callable, Iterable, Iterator, Sequence
from decimal import Decimal
from typing import Final, TypeAlias
from urllib.parse import quote, quote_plus

from turbo_core.words import JSON

MASK: Final = "***"
SHORTEST: Final = 6
"""Secrets (and lines of secrets) under this many characters are not masked: they would hide half of any text."""

Finder: TypeAlias = Callable[..., list[tuple[int, int, int]]]
"""Gives the number, start and end of each form that stands in some bytes."""

_BASE64_LINE: Final = 76
_UNRESERVED: Final = ("", "/", "!~*'()", ";/?:@&=+$,#!~*'()")
_PERCENT: Final = re.compile("%[0-9A-F]{2}")
_UNICODE_ESCAPE: Final = re.compile(r"\\u[0-9a-f]{4}")


def variants(secret: str) -> set[bytes]:
    """Give all the forms in which a secret is looked for.

    Args:
        secret: the value, at least six characters.

    Raises:
        ValueError: the value is too short to be masked.
    """
    if len(secret.strip()) < SHORTEST:
        raise ValueError(
            f"a secret needs at least {SHORTEST} characters: a shorter one cannot be masked without hiding ordinary text"
        )
    forms: set[str] = set()
    for part in {secret, secret.strip(), *(line.strip() for line in secret.splitlines())}:
        if len(part) >= SHORTEST:
            forms.update(_forms(part))
    # Bytes that are no UTF-8 are written out as they are, but are half characters as long as they are text.
    kept = [form for form in forms if len(form) >= SHORTEST]
    return {form.encode("utf-8", errors) for form in kept for errors in ("surrogateescape", "surrogatepass")}


def _forms(text: str) -> Iterator[str]:
    data = text.encode("utf-8", "surrogateescape")
    yield text
    yield text[::-1]
    yield data.hex()
    yield data.hex().upper()
    yield from _base64_forms(data)
    yield from _url_forms(data)
    yield from _json_forms(text)
    yield from _html_forms(text)
    yield from _quoted_forms(text, data)


def _base64_forms(data: bytes) -> Iterator[str]:
    for offset in range(3):
        encoded = base64.b64encode(bytes(offset) + data).decode()
        own = encoded[-(-offset * 8 // 6) : (offset + len(data)) * 8 // 6]
        yield own
        yield own.replace("+", "-").replace("/", "_")
        if offset == 0:
            yield from (own[at : at + _BASE64_LINE] for at in range(0, len(own), _BASE64_LINE))


def _url_forms(data: bytes) -> Iterator[str]:
    for form in (*(quote(data, safe=safe) for safe in _UNRESERVED), quote_plus(data)):
        yield form
        yield _PERCENT.sub(lambda match: match[0].lower(), form)


def _json_forms(text: str) -> Iterator[str]:
    for ascii_only in (True, False):
        form = json.dumps(text, ensure_ascii=ascii_only)[1:-1]
        careful = form.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")
        for one in (form, form.replace("/", "\\/"), careful):
            yield one
            yield _UNICODE_ESCAPE.sub(lambda match: "\\u" + match[0][2:].upper(), one)
            yield json.dumps(one, ensure_ascii=ascii_only)[1:-1]


def _html_forms(text: str) -> Iterator[str]:
    yield html.escape(text, quote=False)
    full = html.escape(text)
    yield full
    yield full.replace("&#x27;", "&#39;")
    yield full.replace("&#x27;", "&apos;")
    yield full.replace("&#x27;", "&#39;").replace("&quot;", "&#34;")


def _quoted_forms(text: str, data: bytes) -> Iterator[str]:
    yield shlex.quote(text).removeprefix("'").removesuffix("'")
    yield text.replace("'", "'\\''")
    yield re.sub(r'([\\"$`])', r"\\\1", text)
    yield re.sub(r"([^\w@%+=:,./-])", r"\\\1", text)
    for quoted in (repr(text)[1:-1], repr(data)[2:-1]):
        yield quoted
        yield re.sub(r"(?<!\\)'", r"\\'", quoted)


class Masker:
    """A set of secrets, and what takes them out of text and values.

    Args:
        secrets: values to mask.

    Raises:
        ValueError: a value is too short to be masked.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._look_for(())
        for secret in secrets:
            self.add(secret)

    def add(self, secret: str) -> None:
        """Mask one more secret from now on.

        Raises:
            ValueError: the value is too short to be masked.
        """
        if secret in self._secrets:
            return
        self._look_for({*self._forms, *variants(secret)})
        self._secrets.add(secret)

    def _look_for(self, forms: Iterable[bytes]) -> None:
        self._forms = sorted(forms)
        self._longest = max(map(len, self._forms), default=0)
        self._on_one_line = not any(b"\n" in form for form in self._forms)
        self._finder: Finder | None = None

    def __bool__(self) -> bool:
        return bool(self._forms)

    def spans(self, data: bytes) -> list[tuple[int, int]]:
        """Give where secrets stand in ``data``, by start; they may overlap."""
        if not self._forms:
            return []
        if self._finder is None:
            self._finder = _finder(self._forms)
        return sorted((start, end) for _form, start, end in self._finder(data, overlapping=True))

    def open_from(self, data: bytes) -> int:
        """Give where the part of ``data`` begins that may be the beginning of a secret: at its end if there is none."""
        first = max(0, len(data) - self._longest + 1)
        if self._on_one_line:  # what ends with a line holds nothing back: this makes short lines cheap
            first = max(first, data.rfind(b"\n") + 1)
        return next((start for start in range(first, len(data)) if self._goes_on(data[start:])), len(data))

    def _goes_on(self, data: bytes) -> bool:
        """Tell whether a form begins with ``data`` and is longer. It would be the next one in their order."""
        place = bisect_right(self._forms, data)
        return place < len(self._forms) and self._forms[place].startswith(data)

    def mask_text(self, text: str) -> str:
        """Give the text with every secret replaced by ``***``."""
        if not self._forms:
            return text
        stream = MaskedStream(self)
        data = text.encode("utf-8", "surrogatepass")
        return (stream.feed(data) + stream.flush()).decode("utf-8", "surrogatepass")

    def mask_json(self, value: JSON) -> JSON:
        """Give the JSON value with every secret in its strings, keys and numbers replaced by ``***``."""
        if not self._forms:
            return value
        match value:
            case str():
                return self.mask_text(value)
            case list() | tuple():
                return [self.mask_json(item) for item in value]
            case dict():
                return {self.mask_text(key): self.mask_json(item) for key, item in value.items()}
            case bool() | None:
                return value
            case int() | Decimal() | float():
                return MASK if self.spans(str(value).encode()) else value
        return self.mask_text(str(value))


class MaskedStream:
    """Masks one stream of bytes, chunk by chunk. It holds back only what may be the beginning of a secret."""

    def __init__(self, masker: Masker) -> None:
        self._masker = masker
        self._held = b""
        self._covered = 0

    def feed(self, chunk: bytes) -> bytes:
        """Take the next bytes; give those that are now certain, masked."""
        if not self._masker:
            return chunk
        data = self._held + chunk
        return self._give(data, self._masker.open_from(data))

    def flush(self) -> bytes:
        """Give what was held back, masked. The stream can be used again."""
        return self._give(self._held, len(self._held))

    def _give(self, data: bytes, until: int) -> bytes:
        given: list[bytes] = []
        at = self._covered
        for start, end in self._masker.spans(data):
            if start >= until:
                break
            if start >= at:
                given += (data[at:start], MASK.encode())
            at = max(at, end)
        given.append(data[at:until])
        self._held = data[until:]
        self._covered = max(0, at - until)
        return b"".join(given)


def _finder(forms: Sequence[bytes]) -> Finder:
    from ahocorasick_rs import BytesAhoCorasick  # noqa: PLC0415  -- only runs that have secrets pay for it

    return BytesAhoCorasick(forms).find_matches_as_indexes
