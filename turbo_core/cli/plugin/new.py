"""``turbo plugin new``: a new plugin from the template that comes with Turbo."""

from __future__ import annotations

import shlex
from collections.abc import Callable
from functools import partial
from pathlib import Path

import click

from turbo_core.cli.plugin import baking
from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError


@click.command("new")
@click.argument("given", nargs=-1, metavar="[NAME] [KEY=VALUE]...")
@click.option("--kind", "kinds", multiple=True, type=click.Choice(baking.KINDS), help="What it brings. Repeatable.")
@click.option("--no-input", is_flag=True, help="Ask nothing; what is not given is made from the name.")
@click.option(
    "-o",
    "--output",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    default=Path(),
    metavar="DIR",
    help="The folder to make it in; the current one if not given.",
)
@click.pass_obj
def command(shell: Shell, given: tuple[str, ...], kinds: tuple[str, ...], no_input: bool, output: Path) -> None:
    """Make a new plugin: a folder turbo-plugin-NAME with source, tests and documentation, ready for tox.

    KEY is name, kinds, summary, distribution, package or author. What is not given is asked, if there is a terminal. It needs
    no network. Every name is checked before anything is written.
    """
    found = _read(given) | ({"kinds": " ".join(kinds)} if kinds else {})
    if not no_input and shell.terminal().interactive:
        found |= _asked(found)
    if "name" not in found:
        raise UsageError("the plugin needs a name", next_step="give one: turbo plugin new NAME")
    answers = baking.answers(found)
    made = baking.bake(answers, output)
    shell.print(f"Made {made}: {', '.join(answers.kinds.split())}.")
    like = baking.likeness(answers)
    if like:
        shell.warn(f"warning: who installs it will be asked whether {like} is meant; a name that differs more is better")
    shell.print(f"Next: cd {shlex.quote(str(made))}, then: tox (tests and checks), turbo plugin install -e . (to use it)")


def _read(given: tuple[str, ...]) -> dict[str, str]:
    """The answers of a command line: one without ``=`` is the name."""
    found: dict[str, str] = {}
    for word in given:
        key, equals, value = word.partition("=")
        key, value = (key, value) if equals else ("name", word)
        if key in found:
            raise UsageError(f"{key} is given twice", why=f"{found[key]!r} and {value!r}", next_step="give it once")
        found[key] = value
    return found


def _asked(found: dict[str, str]) -> dict[str, str]:
    """What a person answers to what is not given yet."""
    new = {"name": found["name"] if "name" in found else _ask("Name", None, baking.checked_name)}
    if "kinds" not in found:
        new["kinds"] = _ask(f"Kinds ({', '.join(baking.KINDS)})", baking.KINDS[0], baking.checked_kinds)
    for key in ("summary", "author"):
        if key not in found:
            default = getattr(baking.answers(found | new), key)
            new[key] = _ask(key.capitalize(), default, partial(_checked, found | new, key))
    return new


def _checked(found: dict[str, str], key: str, text: str) -> str:
    return str(getattr(baking.answers(found | {key: text}), key))


def _ask(question: str, default: str | None, check: Callable[[str], str]) -> str:
    """Ask until the answer can be used."""

    def read(text: str) -> str:
        try:
            return check(text)
        except UsageError as error:
            raise click.UsageError(str(error)) from error

    return str(click.prompt(question, default=default, value_proc=read, err=True))
