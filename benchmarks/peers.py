"""The tools that Turbo is compared with: each in an environment of its own, with the newest release that the registry has.

make comes from the machine. A peer that is not there is left out of a race, and the race says so.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

HOME: Final = Path(__file__).parents[1] / ".tools" / "bench"
"""Where environments, scratch folders and results are; on a real disk, which a folder for temporary files may not be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Peer:
    """A tool: what installs it, and the program that it is. Without packages it comes from the machine."""

    name: str
    packages: tuple[str, ...] = ()
    program: str = ""


PEERS: Final = {
    peer.name: peer
    for peer in (
        Peer(name="make", program="make"),
        Peer(name="ninja", packages=("ninja",), program="ninja"),
        Peer(name="doit", packages=("doit",), program="doit"),
        Peer(name="go-task", packages=("go-task-bin",), program="task"),
        Peer(name="luigi", packages=("luigi",), program="luigi"),
        Peer(name="dbos", packages=("dbos",), program="dbos"),
        Peer(name="prefect", packages=("prefect", "fastapi<0.130"), program="prefect"),  # newer ones do not start its server
        Peer(name="dask", packages=("dask", "distributed"), program="dask"),
    )
}


def is_there(name: str) -> bool:
    """Whether a peer can take part."""
    return shutil.which(program_of(name)) is not None


def program_of(name: str) -> str:
    """The program of a peer."""
    peer = PEERS[name]
    return str(_bin(name) / peer.program) if peer.packages else peer.program


def python_of(name: str) -> str:
    """The interpreter that has a peer's packages."""
    return str(_bin(name) / "python")


def install(name: str) -> None:
    """Make the environment of a peer, if it is not there.

    Raises:
        subprocess.CalledProcessError: it cannot be made; pip has said why.
    """
    packages = PEERS[name].packages
    if packages and not is_there(name):
        print(f"installing {name} …", file=sys.stderr, flush=True)
        uv = shutil.which("uv")
        place = str(_bin(name).parent)
        make = [uv, "venv", "--quiet", "--clear", "--python", sys.executable] if uv else [sys.executable, "-m", "venv"]
        fill = [uv, "pip", "install", "--quiet", "--python"] if uv else [python_of(name), "-m", "pip", "install", "--quiet"]
        subprocess.run([*make, place], check=True)
        subprocess.run([*fill, *([python_of(name)] if uv else []), *packages], check=True)


def version(name: str) -> str:
    """The version of a peer as it tells it itself, or of its package."""
    packages = PEERS[name].packages
    if not packages:
        return subprocess.run([program_of(name), "--version"], capture_output=True, text=True, check=True).stdout.splitlines()[0]
    code = f"from importlib.metadata import version; print(version({packages[0]!r}))"
    return subprocess.run([python_of(name), "-c", code], capture_output=True, text=True, check=True).stdout.strip()


def _bin(name: str) -> Path:
    return HOME / "peers" / name / "bin"
