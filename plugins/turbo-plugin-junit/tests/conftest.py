"""A project with runs that end in every way, without the machine's own step."""

from __future__ import annotations

import pytest

FLAKY = "test -e there || { touch there; echo broke; exit 3; }"
WORKFLOW = f"""
    name: checks
    phases:
      check:
        good: {{run: echo fine}}
        flaky: {{run: "{FLAKY}", retry: {{times: 1, delay: 1ms}}}}
        allowed: {{run: "exit 1", allow_failure: true}}
        never: {{run: echo never, when: "${{{{ run.id == '' }}}}"}}
        each: {{run: "true", matrix: {{x: [1, 2]}}}}
      later:
        bad: {{run: "printf 'a \\\\033[31m<red> ]]> \\\\000|`x`\\\\n'; exit 4"}}
        slow: {{run: sleep 60, timeout: 200ms}}
"""


@pytest.fixture(autouse=True)
def _no_step(monkeypatch: pytest.MonkeyPatch) -> None:
    """The machine that runs these tests may itself have such a page."""
    monkeypatch.delenv("GITHUB_STEP_SUMMARY", raising=False)
