"""What a workflow needs of plugins and of their settings: refused before anything starts."""

from __future__ import annotations

from turbo_core.plugins import configuring
from turbo_core.plugins.catalog import Catalog
from turbo_core.plugins.loading import Plugins
from turbo_core.telling.policy import Policy
from turbo_core.workflow.definition import Workflow
from turbo_core.workflow.selection import tasks_of


def refuse_settings(workflow: Workflow, plugins: Plugins, catalog: Catalog, policy: Policy) -> None:
    """Refuse what was set wrongly for plugins; learns the secrets that the settings of this run's plugins want.

    Raises:
        UsageError: a setting is wrong.
        PluginFailed: nobody owns an executor, or a channel that the rules of messages name.
    """
    tasks = list(tasks_of(workflow))
    speaks = bool(policy.rules) or any(task.message is not None or task.gate for task in tasks)
    moments = ["turbo_decide", "turbo_document", "turbo_track", *(["turbo_communicate"] if speaks else [])]
    hooks = {plugin for hook in moments for plugin in plugins.implementers(hook)}
    hooks |= {plugins.owner("executor", executor) for executor in {task.executor for task in tasks}}
    hooks |= {plugins.owner("channel", channel) for channel in policy.channels}
    namespaces = {task.uses.partition(".")[0] for task in tasks if task.uses}
    configuring.check(plugins, catalog, hooks=hooks, namespaces=namespaces)
