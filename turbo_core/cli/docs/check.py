"""``turbo docs check``: are the living documents up to date?"""

from __future__ import annotations

import click

from turbo_core.cli.docs.pages import pages
from turbo_core.cli.shell import Shell
from turbo_core.engine.living import Page
from turbo_core.report.text import plural
from turbo_core.words import JSON


@click.command("check")
@click.option("--json", "as_json", is_flag=True, help="Print the result as JSON.")
@click.pass_obj
def command(shell: Shell, as_json: bool) -> int:
    """Tell which living documents are not up to date, and what would change. Exit code 1 if one is not."""
    found = list(pages(shell.app()))
    stale = [made for made in found if made.stale]
    if as_json:
        shell.print_json({"ok": not stale, "documents": [_told(made) for made in found]})
        return 1 if stale else 0
    for made in stale:
        shell.print(f"{made.path.name}: {made.problem or 'not up to date'}")
        if not made.problem:
            shell.print(made.difference())
    told = f"{plural(len(stale), 'document')} of {len(found)} must be written: turbo docs write"
    shell.print(told if stale else f"{plural(len(found), 'document')} up to date")
    return 1 if stale else 0


def _told(made: Page) -> dict[str, JSON]:
    told = {"name": made.name, "path": str(made.path), "ok": not made.stale}
    return {**told, "problem": made.problem, "change": made.difference()}
