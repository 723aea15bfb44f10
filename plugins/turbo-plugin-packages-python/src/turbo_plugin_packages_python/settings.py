"""What can be set for the driver."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class PythonSettings:
    """How the tools are started, each as a program and its first arguments.

    Attributes:
        uv: starts uv.
        pip: starts pip, for environments that have none of their own.
        poetry: starts Poetry.
        pipenv: starts Pipenv.
        conda: starts conda.
        python: starts the Python of which `pip` projects get their environment.
    """

    uv: tuple[str, ...] = ("uv",)
    pip: tuple[str, ...] = ("python3", "-m", "pip")
    poetry: tuple[str, ...] = ("poetry",)
    pipenv: tuple[str, ...] = ("pipenv",)
    conda: tuple[str, ...] = ("conda",)
    python: tuple[str, ...] = ("python3",)
