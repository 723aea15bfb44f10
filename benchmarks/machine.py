"""The facts of this machine that explain its figures."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from importlib.metadata import version
from pathlib import Path


def facts(folder: Path) -> dict[str, str]:
    """What the figures depend on.

    Args:
        folder: where the runs and their journals are.
    """
    return {
        "turbo": version("turbo-core"),
        "processor": _processor(),
        "cores": str(os.cpu_count()),
        "system": f"{platform.system()} {platform.release()}",
        "Python": platform.python_version(),
        "SQLite": sqlite3.sqlite_version,
        "file system of the journals": _file_system(folder),
        "load at the start": f"{os.getloadavg()[0]:.1f}",
    }


def _processor() -> str:
    told = Path("/proc/cpuinfo")
    if told.exists():
        names = [line.partition(":")[2].strip() for line in told.read_text().splitlines() if line.startswith("model name")]
        return names[0] if names else platform.machine()
    asked = subprocess.run(["sysctl", "-n", "machdep.cpu.brand_string"], capture_output=True, text=True, check=False)
    return asked.stdout.strip() or platform.machine()


def _file_system(folder: Path) -> str:
    """The type of the file system that holds a folder: the mount point that is the longest beginning of its path."""
    mounts = Path("/proc/self/mounts")
    if not mounts.exists():
        return "not known"
    rows = [line.split()[1:3] for line in mounts.read_text().splitlines()]
    holding = [(len(point), kind) for point, kind in rows if folder.resolve().is_relative_to(point)]
    return max(holding)[1]
