"""What all actions share: the way to a bucket, faults as errors of an action, and who it is that acts."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from turbo_core import ActionFailed, ActionUnavailable, Context

from turbo_plugin_aws.faults import AwsFault, AwsUnavailable
from turbo_plugin_aws.s3 import Bucket
from turbo_plugin_aws.session import Place


@contextmanager
def told() -> Iterator[None]:
    """What the adapter and the disk refuse inside becomes an error of the action."""
    try:
        yield
    except AwsFault as fault:
        kind = ActionUnavailable if isinstance(fault, AwsUnavailable) else ActionFailed
        raise kind(fault.what, where=fault.where, why=fault.why, next_step=fault.next_step) from fault
    except OSError as error:
        raise ActionFailed(
            "a file cannot be read or written",
            where=str(error.filename or ""),
            why=error.strerror or str(error),
            next_step="check the path, which is relative to the project, and its permissions",
        ) from error


@contextmanager
def bucket_of(name: str, region: str, profile: str, endpoint_url: str) -> Iterator[Bucket]:
    """The bucket to work with inside; faults are told as errors of the action."""
    with told():
        yield Bucket(name, Place(region=region, profile=profile, endpoint_url=endpoint_url))


def mark_of(context: Context) -> str:
    """Who puts an object: the same in every attempt of a task, and in its undo."""
    return f"{context.run}/{context.task}"


def tag_of(context: Context) -> str:
    """The mark as a part of a file's name."""
    return mark_of(context).replace("/", "+")


def left_alone(what: str, outputs: dict[str, Any], *, next_step: str) -> ActionFailed:
    """The error of an undo that touched nothing."""
    why = "it is not what this task made" if outputs else "how the task ended is not known, so it may be somebody else's"
    return ActionFailed("left alone", where=what, why=why, next_step=next_step)


def refuse_loss(context: Context, s3: Bucket, key: str, instead: str) -> None:
    """Do not overwrite what could not be brought back, unless an earlier attempt of this task put it."""
    if s3.keeps_versions:
        return
    there = s3.look(key)
    if there is not None and there.mark != mark_of(context):
        raise ActionFailed(
            "the object has another content, and the bucket keeps no versions",
            where=s3.address(key),
            why="what it holds could not be brought back",
            next_step=f"turn versioning on, choose another key, or use {instead}",
        )
