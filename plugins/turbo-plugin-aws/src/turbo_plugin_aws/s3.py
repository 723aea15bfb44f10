"""The adapter: one bucket of S3. It knows nothing of Turbo.

Each object that is put carries two notes: the SHA-256 of its content, for the ETag tells the content only where S3 does not
encrypt with a key of its own; and a mark that says who put it, so that this can be taken back without a record elsewhere.
"""

from __future__ import annotations

import mimetypes
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from importlib import import_module
from pathlib import Path
from typing import Final

from turbo_plugin_aws.content import PART, Fingerprint
from turbo_plugin_aws.faults import AwsFault
from turbo_plugin_aws.session import Place, client, explained

_MARK: Final = "turbo-task"
_SHA256: Final = "turbo-sha256"
_AT_ONCE: Final = 1000
"""How many objects one request may delete."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Item:
    """An object as a listing tells it; ``modified`` is UTC, ISO 8601."""

    key: str
    size: int
    etag: str
    modified: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Remote:
    """The current version of an object. ``version`` is ``None`` in a bucket that never kept versions."""

    size: int
    etag: str
    sha256: str
    version: str | None
    mark: str

    def holds(self, local: Fingerprint) -> bool:
        """Whether it has the content of a file; in doubt it has not."""
        return self.size == local.size and (self.etag == local.etag or self.sha256 == local.sha256)


class Bucket:
    """One bucket.

    Args:
        name: its name.
        place: where and as whom to work.

    Every method raises ``AwsFault``, or ``AwsUnavailable`` where the same request may succeed later.
    """

    def __init__(self, name: str, place: Place) -> None:
        self.name = name
        self._client = client("s3", place)

    def address(self, key: str = "") -> str:
        """How people write an object, or the bucket."""
        return f"s3://{self.name}/{key}"

    @cached_property
    def keeps_versions(self) -> bool:
        """Whether what is overwritten or deleted stays as an earlier version."""
        with explained(self.address()):
            return bool(self._client.get_bucket_versioning(Bucket=self.name).get("Status") == "Enabled")

    def look(self, key: str) -> Remote | None:
        """The object, or ``None`` if there is none (or no such bucket: S3 does not tell these apart here)."""
        try:
            with explained(self.address(key)):
                head = self._client.head_object(Bucket=self.name, Key=key)
        except AwsFault as fault:
            if _missing(fault.__cause__):
                return None
            raise
        notes = head.get("Metadata", {})
        return Remote(
            size=head["ContentLength"],
            etag=head["ETag"].strip('"'),
            sha256=notes.get(_SHA256, ""),
            version=head.get("VersionId"),
            mark=notes.get(_MARK, ""),
        )

    def items(self, prefix: str) -> Iterator[Item]:
        """The objects whose keys begin with ``prefix``, in the order of their keys."""
        with explained(self.address(prefix)):
            for page in self._client.get_paginator("list_objects_v2").paginate(Bucket=self.name, Prefix=prefix):
                for found in page.get("Contents", ()):
                    yield Item(
                        key=found["Key"],
                        size=found["Size"],
                        etag=found["ETag"].strip('"'),
                        modified=found["LastModified"].isoformat(),
                    )

    def put(self, path: Path, key: str, *, local: Fingerprint, mark: str, content_type: str = "") -> Remote:
        """Put a file, and see that it arrived.

        Args:
            path: the file.
            key: the object.
            local: what the file holds.
            mark: who puts it; ASCII.
            content_type: guessed from the file's name if empty.
        """
        kind = content_type or mimetypes.guess_type(path.name)[0] or "application/octet-stream"
        notes = {_MARK: mark, _SHA256: local.sha256}
        parts = import_module("boto3.s3.transfer").TransferConfig(multipart_threshold=PART, multipart_chunksize=PART)
        with path.open("rb") as file, explained(self.address(key)):
            self._client.upload_fileobj(file, self.name, key, ExtraArgs={"ContentType": kind, "Metadata": notes}, Config=parts)
        there = self.look(key)
        if there is None or there.mark != mark or there.size != local.size:
            raise AwsFault(
                "the object is not what was sent",
                where=self.address(key),
                why="the file changed while it was read, or somebody else wrote the object",
                next_step="see that one task alone writes it, and run again",
            )
        return there

    def fetch(self, key: str, path: Path) -> None:
        """Write the object into a file; what S3 knows of its checksum is compared on the way."""
        with explained(self.address(key)):
            body = self._client.get_object(Bucket=self.name, Key=key)["Body"]
            with body, path.open("wb") as file:
                shutil.copyfileobj(body, file, 1024 * 1024)

    def take_back(self, key: str, mark: str) -> int:
        """Remove the versions that were put with this mark, as long as they are the current one.

        In a bucket that keeps versions the one from before is then the current one again.

        Returns:
            How many were removed.
        """
        count = 0
        while (there := self.look(key)) is not None and there.mark == mark:
            self.delete_version(key, there.version)
            count += 1
        return count

    def delete(self, key: str) -> str | None:
        """Delete the object.

        Returns:
            The version that hides it in a bucket that keeps versions: deleting that one brings the object back.
        """
        with explained(self.address(key)):
            answer = self._client.delete_object(Bucket=self.name, Key=key)
        return answer.get("VersionId") if answer.get("DeleteMarker") else None

    def delete_version(self, key: str, version: str | None) -> None:
        """Remove one version for good; without versions, the object."""
        which = {} if version is None else {"VersionId": version}
        with explained(self.address(key)):
            self._client.delete_object(Bucket=self.name, Key=key, **which)

    def delete_all(self, keys: Sequence[str]) -> None:
        """Delete many objects.

        Raises:
            AwsFault: some could not be deleted; the others are.
        """
        for start in range(0, len(keys), _AT_ONCE):
            wanted = {"Objects": [{"Key": key} for key in keys[start : start + _AT_ONCE]], "Quiet": True}
            with explained(self.address()):
                refused = self._client.delete_objects(Bucket=self.name, Delete=wanted).get("Errors", ())
            if refused:
                first = refused[0]
                raise AwsFault(
                    f"objects could not be deleted: {len(refused)}",
                    where=self.address(first.get("Key", "")),
                    why=f"{first.get('Code')}: {first.get('Message')}",
                    next_step="let these credentials do DeleteObject there, and run again",
                )


def _missing(error: BaseException | None) -> bool:
    response: dict[str, dict[str, object]] = getattr(error, "response", {})
    return response.get("ResponseMetadata", {}).get("HTTPStatusCode") == 404
