"""``turbo list``: the workflows of a project, and what each takes."""

from __future__ import annotations

import click
from msgspec.structs import replace

from turbo_core.cli.shell import Shell
from turbo_core.report.text import as_json, one_line
from turbo_core.words import JSON
from turbo_core.workflow.definition import Input
from turbo_core.workflow.files import shown
from turbo_core.workflow.finding import workflow_files
from turbo_core.workflow.listing import Listed, peek


@click.command("list")
@click.option("--json", "as_json_text", is_flag=True, help="Print them as JSON.")
@click.pass_obj
def command(shell: Shell, as_json_text: bool) -> None:
    """List the workflows of this project with their inputs."""
    project = shell.app().project
    found = [(peek(path), shown(path, project)) for path in workflow_files(project)]
    if as_json_text:
        shell.print_json([_as_value(listed, path) for listed, path in found])
    elif not found:
        shell.print("There are no workflows here yet. Write a first one with: turbo init")
    for listed, path in [] if as_json_text else found:
        _print(shell, listed, path)


def _print(shell: Shell, listed: Listed, path: str) -> None:
    described = f": {one_line(listed.description.partition(chr(10))[0])}" if listed.description else ""
    shell.print(f"{one_line(listed.name or '?')}{described}  ({path})")
    if listed.problem:
        shell.print(f"  broken: {one_line(str(replace(listed.problem, path=path)))}")
    width = max(map(len, listed.inputs), default=0)
    for entry in listed.inputs.values():
        told = f"  {one_line(entry.description)}" if entry.description else ""
        shell.print(f"  -i {entry.name.ljust(width)}  {_takes(entry)}{told}")


def _takes(entry: Input) -> str:
    kind = "|".join(str(choice) for choice in entry.choices) if entry.choices else entry.type
    return f"{one_line(kind)}, {'required' if entry.required else one_line(f'default {as_json(entry.default)}')}"


def _as_value(listed: Listed, path: str) -> dict[str, JSON]:
    return {
        "name": listed.name,
        "description": listed.description,
        "path": path,
        "inputs": listed.inputs,
        "problem": str(replace(listed.problem, path=path)) if listed.problem else "",
    }
