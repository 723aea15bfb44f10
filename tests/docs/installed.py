"""Plugins that a page shows count as installed: their metadata stand in a folder of the page's project.

Nothing is built and nothing is downloaded, so a page can show a plugin in a few lines and use it at once. The tutorial does
install; it has an environment of its own.
"""

from __future__ import annotations

import os
from pathlib import Path

PACKAGES = ".installed"
VERSION = "0.1.0"
GROUPS = {"actions": "turbo.actions", "plugin": "turbo.plugins", "commands": "turbo.commands"}
"""The module of an entry point tells its group, as in the template."""
METADATA = """\
Metadata-Version: 2.4
Name: turbo-plugin-{name}
Version: {version}
Summary: An example
License-Expression: MIT
Requires-Dist: turbo-core<99,>=0.1
"""


def install(project: Path, plugin: str, file: Path) -> None:
    """Let a module be an entry point of ``turbo-plugin-NAME``; more modules of it may follow.

    Args:
        project: the folder of the page.
        plugin: the name of the entry point.
        file: the module, relative to the project: ``src/PACKAGE/actions.py`` or ``src/PACKAGE/plugin.py``.
    """
    info = project / PACKAGES / f"turbo_plugin_{plugin}-{VERSION}.dist-info"
    info.mkdir(parents=True, exist_ok=True)
    (project / file).with_name("__init__.py").touch()
    (info / "METADATA").write_text(METADATA.format(name=plugin, version=VERSION))
    with (info / "entry_points.txt").open("a") as points:
        points.write(f"[{GROUPS[file.stem]}]\n{plugin} = {file.parent.name}.{file.stem}\n")
    # The names of plugins are cached by the time stamps of such folders; a file inside of one does not change it.
    os.utime(info.parent)


def search_path(project: Path) -> dict[str, str]:
    """The variable by which Python finds what was installed; none if nothing was."""
    if not (project / PACKAGES).is_dir():
        return {}
    return {"PYTHONPATH": os.pathsep.join([str(project / PACKAGES), str(project / "src")])}
