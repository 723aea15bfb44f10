"""What a run used: totals, and the tasks that used most. Pure; from the usage of the attempts."""

from __future__ import annotations

from typing import Final

from msgspec import Struct

from turbo_core.model import RunView, TaskView
from turbo_core.report.tree import walk

_MOST: Final = 5
_BLOCK: Final = 512


class Used(Struct, frozen=True, kw_only=True):
    """What one task used in all its attempts: seconds of processor time, peak bytes of memory, bytes read and written."""

    task: TaskView
    cpu: float
    memory: int
    disk: int


class Resources(Struct, frozen=True, kw_only=True):
    """The whole run: processor time together, the greatest memory of one attempt, and the tasks that used most of either."""

    cpu: float
    memory: int
    disk: int
    most: tuple[Used, ...]


def resources(run: RunView) -> Resources | None:
    """What was used, or ``None`` if no attempt told."""
    used = [_used(task) for task in walk(run.phases) if task.attempts]
    if not any(one.cpu or one.memory for one in used):
        return None
    most = {one.task.address: one for key in (_cpu, _memory) for one in sorted(used, key=key, reverse=True)[:_MOST]}
    return Resources(
        cpu=sum(one.cpu for one in used),
        memory=max(one.memory for one in used),
        disk=sum(one.disk for one in used),
        most=tuple(sorted(most.values(), key=_cpu, reverse=True)),
    )


def _used(task: TaskView) -> Used:
    usages = [attempt.usage for attempt in task.attempts]
    return Used(
        task=task,
        cpu=sum(usage.cpu for usage in usages),
        memory=max(max(usage.memory, usage.group_memory) for usage in usages),
        disk=sum(usage.read_blocks + usage.written_blocks for usage in usages) * _BLOCK,
    )


def _cpu(one: Used) -> float:
    return one.cpu


def _memory(one: Used) -> float:
    return one.memory
