"""``turbo plugin index``: registry entries, made from the plugins themselves."""

from __future__ import annotations

import tomllib
from pathlib import Path

import click

from turbo_core.cli.shell import Shell
from turbo_core.errors import UsageError
from turbo_core.registry.describing import described, merged, with_artifact
from turbo_core.registry.hashing import sha256
from turbo_core.registry.index import Index, read_index, write_index
from turbo_core.registry.install import plugin_named
from turbo_core.registry.installed import Environment


@click.command("index")
@click.argument("sources", nargs=-1, required=True, type=click.Path(exists=True, path_type=Path))
@click.option("--write", type=click.Path(path_type=Path), metavar="FILE", help="Renew the entries in this registry.")
@click.pass_obj
def command(shell: Shell, sources: tuple[Path, ...], write: Path | None) -> None:
    """Write the registry entries of SOURCES: folders of installed plugins, or wheels of versions that are listed.

    An entry is made from the metadata of the plugin and from its hooks and actions. A wheel adds its hash. With --write, what
    only the registry knows (older versions, wheels, conformance, withdrawals) stays.
    """
    index = read_index(write.read_bytes(), str(write)) if write and write.exists() else Index(format=1, plugins=[])
    for source in sources:
        index = _with_folder(shell, index, source, write) if source.is_dir() else _with_wheel(index, source)
    text = write_index(index)
    read_index(text.encode(), str(write or "the new registry"))
    if write:
        write.write_text(text, encoding="utf-8")
        shell.print(f"Wrote {write}.")
    else:
        click.echo(text, nl=False)


def _with_folder(shell: Shell, index: Index, folder: Path, registry: Path | None) -> Index:
    try:
        name = tomllib.loads((folder / "pyproject.toml").read_text(encoding="utf-8"))["project"]["name"]
    except (OSError, ValueError, KeyError) as error:
        raise UsageError("this is no project of a plugin", where=str(folder), why=str(error)) from error
    environment = Environment()
    if environment.named(name) is None:
        raise UsageError(f"{name} is not installed", where=str(folder), next_step=f"turbo plugin install -e {folder}")
    distribution = environment.distributions[plugin_named(name, environment)]
    root = (registry.parent if registry else Path()).resolve()
    inside = folder.resolve().is_relative_to(root)
    path = folder.resolve().relative_to(root).as_posix() if inside else ""
    return merged(index, described(distribution, shell.app().plugins.inventory(), path=path))


def _with_wheel(index: Index, wheel: Path) -> Index:
    return with_artifact(index, wheel.name, sha256(wheel))
