"""The actions of the namespace ``git``, gathered by theme from ``acting``."""

from __future__ import annotations

from turbo_plugin_git.acting.committing import check_messages, commit, draft, stage
from turbo_plugin_git.acting.exchanging import fetch, push
from turbo_plugin_git.acting.ground import shown
from turbo_plugin_git.acting.looking import change_size, changelog, log, next_version, scan_secrets, status
from turbo_plugin_git.acting.merging import cherry_pick, conflicts, merge, rebase
from turbo_plugin_git.acting.naming import branch, branch_name, tag
from turbo_plugin_git.acting.replaying import replay_merges
from turbo_plugin_git.acting.scouring import scan_history
from turbo_plugin_git.acting.searching import bisect
from turbo_plugin_git.acting.studying import hotspots, impact, ownership, rhythm
from turbo_plugin_git.acting.verifying import verify
from turbo_plugin_git.acting.worktrees import worktree, worktrees
from turbo_plugin_git.settings import Settings

turbo_settings = Settings

__all__ = [
    "bisect",
    "branch",
    "branch_name",
    "change_size",
    "changelog",
    "check_messages",
    "cherry_pick",
    "commit",
    "conflicts",
    "draft",
    "fetch",
    "hotspots",
    "impact",
    "log",
    "merge",
    "next_version",
    "ownership",
    "push",
    "rebase",
    "replay_merges",
    "rhythm",
    "scan_history",
    "scan_secrets",
    "shown",
    "stage",
    "status",
    "tag",
    "verify",
    "worktree",
    "worktrees",
]
