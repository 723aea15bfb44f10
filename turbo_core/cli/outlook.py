"""What a view of a run works out: how far the run has come, and what is ahead of it."""

from __future__ import annotations

from turbo_core.app import App
from turbo_core.engine.foreseeing import past_of, steps_of
from turbo_core.report.outlook import Outlook
from turbo_core.workflow.definition import Workflow


def outlook_of(app: App, workflow: Workflow) -> Outlook:
    """What works out how far a run of the workflow has come, and what is ahead of it."""
    tasks = [task for phase in workflow.phases for task in phase.tasks]
    risky = [task.name for task in tasks if task.kind in {"run", "uses"} and task.risk != "read"]
    past = past_of(app.project, workflow.name)
    return Outlook(steps_of(workflow), past, jobs=app.settings.jobs, risky=risky)
