"""What whoever starts a run gives and gets, as values: how it is to go, what it is shown with, and how far it came."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from msgspec import Struct, field

from turbo_core.engine.courier import Communicate
from turbo_core.engine.observing import Track
from turbo_core.engine.process.planting import Planted
from turbo_core.model import RunView


class Options(Struct, frozen=True, kw_only=True):
    """How a run is to go: what ``turbo run`` takes beside the inputs."""

    only: tuple[str, ...] = ()
    fail_fast: bool = False
    strict: bool = False
    force: bool = False
    wait: bool = False
    reason: str = ""


class Front(Struct, frozen=True, kw_only=True):
    """What the caller brings to a run: its own trackers and channels, by name, and a nursery that was started ahead of time."""

    trackers: Mapping[str, Track] = field(default_factory=dict)
    channels: Mapping[str, Communicate] = field(default_factory=dict)
    planted: Planted | None = None


class Result(Struct, frozen=True, kw_only=True):
    """How far a run came: its exit code (3: parked), its folder, and the run as a value."""

    code: int
    folder: Path
    run: RunView
