"""One action as a command: ``turbo git tag --name v1`` is a run of one task through the engine.

An action of risk ``read`` runs in a temporary place and leaves no run behind; any other is a run like all runs.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from turbo_core.app import App
from turbo_core.cli.front import front
from turbo_core.cli.parameters import arguments_of, options_of
from turbo_core.cli.shell import Shell
from turbo_core.engine.terms import Result
from turbo_core.errors import ActionFailed
from turbo_core.journal import logs
from turbo_core.journal.runs import HOME_NAME
from turbo_core.model import ActionInfo, TaskView
from turbo_core.report.text import as_json, as_text, strip_controls, table
from turbo_core.words import JSON
from turbo_core.workflow.definition import Workflow
from turbo_core.workflow.names import name_fault
from turbo_core.workflow.reading import from_texts

TASK = "do"
_TAIL = 65_536


def command_of(info: ActionInfo, name: str) -> click.Command:
    """The command of an action, called ``name``; imports no plugin."""
    own = click.Option(["_json", "--json"], is_flag=True, help="Print the outputs as JSON.")

    @click.pass_context
    def run(ctx: click.Context, /, **given: object) -> int:
        return _run(ctx.obj, info, arguments_of(ctx, info.parameters), as_json=bool(given["_json"]))

    help_text = f"{info.summary}\n\n{info.description}\n\nRisk: {info.risk}."
    return click.Command(
        name,
        callback=run,
        params=[*options_of(info.parameters), own],
        help=strip_controls(help_text),
        short_help=strip_controls(info.summary),
    )


def single(app: App, action: str, arguments: Mapping[str, JSON]) -> Workflow:
    """A workflow with one task, the action; its undo is armed if it has one, so that ``turbo undo`` can take it back.

    Raises:
        PluginFailed: there is no such action, or its plugin cannot be used.
        UsageError: an argument is missing, unknown or wrong.
    """
    app.catalog.validate(action, arguments)
    verb = action.partition(".")[2]
    task = {"uses": action, "with": _escaped(arguments)} | ({"undo": True} if app.catalog.info(action).has_undo else {})
    # JSON is YAML, so no text has to be quoted in another way.
    text = as_json({"name": "action" if name_fault(verb)[0] else verb, "tasks": {TASK: task}})
    path = f"{HOME_NAME}/do.yaml"
    return from_texts({path: text}, path, app.project, app.catalog)


def _escaped(value: JSON) -> JSON:
    """A value as a workflow must write it so that nothing in it is an expression."""
    if isinstance(value, str):
        return value.replace("${{", "$${{")
    if isinstance(value, Mapping):
        return {name: _escaped(item) for name, item in value.items()}
    return [_escaped(item) for item in value] if isinstance(value, list) else value


def _run(shell: Shell, info: ActionInfo, arguments: Mapping[str, JSON], *, as_json: bool) -> int:
    reads = info.risk == "read"
    app = shell.app(flags={"report": False}) if reads else shell.app()
    workflow = single(app, info.name, arguments)
    with TemporaryDirectory(prefix="turbo-") if reads else nullcontext() as temporary:
        with front(shell, workflow, "quiet") as quiet:
            result = app.run(workflow, {}, front=quiet, place=Path(temporary) if temporary else None)
        task = next(task for phase in result.run.phases for task in phase.tasks if task.address == TASK)
        _print_log(shell, result, task)
        return _tell(shell, info, result, task, as_json=as_json)


def _print_log(shell: Shell, result: Result, task: TaskView) -> None:
    for attempt in task.attempts:
        if text := logs.tail(result.folder, attempt.log, _TAIL).rstrip():
            shell.warn(text)


def _tell(shell: Shell, info: ActionInfo, result: Result, task: TaskView, *, as_json: bool) -> int:
    if task.state == "succeeded":
        if as_json:
            shell.print_json(task.outputs)
        else:
            _print_outputs(shell, task.outputs)
        return result.code
    message = task.attempts[-1].message if task.attempts else task.why
    failed = ActionFailed(f"{info.name} {task.state}", why=message)
    failed.exit_code = result.code
    raise failed


def _print_outputs(shell: Shell, outputs: Mapping[str, JSON]) -> None:
    """Short values one a line, longer ones below their name; one unnamed value alone."""
    if [*outputs] == ["value"]:
        shell.print(_block(outputs["value"]))
        return
    width = max(map(len, outputs), default=0)
    for name, value in outputs.items():
        block = _block(value)
        if "\n" in block:
            shell.print(f"{name}\n" + "\n".join(f"  {line}" for line in block.rstrip("\n").split("\n")))
        else:
            shell.print(f"{name.ljust(width)}  {block}")


def _block(value: JSON) -> str:
    if isinstance(value, list) and value and all(isinstance(item, dict) and item for item in value):
        header = [*dict.fromkeys(name for item in value for name in item)]
        return table(header, [[as_text(item.get(name, "")) for name in header] for item in value])
    if isinstance(value, list) and value:
        return "\n".join(as_text(item) for item in value) if len(value) > 1 else as_text(value[0])
    if isinstance(value, list | dict):
        return as_json(value, indent=2) if value else "none"
    return as_text(value)
