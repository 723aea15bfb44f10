"""The core commands: under which heading each stands in the help, and its line there. The module of a command has its name."""

from __future__ import annotations

from typing import Final

HEADINGS: Final[dict[str, dict[str, str]]] = {
    "Run": {
        "run": "Run a workflow.",
        "resume": "Go on with a run where it stopped.",
        "wait": "Wait until a run has ended.",
        "approve": "Approve what a gate asks.",
        "reject": "Reject what a gate asks.",
        "cancel": "Cancel a run in an orderly way.",
        "undo": "Take back what a run did.",
        "do": "Run one action of a plugin.",
    },
    "Look": {
        "runs": "List the runs of this project.",
        "show": "Show a run: phases, tasks, decisions, messages.",
        "logs": "Show what a task printed.",
        "why": "Tell in one sentence why a task is as it is.",
        "decisions": "Show what was decided, and what came of it.",
        "events": "Print the events of a run.",
        "report": "Write the report of a run.",
        "progress": "Report the progress of a task, from inside it.",
        "compare": "Tell what differed between two runs.",
        "replay": "Deliver the events of a run again to a plugin.",
        "docs": "Documents of the project: write, check, explain, rate.",
        "stats": "Tell what past runs of a workflow say.",
        "forecast": "Tell how long a run would take.",
        "history": "Look at what is kept of past runs; make it anew.",
        "messages": "Look at messages; send them again; preview their words.",
        "clean": "Remove ended runs, the oldest first.",
    },
    "Write": {
        "init": "Write a first turbo.yaml for this folder.",
        "list": "List the workflows of this project.",
        "check": "Check workflows; tell all mistakes at once.",
        "test": "Run the unit tests of workflows.",
        "plan": "Show what a run would do; act on nothing.",
        "graph": "Draw a workflow.",
        "schema": "Print the JSON Schema of workflow files.",
    },
    "Plugins": {
        "plugin": "Find, install and look at plugins.",
        "config": "Show settings and where they come from; make them.",
        "doctor": "Tell how Turbo stands on this machine.",
        "completion": "Print the shell completion.",
        "version": "Print the version.",
    },
}
COMMANDS: Final = {name: told for commands in HEADINGS.values() for name, told in commands.items()}

RUNNING: Final = frozenset({"run", "resume"})
"""Core commands that nearly always start attempts."""

HIGHER: Final = frozenset({"test"})
"""Core commands of a floor above this one: they are found like those of plugins, by the entry points of turbo-core."""
