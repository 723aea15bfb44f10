"""The actions that bring a folder to S3. As on single objects, a plan asks AWS nothing."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from turbo_core import ActionFailed, Context, action

from turbo_plugin_aws.ground import bucket_of, mark_of, refuse_loss, told
from turbo_plugin_aws.outputs import Synced
from turbo_plugin_aws.s3 import Bucket
from turbo_plugin_aws.syncing import compare, files_in, matches, normal


@action(risk="change", idempotent=True)
def s3_sync(
    context: Context,
    folder: Path,
    bucket: str,
    prefix: str = "",
    *,
    exclude: tuple[str, ...] = (),
    region: str = "",
    profile: str = "",
    endpoint_url: str = "",
) -> Synced:
    """Send the files of a folder that a bucket does not have; delete nothing.

    Files are compared by size and checksum. If a file would overwrite what the bucket does not keep as an earlier version,
    nothing is sent.

    Args:
        folder: the folder, relative to the project; links in it are left out.
        bucket: the bucket.
        prefix: where the folder stands in the bucket; the bucket itself if empty.
        exclude: patterns of files to leave out, for example ``*.tmp`` (``*`` also matches slashes).
        region: the region of the bucket, in place of the one that is configured.
        profile: a profile of the AWS configuration.
        endpoint_url: another address than AWS's own.
    """
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        return _sync(context, s3, files_in(context.project / folder, exclude), normal(prefix))


@s3_sync.plan
def _(context: Context, folder: Path, bucket: str, prefix: str, exclude: tuple[str, ...]) -> str:
    return _sync_plan(context, folder, bucket, prefix, exclude)


@s3_sync.undo
def _(context: Context, bucket: str, prefix: str, region: str, profile: str, endpoint_url: str) -> None:
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        count = sum(s3.take_back(item.key, mark_of(context)) for item in list(s3.items(normal(prefix))))
    context.log(f"{count} removed below {s3.address(normal(prefix))}")


@action(risk="destroy", idempotent=True)
def s3_mirror(
    context: Context,
    folder: Path,
    bucket: str,
    prefix: str = "",
    *,
    exclude: tuple[str, ...] = (),
    region: str = "",
    profile: str = "",
    endpoint_url: str = "",
) -> Synced:
    """Make a prefix of a bucket equal to a folder: send what differs, and delete what the folder does not have.

    Args:
        folder: the folder, relative to the project; links in it are left out. An empty one is refused.
        bucket: the bucket.
        prefix: where the folder stands in the bucket; the bucket itself if empty.
        exclude: patterns of files and objects to leave alone, for example ``*.tmp`` (``*`` also matches slashes).
        region: the region of the bucket, in place of the one that is configured.
        profile: a profile of the AWS configuration.
        endpoint_url: another address than AWS's own.
    """
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        files = files_in(context.project / folder, exclude)
        if not files:
            raise ActionFailed(
                "the folder is empty",
                where=str(folder),
                why=f"to mirror it would delete everything below {s3.address(normal(prefix))}",
                next_step="check 'folder' and 'exclude'",
            )
        return _sync(context, s3, files, normal(prefix), leave=exclude, mirror=True)


@s3_mirror.plan
def _(context: Context, folder: Path, bucket: str, prefix: str, exclude: tuple[str, ...]) -> str:
    return f"{_sync_plan(context, folder, bucket, prefix, exclude)}, and delete there what the folder does not have"


def _sync(
    context: Context, s3: Bucket, files: dict[str, Path], prefix: str, *, leave: Sequence[str] = (), mirror: bool = False
) -> Synced:
    found = compare(s3, prefix, files)
    for upload in found.uploads if not mirror else ():
        if upload.over:
            refuse_loss(context, s3, upload.key, "aws.s3_mirror")
    for upload in found.uploads:
        s3.put(upload.path, upload.key, local=upload.local, mark=mark_of(context))
        context.log(f"sent {s3.address(upload.key)} ({upload.local.size} bytes)")
    gone = [key for key in found.extra if not matches(key.removeprefix(prefix), leave)] if mirror else []
    s3.delete_all(gone)
    for key in gone:
        context.log(f"deleted {s3.address(key)}")
    context.log(f"{len(found.uploads)} sent, {found.same} unchanged, {len(gone)} deleted")
    return Synced(
        bucket=s3.name,
        prefix=prefix,
        files=len(files),
        sent=len(found.uploads),
        size=sum(upload.local.size for upload in found.uploads),
        unchanged=found.same,
        deleted=len(gone),
    )


def _sync_plan(context: Context, folder: Path, bucket: str, prefix: str, exclude: Sequence[str]) -> str:
    place = f"s3://{bucket}/{normal(prefix)}"
    if not (context.project / folder).is_dir():
        return f"send what differs of {folder} (not there yet) to {place}"
    with told():
        files = files_in(context.project / folder, exclude)
        size = sum(path.stat().st_size for path in files.values())
    return f"send what differs of {folder} (files: {len(files)}, bytes: {size}) to {place}"
