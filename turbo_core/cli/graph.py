"""``turbo graph``: a workflow as a picture."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from turbo_core.cli.shell import Shell
from turbo_core.engine.outline import nodes_of
from turbo_core.report import graph
from turbo_core.report.looks import speaks_unicode


@click.command("graph")
@click.argument("name", required=False)
@click.option("-f", "--file", type=click.Path(path_type=Path), help="Draw this file instead of a workflow by its name.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["text", "mermaid", "dot"]),
    default="text",
    show_default=True,
    help="What to draw with.",
)
@click.pass_obj
def command(shell: Shell, name: str | None, file: Path | None, form: str) -> None:
    """Draw the workflow NAME (turbo.yaml if none is named): its phases, tasks and needs."""
    workflow, _path = shell.app().workflow(name, file)
    nodes = nodes_of(workflow)
    if form == "text":
        shell.print(graph.text(nodes, unicode=speaks_unicode(sys.stdout.encoding)))
    else:
        shell.print(graph.mermaid(nodes) if form == "mermaid" else graph.dot(nodes))
