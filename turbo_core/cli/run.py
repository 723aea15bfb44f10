"""``turbo run``: run a workflow."""

from __future__ import annotations

from pathlib import Path

import click

from turbo_core.cli.front import Mode, drive
from turbo_core.cli.shell import Shell
from turbo_core.engine.terms import Options
from turbo_core.errors import UsageError


def given(pairs: tuple[str, ...], what: str = "-i") -> dict[str, str]:
    """Take ``key=value`` apart; ``key=@file`` reads the value from a file.

    Raises:
        UsageError: there is no ``=``, the file cannot be read, or a key is given twice.
    """
    values = {}
    for pair in pairs:
        name, equals, value = pair.partition("=")
        if not equals or not name:
            raise UsageError(f"{pair!r} is not key=value", next_step=f"write {what} key=value")
        if name in values:
            raise UsageError(f"{name!r} is given twice", next_step=f"give {what} {name}=… once")
        if value.startswith("@"):
            try:
                value = Path(value[1:]).read_text("utf-8")
            except (OSError, UnicodeDecodeError) as error:
                why = getattr(error, "strerror", None) or str(error)
                raise UsageError(f"the value of {name!r} cannot be read", where=value[1:], why=why) from error
        values[name] = value
    return values


def mode_of(*, plain: bool, json: bool, quiet: bool, raw: bool) -> Mode:
    """The one way of showing that the flags ask for.

    Raises:
        UsageError: they ask for more than one.
    """
    wanted: list[Mode] = []
    wanted += ["plain"] if plain else []
    wanted += ["json"] if json else []
    wanted += ["quiet"] if quiet else []
    wanted += ["raw"] if raw else []
    if len(wanted) > 1:
        raise UsageError(f"--{wanted[0]} and --{wanted[1]} exclude each other", next_step="give one of them")
    return wanted[0] if wanted else "auto"


@click.command("run")
@click.argument("name", required=False)
@click.option("-f", "--file", type=click.Path(path_type=Path), help="Run this file instead of a workflow by its name.")
@click.option("-i", "--input", "inputs", multiple=True, metavar="KEY=VALUE", help="An input; @FILE reads its value from a file.")
@click.option("-j", "--jobs", type=click.IntRange(1, 1024), help="How many attempts run at the same time.")
@click.option("--only", multiple=True, metavar="TASK", help="Run only this task and what it needs; can be repeated.")
@click.option("--fail-fast", is_flag=True, help="Cancel running tasks as soon as one fails.")
@click.option("--strict", is_flag=True, help="Ignore allow_failure.")
@click.option("--force", is_flag=True, help="Run tasks although nothing they depend on has changed.")
@click.option("--autonomy", type=click.Choice(["full", "supervised", "manual"]), help="What may go on without a person.")
@click.option("--wait", is_flag=True, help="Stay while only people can go on, instead of parking.")
@click.option("--reason", default="", help="Why; it is recorded.")
@click.option("--plain", is_flag=True, help="Plain lines, also on a terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print each event as one line of JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@click.option("--raw", is_flag=True, help="Print the output of tasks as it is, byte for byte.")
@click.pass_obj
def command(
    shell: Shell,
    *,
    name: str | None,
    file: Path | None,
    inputs: tuple[str, ...],
    jobs: int | None,
    only: tuple[str, ...],
    fail_fast: bool,
    strict: bool,
    force: bool,
    autonomy: str | None,
    wait: bool,
    reason: str,
    plain: bool,
    as_json: bool,
    quiet: bool,
    raw: bool,
) -> int:
    """Run a workflow: turbo.yaml, or workflows/NAME.yaml.

    Exit codes: 0 succeeded, 1 failed, 2 usage, 3 parked on a question, 130 cancelled.
    """
    mode = mode_of(plain=plain, json=as_json, quiet=quiet, raw=raw)
    app = shell.app(flags={"jobs": jobs, "autonomy": autonomy})
    workflow, _path = app.workflow(name, file)
    options = Options(only=only, fail_fast=fail_fast, strict=strict, force=force, wait=wait, reason=reason)
    return drive(shell, workflow, mode, lambda front: app.run(workflow, given(inputs), options, front))
