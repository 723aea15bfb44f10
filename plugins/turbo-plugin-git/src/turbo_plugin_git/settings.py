"""The settings of the plugin: what names and messages have to look like."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The rules of a project for branches and commits.

    Attributes:
        branch_pattern: a regular expression that the whole name of a new branch has to match; empty for any name.
        branch_kinds: what the name of a branch may begin with when `git.branch_name` makes one.
        longest_branch: characters of the name of a branch.
        commit_types: the types of commits that are allowed; empty for any.
        commit_scopes: the scopes of commits that are allowed; empty for any.
        longest_subject: characters of the first line of a message.
    """

    branch_pattern: str = ""
    branch_kinds: Sequence[str] = ("feature", "fix", "release", "chore")
    longest_branch: int = 100
    commit_types: Sequence[str] = ("feat", "fix", "perf", "revert", "refactor", "docs", "test", "build", "ci", "style", "chore")
    commit_scopes: Sequence[str] = ()
    longest_subject: int = 100
