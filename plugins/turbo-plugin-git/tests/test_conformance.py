"""The plugin keeps what every plugin with actions promises, in real repositories."""

from __future__ import annotations

import subprocess
from pathlib import Path
from typing import ClassVar

from turbo_core.testing import ActionSuite


def git(project: Path, *arguments: str) -> str:
    return subprocess.run(("git", *arguments), cwd=project, capture_output=True, check=True, text=True).stdout


class TestGit(ActionSuite):
    plugin = "git"
    examples: ClassVar = {
        "git.status": {},
        "git.log": {},
        "git.change_size": {},
        "git.scan_secrets": {},
        "git.next_version": {},
        "git.changelog": {"title": "1.1.0"},
        "git.tag": {"name": "v1.1.0", "message": "The next one"},
        "git.branch": {"name": "release/1.1"},
        "git.branch_name": {"title": "A short title", "ticket": "ABC-12"},
        "git.draft": {},
        "git.check_messages": {},
        "git.stage": {"everything": True},
        "git.commit": {"everything": True, "message": "feat: third"},
        "git.conflicts": {"ref": "side"},
        "git.merge": {"ref": "side"},
        "git.rebase": {"onto": "side"},
        "git.cherry_pick": {"commits": ["side"]},
        "git.replay_merges": {},
        "git.fetch": {},
        "git.push": {"branch": "side"},
        "git.worktree": {"path": "trees/one", "branch": "tree"},
        "git.worktrees": {},
        "git.bisect": {"good": "HEAD~1", "command": ["sh", "-c", "grep 0 file.txt"]},
        "git.hotspots": {},
        "git.ownership": {},
        "git.impact": {"paths": ["file.txt"]},
        "git.rhythm": {},
        "git.scan_history": {},
        "git.verify": {},
    }
    dry_run_may = ("run git *",)

    def prepare(self, project: Path) -> None:
        git(project, "init", "--quiet")
        for number, message in enumerate(("feat: first", "fix: second")):
            (project / "file.txt").write_text(f"{number}\n")
            git(project, "add", "--all")
            git(project, "commit", "--quiet", "--message", message)
        git(project, "tag", "--annotate", "v1.0.0", "HEAD~1", "--message", "The first one")
        git(project, "switch", "--quiet", "--create", "side", "HEAD~1")
        (project / "side.txt").write_text("aside\n")
        git(project, "add", "--all")
        git(project, "commit", "--quiet", "--message", "feat: aside")
        git(project, "switch", "--quiet", "-")
        git(project, "init", "--quiet", "--bare", ".git/other.git")
        git(project, "remote", "add", "origin", str(project / ".git" / "other.git"))
        git(project, "push", "--quiet", "origin", "HEAD:refs/heads/there")
        git(project, "update-ref", "-d", "refs/remotes/origin/there")
        (project / "untracked.txt").write_text("new\n")

    def state(self, project: Path) -> object:
        """What git shows to people: a repository keeps objects that nothing points to, and that is no effect."""
        return {
            "refs": git(project, "for-each-ref"),
            "there": git(project, "--git-dir=.git/other.git", "for-each-ref"),
            "head": git(project, "rev-parse", "--symbolic-full-name", "HEAD"),
            "files": git(project, "status", "--porcelain"),
        }
