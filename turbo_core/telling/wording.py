"""The words of messages: a template for each kind and audience, in a sandbox; a project can bring its own.

The first line that a template gives is the subject, the rest the body, in Markdown.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Any, Final

from turbo_core.errors import UsageError
from turbo_core.words import JSON

SUFFIX: Final = ".md.j2"
OWN: Final = Path(__file__).parent / "templates"
LONGEST: Final = 64 * 1024
"""Characters of a message: what is longer is cut."""


class Wording:
    """Makes subject and body of messages.

    Args:
        folder: the project's own templates; it need not exist.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def template(self, kind: str, audience: str) -> Path | None:
        """The file that words a message: of the project before Turbo's own, of the audience before that of all."""
        names = (f"{kind}.{audience}{SUFFIX}", f"{kind}{SUFFIX}")
        places = [place / name for place in (self._folder, OWN) for name in names if "/" not in name]
        return next((place for place in places if place.is_file()), None)

    def words(self, kind: str, audience: str, facts: Mapping[str, JSON]) -> tuple[str, str]:
        """Subject and body.

        Raises:
            UsageError: the template cannot be read, or fails.
        """
        path = self.template(kind, audience)
        if path is None:
            return str(facts.get("subject", "")), str(facts.get("body", ""))
        try:
            text: str = self._sandbox.from_string(path.read_text("utf-8")).render(facts)
        except Exception as error:  # a template is foreign code, in a sandbox
            where = f"{path}:{error.lineno}" if hasattr(error, "lineno") else str(path)
            raise UsageError(
                f"the template of {kind} messages fails",
                where=where,
                why=f"{type(error).__name__}: {error}",
                next_step=f"try it with: turbo messages preview {kind} --audience {audience}",
            ) from error
        subject, _, body = text.strip()[:LONGEST].partition("\n")
        return subject.strip(), body.strip()

    @cached_property
    def _sandbox(self) -> Any:
        # Loaded when the first message is worded: most runs send none.
        sandbox = import_module("jinja2.sandbox")
        strict = import_module("jinja2").StrictUndefined
        return sandbox.ImmutableSandboxedEnvironment(
            undefined=strict, autoescape=False, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True
        )
