"""A conventional commit message drafted from a change, and the rules that a message keeps. Pure; knows neither git nor Turbo."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Final

from turbo_plugin_git import conventional
from turbo_plugin_git.lockfiles import MANAGERS
from turbo_plugin_git.values import Commit

_DOCS: Final = re.compile(
    r"(^|/)(docs?|changelog)/|\.(md|rst|adoc|txt)$|(^|/)(LICENSE|NOTICE|AUTHORS|README)[^/]*$", re.IGNORECASE
)
_TESTS: Final = re.compile(r"(^|/)(tests?|__tests__|spec|testdata)/|(^|/)(test_[^/]*|[^/]*[._-](test|spec)\.[^/]*|conftest\.py)$")
_CI: Final = re.compile(r"(^|/)(\.github/workflows|\.gitlab-ci|\.circleci|\.ci|\.buildkite)|(^|/)(Jenkinsfile|\.travis\.yml)$")
_BUILD: Final = re.compile(
    r"(^|/)(pyproject\.toml|setup\.(py|cfg)|tox\.ini|Makefile|CMakeLists\.txt|Dockerfile[^/]*|requirements[^/]*\.txt|package\.json"
    r"|Cargo\.toml|go\.mod|pom\.xml|build\.gradle(\.kts)?|\.pre-commit-config\.yaml)$"
)
_DEFINED: Final = re.compile(
    r"^(?:export )?(?:default )?(?:pub(?:lic)?(?:\(\w+\))? )?(?:static |async |abstract |final )*"
    r"(?:def|class|func|fn|function|interface|struct|enum|trait|type) +(?:\([^)]*\) *)?(\w+)"
)
_NO_SCOPE: Final = frozenset({"", ".", "src", "lib", "source", "app", "tests", "test", "docs", "doc", "packages", "plugins"})
_VERBS: Final = {"A": "add", "D": "remove", "R": "move"}


@dataclass(frozen=True, slots=True, kw_only=True)
class FileChange:
    """A file that a commit would change: ``status`` is ``A``, ``D``, ``M`` or ``R``; ``old`` the name before a renaming."""

    status: str
    path: str
    old: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Draft:
    """A drafted message in its parts. ``reason`` tells what the type was judged by; ``confidence`` goes from 0 to 1."""

    type: str
    scope: str
    subject: str
    body: str
    reason: str
    confidence: float

    @property
    def message(self) -> str:
        """The whole message."""
        scope = f"({self.scope})" if self.scope else ""
        return f"{self.type}{scope}: {self.subject}" + (f"\n\n{self.body}" if self.body else "")


def draft(changes: Sequence[FileChange], diff: str, *, spaces_only: bool, scopes: Collection[str] = ()) -> Draft:
    """Draft a message.

    Args:
        changes: the files.
        diff: the change of these files, without context lines.
        spaces_only: whether nothing but white space has changed.
        scopes: the scopes that are allowed; without any, the folder that all files share is the scope.
    """
    source = [change for change in changes if _area(change.path) == "source"]
    type_, subject, reason, confidence = _judge(changes, source, *_defined(diff), spaces_only=spaces_only)
    listed = "\n".join(f"- {_told(change)}" for change in changes[:20])
    more = f"\n- and {len(changes) - 20} more" if len(changes) > 20 else ""
    return Draft(
        type=type_,
        scope=_scope(source, scopes),
        subject=subject,
        body=listed + more if len(changes) > 1 else "",
        reason=reason,
        confidence=confidence,
    )


def _area(path: str) -> str:
    if PurePosixPath(path).name in MANAGERS or _BUILD.search(path):
        return "build"
    areas = (("ci", _CI), ("test", _TESTS), ("docs", _DOCS))
    return next((name for name, pattern in areas if pattern.search(path)), "source")


def _judge(
    changes: Sequence[FileChange], source: Sequence[FileChange], added: Sequence[str], gone: Sequence[str], *, spaces_only: bool
) -> tuple[str, str, str, float]:
    areas = Counter(_area(change.path) for change in changes)
    if spaces_only:
        return "style", f"reformat {_places(changes)}", "only white space changed", 0.95
    if not source:
        area = areas.most_common(1)[0][0]
        sure = 0.95 if len(areas) == 1 else 0.7
        return area, f"{_verb(changes)} {_places(changes)}", f"no source file changed; most files are {area}", sure
    kinds = {change.status for change in source}
    if kinds <= {"R"}:
        return "refactor", f"move {_places(source)}", "source files were only moved", 0.9
    if kinds <= {"D", "R"}:
        return "refactor", f"remove {_places(source)}", "source files were only removed", 0.8
    new = [name for name in added if name not in gone and not name.startswith("_")]
    if new:
        return "feat", f"add {_some(new)}", f"it defines {_some(new)}", 0.7
    if "A" in kinds:
        return "feat", f"add {_places([each for each in source if each.status == 'A'])}", "a source file is new", 0.6
    if sorted(added) == sorted(gone) and "test" not in areas:
        return "fix", f"change {_places(source)}", "source changed; nothing is defined that was not there", 0.4
    return "fix", f"change {_places(source)}", "source and tests changed; nothing new is defined", 0.5


def _defined(diff: str) -> tuple[list[str], list[str]]:
    """What added and removed lines define at the left margin."""
    added: list[str] = []
    gone: list[str] = []
    for each in diff.split("\n"):
        found = _DEFINED.match(each[1:])
        if found and each[0] in "+-":
            (added if each[0] == "+" else gone).append(found[1])
    return list(dict.fromkeys(added)), list(dict.fromkeys(gone))


def _verb(changes: Sequence[FileChange]) -> str:
    kinds = {change.status for change in changes}
    return _VERBS.get(kinds.pop(), "update") if len(kinds) == 1 else "update"


def _places(changes: Sequence[FileChange]) -> str:
    return _some([PurePosixPath(change.path).name for change in changes])


def _some(names: Sequence[str]) -> str:
    if len(names) <= 3:
        return " and ".join(filter(None, (", ".join(names[:-1]), names[-1])))
    return f"{', '.join(names[:2])} and {len(names) - 2} more"


def _told(change: FileChange) -> str:
    return f"move {change.old} to {change.path}" if change.old else f"{_VERBS.get(change.status, 'change')} {change.path}"


def _scope(changes: Sequence[FileChange], scopes: Collection[str]) -> str:
    folders = [PurePosixPath(change.path).parent.parts for change in changes]
    shared = [parts[0] for parts in zip(*folders, strict=False) if len(set(parts)) == 1]
    names = [name for name in reversed(shared) if (name in scopes if scopes else name.lower() not in _NO_SCOPE)]
    return names[0] if names else ""


def problems(message: str, *, types: Collection[str], scopes: Collection[str], longest: int) -> list[str]:
    """What a message breaks of the rules of conventional commits (conventionalcommits.org, 1.0.0); empty if nothing.

    Args:
        message: the whole message.
        types: the types that are allowed; any if empty.
        scopes: the scopes that are allowed; any if empty.
        longest: characters of the first line.
    """
    first, _, rest = message.partition("\n")
    entry = conventional.read(Commit(id="", parents=(), author="", email="", date="", message=message))
    if not entry.type or first != first.strip() or ": " not in first:
        return ["the first line is not 'type(scope): subject'"]
    found = []
    if types and entry.type not in types:
        found.append(f"the type {entry.type!r} is none of {', '.join(types)}")
    if scopes and entry.scope and entry.scope not in scopes:
        found.append(f"the scope {entry.scope!r} is none of {', '.join(scopes)}")
    if len(first) > longest:
        found.append(f"the first line has {len(first)} characters, more than {longest}")
    if entry.subject.endswith("."):
        found.append("the subject ends with a full stop")
    if rest and not rest.startswith("\n"):
        found.append("the second line is not empty")
    return found
