"""The page as axe-core sees it, in a browser: no serious and no critical finding, in light and dark.

Where there is no Chromium, or it does not come up, the test is skipped and says so.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
from collections.abc import Iterator
from html import unescape
from importlib.resources import files
from pathlib import Path

import pytest

from tests.report import runs
from turbo_core import replace
from turbo_core.model import FaultView, RunView
from turbo_core.report import html
from turbo_core.report.compare import compare

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
LOOK = """
axe.run(document, {resultTypes: ["violations"]}).then((found) => {
  const told = document.createElement("pre");
  told.id = "found";
  told.textContent = JSON.stringify(found.violations.map((one) => [one.impact, one.id, one.nodes.map((node) => node.html)]));
  document.body.appendChild(told);
});
"""


def everything(run: RunView) -> RunView:
    fault = FaultView(plugin="sheet", moment="document", message="KeyError: 'rows'")
    before = replace(runs.passed(), id="20261120-1200-abcd", inputs={"channel": "beta"}, seconds=20.0)
    return replace(run, compared=compare(before, run), faults=(fault,), host="mill", jobs=4)


def findings(page: str, folder: Path) -> Iterator[tuple[str, str, list[str]]]:
    """What axe-core finds. Its script may only run in a copy without our policy."""
    browser = next(filter(None, map(shutil.which, BROWSERS)), None)
    if browser is None:
        pytest.skip(f"none of {', '.join(BROWSERS)} is installed")
    axe = files("axe_core_python").joinpath("axe.min.js").read_text(encoding="utf-8")
    opened = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", page)
    copy = folder / "page.html"
    copy.write_text(opened.replace("</body>", f"<script>{axe}</script><script>{LOOK}</script></body>"), encoding="utf-8")
    options = ("--headless=new", "--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage", "--virtual-time-budget=30000")
    command = [browser, *options, f"--user-data-dir={folder / 'browser'}", "--dump-dom", copy.as_uri()]
    try:
        shown = subprocess.run(command, capture_output=True, text=True, timeout=90, check=False).stdout
    except subprocess.TimeoutExpired:
        pytest.skip("the browser did not come up in time")
    found = re.search(r'<pre id="found">(.*?)</pre>', shown, re.DOTALL)
    if found is None:
        pytest.skip("the browser gave no result")
    yield from json.loads(unescape(found[1]))


@pytest.mark.slow
@pytest.mark.parametrize(("name", "theme"), [("passed", "dark"), ("failed", "light")])
def test_axe_finds_nothing_serious(name: str, theme: str, tmp_path: Path) -> None:
    page = html.render(everything(runs.RUNS[name]()), runs.log_tail).replace(
        '<html lang="en">', f'<html lang="en" class="{theme}">'
    )
    found = [finding for finding in findings(page, tmp_path) if finding[0] in {"serious", "critical"}]
    assert found == []
