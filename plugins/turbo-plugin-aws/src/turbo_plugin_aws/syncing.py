"""A folder against the objects below a prefix: what is missing there, what differs, what is too much. Changes nothing."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from fnmatch import fnmatchcase
from pathlib import Path

from turbo_plugin_aws.content import Fingerprint, fingerprint
from turbo_plugin_aws.faults import AwsFault
from turbo_plugin_aws.s3 import Bucket, Item


@dataclass(frozen=True, slots=True, kw_only=True)
class Upload:
    """A file that the bucket does not have as it is; ``over`` says whether another content stands in its place."""

    path: Path
    key: str
    local: Fingerprint
    over: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    """How a folder and a prefix differ: files to send, how many are the same, and keys that no file has."""

    uploads: tuple[Upload, ...]
    same: int
    extra: tuple[str, ...]


def normal(prefix: str) -> str:
    """A prefix as a folder: it ends with a slash, unless it is empty."""
    return f"{prefix.strip('/')}/" if prefix.strip("/") else ""


def files_in(folder: Path, exclude: Sequence[str]) -> dict[str, Path]:
    """The regular files below a folder by their relative names; links are not followed.

    Args:
        folder: the folder.
        exclude: patterns of names to leave out; ``*`` also matches slashes.

    Raises:
        AwsFault: it is no folder, or a name cannot be the name of an object.
    """
    if not folder.is_dir():
        raise AwsFault("this is no folder", where=str(folder), next_step="mend 'folder', or make the folder in a task before")
    return {name: path for name, path in _walk(folder) if not matches(name, exclude)}


def _walk(folder: Path) -> Iterator[tuple[str, Path]]:
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        name = path.relative_to(folder).as_posix()
        if not _is_text(name):
            raise AwsFault("a file's name is no text", where=ascii(name), why="keys of objects are UTF-8", next_step="rename it")
        yield name, path


def _is_text(name: str) -> bool:
    try:
        return bool(name.encode("utf-8"))
    except UnicodeEncodeError:
        return False


def matches(name: str, patterns: Sequence[str]) -> bool:
    """Whether one of the patterns matches."""
    return any(fnmatchcase(name, pattern) for pattern in patterns)


def compare(bucket: Bucket, prefix: str, files: dict[str, Path]) -> Difference:
    """Compare files with what stands below a prefix: by size and checksum, never by date.

    Raises:
        AwsFault: the bucket cannot be read.
        OSError: a file cannot be read.
    """
    there = {item.key: item for item in bucket.items(prefix)}
    uploads = []
    for name, path in files.items():
        key, local = prefix + name, fingerprint(path)
        if key not in there or not _same(bucket, there[key], local):
            uploads.append(Upload(path=path, key=key, local=local, over=key in there))
    extra = tuple(key for key in there if key.removeprefix(prefix) not in files)
    return Difference(uploads=tuple(uploads), same=len(files) - len(uploads), extra=extra)


def _same(bucket: Bucket, item: Item, local: Fingerprint) -> bool:
    """Only where the sizes agree and the ETags do not, the object itself is asked."""
    if item.size != local.size or item.etag == local.etag:
        return item.size == local.size
    remote = bucket.look(item.key)
    return remote is not None and remote.holds(local)
