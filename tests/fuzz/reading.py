"""Reads one hostile text as the workflow of a project, and says what was not as promised."""

from __future__ import annotations

import re
import time
import traceback
from typing import Final

from tests.fuzz.seeds import FILES, SMALL
from tests.workflow.reading_kit import PROJECT, Known, read
from turbo_core.errors import Problem, WorkflowInvalid
from turbo_core.workflow.reading import from_texts

SECONDS: Final = 0.1
"""What reading one text may cost; on a machine that is slow, or traced, as many times what a small workflow costs as here."""

_LINE: Final = re.compile("\r\n|\r|\n")


def budget() -> float:
    """The seconds of CPU that a text may cost here."""
    started = time.thread_time()
    for _ in range(20):
        read(SMALL, **FILES)
    return max(SECONDS, 80 * (time.thread_time() - started) / 20)


def fault(text: str, seconds: float) -> str:
    """What is wrong with how ``text`` is read: a traceback, a mistake without a place, too much time. Empty if nothing is.

    What is too dear once may be so by chance: what is dear is dear each time.
    """
    wrong, spent = _tried(text)
    if wrong or spent <= seconds:
        return wrong
    least = min(_tried(text)[1] for _ in range(3))
    return f"{least:.3f} s" if least > seconds else ""


def _tried(text: str) -> tuple[str, float]:
    """What is wrong with how a text is read, and the seconds of CPU that it cost."""
    started = time.thread_time()
    try:
        workflow = read(text, **FILES)
    except WorkflowInvalid as error:
        wrong = next((f"no place: {one}" for one in error.problems if not _placed(one, text)), "")
    except Exception:  # any other is what is looked for
        wrong = traceback.format_exc()
    else:
        again = from_texts(workflow.texts, "turbo.yaml", PROJECT, Known())
        wrong = "" if again.digest == workflow.digest else "it is another workflow when it is read from its record"
    return wrong, time.thread_time() - started


def _placed(problem: Problem, text: str) -> bool:
    if problem.path != "turbo.yaml":
        return problem.line > 0
    lines = [*_LINE.split(text), ""]
    return 0 < problem.line <= len(lines) and 0 < problem.column <= len(lines[problem.line - 1]) + 1
