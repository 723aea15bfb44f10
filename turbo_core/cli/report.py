"""``turbo report``: the documents of a run."""

from __future__ import annotations

import shutil
from pathlib import Path

import click

from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError


@click.command("report")
@click.argument("run", required=False)
@click.option("--open", "opens", is_flag=True, help="Open the HTML report in the browser.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Copy it into this folder.")
@click.pass_obj
def command(shell: Shell, run: str | None, opens: bool, output: Path | None) -> None:
    """Write the report of RUN anew (of the latest run if none is named), and tell where it lies."""
    app = shell.app()
    folder = app.folder(run)
    paths = app.report(folder)
    if output is not None:
        paths = [_copied(path, output / path.relative_to(folder / "report")) for path in paths]
    for path in paths:
        shell.print(str(path))
    pages = [path for path in paths if path.suffix == ".html"]
    if opens:
        if not pages:
            raise UsageError("no plugin wrote a page that could be opened", next_step="turbo plugin list")
        click.launch(pages[0].resolve().as_uri())


def _copied(path: Path, target: Path) -> Path:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    except OSError as error:
        raise UsageError("the report cannot be copied", where=str(target), why=error.strerror or str(error)) from error
    return target
