"""The actions, called as the host calls them, against the server."""

from __future__ import annotations

import json
import subprocess
import sys
from dataclasses import asdict
from importlib.metadata import entry_points
from pathlib import Path
from typing import Any

import pytest
from turbo_core import ActionFailed, ActionUnavailable, Context

from turbo_plugin_aws import actions

from .conftest import Gate, Store, context_of, part

NOWHERE: dict[str, str] = {"region": "", "profile": "", "endpoint_url": ""}


def write(context: Context, name: str, content: bytes) -> Path:
    path = context.project / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return Path(name)


def undo(action: Any, context: Context, outputs: object = None, **arguments: object) -> None:
    given = {} if outputs is None else {"outputs": outputs}
    part(action.undoer)(context, **arguments, **given)


def names(context: Context) -> list[str]:
    return sorted(path.relative_to(context.project).as_posix() for path in context.project.rglob("*") if path.is_file())


def test_the_namespace_is_found() -> None:
    (entry,) = entry_points(group="turbo.actions", name="aws")
    assert entry.load() is actions


def test_loading_the_actions_does_not_load_boto3() -> None:
    code = "import sys, turbo_plugin_aws.actions; print({'boto3', 'botocore', 's3transfer'} & set(sys.modules))"
    done = subprocess.run((sys.executable, "-c", code), capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "set()"


# ---------------------------------------------------------------- reading


def test_identity(context: Context) -> None:
    told = actions.identity(context)
    assert told.account == "123456789012"
    assert told.arn.startswith("arn:aws:sts::123456789012:")
    assert told.user


def test_without_credentials_nothing_is_guessed(context: Context, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("AWS_ACCESS_KEY_ID")
    monkeypatch.delenv("AWS_SECRET_ACCESS_KEY")
    with pytest.raises(ActionFailed, match="no credentials") as caught:
        actions.identity(context)
    assert not isinstance(caught.value, ActionUnavailable)
    assert (caught.value.where, "secrets" in caught.value.next_step) == ("sts", True)


def test_list(context: Context, plain: Store) -> None:
    for key in ("a/1", "a/2", "b"):
        plain.put(key, b"four")
    told = actions.s3_list(context, plain.name, "a/")
    assert ([found.key for found in told.objects], told.count, told.size, told.shortened) == (["a/1", "a/2"], 2, 8, False)
    assert told.objects[0].modified.endswith("+00:00")
    json.dumps(asdict(told))
    short = actions.s3_list(context, plain.name, limit=1)
    assert ([found.key for found in short.objects], short.shortened) == (["a/1"], True)


# ---------------------------------------------------------------- s3_put


@pytest.mark.parametrize("known", [True, False])
def test_put_is_undone_by_deleting(context: Context, plain: Store, known: bool) -> None:
    file = write(context, "a.txt", b"new")
    where = {"bucket": plain.name, "key": "k", **NOWHERE}
    assert part(actions.s3_put.prober)(context, file=file, **where) is False
    made = actions.s3_put(context, file, plain.name, "k")
    assert (made.changed, made.size, made.version_id, plain.read("k")) == (True, 3, None, b"new")
    assert part(actions.s3_put.prober)(context, file=file, **where) == made
    for _ in range(2):
        undo(actions.s3_put, context, asdict(made) if known else {}, **where)
        assert plain.keys() == []


@pytest.mark.parametrize("known", [True, False])
def test_put_is_undone_to_the_version_from_before(context: Context, versioned: Store, known: bool) -> None:
    versioned.put("k", b"old")
    made = actions.s3_put(context, write(context, "a.txt", b"new"), versioned.name, "k")
    assert made.version_id == versioned.head("k")["VersionId"]
    for _ in range(2):
        undo(actions.s3_put, context, asdict(made) if known else {}, bucket=versioned.name, key="k", **NOWHERE)
        assert versioned.read("k") == b"old"


def test_put_does_not_overwrite_what_could_not_be_brought_back(context: Context, plain: Store) -> None:
    plain.put("k", b"old")
    file = write(context, "a.txt", b"new")
    with pytest.raises(ActionFailed, match="keeps no versions") as caught:
        actions.s3_put(context, file, plain.name, "k")
    assert (caught.value.where, "aws.s3_overwrite" in caught.value.next_step) == (f"s3://{plain.name}/k", True)
    assert plain.read("k") == b"old"
    assert part(actions.s3_put.prober)(context, file=file, bucket=plain.name, key="k", **NOWHERE) is False


def test_put_twice_is_put_once(context: Context, versioned: Store) -> None:
    file = write(context, "a.txt", b"new")
    first = actions.s3_put(context, file, versioned.name, "k")
    assert actions.s3_put(context, file, versioned.name, "k") == first
    other = context_of(context.project, "other")
    again = actions.s3_put(other, file, versioned.name, "k")
    assert (again.changed, again.version_id) == (False, first.version_id)
    undo(actions.s3_put, other, asdict(again), bucket=versioned.name, key="k", **NOWHERE)
    assert versioned.read("k") == b"new"


def test_a_second_attempt_may_overwrite_the_first(context: Context, plain: Store) -> None:
    actions.s3_put(context, write(context, "a.txt", b"first"), plain.name, "k")
    assert actions.s3_put(context, write(context, "a.txt", b"second"), plain.name, "k").changed
    assert plain.read("k") == b"second"


def test_what_somebody_else_put_is_left_alone(context: Context, plain: Store, versioned: Store) -> None:
    file = write(context, "a.txt", b"new")
    for store in (plain, versioned):
        made = actions.s3_put(context, file, store.name, "k")
        store.put("k", b"theirs")
        if store is plain:
            with pytest.raises(ActionFailed, match="left alone"):
                undo(actions.s3_put, context, asdict(made), bucket=store.name, key="k", **NOWHERE)
        else:
            undo(actions.s3_put, context, asdict(made), bucket=store.name, key="k", **NOWHERE)
        assert store.read("k") == b"theirs"


def test_a_file_that_is_not_there(context: Context, plain: Store) -> None:
    with pytest.raises(ActionFailed, match="No such file") as caught:
        actions.s3_put(context, Path("nowhere"), plain.name, "k")
    assert caught.value.where == str(context.project / "nowhere")
    assert plain.keys() == []


def test_overwrite(context: Context, plain: Store) -> None:
    plain.put("k", b"old")
    made = actions.s3_overwrite(context, write(context, "a.txt", b"new"), plain.name, "k", content_type="a/b")
    assert (made.changed, plain.read("k"), plain.head("k")["ContentType"]) == (True, b"new", "a/b")
    assert actions.s3_overwrite.undoer is None


# ---------------------------------------------------------------- s3_get


def test_get_is_undone_by_deleting(context: Context, plain: Store) -> None:
    plain.put("k", b"there")
    file = Path("deep/a.txt")
    where = {"bucket": plain.name, "key": "k", "file": file, **NOWHERE}
    assert part(actions.s3_get.prober)(context, **where) is False
    got = actions.s3_get(context, plain.name, "k", file)
    assert (got.file, got.size, got.changed, got.replaced, got.version_id) == ("deep/a.txt", 5, True, False, None)
    assert part(actions.s3_get.prober)(context, **where) is True
    for _ in range(2):
        undo(actions.s3_get, context, asdict(got), file=file)
        assert names(context) == []


def test_get_is_undone_to_the_file_from_before(context: Context, versioned: Store) -> None:
    versioned.put("k", b"there")
    file = write(context, "a.txt", b"before")
    (context.project / "link").symlink_to("a.txt")
    got = actions.s3_get(context, versioned.name, "k", Path("link"))
    assert (got.changed, got.replaced, got.version_id) == (True, True, versioned.head("k")["VersionId"])
    assert (context.project / file).read_bytes() == b"there"
    assert (context.project / "link").is_symlink()
    assert actions.s3_get(context, versioned.name, "k", Path("link")) == got
    for _ in range(2):
        undo(actions.s3_get, context, asdict(got), file=Path("link"))
        assert (context.project / file).read_bytes() == b"before"
    assert names(context) == ["a.txt", "link"]


def test_get_leaves_alone_what_is_there_already(context: Context, plain: Store) -> None:
    plain.put("k", b"same")
    file = write(context, "a.txt", b"same")
    before = (context.project / file).stat()
    got = actions.s3_get(context, plain.name, "k", file)
    assert (got.changed, (context.project / file).stat().st_ino) == (False, before.st_ino)
    undo(actions.s3_get, context, asdict(got), file=file)
    assert names(context) == ["a.txt"]


def test_undo_of_get_leaves_a_changed_file_alone(context: Context, plain: Store) -> None:
    plain.put("k", b"there")
    got = actions.s3_get(context, plain.name, "k", Path("new.txt"))
    write(context, "new.txt", b"mine")
    for outputs in (asdict(got), {}):
        with pytest.raises(ActionFailed, match="left alone") as caught:
            undo(actions.s3_get, context, outputs, file=Path("new.txt"))
        assert "by hand" in caught.value.next_step
    replaced = actions.s3_get(context, plain.name, "k", write(context, "old.txt", b"before"))
    write(context, "old.txt", b"mine")
    for outputs in (asdict(replaced), {}):
        with pytest.raises(ActionFailed, match="left alone") as caught:
            undo(actions.s3_get, context, outputs, file=Path("old.txt"))
        assert (context.project / ".old.txt.r+t.before").read_bytes() == b"before"
        assert ".old.txt.r+t.before" in caught.value.next_step
    assert (context.project / "old.txt").read_bytes() == b"mine"


def test_get_of_nothing_and_into_a_folder(context: Context, plain: Store) -> None:
    with pytest.raises(ActionFailed, match="no such object"):
        actions.s3_get(context, plain.name, "k", Path("a.txt"))
    plain.put("k", b"there")
    (context.project / "folder").mkdir()
    with pytest.raises(ActionFailed, match="this is a folder"):
        actions.s3_get(context, plain.name, "k", Path("folder"))
    assert names(context) == []


def test_half_an_object_never_becomes_a_file(context: Context, plain: Store, gate: Gate) -> None:
    plain.put("k", b"there")
    file = write(context, "a.txt", b"before")
    gate.cut = 3
    with pytest.raises(ActionUnavailable):
        actions.s3_get(context, plain.name, "k", file, endpoint_url=gate.address)
    assert (names(context), (context.project / file).read_bytes()) == (["a.txt"], b"before")


# ---------------------------------------------------------------- s3_sync, s3_mirror


def test_sync_sends_what_differs_and_is_undone(context: Context, versioned: Store) -> None:
    for name, content in {"same": b"same", "changed": b"new", "sub/added": b"added", "left.tmp": b"x"}.items():
        write(context, f"site/{name}", content)
    for name, content in {"same": b"same", "changed": b"old", "theirs": b"theirs"}.items():
        versioned.put(f"p/{name}", content)
    told = actions.s3_sync(context, Path("site"), versioned.name, "/p", exclude=("*.tmp",))
    assert (told.prefix, told.files, told.sent, told.size, told.unchanged, told.deleted) == ("p/", 3, 2, 8, 1, 0)
    assert {key: versioned.read(key) for key in ["p/changed", "p/same", "p/sub/added", "p/theirs"]} == {
        "p/changed": b"new",
        "p/same": b"same",
        "p/sub/added": b"added",
        "p/theirs": b"theirs",
    }
    again = actions.s3_sync(context, Path("site"), versioned.name, "p", exclude=("*.tmp",))
    assert (again.sent, again.unchanged) == (0, 3)
    for _ in range(2):
        undo(actions.s3_sync, context, bucket=versioned.name, prefix="p", **NOWHERE)
        assert versioned.keys() == ["p/changed", "p/same", "p/theirs"]
        assert versioned.read("p/changed") == b"old"


def test_sync_sends_nothing_if_one_object_could_not_be_brought_back(context: Context, plain: Store) -> None:
    write(context, "site/a", b"a")
    write(context, "site/b", b"mine")
    plain.put("b", b"old")
    with pytest.raises(ActionFailed, match="keeps no versions") as caught:
        actions.s3_sync(context, Path("site"), plain.name)
    assert "aws.s3_mirror" in caught.value.next_step
    assert (plain.keys(), plain.read("b")) == (["b"], b"old")


def test_mirror_also_deletes(context: Context, plain: Store) -> None:
    write(context, "site/a", b"mine")
    for key in ("p/a", "p/b", "p/keep.log", "q"):
        plain.put(key, b"old")
    told = actions.s3_mirror(context, Path("site"), plain.name, "p", exclude=("*.log",))
    assert (told.sent, told.deleted, plain.keys(), plain.read("p/a")) == (1, 1, ["p/a", "p/keep.log", "q"], b"mine")


def test_mirror_of_an_empty_folder_is_refused(context: Context, plain: Store) -> None:
    plain.put("p/a", b"old")
    (context.project / "site").mkdir()
    with pytest.raises(ActionFailed, match="the folder is empty"):
        actions.s3_mirror(context, Path("site"), plain.name, "p")
    assert plain.keys() == ["p/a"]


# ---------------------------------------------------------------- s3_delete


def test_delete_is_undone_where_versions_are_kept(context: Context, versioned: Store) -> None:
    versioned.put("k", b"there")
    gone = actions.s3_delete(context, versioned.name, "k")
    assert (gone.deleted, gone.marker is None, versioned.keys()) == (True, False, [])
    for _ in range(2):
        undo(actions.s3_delete, context, asdict(gone), bucket=versioned.name, key="k", **NOWHERE)
        assert versioned.read("k") == b"there"


def test_delete_without_versions_says_that_it_is_for_good(context: Context, plain: Store) -> None:
    plain.put("k", b"there")
    gone = actions.s3_delete(context, plain.name, "k")
    assert (gone.deleted, gone.marker, plain.keys()) == (True, None, [])
    for outputs, why in [(asdict(gone), "no versions"), ({}, "not known")]:
        with pytest.raises(ActionFailed, match="cannot be brought back") as caught:
            undo(actions.s3_delete, context, outputs, bucket=plain.name, key="k", **NOWHERE)
        assert why in caught.value.why
    again = actions.s3_delete(context, plain.name, "k")
    assert again.deleted is False
    undo(actions.s3_delete, context, asdict(again), bucket=plain.name, key="k", **NOWHERE)


# ---------------------------------------------------------------- plans


def test_plans_ask_nobody(context: Context, gate: Gate, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ENDPOINT_URL", gate.address)
    write(context, "site/a.txt", b"four")
    file, here = Path("site/a.txt"), {"bucket": "b", "key": "k"}
    folder = {"folder": Path("site"), "bucket": "b", "prefix": "p", "exclude": ()}
    told = [
        part(actions.s3_put.planner)(context, file=file, **here),
        part(actions.s3_put.planner)(context, file=Path("later"), **here),
        part(actions.s3_overwrite.planner)(context, file=file, **here),
        part(actions.s3_get.planner)(context, file=file, **here),
        part(actions.s3_get.planner)(context, file=Path("new"), **here),
        part(actions.s3_sync.planner)(context, **folder),
        part(actions.s3_sync.planner)(context, **{**folder, "folder": Path("later")}),
        part(actions.s3_mirror.planner)(context, **folder),
        part(actions.s3_delete.planner)(context, **here),
    ]
    assert told == [
        "put site/a.txt (4 bytes) to s3://b/k",
        "put later (not there yet) to s3://b/k",
        "put site/a.txt (4 bytes) to s3://b/k, whatever stands there",
        "get s3://b/k as site/a.txt, in place of the file there",
        "get s3://b/k as new",
        "send what differs of site (files: 1, bytes: 4) to s3://b/p/",
        "send what differs of later (not there yet) to s3://b/p/",
        "send what differs of site (files: 1, bytes: 4) to s3://b/p/, and delete there what the folder does not have",
        "delete s3://b/k",
    ]
    assert (gate.asked, names(context)) == ([], ["site/a.txt"])
