"""``turbo init``: a first workflow for the folder it stands in."""

from __future__ import annotations

import re
from pathlib import Path

import click

from turbo_core.cli.proposals import Proposal, propose
from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.workflow.finding import MAIN_FILE, current_folder
from turbo_core.workflow.names import name_fault

_HEAD = """\
# A workflow: phases run one after the other, the tasks of a phase at the same time.
#
#   turbo check    finds mistakes, all at once
#   turbo plan     shows what would happen, and does nothing
#   turbo run      runs it; turbo resume goes on after whatever stopped it

name: {name}
description: {description}

phases:
"""
_RISK = "      risk: read # changes nothing that matters, so it may simply run again\n"
_TAIL = """
# Also possible: a decision before something that cannot be taken back.
#
#  approve:
#    fit:
#      decide: "Publish?"
#      ask: {within: 2h}
"""


@click.command("init")
@click.pass_obj
def command(shell: Shell) -> None:
    """Write a commented turbo.yaml that fits this folder; never overwrite one.

    The project's files tell what it is (Python, Node, Go, Rust, Make) and how it is checked, tested and built.
    """
    folder = shell.given.project or current_folder()
    proposal = propose(folder)
    target = folder / MAIN_FILE
    try:
        with target.open("x", encoding="utf-8") as file:
            file.write(text_of(proposal, _name(folder)))
    except FileExistsError:
        raise UsageError("there is a workflow already", where=str(target), next_step="see it with: turbo plan") from None
    except OSError as error:
        raise UsageError("the workflow cannot be written", where=str(target), why=error.strerror or str(error)) from error
    shell.print(f"Wrote {MAIN_FILE} for {proposal.what}. Next: turbo plan, then turbo run")


def text_of(proposal: Proposal, name: str) -> str:
    """The text of the workflow."""
    parts = [_HEAD.format(name=name, description=proposal.description)]
    for phase, tasks in proposal.phases.items():
        parts.append(f"  {phase}:\n")
        for task, command_line in tasks.items():
            parts.append(f"    {task}:\n      run: {command_line}\n" + (_RISK if phase == "verify" else ""))
    return "".join([*parts, _TAIL])


def _name(folder: Path) -> str:
    """A name for the workflow, made of the folder's."""
    name = re.sub(r"[^a-z0-9]+", "_", folder.resolve().name.lower()).strip("_")
    return "main" if name_fault(name)[0] else name
