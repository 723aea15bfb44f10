"""The actions that tell what is there: managers, packages, newer versions."""

from __future__ import annotations

from dataclasses import dataclass

from turbo_core import Context, action

from turbo_plugin_packages import asking
from turbo_plugin_packages.values import Manager


@dataclass(frozen=True, slots=True, kw_only=True)
class Detected:
    """Who looks after a folder.

    Attributes:
        managers: each with its evidence; empty if no driver knows the folder.
    """

    managers: list[Manager]


@action(risk="read", idempotent=True)
def detect(context: Context, folder: str = ".") -> Detected:
    """Tell which package managers look after a folder, and by which files that is known.

    Args:
        folder: where, relative to the project.
    """
    return Detected(managers=asking.detected(context, asking.place(context, folder)))
