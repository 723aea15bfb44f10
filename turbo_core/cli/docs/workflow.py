"""``turbo docs workflow``: the page that explains a workflow to a stranger."""

from __future__ import annotations

from pathlib import Path

import click

from turbo_core.cli.shell import Shell
from turbo_core.engine.handbooks import handbook
from turbo_core.report.handbook_page import html, markdown


@click.command("workflow")
@click.argument("name", required=False)
@click.option("-f", "--file", type=click.Path(path_type=Path), help="Explain this file instead of a workflow by its name.")
@click.option("--format", "form", type=click.Choice(["md", "html"]), default="md", show_default=True, help="What to write.")
@click.pass_obj
def command(shell: Shell, name: str | None, file: Path | None, form: str) -> None:
    """Explain the workflow NAME (turbo.yaml if none is named): what it takes, what each task does and risks, how to help it."""
    app = shell.app()
    workflow, _path = app.workflow(name, file)
    book = handbook(workflow, app.catalog)
    click.echo((markdown if form == "md" else html)(book, app.desk.own), nl=False)
