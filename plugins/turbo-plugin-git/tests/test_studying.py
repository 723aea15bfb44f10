from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import pytest
from turbo_core import ActionFailed, Context

from turbo_plugin_git import actions
from turbo_plugin_git.history import complexity

from .conftest import Project
from .synthetic import fast_import, long_history


def test_a_file_that_is_changed_often_and_is_deep_is_hot(project: Project, context: Context) -> None:
    deep = "".join(f"{'    ' * depth}x\n" for depth in range(8))
    for number in range(4):
        project.commit("feat: x", **{"hot.py": f"{deep}{number}\n", "flat.py": f"{number}\n"})
    project.commit("feat: y", **{"cold.py": deep})
    found = actions.hotspots(context, limit=2)
    assert (found.commits, [spot.path for spot in found.spots]) == (5, ["hot.py", "cold.py"])
    hot = found.spots[0]
    assert (hot.score, hot.commits, hot.churn, hot.complexity, hot.authors) == (1.0, 4, 15, 28, 1)


def test_complexity_counts_steps_of_indentation() -> None:
    assert complexity("a\n    b\n\tc\n\n        d\n") == 1 + 2 + 2


def test_ownership(project: Project, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    project.commit("feat: 1", a="1\n2\n3\n", b="1\n")
    monkeypatch.setenv("GIT_AUTHOR_NAME", "Bob")
    project.commit("feat: 2", a="1\n2\n3\n4\n", c="1\n")
    found = actions.ownership(context)
    assert [(one.name, one.files, one.share, one.commits) for one in found.owners] == [
        ("Ada Löve", 2, 0.6667, 1),
        ("Bob", 1, 0.3333, 1),
    ]
    assert found.half == 1
    assert [(one.path, one.owner, one.authors) for one in found.files] == [
        ("b", "Ada Löve", 1),
        ("c", "Bob", 1),
        ("a", "Ada Löve", 2),
    ]
    assert found.files[2].share == 0.75


def test_impact(project: Project, context: Context) -> None:
    for number in range(4):
        project.commit("feat: x", **{"a.py": f"{number}\n", "test_a.py": f"{number}\n", "docs/a.md": f"{number // 2}\n"})
    project.commit("feat: y", other="1\n")
    found = actions.impact(context, paths=("a.py",))
    assert [(one.path, one.commits, one.share) for one in found.companions] == [("test_a.py", 4, 1.0), ("docs/a.md", 2, 0.5)]
    assert (found.commits, found.score, found.confidence) == (4, 0.4, 0.4444)
    project.write("a.py", "changed\n")
    assert actions.impact(context).paths == ["a.py"]
    assert actions.impact(context, since="HEAD~1").paths == ["other"]
    assert actions.impact(context, paths=("docs/",)).companions[0].path == "a.py"
    project.git("checkout", "--quiet", "a.py")
    with pytest.raises(ActionFailed, match="no file has changed"):
        actions.impact(context)


def test_rhythm(project: Project, context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    for number, day in enumerate((1, 3, 9)):
        for role in ("AUTHOR", "COMMITTER"):
            monkeypatch.setenv(f"GIT_{role}_DATE", f"2026-01-{day:02}T00:00:00Z")
        project.commit(f"feat: {number}")
        project.git("tag", f"v1.{number}.0")
    project.commit("feat: more")
    found = actions.rhythm(context)
    assert (found.commits, found.authors, found.active_weeks, found.unreleased) == (4, 1, 2, 1)
    assert [(one.tag, one.days, one.commits) for one in found.releases] == [
        ("v1.2.0", 6.0, 1),
        ("v1.1.0", 2.0, 1),
        ("v1.0.0", None, 1),
    ]
    assert found.days_between == 4.0


MEASURED = """
import json, resource, sys, time
from dataclasses import asdict
from pathlib import Path
from turbo_core import Context
from turbo_plugin_git import actions
context = Context(run="r", task="t", attempt=1, project=Path(sys.argv[1]), key="k")
before = resource.getrusage(resource.RUSAGE_SELF)
found = getattr(actions, sys.argv[2])(context, **json.loads(sys.argv[3]))
after = resource.getrusage(resource.RUSAGE_SELF)
cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
peak = after.ru_maxrss / (1024 * 1024 if sys.platform == "darwin" else 1024)
print(json.dumps({"commits": found.commits, "cpu": cpu, "peak": peak}))
"""


@pytest.mark.timeout(1800)
def test_a_long_history_is_one_stream(project: Project, long: bool, capsys: pytest.CaptureFixture[str]) -> None:
    """Memory does not grow with the commits: 50,000 of them stay below what 150 MiB hold, and say how long they take."""
    commits = 50_000 if long else 2000
    fast_import(project.root, long_history(commits))
    project.git("reset", "--quiet", "--hard", "main")
    for verb, given in (
        ("hotspots", '{"days": 0}'),
        ("ownership", "{}"),
        ("impact", '{"paths": ["src/file1.py"]}'),
        ("rhythm", "{}"),
    ):
        start = time.monotonic()
        command = (sys.executable, "-c", MEASURED, str(project.root), verb, given)
        done = subprocess.run(command, capture_output=True, check=True, text=True, cwd=Path(__file__).parent)
        with capsys.disabled():
            print(f"\n{verb} of {commits} commits: {done.stdout.strip()}, {time.monotonic() - start:.1f} s in all")
        found = json.loads(done.stdout)
        assert found["commits"] == commits or verb == "impact"
        assert found["peak"] < 150
