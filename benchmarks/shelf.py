"""Plugins that are installed for a measurement: modules and ``dist-info`` folders, as an installer leaves them."""

from __future__ import annotations

from pathlib import Path
from typing import Final

ACTIONS: Final = '''
import os
from turbo_core import Context, action

@action(risk="change", idempotent=True)
def mark(context: Context) -> None:
    """Add a byte to the file ``done``."""
    file = os.open("done", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.write(file, b".")
    os.close(file)
'''
HOOKS: Final = '''
"""A channel that nobody asks for."""
from turbo_core import hookimpl

@hookimpl
def turbo_decide(question):
    return None
'''


def install(folder: Path, name: str) -> None:
    """Install ``turbo-plugin-NAME``: one module of actions, one with a hook."""
    info = folder / f"turbo_plugin_{name}-1.0.dist-info"
    info.mkdir(parents=True)
    texts = {
        folder / f"bench_{name}_actions.py": ACTIONS,
        folder / f"bench_{name}_hooks.py": HOOKS,
        info / "METADATA": f"Metadata-Version: 2.1\nName: turbo-plugin-{name}\nVersion: 1.0\nRequires-Dist: turbo-core\n",
        info / "entry_points.txt": (
            f"[turbo.actions]\n{name} = bench_{name}_actions\n[turbo.plugins]\n{name} = bench_{name}_hooks\n"
        ),
    }
    for file, text in texts.items():
        file.write_text(text)
    names = [str(file.relative_to(folder)) for file in texts]
    (info / "RECORD").write_text("".join(f"{name},,\n" for name in [*names, f"{info.name}/RECORD"]))
