"""``turbo resume``: go on with a run."""

from __future__ import annotations

import click

from turbo_core.cli.front import drive
from turbo_core.cli.run import mode_of
from turbo_core.cli.shell import Shell


@click.command("resume")
@click.argument("run", required=False)
@click.option("--failed", is_flag=True, help="Begin a new round: do again what did not succeed.")
@click.option("--as-recorded", is_flag=True, help="Go on with the recorded workflow although its files have changed.")
@click.option("--accept-changes", is_flag=True, help="Take the changed workflow for tasks that have not been tried yet.")
@click.option(
    "--lost", type=click.Choice(["rerun", "done", "fail"]), help="Say what became of tasks whose end was lost (see --task)."
)
@click.option("--task", "tasks", multiple=True, help="The tasks that --lost is about; all that are held if none is named.")
@click.option("-j", "--jobs", type=click.IntRange(1, 1024), help="How many attempts run at the same time.")
@click.option("--wait", is_flag=True, help="Stay while only people can go on, instead of parking.")
@click.option(
    "--take-over", is_flag=True, help="End the runner that holds the run, even if it hangs, and all its tasks; then go on."
)
@click.option("--reason", default="", help="Why; it is recorded.")
@click.option("--plain", is_flag=True, help="Plain lines, also on a terminal.")
@click.option("--json", "as_json", is_flag=True, help="Print each event as one line of JSON.")
@click.option("--quiet", "-q", is_flag=True, help="Print nothing but errors.")
@click.pass_obj
def command(
    shell: Shell,
    *,
    run: str | None,
    failed: bool,
    as_recorded: bool,
    accept_changes: bool,
    lost: str | None,
    tasks: tuple[str, ...],
    jobs: int | None,
    wait: bool,
    take_over: bool,
    reason: str,
    plain: bool,
    as_json: bool,
    quiet: bool,
) -> int:
    """Go on with RUN where it stopped (the latest run if none is named).

    What succeeded never runs again. RUN is the beginning of an id.
    """
    mode = mode_of(plain=plain, json=as_json, quiet=quiet, raw=False)
    app = shell.app(flags={"jobs": jobs})
    folder = app.folder(run)
    if not failed and lost is None and not take_over:
        app.require_rest_to_do(folder)
    state = app.fold(folder)
    if lost is not None:
        return drive(shell, state.workflow, mode, lambda front: app.settle(folder, lost, tasks, front), after=state.seq)
    return drive(
        shell,
        state.workflow,
        mode,
        lambda front: app.resume(
            folder,
            state=state,
            failed=failed,
            as_recorded=as_recorded,
            accept_changes=accept_changes,
            wait=wait,
            take_over=take_over,
            reason=reason,
            front=front,
        ),
        after=state.seq,
    )
