"""``turbo decisions templates``: the templates that gates can be made of."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import click

from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError, WorkflowInvalid
from turbo_core.report.text import one_line
from turbo_core.words import JSON
from turbo_core.workflow.files import read_text, shown
from turbo_core.workflow.finding import TEMPLATES
from turbo_core.workflow.yaml import compose


@click.command("templates")
@click.option("--json", "as_json", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(shell: Shell, as_json: bool) -> None:
    """List the decision templates of this project and of its plugins, with what each takes."""
    app = shell.app()
    found = [_of_file(path, app.project) for path in sorted((app.project / TEMPLATES).glob("*.yaml"))]
    found += [_described(offer.text, offer.name, offer.distribution) for offer in app.plugins.offers("template")]
    if as_json:
        shell.print_json(found)
    elif not found:
        shell.print(f"There are no templates here yet. Write one as {TEMPLATES}/NAME.yaml, see docs/decisions.md")
    for told in [] if as_json else found:
        _print(shell, told)


def _of_file(path: Path, project: Path) -> dict[str, JSON]:
    try:
        return _described(read_text(path), path.stem, shown(path, project))
    except (OSError, WorkflowInvalid) as error:
        raise UsageError("the template cannot be read", where=shown(path, project), why=str(error)) from error


def _described(text: str, name: str, origin: str) -> dict[str, JSON]:
    value: Any = compose(text, origin).value
    value = value if isinstance(value, dict) else {}
    inputs = value.get("inputs")
    return {
        "name": name,
        "origin": origin,
        "description": str(value.get("description", "")),
        "question": str(value.get("decide", "")),
        "inputs": inputs if isinstance(inputs, dict) else {},
    }


def _print(shell: Shell, told: dict[str, JSON]) -> None:
    about = one_line(told["description"].partition("\n")[0] or told["question"])
    shell.print(f"{told['name']}: {about}  ({told['origin']})")
    width = max(map(len, told["inputs"]), default=0)
    for name, one in told["inputs"].items():
        takes = one if isinstance(one, dict) else {}
        default = f"default {takes['default']}" if "default" in takes else "required"
        shell.print(f"  {str(name).ljust(width)}  {takes.get('type', '?')}, {default}")
