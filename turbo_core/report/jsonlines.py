"""Events as JSON lines: what ``--json`` prints, one object a line, the fields of ``turbo_core.model.Event`` in their order.

Each line is one JSON object in UTF-8 with the keys ``format run seq epoch round kind task attempt at actor source dedupe tenant
body prev hash``; docs/events.md lists the kinds and their bodies. Exact decimals are numbers. Characters that a terminal could
obey are escaped, so a line is safe to print.
"""

from __future__ import annotations

import re
from typing import Final

from turbo_core.model import Event
from turbo_core.report.text import as_json

_UNSAFE: Final = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]")


def line(event: Event) -> str:
    """One event as one line of JSON, without the line break."""
    return _UNSAFE.sub(lambda found: f"\\u{ord(found[0]):04x}", as_json(event))
