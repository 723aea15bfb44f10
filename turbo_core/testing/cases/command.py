"""``turbo test``: the unit tests of workflows, in files beside them."""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

import click

from turbo_core.cli.shell import Shell
from turbo_core.errors import Problem, StorageFailed, UsageError, WorkflowInvalid
from turbo_core.report.looks import painted, speaks_unicode
from turbo_core.report.text import strip_controls
from turbo_core.testing.cases.case import Case
from turbo_core.testing.cases.choosing import means
from turbo_core.testing.cases.finding import files_in
from turbo_core.testing.cases.junit import junit
from turbo_core.testing.cases.reading import PLACE, Reader
from turbo_core.testing.cases.shape import json_schema
from turbo_core.testing.cases.verdict import Grade, Verdict, judge

_LETTERS: dict[Grade, str] = {"passed": ".", "failed": "F", "broken": "E"}
_STATES: dict[Grade, str] = {"passed": "succeeded", "failed": "failed", "broken": "failed"}


@click.command("test")
@click.argument("paths", nargs=-1, metavar="[PATH|FILE::CASE]...")
@click.option("-k", "expression", metavar="EXPR", help="Only cases whose id holds these words; joined by and, or, not.")
@click.option("-x", "--exitfirst", "first", is_flag=True, help="Stop at the first case that does not pass.")
@click.option("-v", "--verbose", is_flag=True, help="A line for each case.")
@click.option("--junit", "report", type=click.Path(path_type=Path), metavar="FILE", help="Write the results as JUnit XML.")
@click.option("--schema", is_flag=True, help="Print the JSON Schema of test files, and run nothing.")
@click.pass_obj
def command(
    shell: Shell, paths: tuple[str, ...], expression: str | None, first: bool, verbose: bool, report: Path | None, schema: bool
) -> int:
    """Run the unit tests of workflows: *.test.yaml beside them, in files and folders; in the whole project if none is named.

    Nothing is started, nothing is sent, and no time passes: attempts end as the cases say, on a clock that jumps.

    Exit codes: 0 all passed, 1 some did not, 2 a test file is wrong or there is none.
    """
    if schema:
        shell.print_json(json_schema())
        return 0
    verdicts = _run(shell, _chosen(shell, paths, expression), first=first, verbose=verbose)
    if report is not None:
        _write(report, junit(verdicts))
    return int(any(verdict.grade != "passed" for verdict in verdicts))


# ---------------------------------------------------------------- which


def _chosen(shell: Shell, paths: Sequence[str], expression: str | None) -> list[Case]:
    """The cases that are meant.

    Raises:
        WorkflowInvalid: with the problems of all files.
        UsageError: there is no case.
    """
    app = shell.app()
    reader, problems, cases = Reader(app.project, app.catalog), list[Problem](), list[Case]()
    for place, name in [_parted(path) for path in paths] or [(app.project, "")]:
        for file in files_in([place]):
            try:
                found = reader.file(file)
            except WorkflowInvalid as error:
                problems += error.problems
            else:
                cases += [case for case in found if not name or case.name == name]
    if problems:
        raise WorkflowInvalid(list(dict.fromkeys(problems)), PLACE)
    chosen = {case.id: case for case in cases if expression is None or means(expression, case.id)}
    if not chosen:
        where = " ".join(paths) or str(app.project)
        step = "write NAME.test.yaml beside NAME.yaml" if not cases else "choose other words for -k"
        raise UsageError("there is no test", where=where, next_step=step)
    return [*chosen.values()]


def _parted(path: str) -> tuple[Path, str]:
    """The file or folder, and the name of the case behind ``::``."""
    place, _colons, name = path.partition("::")
    return Path(place), name


# ---------------------------------------------------------------- run and tell


def _run(shell: Shell, cases: Sequence[Case], *, first: bool, verbose: bool) -> list[Verdict]:
    begun, verdicts = time.perf_counter(), list[Verdict]()
    with TemporaryDirectory(prefix="turbo-test-") as folder:
        for file, group in groupby(cases, key=lambda case: case.file):
            judged = _judged(shell, group, Path(folder) / str(len(verdicts)), first=first, verbose=verbose)
            verdicts += judged
            if not verbose:
                letters = "".join(painted(_LETTERS[one.grade], _STATES[one.grade], color=_color(shell)) for one in judged)
                _print(shell, f"{strip_controls(file)} {letters}")
            if first and verdicts[-1].grade != "passed":
                break
    _sum_up(shell, verdicts, time.perf_counter() - begun)
    return verdicts


def _judged(shell: Shell, cases: Iterator[Case], folder: Path, *, first: bool, verbose: bool) -> list[Verdict]:
    verdicts: list[Verdict] = []
    for case in cases:
        verdict = judge(case, folder / str(len(verdicts)))
        verdicts.append(verdict)
        if verbose:
            told = painted(verdict.grade.upper(), _STATES[verdict.grade], color=_color(shell))
            _print(shell, f"{told} {strip_controls(case.id)}")
        if first and verdict.grade != "passed":
            break
    return verdicts


def _sum_up(shell: Shell, verdicts: Sequence[Verdict], seconds: float) -> None:
    unicode, counts = speaks_unicode(sys.stdout.encoding), Counter(verdict.grade for verdict in verdicts)
    for verdict in verdicts:
        if verdict.grade != "passed":
            head = f"{verdict.grade.upper()} {strip_controls(verdict.case.id)}"
            _print(shell, f"\n{painted(head, 'failed', color=_color(shell))}")
            shell.print("\n".join(f"  {line}" for line in _lines(verdict, unicode=unicode)))
    told = ", ".join(f"{counts[grade]} {grade}" for grade in ("failed", "broken", "passed") if counts[grade])
    state = "succeeded" if counts["passed"] == len(verdicts) else "failed"
    _print(shell, f"\n{painted(f'{told} in {seconds:.2f} s', state, color=_color(shell))}")


def _lines(verdict: Verdict, *, unicode: bool) -> list[str]:
    return [*verdict.explain(unicode=unicode).splitlines(), f"alone: {verdict.alone}"]


def _color(shell: Shell) -> bool:
    return shell.terminal().color


def _print(shell: Shell, text: str) -> None:
    """Print what holds only colours of our own."""
    click.echo(text, color=_color(shell))


def _write(path: Path, data: bytes) -> None:
    try:
        path.write_bytes(data)
    except OSError as error:
        raise StorageFailed("the report cannot be written", where=str(path), why=error.strerror or "") from error
