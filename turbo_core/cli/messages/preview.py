"""``turbo messages preview``: the words of messages, and where they go, without sending anything."""

from __future__ import annotations

from typing import Any, Final

import click

from turbo_core.cli.shell import Shell
from turbo_core.report.text import as_text, one_line
from turbo_core.telling.policy import TEAM, routes
from turbo_core.telling.wording import OWN, Wording
from turbo_core.words import JSON

SAMPLES: Final[dict[str, dict[str, JSON]]] = {
    "started": {},
    "progress": {"done": 3, "total": 8, "left": "4m"},
    "failure": {"failure": "exit", "message": "exit code 1", "attempts": 3},
    "recovery": {},
    "anomaly": {"what": "slow", "message": "took 4m 10s, far longer than the usual 58.0s (30 past runs)"},
    "decision": {
        "decision": "accepted",
        "question": "Release 1.2?",
        "reason": "ada approved it",
        "by": "ada",
        "comment": "looks good",
        "score": None,
        "confidence": None,
    },
    "finished": {"summary": "3 succeeded, 1 failed. build failed (exit): exit code 1", "seconds": 252.0},
    "digest": {"messages": [{"level": "warning", "subject": "release: build failed", "count": 3, "kind": "failure"}]},
}
"""What the template of each kind reads, beside ``run``, ``task``, ``kind``, ``level`` and ``audience``."""


@click.command("preview")
@click.argument("kind", required=False, type=click.Choice([*SAMPLES]))
@click.option("--audience", help="In the words for this audience; else for each that is told of it.")
@click.option("--workflow", default="release", show_default=True, help="The name of the workflow that it is about.")
@click.option("--json", "as_json", is_flag=True, help="Print it as JSON.")
@click.pass_obj
def command(shell: Shell, kind: str | None, *, audience: str | None, workflow: str, as_json: bool) -> None:
    """Show the words of messages of KIND, or of all kinds, with made-up facts, and the channels that they go to."""
    app = shell.app()
    wording = Wording(app.project / app.policy.templates)
    channels = sorted({offer.name for offer in app.plugins.offers("channel")})
    shown: list[dict[str, Any]] = []
    for each in [kind] if kind else SAMPLES:
        level = "error" if each in {"failure", "finished"} else "info"
        meant = "failure" if each == "recovery" else each
        found = {
            route.audience: route.channels
            for route in routes(app.policy, kind=meant, level=level, workflow=workflow, to=(), channels=channels)
        }
        told = [audience] if audience else [*found] or [TEAM]
        shown += [_one(wording, each, level, whom, workflow) | {"channels": [*found.get(whom, ())]} for whom in told]
    if as_json:
        shell.print_json(shown)
        return
    for number, one in enumerate(shown):
        if number:
            shell.print()
        _print(shell, one)


def _one(wording: Wording, kind: str, level: str, audience: str, workflow: str) -> dict[str, Any]:
    run = {
        "id": "01jd0000",
        "workflow": workflow,
        "description": "",
        "project": "project",
        "actor": "ada",
        "started": "2026-01-01T12:00:00.000Z",
        "outcome": "failed",
    }
    facts = {"run": run, "kind": kind, "level": level, "audience": audience, "task": "build", **SAMPLES[kind]}
    subject, body = wording.words(kind, audience, facts)
    path = wording.template(kind, audience)
    own = path is None or path.parent == OWN
    return {"kind": kind, "audience": audience, "template": "built in" if own else str(path), "subject": subject, "body": body}


def _print(shell: Shell, one: dict[str, Any]) -> None:
    to = ", ".join(one["channels"]) or "nobody: no rule sends it"
    shell.print(f"--- {one['kind']} for {one_line(one['audience'])}, to {one_line(to)} ({as_text(one['template'])})")
    shell.print(one["subject"])
    if one["body"]:
        shell.print("\n".join(f"  {line}".rstrip() for line in one["body"].splitlines()))
