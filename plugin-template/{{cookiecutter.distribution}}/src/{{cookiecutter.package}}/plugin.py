{% set names = ["hookimpl"] %}
{% set adapters = [] %}
{% set offers = [] %}
{% if "executor" in cookiecutter.kinds %}
{% set _ = names.extend(["Attempt", "ExecuteContext", "Execution", "ExecutorOffer", "TurboError", "replace"]) %}
{% set _ = adapters.append("priority") %}
{% set _ = offers.append("ExecutorOffer") %}
{% endif %}
{% if "decider" in cookiecutter.kinds %}
{% set _ = names.extend(["DecideContext", "Opinion", "Question"]) %}
{% set _ = adapters.append("freeze") %}
{% endif %}
{% if "documenter" in cookiecutter.kinds %}
{% set _ = names.extend(["Document", "RunView", "TaskView"]) %}
{% set _ = adapters.append("table") %}
{% endif %}
{% if "tracker" in cookiecutter.kinds %}
{% set _ = names.extend(["Event", "RunInfo"]) %}
{% set _ = adapters.append("tally") %}
{% endif %}
{% if "channel" in cookiecutter.kinds %}
{% set _ = names.extend(["ChannelOffer", "Message", "Receipt"]) %}
{% set _ = adapters.append("outbox") %}
{% set _ = offers.append("ChannelOffer") %}
{% endif %}
{% if "analyzer" in cookiecutter.kinds %}
{% set _ = adapters.append("marks") %}
{% endif %}
"""The hooks, and nothing else: what Turbo says -> the adapter -> what Turbo sees."""

{% if "documenter" in cookiecutter.kinds %}
from collections.abc import Iterable, Iterator
{% elif offers %}
from collections.abc import Iterable
{% endif %}
{% if "channel" in cookiecutter.kinds or "analyzer" in cookiecutter.kinds %}
from pathlib import Path
{% endif %}
{% if offers or "documenter" in cookiecutter.kinds or "analyzer" in cookiecutter.kinds %}

{% endif %}
{% if names|length == 1 %}
from turbo_core import hookimpl
{% else %}
from turbo_core import (
{% for name in names|sort(case_sensitive=true) %}
    {{ name }},
{% endfor %}
)
{% endif %}

from {{ cookiecutter.package }} import {{ adapters|sort|join(", ") }}

turbo_api = ">=1.0.0,<2.0.0"
{% if "analyzer" in cookiecutter.kinds %}
turbo_api_analyze = ">=1,<2"
{% endif %}
{% if offers %}


@hookimpl
def turbo_register() -> Iterable[{{ offers|sort|join(" | ") }}]:
    """Say what has a name here that workflows use."""
    return [
{% if "channel" in cookiecutter.kinds %}
        ChannelOffer(name="{{ cookiecutter.name }}", summary="Appends messages to {{ cookiecutter.name }}.jsonl"),
{% endif %}
{% if "executor" in cookiecutter.kinds %}
        ExecutorOffer(name="{{ cookiecutter.name }}", summary="Runs commands with low priority"),
{% endif %}
    ]
{% endif %}
{% if "executor" in cookiecutter.kinds %}


@hookimpl
def turbo_execute(attempt: Attempt, context: ExecuteContext) -> Execution:
    """Start a command with low priority."""
    if not attempt.argv:
        raise TurboError("this executor runs commands only", where=attempt.task, next_step="let the action run on 'local'")
    return context.supervise(replace(attempt, argv=priority.low(attempt.argv)))
{% endif %}
{% if "decider" in cookiecutter.kinds %}


@hookimpl
def turbo_decide(question: Question, context: DecideContext) -> Opinion | None:
    """Be against every gate as long as the project is frozen."""
    if question.kind != "gate":
        return None
    reasons = freeze.reasons(context.project)
    told = f"frozen: {reasons[0]}" if reasons else "nothing is frozen"
    return Opinion(name="{{ cookiecutter.name }}", score=not reasons, reason=told, evidence=reasons)
{% endif %}
{% if "documenter" in cookiecutter.kinds %}


@hookimpl
def turbo_document(run: RunView) -> Iterable[Document]:
    """Make a table of the tasks."""
    rows = [(task.address, task.state, task.seconds) for phase in run.phases for task in _with_inner(phase.tasks)]
    content = table.csv_of(("task", "state", "seconds"), rows)
    return [Document(name="{{ cookiecutter.name }}.csv", media_type="text/csv", content=content, title="Tasks")]


def _with_inner(tasks: Iterable[TaskView]) -> Iterator[TaskView]:
    """Tasks, each followed by its cells and by the tasks of the workflow that it runs."""
    for task in tasks:
        yield task
        yield from _with_inner(task.cells)
        for phase in task.phases:
            yield from _with_inner(phase.tasks)
{% endif %}
{% if "tracker" in cookiecutter.kinds %}


@hookimpl
def turbo_track(event: Event, run: RunInfo) -> None:
    """Count the event."""
    tally.add(run.folder / "{{ cookiecutter.name }}.json", event.seq, event.kind)
{% endif %}
{% if "channel" in cookiecutter.kinds %}


@hookimpl
def turbo_communicate(message: Message) -> Receipt:
    """Append the message to a file of the folder that Turbo was started in."""
    file = Path("{{ cookiecutter.name }}.jsonl")
    line = outbox.append(file, message.key, {"level": message.level, "subject": message.subject, "body": message.body})
    return Receipt(channel=message.channel, reference=f"{file}:{line}")
{% endif %}
{% if "analyzer" in cookiecutter.kinds %}


@hookimpl
def turbo_analyze_files(files: list[str]) -> list[str]:
    """Tell where conflicts are that nobody has solved. The hook belongs to the plugin that brings ``analyze``; that one asks."""
    return [f"{file}:{line}: an unsolved conflict" for file in files for line in marks.conflicts(Path(file))]
{% endif %}
