"""The actions of the namespace ``git``, gathered by theme from ``acting``."""

from __future__ import annotations

from turbo_plugin_git.acting.committing import check_messages, commit, draft, stage
from turbo_plugin_git.acting.ground import shown
from turbo_plugin_git.acting.looking import change_size, changelog, log, next_version, scan_secrets, status
from turbo_plugin_git.acting.merging import cherry_pick, conflicts, merge, rebase
from turbo_plugin_git.acting.naming import branch, branch_name, tag
from turbo_plugin_git.settings import Settings

turbo_settings = Settings

__all__ = [
    "branch",
    "branch_name",
    "change_size",
    "changelog",
    "check_messages",
    "cherry_pick",
    "commit",
    "conflicts",
    "draft",
    "log",
    "merge",
    "next_version",
    "rebase",
    "scan_secrets",
    "shown",
    "stage",
    "status",
    "tag",
]
