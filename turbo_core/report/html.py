"""A run as one HTML file: everything inline, nothing from the network, the same bytes for the same run.

Owns the page's values and its policy; the markup is in ``templates/``, whose files a project can replace. Every value is made
harmless and escaped in one place (``pages``). Scripts and styles are allowed by their digest only.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Final

from jinja2 import Environment, TemplateError
from msgspec.structs import replace

from turbo_core.model import AttemptView, FaultView, RunView
from turbo_core.report import decisions, layout, text, tree
from turbo_core.report.anomalies import listed
from turbo_core.report.critical import critical_path
from turbo_core.report.foretelling import held
from turbo_core.report.own import BUILT_IN, Own
from turbo_core.report.pages import environment, source
from turbo_core.report.resources import resources
from turbo_core.report.tails import LogTail, tails
from turbo_core.report.timeline import timeline
from turbo_core.words import JSON

_PAGE: Final = 1_800_000
_TASK: Final = 1_500
_LOGS: Final = (100_000, 600_000)
_OUTPUTS: Final = 200_000
_VALUE: Final = 4_000
_LINES: Final = 12
FILES: Final = ("report.html.j2", "report.css", "report.js")
"""The files of the page; a project or a plugin can bring each of its own."""
UNUSABLE: Final = (TemplateError, OSError, ValueError, TypeError)
"""What a template raises that cannot be used."""
_CHANGES: Final = 30


def render(run: RunView, log_tail: LogTail, own: Own = BUILT_IN) -> str:
    """The whole page. A template that is not built in and cannot be used is told on the page, which is then the built-in one.

    Args:
        run: the run as a value.
        log_tail: path of a log and a limit in characters to the end of its text.
        own: what the project brings of its own.
    """
    try:
        return render_strictly(run, log_tail, own)
    except UNUSABLE as error:
        if not own.brings:
            raise
        told = f"{type(error).__name__}: {error}"
        fault = FaultView(plugin="a template of the project or of a plugin", moment="document", message=told)
        return render_strictly(replace(run, faults=(*run.faults, fault)), log_tail, replace(own, find=BUILT_IN.find))


def render_strictly(run: RunView, log_tail: LogTail, own: Own) -> str:
    """The whole page, or what is wrong with a template, as one of `UNUSABLE`."""
    made = _environment(own)
    style, script = (source(made, name) for name in ("report.css", "report.js"))
    numbers = {task.address: number for number, task in enumerate(tree.walk(run.phases), 1)}
    path = critical_path(run)
    return made.get_template("report.html.j2").render(
        run=run,
        style=style,
        script=script,
        policy=_policy(style, script),
        counts=tree.counts(tree.leaves(run.phases)),
        failures=tree.failures(run.phases),
        numbers=numbers,
        picture=layout.layout(run.phases),
        timeline=timeline(run),
        path=path,
        critical={task.address for task in path},
        resources=resources(run),
        most=_CHANGES,
        tails=tails(run, log_tail, _room(len(numbers))),
        value=_value_of(min(_VALUE, _OUTPUTS // max(len(numbers), 1))),
    )


def _room(count: int) -> int:
    """How many bytes of logs a page of so many tasks can hold, so that a thousand tasks stay below two megabytes."""
    least, most = _LOGS
    return min(max(_PAGE - _TASK * count, least), most)


def _environment(own: Own) -> Environment:
    made = environment(own)
    made.filters |= {
        "percent": lambda part: f"{part * 100:.3f}".rstrip("0").rstrip(".") + "%",
        "figure": decisions.figure,
        "shown": tree.shown_state,
        "excerpt": lambda tail: "\n".join(text.tail_lines(tail, _LINES)),
    }
    made.globals |= {
        "rows": decisions.rows,
        "number": decisions.number,
        "remark": decisions.remark,
        "last_log": tree.last_log,
        "held": held,
        "odd": listed,
        "ended": _ended,
        "as_text": text.as_text,
    }
    return made


def _policy(style: str, script: str) -> str:
    """The content security policy: nothing but this very style and this very script."""
    return f"default-src 'none'; style-src {_digest(style)}; script-src {_digest(script)}; base-uri 'none'; form-action 'none'"


def _digest(source: str) -> str:
    return f"'sha256-{b64encode(sha256(source.encode()).digest()).decode()}'"


def _value_of(limit: int) -> object:
    def value(value: JSON) -> str:
        """A JSON value for the page, cut to its share of room."""
        return text.cut(value if isinstance(value, str) else text.as_json(value, indent=2), limit)

    return value


def _ended(attempt: AttemptView) -> str:
    """How an attempt ended, in a few words."""
    signal = f"signal {attempt.signal}" if attempt.signal is not None else ""
    code = f"exit {attempt.exit_code}" if attempt.exit_code is not None else ""
    failure = attempt.failure if attempt.failure not in ("", "exit", "signal") else ""
    return " · ".join(part for part in (failure, signal or code, attempt.message) if part)
