"""``turbo report``: the documents of a run."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import Final

import click

from turbo_core.cli.shell import Shell
from turbo_core.engine.documenting import FOLDER_NAME
from turbo_core.errors import UsageError

_PAGES: Final = {"html": "report.html", "md": "report.md", "json": "report.json"}


@click.command("report")
@click.argument("run", required=False)
@click.option("--format", "form", type=click.Choice([*_PAGES]), help="Print the report itself, and not where the documents lie.")
@click.option("--open", "opens", is_flag=True, help="Open the HTML report in the browser.")
@click.option("--output", type=click.Path(path_type=Path, file_okay=False), metavar="DIR", help="Copy it into this folder.")
@click.pass_obj
def command(shell: Shell, run: str | None, form: str | None, opens: bool, output: Path | None) -> int:
    """Write the report of RUN anew (of the latest run if none is named), and tell where it lies.

    Exit code 1 if a plugin could not make its documents.
    """
    app = shell.app()
    folder = app.folder(run)
    written = app.report(folder)
    paths = [folder / FOLDER_NAME / name for name in written.names]
    if output is not None:
        paths = [_copied(path, output / path.relative_to(folder / FOLDER_NAME)) for path in paths]
    if form:
        click.echo(_page(paths, _PAGES[form]).read_text(encoding="utf-8"), nl=False)
    for path in () if form else paths:
        shell.print(str(path))
    for plugin, fault in written.faults.items():
        shell.warn(f"the documents of {plugin} are missing: {fault}")
    if opens:
        click.launch(_page(paths, _PAGES["html"]).resolve().as_uri())
    return 1 if written.faults else 0


def _page(paths: list[Path], name: str) -> Path:
    for path in paths:
        if path.name == name:
            return path
    raise UsageError(f"no plugin wrote {name}", next_step="turbo plugin list")


def _copied(path: Path, target: Path) -> Path:
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(path, target)
    except OSError as error:
        raise UsageError("the report cannot be copied", where=str(target), why=error.strerror or str(error)) from error
    return target
