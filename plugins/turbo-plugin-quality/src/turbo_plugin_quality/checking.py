"""The actions over linters, type checkers and scanners: how each tool is asked, and nothing of what its answer means."""

from __future__ import annotations

import os
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

from turbo_core import Context, action

from turbo_plugin_quality import checks
from turbo_plugin_quality.judging import judge
from turbo_plugin_quality.running import call, place, within
from turbo_plugin_quality.typescript import SCRIPT
from turbo_plugin_quality.values import Check, Finding


@action(risk="read", idempotent=True)
def ruff(
    context: Context, folder: str = ".", program: tuple[str, ...] = ("ruff",), tolerance: float = 20, limit: int = 200
) -> Check:
    """Lint Python with ruff.

    Args:
        folder: where, relative to the project.
        program: how the tool is started.
        tolerance: the weight of findings at which the score is 0: an error weighs 1, a warning 0.5, a note 0.1.
        limit: how many findings are given on.
    """
    there = place(context.project, folder)
    ran = call(program, "check", "--output-format=json", "--no-cache", "--exit-zero", ".", folder=there)
    return judge("ruff", _placed(context, there, checks.ruff(ran.out)), tolerance=tolerance, limit=limit)


@action(risk="read", idempotent=True)
def mypy(
    context: Context,
    folder: str = ".",
    paths: tuple[str, ...] = (),
    program: tuple[str, ...] = ("mypy",),
    tolerance: float = 20,
    limit: int = 200,
) -> Check:
    """Check the types of Python with mypy.

    Args:
        folder: where, relative to the project.
        paths: what, relative to the folder; what mypy's configuration names if empty.
        program: how the tool is started.
        tolerance: the weight of findings at which the score is 0: an error weighs 1, a warning 0.5, a note 0.1.
        limit: how many findings are given on.
    """
    there = place(context.project, folder)
    options = ("--output=json", f"--cache-dir={os.devnull}", "--no-error-summary", "--no-pretty")
    ran = call(program, *options, "--", *paths, folder=there) if paths else call(program, *options, folder=there)
    return judge("mypy", _placed(context, there, checks.mypy(ran.out)), tolerance=tolerance, limit=limit)


@action(risk="read", idempotent=True)
def bandit(
    context: Context,
    folder: str = ".",
    exclude: tuple[str, ...] = (),
    program: tuple[str, ...] = ("bandit",),
    tolerance: float = 20,
    limit: int = 200,
) -> Check:
    """Look for security problems in Python with bandit.

    Args:
        folder: where, relative to the project.
        exclude: folders and files that are left out, as bandit reads them.
        program: how the tool is started.
        tolerance: the weight of findings at which the score is 0: high severity weighs 1, medium 0.5, low 0.1.
        limit: how many findings are given on.
    """
    there = place(context.project, folder)
    left_out = [f"--exclude={','.join(exclude)}"] if exclude else []
    ran = call(program, "--quiet", "--recursive", "--format=json", *left_out, ".", folder=there)
    findings, unread, read = checks.bandit(ran.out)
    placed = _placed(context, there, findings)
    return judge("bandit", placed, tolerance=tolerance, limit=limit, unread=unread, read=read)


@action(risk="read", idempotent=True)
def detect_secrets(
    context: Context, folder: str = ".", program: tuple[str, ...] = ("detect-secrets",), tolerance: float = 0, limit: int = 200
) -> Check:
    """Look for secrets in files with detect-secrets. No secret is shown, and nothing is verified over the network.

    Args:
        folder: where, relative to the project.
        program: how the tool is started.
        tolerance: the number of findings at which the score is 0; with 0 any finding makes it 0.
        limit: how many findings are given on.
    """
    there = place(context.project, folder)
    ran = call(program, "scan", "--all-files", "--no-verify", ".", folder=there)
    return judge("detect-secrets", _placed(context, there, checks.detect_secrets(ran.out)), tolerance=tolerance, limit=limit)


@action(risk="read", idempotent=True)
def lizard(
    context: Context,
    folder: str = ".",
    complexity: int = 15,
    length: int = 100,
    program: tuple[str, ...] = ("lizard",),
    tolerance: float = 20,
    limit: int = 200,
) -> Check:
    """Find functions that are too complex or too long, in some twenty languages, with lizard.

    Args:
        folder: where, relative to the project.
        complexity: the cyclomatic complexity that a function may have.
        length: the lines that a function may have.
        program: how the tool is started.
        tolerance: the weight of findings at which the score is 0: too complex weighs 0.5, too long 0.1.
        limit: how many findings are given on.
    """
    there = place(context.project, folder)
    ran = call(program, "--csv", ".", folder=there)
    findings, count = checks.lizard(ran.out, complexity=complexity, length=length)
    return judge("lizard", _placed(context, there, findings), tolerance=tolerance, limit=limit, read=count)


@action(risk="read", idempotent=True)
def eslint(
    context: Context,
    folder: str = ".",
    program: tuple[str, ...] = ("npx", "--no-install", "eslint"),
    tolerance: float = 20,
    limit: int = 200,
) -> Check:
    """Lint JavaScript and TypeScript with the project's own eslint.

    Args:
        folder: where, relative to the project.
        program: how the tool is started.
        tolerance: the weight of findings at which the score is 0: an error weighs 1, a warning 0.5.
        limit: how many findings are given on.
    """
    there = place(context.project, folder)
    ran = call(program, "--format=json", ".", folder=there)
    return judge("eslint", _placed(context, there, checks.eslint(ran.out)), tolerance=tolerance, limit=limit)


@action(risk="read", idempotent=True)
def tsc(
    context: Context,
    folder: str = ".",
    config: str = "tsconfig.json",
    program: tuple[str, ...] = ("node",),
    tolerance: float = 20,
    limit: int = 200,
) -> Check:
    """Check the types of TypeScript with the project's own compiler; writes nothing.

    Args:
        folder: where, relative to the project.
        config: the configuration, relative to the folder.
        program: how Node.js is started.
        tolerance: the weight of findings at which the score is 0: an error weighs 1, a warning 0.5.
        limit: how many findings are given on.
    """
    there = place(context.project, folder)
    ran = call(program, "-e", SCRIPT, config, folder=there, good=(0,))
    return judge("tsc", _placed(context, there, checks.tsc(ran.out)), tolerance=tolerance, limit=limit)


@action(risk="read", idempotent=True)
def clippy(
    context: Context, folder: str = ".", program: tuple[str, ...] = ("cargo",), tolerance: float = 20, limit: int = 200
) -> Check:
    """Lint Rust with cargo clippy. It writes what it builds into the folder of the target.

    Args:
        folder: where, relative to the project.
        program: how the tool is started.
        tolerance: the weight of findings at which the score is 0: an error weighs 1, a warning 0.5.
        limit: how many findings are given on.
    """
    there = place(context.project, folder)
    ran = call(program, "clippy", "--all-targets", "--message-format=json", "--quiet", folder=there, good=(0, 101))
    # Targets share files, so that one message comes more than once.
    findings = dict.fromkeys(_placed(context, there, checks.cargo(ran.out, "clippy")))
    return judge("clippy", [*findings], tolerance=tolerance, limit=limit)


@action(risk="read", idempotent=True)
def go_vet(
    context: Context, folder: str = ".", program: tuple[str, ...] = ("go",), tolerance: float = 20, limit: int = 200
) -> Check:
    """Look for mistakes in Go with go vet.

    Args:
        folder: where, relative to the project.
        program: how the tool is started.
        tolerance: the weight of findings at which the score is 0: each weighs 0.5.
        limit: how many findings are given on.
    """
    there = place(context.project, folder)
    ran = call(program, "vet", "-json", "./...", folder=there, good=(0,))
    return judge("go vet", _placed(context, there, checks.go_vet(ran.out + ran.err)), tolerance=tolerance, limit=limit)


def _placed(context: Context, folder: Path, findings: Iterable[Finding]) -> list[Finding]:
    """The findings with paths from the project's root, whatever the tool called them."""
    return [replace(one, path=within(context.project, folder, one.path)) if one.path else one for one in findings]
