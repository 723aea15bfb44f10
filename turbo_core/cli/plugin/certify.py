"""``turbo plugin certify``: the level that a plugin reaches, earned by its tests."""

from __future__ import annotations

from pathlib import Path

import click

from turbo_core.cli.shell import Shell
from turbo_core.registry.certify import NO_LEVEL, Certificate, certify
from turbo_core.registry.describing import release_of, renewed
from turbo_core.registry.index import read_index, write_index
from turbo_core.registry.installed import Environment
from turbo_core.registry.tool import tool
from turbo_core.report.text import plural


@click.command("certify")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option("--write", type=click.Path(exists=True, path_type=Path), metavar="FILE", help="Write the level into this registry.")
@click.pass_obj
def command(shell: Shell, folder: Path, write: Path | None) -> int:
    """Test the plugin in FOLDER, and tell the level that it reaches: bronze, silver or gold.

    Its wheel is built and installed into a clean environment, with this Turbo and what its tests need (the extra or the
    dependency group "test", "tests" or "dev"). There its tests are run; the conformance suites that they inherit decide.
    Exit code 1 if no level is reached.
    """
    found = certify(folder.resolve(), tool(), Environment())
    _tell(shell, found)
    if found.conformance.level == NO_LEVEL:
        return 1
    if write:
        _write(write, found)
        shell.print(f"Wrote {write}.")
    return 0


def _tell(shell: Shell, found: Certificate) -> None:
    earned = found.conformance
    shell.print(f"{found.name} {found.version}: {earned.level}")
    shell.print(f"  suite {earned.suite}, turbo-core {earned.host}, {found.wheel} (sha256 {earned.sha256})")
    if found.failed:
        shell.print(f"{plural(len(found.failed), 'check')} failed:")
    for check, why in found.failed.items():
        shell.print(f"  {check}: {why.splitlines()[0]}")
    if found.missing:
        shell.print("Not run, and needed for a higher level (inherit the suite):")
    for check in found.missing:
        shell.print(f"  {check}")


def _write(registry: Path, found: Certificate) -> None:
    index = read_index(registry.read_bytes(), str(registry))
    release = release_of(index, found.name, found.version)
    index = renewed(index, found.name, release.model_copy(update={"conformance": found.conformance}))
    registry.write_text(write_index(index), encoding="utf-8")
