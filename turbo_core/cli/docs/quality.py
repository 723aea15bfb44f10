"""``turbo docs quality``: one score of the documentation, with its parts."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import click

from turbo_core.app import App
from turbo_core.cli.docs.pages import pages
from turbo_core.cli.shell import Shell
from turbo_core.engine.handbooks import handbook
from turbo_core.report.prose import anchors, links
from turbo_core.report.quality import Quality, quality
from turbo_core.report.text import table
from turbo_core.workflow.files import shown
from turbo_core.workflow.finding import workflow_files

_ANY: Final = ("*.md", "docs/**/*.md")


@click.command("quality")
@click.option("--least", type=click.FloatRange(0, 1), help="Exit code 1 if the score is smaller.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(shell: Shell, least: float | None, as_json: bool) -> int:
    """Rate the documentation of this project from 0 to 1: what is described, up to date, linked well, and easy to read."""
    found = rate(shell.app())
    if as_json:
        shell.print_json(found)
    else:
        _draw(shell, found)
    return 1 if least is not None and found.score < least else 0


def rate(app: App) -> Quality:
    """Rate the workflows, the living documents and the Markdown files of a project.

    Raises:
        WorkflowInvalid: a workflow cannot be read.
    """
    workflows = [app.workflow(file=file)[0] for file in workflow_files(app.project)]
    texts = dict(_texts(app))
    living = {made.name: not made.stale for made in pages(app)} if app.settings.documents else {}
    return quality([handbook(workflow, app.catalog) for workflow in workflows], living, _dead(app.project, texts), texts)


def _texts(app: App) -> Iterator[tuple[str, str]]:
    """The Markdown files at the top of the project and in docs/."""
    for path in sorted({path for pattern in _ANY for path in app.project.glob(pattern) if path.is_file()}):
        yield shown(path, app.project), path.read_text(encoding="utf-8", errors="replace")


def _dead(project: Path, texts: Mapping[str, str]) -> dict[str, bool]:
    return {f"{name}: {target}": _is_dead(project, name, target, texts) for name in texts for target in links(texts[name])}


def _is_dead(project: Path, name: str, target: str, texts: Mapping[str, str]) -> bool:
    path, _, anchor = target.partition("#")
    meant = (project / name).parent / path if path else project / name
    if not meant.exists():
        return True
    text = texts.get(shown(meant.resolve(), project))
    return bool(anchor) and text is not None and anchor not in anchors(text)


def _draw(shell: Shell, found: Quality) -> None:
    shell.print(f"documentation: {found.score:.0%}\n")
    rows = [(part.name, f"{part.score:.0%}", f"{part.good} of {part.all}", str(part.weight)) for part in found.parts]
    shell.print(table(("part", "score", "good", "weight"), rows))
    for part in found.parts:
        if part.lacking:
            shell.print(f"\n{part.name}, lacking: {', '.join(part.lacking)}")
