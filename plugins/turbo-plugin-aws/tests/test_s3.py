"""The adapter against the server."""

from __future__ import annotations

import os
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import pytest

from turbo_plugin_aws.content import PART, fingerprint
from turbo_plugin_aws.faults import AwsFault, AwsUnavailable
from turbo_plugin_aws.identity import caller
from turbo_plugin_aws.s3 import Bucket, Remote
from turbo_plugin_aws.session import ATTEMPTS, Place, client
from turbo_plugin_aws.syncing import compare, files_in, normal

from .conftest import Gate, Store

HERE = Place()


def file(folder: Path, content: bytes, name: str = "a.txt") -> Path:
    path = folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def put(store: Store, path: Path, key: str = "k", mark: str = "m", **more: str) -> Remote:
    return Bucket(store.name, HERE).put(path, key, local=fingerprint(path), mark=mark, **more)


# ---------------------------------------------------------------- objects


@pytest.mark.parametrize("size", [0, 5, PART - 1, PART, PART + 1])
def test_the_fingerprint_is_what_s3_tells(plain: Store, tmp_path: Path, size: int) -> None:
    path = file(tmp_path, os.urandom(size))
    there = put(plain, path)
    local = fingerprint(path)
    assert (there.etag, there.size, there.sha256) == (local.etag, local.size, local.sha256)
    Bucket(plain.name, HERE).fetch("k", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == path.read_bytes()


def test_content_is_the_same_by_either_checksum() -> None:
    local = fingerprint(Path(__file__))
    for etag, digest, size, same in [
        (local.etag, "", local.size, True),
        ("encrypted", local.sha256, local.size, True),
        ("encrypted", "", local.size, False),
        (local.etag, local.sha256, local.size + 1, False),
    ]:
        assert Remote(size=size, etag=etag, sha256=digest, version=None, mark="").holds(local) is same


def test_the_kind_of_content_is_guessed_or_given(plain: Store, tmp_path: Path) -> None:
    put(plain, file(tmp_path, b"x", "a.html"), "page")
    put(plain, file(tmp_path, b"x", "a"), "unknown")
    put(plain, file(tmp_path, b"x", "a.html"), "given", content_type="a/b")
    kinds = [plain.head(key)["ContentType"] for key in ("page", "unknown", "given")]
    assert kinds == ["text/html", "application/octet-stream", "a/b"]


def test_what_changed_while_it_was_sent_is_noticed(plain: Store, tmp_path: Path) -> None:
    path = file(tmp_path, b"before")
    local = fingerprint(path)
    path.write_bytes(b"afterwards")
    with pytest.raises(AwsFault, match="not what was sent"):
        Bucket(plain.name, HERE).put(path, "k", local=local, mark="m")


@pytest.mark.parametrize(("versions", "keeps"), [("", False), ("Suspended", False), ("Enabled", True)])
def test_which_buckets_keep_versions(new_bucket: Callable[..., Store], versions: str, keeps: bool) -> None:
    assert Bucket(new_bucket(versions).name, HERE).keeps_versions is keeps


@pytest.mark.parametrize("versions", ["", "Suspended", "Enabled"])
def test_only_what_has_the_mark_is_taken_back(new_bucket: Callable[..., Store], tmp_path: Path, versions: str) -> None:
    store = new_bucket(versions)
    bucket = Bucket(store.name, HERE)
    put(store, file(tmp_path, b"1"))
    assert bucket.take_back("k", "other") == 0
    put(store, file(tmp_path, b"2"))
    assert bucket.take_back("k", "m") == (2 if versions == "Enabled" else 1)
    assert bucket.take_back("k", "m") == 0
    assert store.keys() == []


def test_the_version_from_before_is_current_again(versioned: Store, tmp_path: Path) -> None:
    versioned.put("k", b"old")
    put(versioned, file(tmp_path, b"new"))
    assert versioned.read("k") == b"new"
    Bucket(versioned.name, HERE).take_back("k", "m")
    assert versioned.read("k") == b"old"


def test_deleting_many(plain: Store) -> None:
    bucket = Bucket(plain.name, HERE)
    for number in range(3):
        plain.put(f"k{number}", b"x")
    bucket.delete_all(["k0", "k2", "never"])
    assert plain.keys() == ["k1"]


def test_what_may_not_be_deleted_is_told(plain: Store, gate: Gate) -> None:
    body = "<DeleteResult><Error><Key>k</Key><Code>AccessDenied</Code><Message>no</Message></Error></DeleteResult>"
    bucket = Bucket(plain.name, Place(endpoint_url=gate.address))
    gate.answers, gate.raw = [(200, "")], body
    with pytest.raises(AwsFault, match="objects could not be deleted: 1") as caught:
        bucket.delete_all(["k"])
    assert (caught.value.where, caught.value.why) == (f"s3://{plain.name}/k", "AccessDenied: no")


# ---------------------------------------------------------------- comparing


def test_a_folder_and_a_prefix(plain: Store, tmp_path: Path) -> None:
    for name, content in {"same": b"same", "other": b"mine", "longer": b"longer", "new": b"new", "sub/deep": b"deep"}.items():
        file(tmp_path / "f", content, name)
    for name, content in {"same": b"same", "other": b"your", "longer": b"l", "extra": b"e"}.items():
        plain.put(f"p/{name}", content)
    plain.put("px", b"not below the prefix")
    found = compare(Bucket(plain.name, HERE), "p/", files_in(tmp_path / "f", ()))
    assert {upload.key: upload.over for upload in found.uploads} == {
        "p/longer": True,
        "p/new": False,
        "p/other": True,
        "p/sub/deep": False,
    }
    assert (found.same, found.extra) == (1, ("p/extra",))


def test_a_strange_etag_is_settled_by_our_checksum(plain: Store, tmp_path: Path) -> None:
    """As with encryption by a key of S3's own: the ETag is another, though the content is the same."""
    file(tmp_path, b"x" * 100, "ours")
    file(tmp_path, b"x" * 100, "theirs")
    note = {"turbo-sha256": sha256(b"x" * 100).hexdigest()}
    for key, notes in {"ours": note, "theirs": {}}.items():
        upload = plain.client.create_multipart_upload(Bucket=plain.name, Key=key, Metadata=notes)["UploadId"]
        where = {"Bucket": plain.name, "Key": key, "UploadId": upload}
        sent = plain.client.upload_part(**where, PartNumber=1, Body=b"x" * 100)
        parts = {"Parts": [{"PartNumber": 1, "ETag": sent["ETag"]}]}
        plain.client.complete_multipart_upload(**where, MultipartUpload=parts)
    found = compare(Bucket(plain.name, HERE), "", files_in(tmp_path, ()))
    assert [upload.key for upload in found.uploads] == ["theirs"]


def test_links_and_excluded_files_are_left_out(tmp_path: Path) -> None:
    for name in ("a", "b.tmp", "sub/c.tmp", "sub/d"):
        file(tmp_path / "f", b"x", name)
    (tmp_path / "f" / "link").symlink_to("a")
    (tmp_path / "f" / "loop").symlink_to(".")
    assert list(files_in(tmp_path / "f", ["*.tmp"])) == ["a", "sub/d"]


def test_what_is_no_folder_and_what_is_no_name(tmp_path: Path) -> None:
    with pytest.raises(AwsFault, match="no folder"):
        files_in(tmp_path / "nowhere", ())
    try:
        (tmp_path / "caf\udce9").touch()
    except OSError:  # macOS allows no such name
        pytest.skip("this file system has UTF-8 names only")
    with pytest.raises(AwsFault, match="no text"):
        files_in(tmp_path, ())


@pytest.mark.parametrize(("given", "made"), [("", ""), ("/", ""), ("a", "a/"), ("a/", "a/"), ("/a/b//", "a/b/")])
def test_a_prefix_is_a_folder(given: str, made: str) -> None:
    assert normal(given) == made


# ---------------------------------------------------------------- what goes wrong


def test_whose_credentials_these_are() -> None:
    assert caller(HERE).account == "123456789012"


def test_a_bucket_that_is_not_there(tmp_path: Path) -> None:
    bucket = Bucket("no-such-bucket", HERE)
    assert bucket.look("k") is None
    with pytest.raises(AwsFault, match="refused ListObjectsV2") as caught:
        list(bucket.items(""))
    assert caught.value.where == "s3://no-such-bucket/"
    assert caught.value.why.startswith("NoSuchBucket: ")
    assert "create the bucket" in caught.value.next_step
    path = file(tmp_path, b"x")
    with pytest.raises(AwsFault, match="refused PutObject"):
        bucket.put(path, "k", local=fingerprint(path), mark="m")


@pytest.mark.parametrize(
    ("status", "code", "step"),
    [
        (403, "AccessDenied", "turbo aws identity"),
        (403, "InvalidAccessKeyId", "renew the credentials"),
        (400, "IllegalLocationConstraintException", "region"),
        (400, "Odd", "mend the arguments"),
        (501, "NotImplemented", "mend the arguments"),
    ],
)
def test_a_refusal_is_final(plain: Store, gate: Gate, status: int, code: str, step: str) -> None:
    gate.answers = [(status, code)] * 9
    with pytest.raises(AwsFault) as caught:
        list(Bucket(plain.name, Place(endpoint_url=gate.address)).items(""))
    assert not isinstance(caught.value, AwsUnavailable)
    assert step in caught.value.next_step
    assert caught.value.why == f"{code}: as told"


@pytest.mark.parametrize(("status", "code"), [(503, "SlowDown"), (500, "InternalError"), (400, "RequestTimeout"), (429, "Odd")])
def test_overload_is_asked_again_so_often_and_then_told(plain: Store, gate: Gate, status: int, code: str) -> None:
    gate.answers = [(status, code)] * 9
    with pytest.raises(AwsUnavailable) as caught:
        list(Bucket(plain.name, Place(endpoint_url=gate.address)).items(""))
    assert (len(gate.asked), caught.value.why) == (ATTEMPTS, f"{code}: as told (requests sent: {ATTEMPTS})")


def test_one_failure_is_not_noticed(plain: Store, gate: Gate) -> None:
    gate.answers = [(503, "SlowDown")]
    assert list(Bucket(plain.name, Place(endpoint_url=gate.address)).items("")) == []
    assert len(gate.asked) == 2


def test_nobody_answers(gate: Gate) -> None:
    with pytest.raises(AwsUnavailable, match="could not be reached"):
        Bucket("b", Place(endpoint_url="http://127.0.0.1:9")).look("k")


def test_no_credentials(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(AwsFault, match="no credentials") as caught:
        caller(HERE)
    assert "AWS_ACCESS_KEY_ID" in caught.value.next_step


def test_no_region(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_DEFAULT_REGION")
    with pytest.raises(AwsFault, match="no region"):
        caller(HERE)
    assert caller(Place(region="eu-west-1")).account


def test_wrong_settings(plain: Store) -> None:
    with pytest.raises(AwsFault, match="could not be made") as caught:
        client("s3", Place(profile="nobody"))
    assert "nobody" in caught.value.why
    with pytest.raises(AwsFault, match="no client") as caught:
        client("s3", Place(endpoint_url="no address"))
    assert "no address" in caught.value.why
    with pytest.raises(AwsFault, match="could not be made"):
        Bucket(plain.name, HERE).look("")


def test_a_profile_is_used(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, server: str) -> None:
    monkeypatch.delenv("AWS_ENDPOINT_URL")
    lines = ["[profile mine]", "region = eu-west-1", f"endpoint_url = {server}"]
    lines += ["aws_access_key_id = an-access-key-of-a-profile", "aws_secret_access_key = a-secret-key-of-a-profile"]
    (tmp_path / "config").write_text("\n".join(lines))
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "config"))
    assert caller(Place(profile="mine")).account == "123456789012"
