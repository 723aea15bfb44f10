"""The actions over results: SARIF in and out, and how a figure moves from run to run."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path
from statistics import median
from typing import Any, Literal

from turbo_core import ActionFailed, Context, action

from turbo_plugin_quality import sarif
from turbo_plugin_quality.values import Finding


@dataclass(frozen=True, slots=True, kw_only=True)
class Log:
    """A SARIF log that was written: its `path`, how many findings it holds, and the SHA-256 of the file."""

    path: str
    count: int
    digest: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Read:
    """A SARIF log that was read.

    Attributes:
        findings: the first of them.
        count: how many there are.
    """

    findings: list[Finding]
    count: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Trend:
    """How a figure stands to what it was.

    Attributes:
        value: the figure now.
        before: the median of those before; null if there is none.
        change: the difference; null likewise.
        direction: `better`, `worse`, `same`, or `new` where there is nothing to compare with.
        runs: how many earlier figures count.
        score: 1 unless it is worse; then it falls in a straight line, to 0 at twice the tolerance.
        confidence: how many of the wanted earlier figures there are.
        reason: one sentence.
    """

    value: float
    before: float | None
    change: float | None
    direction: Literal["better", "worse", "same", "new"]
    runs: int
    score: float
    confidence: float
    reason: str


@action(risk="change", idempotent=True)
def write_sarif(context: Context, findings: list[Finding], file: str = "quality.sarif") -> Log:
    """Write findings as SARIF 2.1.0, for code hosts and editors. A file of that name is replaced; the undo brings it back.

    Args:
        findings: those of any number of tools.
        file: where to, relative to the project.
    """
    path, before = _inside(context.project, file), _before(context)
    text = json.dumps(sarif.written(findings), indent=1, ensure_ascii=False) + "\n"
    if path.exists() and not before.exists() and path.read_bytes() != text.encode():
        before.parent.mkdir(parents=True, exist_ok=True)
        before.write_bytes(path.read_bytes())
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return Log(path=file, count=len(findings), digest=sha256(text.encode()).hexdigest())


@write_sarif.plan
def _(context: Context, findings: list[Finding], file: str) -> str:
    there = "replace" if _inside(context.project, file).exists() else "write"
    return f"{there} {file} with {len(findings)} findings"


@write_sarif.undo
def _(context: Context, file: str, outputs: dict[str, Any]) -> None:
    path, before = _inside(context.project, file), _before(context)
    if path.exists() and sha256(path.read_bytes()).hexdigest() != outputs.get("digest"):
        raise ActionFailed(f"{file} is not what was written, and is left alone", next_step="look at it, and delete it yourself")
    if before.exists():
        before.replace(path)
    else:
        path.unlink(missing_ok=True)
    _tidy(context.project, before.parent)


def _before(context: Context) -> Path:
    """Where the file is kept that a log replaces."""
    return context.project / ".turbo" / "quality" / f"{context.key}.sarif"


def _tidy(project: Path, folder: Path) -> None:
    """Remove folders that are empty now, up to the project."""
    while folder != project and folder.exists() and not any(folder.iterdir()):
        folder.rmdir()
        folder = folder.parent


@action(risk="read", idempotent=True)
def read_sarif(context: Context, file: str, limit: int = 200) -> Read:
    """Read the findings of a tool that writes SARIF 2.1.0.

    Args:
        file: the log, relative to the project.
        limit: how many findings are given on.
    """
    try:
        log = json.loads(_inside(context.project, file).read_text(encoding="utf-8-sig"))
    except (OSError, ValueError) as error:
        raise ActionFailed(f"{file} cannot be read", why=str(error)) from error
    findings = sarif.read(log)
    return Read(findings=findings[:limit], count=len(findings))


@action(risk="change", idempotent=True)
def trend(
    context: Context,
    name: str,
    value: float,
    lower_is_better: bool = False,
    tolerance: float = 0.0,
    runs: int = 10,
    file: str = ".turbo/quality.jsonl",
) -> Trend:
    """Keep a figure of this run, and compare it with the median of those before.

    Args:
        name: what it is a figure of, such as `coverage`.
        value: the figure.
        lower_is_better: such as for a number of findings.
        tolerance: by how much it may be worse, and still counts as the same.
        runs: how many of the earlier figures count at most.
        file: where the figures are kept, relative to the project: one JSON object a line.
    """
    path = _inside(context.project, file)
    kept = list(_kept(path))
    earlier = [float(one["value"]) for one in kept if one["name"] == name and one["key"] != context.key][-runs:]
    if all(one["key"] != context.key for one in kept):
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("a", encoding="utf-8") as out:
            out.write(json.dumps({"key": context.key, "run": context.run, "name": name, "value": value}) + "\n")
    return _compared(name, value, earlier, sign=-1 if lower_is_better else 1, tolerance=tolerance, wanted=runs)


@trend.plan
def _(context: Context, name: str, value: float, file: str) -> str:
    return f"keep {name} {value:g} in {file}"


@trend.undo
def _(context: Context, file: str) -> None:
    path = _inside(context.project, file)
    if path.exists():
        left = [json.dumps(one) + "\n" for one in _kept(path) if one["key"] != context.key]
        path.write_text("".join(left), encoding="utf-8")
        if not left:
            path.unlink()
            _tidy(context.project, path.parent)


def _compared(name: str, value: float, earlier: list[float], *, sign: int, tolerance: float, wanted: int) -> Trend:
    before = median(earlier) if earlier else None
    change = None if before is None else value - before
    gain = sign * (change or 0)
    direction: Literal["better", "worse", "same", "new"] = (
        "new" if before is None else "worse" if gain < -tolerance else "better" if gain > tolerance else "same"
    )
    score = 1.0 if direction != "worse" else max(0.0, 1 - (-gain - tolerance) / tolerance) if tolerance else 0.0
    told = (
        "there is nothing to compare it with" if before is None else f"{direction} than {before:g}, the median of {len(earlier)}"
    )
    return Trend(
        value=value,
        before=before,
        change=change,
        direction=direction,
        runs=len(earlier),
        score=round(score, 4),
        confidence=round(len(earlier) / wanted, 4) if wanted else 0.0,
        reason=f"{name} is {value:g}: {told.replace('same than', 'the same as')}",
    )


def _kept(path: Path) -> Iterator[dict[str, Any]]:
    """The figures of a file. A line that a crash has cut off is passed over."""
    if not path.exists():
        return
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            found = json.loads(line)
        except ValueError:
            continue
        if isinstance(found, dict) and {"key", "name", "value"} <= found.keys():
            yield found


def _inside(project: Path, file: str) -> Path:
    path = (project / file).resolve()
    if not path.is_relative_to(project.resolve()) or path == project.resolve():
        raise ActionFailed(f"{file!r} is no file of the project", next_step="name one, relative to the project")
    return path
