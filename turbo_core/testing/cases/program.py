"""Cases for programs: what a test file says in YAML, as arguments of one function."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory

from turbo_core.app import App
from turbo_core.testing.cases.expecting import misses
from turbo_core.testing.cases.reading import Reader
from turbo_core.testing.cases.result import SimulatedRun
from turbo_core.testing.cases.running import run_case
from turbo_core.testing.cases.verdict import Verdict
from turbo_core.words import JSON
from turbo_core.workflow.files import absolute
from turbo_core.workflow.finding import project_root

_UNASKED = {"outcome": "succeeded"}


def workflow_case(workflow: Path | str, *, project: Path | None = None, **given: JSON) -> SimulatedRun:
    """Run a workflow in the simulated world, and give what came of it.

    Args:
        workflow: its file.
        project: the project root; found from the workflow's folder if not given.
        given: the keys of a case, as a test file has them: ``inputs``, ``stubs``, ``answers``, and so on. ``name`` and ``expect``
            may be left out; what is expected can also be asserted of the result.

    Raises:
        WorkflowInvalid: the workflow or the case is wrong.
        UsageError: the case cannot be run: a stub is missing, or the run would wait for ever.
        AssertionError: the run is not what ``expect`` says; the message tells everything.
    """
    path = absolute(Path(workflow))
    app = App(project or project_root(path.parent))
    case = Reader(app.project, app.catalog).value({"name": path.stem, "expect": _UNASKED, **given}, path)
    with TemporaryDirectory(prefix="turbo-test-") as folder:
        run = run_case(case, Path(folder))
    verdict = Verdict(case=case, run=run, misses=tuple(misses(case.given.expect, run)) if "expect" in given else ())
    if verdict.misses:
        raise AssertionError(verdict.explain())
    return run
