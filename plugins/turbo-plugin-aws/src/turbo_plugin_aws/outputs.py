"""What the actions give to a workflow. Values only."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Whose credentials these are.

    Attributes:
        account: the number of the account.
        arn: who acts: a user, or a role that was taken.
        user: the unique id of that user or role.
    """

    account: str
    arn: str
    user: str


@dataclass(frozen=True, slots=True, kw_only=True)
class ListedObject:
    """One object; ``size`` in bytes, ``modified`` in UTC (ISO 8601)."""

    key: str
    size: int
    etag: str
    modified: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Listing:
    """The objects below a prefix.

    Attributes:
        count: how many the list holds.
        size: how many bytes these have together.
        objects: the objects, by their keys.
        shortened: whether there are more.
    """

    count: int
    size: int
    objects: list[ListedObject]
    shortened: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Put:
    """An object that has the content of a file.

    Attributes:
        bucket: the bucket.
        key: the object.
        size: bytes.
        etag: S3's tag of the content.
        sha256: the checksum of the content, hexadecimal.
        version_id: the version; null in a bucket that never kept versions.
        changed: whether this task put it; false if it was there already.
    """

    bucket: str
    key: str
    size: int
    etag: str
    sha256: str
    version_id: str | None
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Got:
    """A file that has the content of an object.

    Attributes:
        file: the file, as it was asked for.
        size: bytes.
        sha256: the checksum of the content, hexadecimal.
        version_id: the version that it is from; null in a bucket that never kept versions.
        changed: whether this task wrote it; false if it was there already.
        replaced: whether another content stood there before.
    """

    file: str
    size: int
    sha256: str
    version_id: str | None
    changed: bool
    replaced: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Synced:
    """A prefix that has the files of a folder.

    Attributes:
        bucket: the bucket.
        prefix: the prefix, with a slash at its end.
        files: how many files the folder has.
        sent: how many of them were sent.
        size: how many bytes these have together.
        unchanged: how many were there already.
        deleted: how many objects were deleted because no file has their name.
    """

    bucket: str
    prefix: str
    files: int
    sent: int
    size: int
    unchanged: int
    deleted: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Deleted:
    """An object that is gone.

    Attributes:
        bucket: the bucket.
        key: the object.
        deleted: whether this task deleted it; false if there was none.
        marker: the version that hides it, in a bucket that keeps versions; else null.
    """

    bucket: str
    key: str
    deleted: bool
    marker: str | None
