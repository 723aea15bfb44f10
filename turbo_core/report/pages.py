"""Pages made from templates: the template engine, set up so that foreign text stays text, and what a project brings of its own.

Every value is made harmless (``_harmless``) and escaped by the engine. A project's templates run in a sandbox. It knows no run.
"""

from __future__ import annotations

from contextlib import suppress
from pickle import UnpicklingError
from typing import Final

from jinja2 import BaseLoader, ChoiceLoader, Environment, FunctionLoader, PackageLoader, PrefixLoader, StrictUndefined
from jinja2.bccache import Bucket, FileSystemBytecodeCache
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from turbo_core.report import looks, text
from turbo_core.report.own import BUILT_IN, Own

_FIXED: Final = frozenset({"stats.html.j2"})
"""Pages that are only ever as they are here."""


def replaceable() -> list[str]:
    """The names of the built-in templates that a project or a plugin can bring its own of."""
    return sorted(set(PackageLoader("turbo_core.report").list_templates()) - _FIXED)


def environment(own: Own = BUILT_IN, *, escape: bool = True) -> Environment:
    """The template engine. The built-in templates can also be named ``turbo/NAME``, to extend them.

    Args:
        own: what the project brings.
        escape: whether the pages are HTML.
    """
    make = ImmutableSandboxedEnvironment if own.brings else Environment
    made = make(
        loader=_loader(own),
        autoescape=escape,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        bytecode_cache=_Compiled(str(own.compiled)) if own.compiled else None,
    )
    made.filters |= {
        "duration": text.duration,
        "when": text.when,
        "day": lambda iso: text.when(iso)[:16],
        "plural": text.plural,
        "size": text.size,
        "cut": text.cut,
        "line": text.one_line,
        "tone": lambda state: looks.look(state).tone,
        "mark": lambda state: looks.look(state).symbol,
        "words": looks.words,
    }
    return made


def source(made: Environment, name: str) -> Markup:
    """A style or a script, which is put into a page as it is."""
    assert made.loader
    return Markup(made.loader.get_source(made, name)[0])  # noqa: S704 - a file of ours or of the project, no foreign text in it


def _loader(own: Own) -> BaseLoader:
    ours = PackageLoader("turbo_core.report")
    return ChoiceLoader([FunctionLoader(lambda name: own.find(name) or None), PrefixLoader({"turbo": ours}), ours])


def _harmless(value: object) -> object:
    """Markup stays, all other text loses its control characters before it is escaped."""
    if not isinstance(value, str) or isinstance(value, Markup) or value.isprintable():
        return value
    return text.strip_controls(value)


class _Compiled(FileSystemBytecodeCache):
    """What the engine has compiled, on disk; a disk that neither takes nor gives it costs time and nothing else."""

    def load_bytecode(self, bucket: Bucket) -> None:
        try:
            super().load_bytecode(bucket)
        except (OSError, EOFError, UnpicklingError):
            bucket.reset()

    def dump_bytecode(self, bucket: Bucket) -> None:
        with suppress(OSError):
            super().dump_bytecode(bucket)
