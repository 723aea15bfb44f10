"""A new plugin from the template: every answer is checked, then the whole folder appears at once.

Owns what a good answer is, and where the template lies. It knows no terminal. It imports cookiecutter, which costs much.
"""

from __future__ import annotations

import keyword
import re
import shutil
import tempfile
import unicodedata
from collections.abc import Mapping
from difflib import get_close_matches
from pathlib import Path
from typing import Any, Final

from cookiecutter.generate import generate_context, generate_files
from msgspec import Struct
from msgspec.structs import asdict

from turbo_core.errors import UsageError
from turbo_core.plugins.names import RESERVED
from turbo_core.registry.likeness import nearest
from turbo_core.registry.sources import built_in

KINDS: Final = ("actions", "executor", "decider", "documenter", "tracker", "channel", "analyzer")
BUILT_IN: Final = frozenset({"communicate", "decide", "document", "execute", "local", "terminal", "track"})
"""Names of plugins, channels and executors of Turbo itself; a test compares them with the built-in plugins."""

_PREFIX: Final = "turbo-plugin-"


class Answers(Struct, frozen=True, kw_only=True):
    """What the template is told. ``kinds`` are some of `KINDS`, parted by blanks."""

    name: str
    kinds: str
    summary: str
    distribution: str
    package: str
    author: str


KEYS: Final = Answers.__struct_fields__


def checked_name(text: str) -> str:
    """The name of a plugin: that of its entry points, and so of its actions, its channel and its executor.

    Args:
        text: a name, or the name of a distribution; hyphens are read as underscores.

    Raises:
        UsageError: a plugin cannot be called so.
    """
    name = text.strip().removeprefix(_PREFIX).replace("-", "_")
    if not re.fullmatch(r"[a-z][a-z0-9_]{0,62}", name):
        close = _plain(name)
        step = f"did you mean {close!r}?" if close else "choose another name"
        raise _unusable(text, "it takes lower-case letters, digits and hyphens, a letter first", step)
    if keyword.iskeyword(name):
        raise _unusable(text, "Python reserves the word", f"did you mean '{name}_it'?")
    if name in RESERVED:
        raise _unusable(text, f"'turbo {name}' is a command of Turbo itself", "choose another name")
    if name in BUILT_IN:
        raise _unusable(text, "Turbo itself has a plugin, a channel or an executor of that name", "choose another name")
    return name


def checked_kinds(text: str) -> str:
    """Kinds in their usual order, each once.

    Args:
        text: kinds, parted by blanks or commas.

    Raises:
        UsageError: there is none, or one that is not known.
    """
    given = text.replace(",", " ").split()
    for kind in given:
        if kind not in KINDS:
            raise UsageError(f"there is no kind {kind!r} of plugins", next_step=_hint(kind, KINDS))
    if not given:
        raise UsageError("a plugin is of at least one kind", next_step=f"choose from {', '.join(KINDS)}")
    return " ".join(kind for kind in KINDS if kind in given)


def answers(given: Mapping[str, str]) -> Answers:
    """Every answer, checked; what is not given is made from the name.

    Args:
        given: answers by their keys, which are the fields of `Answers`; ``name`` is one of them.

    Raises:
        UsageError: an answer cannot be used, or there is no such key.
    """
    for key in given:
        if key not in KEYS:
            raise UsageError(f"the template asks for no {key!r}", next_step=_hint(key, KEYS))
    name = checked_name(given["name"])
    distribution = given.get("distribution", _PREFIX + name.replace("_", "-").strip("-"))
    return Answers(
        name=name,
        kinds=checked_kinds(given.get("kinds", KINDS[0])),
        summary=_line("summary", given.get("summary", f"{name.replace('_', ' ').strip().capitalize()} for Turbo")),
        distribution=_checked_distribution(distribution),
        package=_checked_package(given.get("package", f"turbo_plugin_{name}")),
        author=_line("author", given.get("author", f"The {distribution} authors")),
    )


def likeness(told: Answers) -> str:
    """The plugin of the registry that people may take this one for; empty if there is none."""
    return nearest(told.distribution, (plugin.name for plugin in built_in().plugins))


def bake(told: Answers, folder: Path) -> Path:
    """Make the plugin's folder in a folder; either all of it is there afterwards, or nothing.

    Raises:
        UsageError: it is there already, or cannot be written.
    """
    target = folder / told.distribution
    if target.exists() or target.is_symlink():
        step = "choose another name, or another folder with --output"
        raise UsageError("it is there already, and nothing was changed", where=str(target), next_step=step)
    try:
        with tempfile.TemporaryDirectory(prefix=".turbo-new-", dir=folder) as place:
            _bake(told, Path(place)).rename(target)
    except OSError as error:
        raise UsageError("the plugin cannot be written", where=str(target), why=error.strerror or str(error)) from error
    return target


def _bake(told: Answers, place: Path) -> Path:
    template = place / "template"
    # An installer may have compiled what looks like Python; that is no part of the template.
    shutil.copytree(_template(), template, ignore=shutil.ignore_patterns("__pycache__"))
    context: dict[str, Any] = generate_context(str(template / "cookiecutter.json"))
    context["cookiecutter"].update(asdict(told))
    return Path(generate_files(template, context, output_dir=place / "made"))


def _template() -> Path:
    """The template: beside this module in a wheel, at the top of a checkout."""
    here = Path(__file__).resolve()
    return next(place for place in (here.with_name("template"), here.parents[3] / "plugin-template") if place.is_dir())


def _checked_distribution(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9]*(-[a-z0-9]+)*", name):
        raise _unusable(
            name, "a distribution takes lower-case letters and digits, parted by single hyphens", "choose another name"
        )
    known = built_in().get(name)
    if known is not None:
        step = f"choose another name, or use that plugin: turbo plugin install {known.name}"
        raise UsageError(f"there is a plugin {known.name} already", why=known.summary, next_step=step)
    return name


def _checked_package(name: str) -> str:
    if not re.fullmatch(r"[a-z][a-z0-9_]*", name) or keyword.iskeyword(name):
        raise _unusable(name, "a package has a name that Python can import, in lower case", "choose another name")
    return name


def _line(key: str, text: str) -> str:
    if not text.strip() or not text.isprintable() or '"' in text or "\\" in text:
        raise UsageError(f"{text!r} cannot be the {key}", why="it is one line, without quotation marks and backslashes")
    return text.strip()


def _unusable(name: str, why: str, next_step: str) -> UsageError:
    return UsageError(f"a plugin cannot be called {name!r}", why=why, next_step=next_step)


def _plain(name: str) -> str:
    """A name that can be used, as near as possible; empty if there is none."""
    ascii_only = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    plain = re.sub(r"[^a-z0-9]+", "_", ascii_only).strip("_").lstrip("0123456789_")[:63]
    return "" if plain in RESERVED | BUILT_IN or keyword.iskeyword(plain) else plain


def _hint(word: str, known: tuple[str, ...]) -> str:
    close = get_close_matches(word, known, n=1)
    return f"did you mean {close[0]!r}?" if close else f"choose from {', '.join(known)}"
