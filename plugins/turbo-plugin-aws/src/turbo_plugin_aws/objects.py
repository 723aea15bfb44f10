"""The actions on single objects of S3.

A plan is made from the arguments and the project alone: it asks AWS nothing, for a dry run must not need credentials.
"""

from __future__ import annotations

from itertools import islice
from pathlib import Path
from typing import Any

from turbo_core import ActionFailed, Context, action

from turbo_plugin_aws.content import arriving, fingerprint, kept_as, put_back
from turbo_plugin_aws.ground import bucket_of, left_alone, mark_of, refuse_loss, tag_of, told
from turbo_plugin_aws.outputs import Deleted, Got, ListedObject, Listing, Put
from turbo_plugin_aws.s3 import Bucket, Remote

# ---------------------------------------------------------------- reading


@action(risk="read")
def s3_list(
    context: Context,
    bucket: str,
    prefix: str = "",
    *,
    limit: int = 1000,
    region: str = "",
    profile: str = "",
    endpoint_url: str = "",
) -> Listing:
    """List the objects whose keys begin with a prefix.

    Args:
        bucket: the bucket.
        prefix: what the keys begin with.
        limit: how many objects the list may hold.
        region: the region of the bucket, in place of the one that is configured.
        profile: a profile of the AWS configuration.
        endpoint_url: another address than AWS's own.
    """
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        found = list(islice(s3.items(prefix), limit + 1))
    objects = [ListedObject(key=item.key, size=item.size, etag=item.etag, modified=item.modified) for item in found[:limit]]
    return Listing(
        count=len(objects), size=sum(item.size for item in objects), objects=objects, shortened=len(found) > len(objects)
    )


# ---------------------------------------------------------------- a file to S3


@action(risk="change", idempotent=True)
def s3_put(
    context: Context,
    file: Path,
    bucket: str,
    key: str,
    *,
    content_type: str = "",
    region: str = "",
    profile: str = "",
    endpoint_url: str = "",
) -> Put:
    """Put a file into a bucket, if it is not there already.

    Another content in its place is only overwritten if the bucket keeps it as an earlier version.

    Args:
        file: the file, relative to the project.
        bucket: the bucket.
        key: the key of the object.
        content_type: what kind of content it is; guessed from the file's name if empty.
        region: the region of the bucket, in place of the one that is configured.
        profile: a profile of the AWS configuration.
        endpoint_url: another address than AWS's own.
    """
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        return _put(context, s3, file, key, content_type, overwrite=False)


@s3_put.plan
def _(context: Context, file: Path, bucket: str, key: str) -> str:
    return _put_plan(context, file, bucket, key)


@s3_put.undo
def _(context: Context, bucket: str, key: str, region: str, profile: str, endpoint_url: str, outputs: dict[str, Any]) -> None:
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        count = s3.take_back(key, mark_of(context))
        there = s3.look(key) if outputs.get("changed") and not outputs.get("version_id") and not count else None
        if there is not None:
            raise left_alone(s3.address(key), outputs, next_step="look at it, and delete it by hand if it should go")
    context.log(f"{count} removed at {s3.address(key)}")


@s3_put.probe
def _(context: Context, file: Path, bucket: str, key: str, region: str, profile: str, endpoint_url: str) -> Put | bool:
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        local = fingerprint(context.project / file)
        there = s3.look(key)
    return _as_put(context, s3, key, local.sha256, there) if there is not None and there.holds(local) else False


@action(risk="destroy", idempotent=True)
def s3_overwrite(
    context: Context,
    file: Path,
    bucket: str,
    key: str,
    *,
    content_type: str = "",
    region: str = "",
    profile: str = "",
    endpoint_url: str = "",
) -> Put:
    """Put a file into a bucket, whatever stands in its place.

    Args:
        file: the file, relative to the project.
        bucket: the bucket.
        key: the key of the object.
        content_type: what kind of content it is; guessed from the file's name if empty.
        region: the region of the bucket, in place of the one that is configured.
        profile: a profile of the AWS configuration.
        endpoint_url: another address than AWS's own.
    """
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        return _put(context, s3, file, key, content_type, overwrite=True)


@s3_overwrite.plan
def _(context: Context, file: Path, bucket: str, key: str) -> str:
    return f"{_put_plan(context, file, bucket, key)}, whatever stands there"


def _put(context: Context, s3: Bucket, file: Path, key: str, content_type: str, *, overwrite: bool) -> Put:
    path = context.project / file
    local = fingerprint(path)
    there = s3.look(key)
    if there is None or not there.holds(local):
        if there is not None and not overwrite:
            refuse_loss(context, s3, key, "aws.s3_overwrite")
        there = s3.put(path, key, local=local, mark=mark_of(context), content_type=content_type)
    changed = there.mark == mark_of(context)
    context.log(f"{s3.address(key)}: {local.size} bytes{'' if changed else ', there already'}")
    return _as_put(context, s3, key, local.sha256, there)


def _as_put(context: Context, s3: Bucket, key: str, sha256: str, there: Remote) -> Put:
    return Put(
        bucket=s3.name,
        key=key,
        size=there.size,
        etag=there.etag,
        sha256=sha256,
        version_id=there.version,
        changed=there.mark == mark_of(context),
    )


def _put_plan(context: Context, file: Path, bucket: str, key: str) -> str:
    path = context.project / file
    size = f"{path.stat().st_size} bytes" if path.is_file() else "not there yet"
    return f"put {file} ({size}) to s3://{bucket}/{key}"


# ---------------------------------------------------------------- a file from S3


@action(risk="change", idempotent=True)
def s3_get(
    context: Context,
    bucket: str,
    key: str,
    file: Path,
    *,
    region: str = "",
    profile: str = "",
    endpoint_url: str = "",
) -> Got:
    """Get an object as a file: whole, or not at all.

    Args:
        bucket: the bucket.
        key: the key of the object.
        file: the file, relative to the project; its folder is made if need be.
        region: the region of the bucket, in place of the one that is configured.
        profile: a profile of the AWS configuration.
        endpoint_url: another address than AWS's own.
    """
    target = _target(context, file)
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        there = s3.look(key)
        if there is None:
            raise ActionFailed("there is no such object", where=s3.address(key), next_step="see: turbo aws s3_list")
        fetched = not (target.is_file() and there.holds(fingerprint(target)))
        if fetched:
            with arriving(target, tag_of(context)) as part:
                s3.fetch(key, part)
        replaced = kept_as(target, tag_of(context)).exists()
        local = fingerprint(target)
    context.log(f"{file}: {local.size} bytes{'' if fetched else ', there already'}")
    return Got(
        file=str(file),
        size=local.size,
        sha256=local.sha256,
        version_id=there.version,
        changed=fetched or replaced,
        replaced=replaced,
    )


@s3_get.plan
def _(context: Context, bucket: str, key: str, file: Path) -> str:
    return f"get s3://{bucket}/{key} as {file}{', in place of the file there' if (context.project / file).exists() else ''}"


@s3_get.undo
def _(context: Context, file: Path, outputs: dict[str, Any]) -> None:
    if outputs and not outputs["changed"]:
        return
    target = _target(context, file)
    kept = kept_as(target, tag_of(context))
    replaced = outputs.get("replaced", kept.exists())
    with told():
        if not put_back(target, tag_of(context), sha256=outputs.get("sha256", ""), replaced=replaced):
            step = f"the file from before is {kept}" if kept.exists() else "look at it, and delete it by hand if it should go"
            raise left_alone(str(file), outputs, next_step=step)
    context.log(f"{file} {'is the file from before' if replaced else 'deleted'}")


@s3_get.probe
def _(context: Context, bucket: str, key: str, file: Path, region: str, profile: str, endpoint_url: str) -> bool:
    target = _target(context, file)
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        there = s3.look(key)
        return there is not None and target.is_file() and there.holds(fingerprint(target))


def _target(context: Context, file: Path) -> Path:
    """The file itself, also behind a link: it is what changes, and the link stays."""
    target = (context.project / file).resolve()
    if target.is_dir():
        raise ActionFailed("this is a folder", where=str(file), next_step="name the file in it")
    return target


# ---------------------------------------------------------------- deleting


@action(risk="destroy", idempotent=True)
def s3_delete(context: Context, bucket: str, key: str, *, region: str = "", profile: str = "", endpoint_url: str = "") -> Deleted:
    """Delete an object. Its undo needs a bucket that keeps versions.

    Args:
        bucket: the bucket.
        key: the key of the object.
        region: the region of the bucket, in place of the one that is configured.
        profile: a profile of the AWS configuration.
        endpoint_url: another address than AWS's own.
    """
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        there = s3.look(key)
        marker = s3.delete(key) if there is not None else None
    context.log(f"{s3.address(key)} {'deleted' if there is not None else 'is not there'}")
    return Deleted(bucket=bucket, key=key, deleted=there is not None, marker=marker)


@s3_delete.plan
def _(context: Context, bucket: str, key: str) -> str:
    return f"delete s3://{bucket}/{key}"


@s3_delete.undo
def _(context: Context, bucket: str, key: str, region: str, profile: str, endpoint_url: str, outputs: dict[str, Any]) -> None:
    with bucket_of(bucket, region, profile, endpoint_url) as s3:
        if outputs.get("marker"):
            s3.delete_version(key, outputs["marker"])
            context.log(f"{s3.address(key)} is back")
        elif outputs.get("deleted", s3.look(key) is None):
            why = "the bucket keeps no versions" if outputs else "how the task ended is not known"
            raise ActionFailed("the object cannot be brought back", where=s3.address(key), why=why, next_step="put it again")
