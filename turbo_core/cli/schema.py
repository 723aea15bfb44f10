"""``turbo schema``: the JSON Schema of workflow files."""

from __future__ import annotations

import click

from turbo_core.cli.shell import Shell
from turbo_core.workflow.schema import json_schema


@click.command("schema")
@click.pass_obj
def command(shell: Shell) -> None:
    """Print the JSON Schema of workflow files, for editors.

    Editors that know the YAML language server read it from a first line such as
    "# yaml-language-server: $schema=.turbo/schema.json".
    """
    shell.print_json(json_schema())
