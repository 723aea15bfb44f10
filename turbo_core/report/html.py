"""A run as one HTML file: everything inline, nothing from the network, the same bytes for the same run.

Owns the page's values and its policy; the markup is in ``templates/``. Every value is made harmless and escaped in one place
(``_harmless`` and the template engine's autoescape). Scripts and styles are allowed by their digest only.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha256
from typing import Final

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from turbo_core.model import AttemptView, RunView
from turbo_core.report import decisions, layout, looks, text, tree
from turbo_core.report.tails import LogTail, tails
from turbo_core.report.timeline import timeline
from turbo_core.words import JSON

_PAGE: Final = 1_800_000
_TASK: Final = 1_500
_LOGS: Final = (100_000, 600_000)
_OUTPUTS: Final = 200_000
_VALUE: Final = 4_000
_LINES: Final = 12


def render(run: RunView, log_tail: LogTail) -> str:
    """The whole page.

    Args:
        run: the run as a value.
        log_tail: path of a log and a limit in characters to the end of its text.
    """
    environment = _environment()
    style, script = (_source(environment, name) for name in ("report.css", "report.js"))
    numbers = {task.address: number for number, task in enumerate(tree.walk(run.phases), 1)}
    return environment.get_template("report.html.j2").render(
        run=run,
        style=style,
        script=script,
        policy=_policy(style, script),
        counts=tree.counts(tree.leaves(run.phases)),
        failures=tree.failures(run.phases),
        numbers=numbers,
        picture=layout.layout(run.phases),
        timeline=timeline(run),
        tails=tails(run, log_tail, _room(len(numbers))),
        value=_value_of(min(_VALUE, _OUTPUTS // max(len(numbers), 1))),
    )


def _room(count: int) -> int:
    """How many bytes of logs a page of so many tasks can hold, so that a thousand tasks stay below two megabytes."""
    least, most = _LOGS
    return min(max(_PAGE - _TASK * count, least), most)


def _environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("turbo_core.report"),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_harmless,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {
        "duration": text.duration,
        "when": text.when,
        "day": lambda iso: text.when(iso)[:16],
        "plural": text.plural,
        "cut": text.cut,
        "percent": lambda part: f"{part * 100:.3f}".rstrip("0").rstrip(".") + "%",
        "figure": decisions.figure,
        "tone": lambda state: looks.look(state).tone,
        "mark": lambda state: looks.look(state).symbol,
        "words": looks.words,
        "shown": tree.shown_state,
        "excerpt": lambda tail: "\n".join(text.tail_lines(tail, _LINES)),
    }
    environment.globals |= {
        "rows": decisions.rows,
        "number": decisions.number,
        "remark": decisions.remark,
        "last_log": tree.last_log,
        "ended": _ended,
        "as_text": text.as_text,
    }
    return environment


def _harmless(value: object) -> object:
    """Markup stays, all other text loses its control characters before it is escaped."""
    return text.strip_controls(value) if isinstance(value, str) and not isinstance(value, Markup) else value


def _source(environment: Environment, name: str) -> Markup:
    """A file of our own that is put into the page as it is."""
    assert environment.loader
    return Markup(environment.loader.get_source(environment, name)[0])  # noqa: S704 - our own file, no foreign text in it


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
