import pytest

from turbo_plugin_git.formats import fields, parse_log, parse_numstat, parse_refs, parse_status


@pytest.mark.parametrize(("data", "expected"), [(b"", []), (b"a\0", [b"a"]), (b"a\0\0", [b"a", b""])])
def test_fields(data: bytes, expected: list[bytes]) -> None:
    assert fields(data) == expected


def test_status_reads_each_kind_of_entry() -> None:
    ids = b"100644 100644 100644 " + b"a" * 40 + b" " + b"b" * 40
    data = b"\0".join(
        [
            b"# branch.oid " + b"a" * 40,
            b"# branch.upstream origin/main",
            b"# branch.ab +2 -3",
            b"1 M. N... " + ids + b" staged file",
            b"1 .M N... " + ids + b" changed",
            b"1 MM N... " + ids + b" both",
            b"2 R. N... " + ids + b" R100 new name",
            b"old name",
            b"u UU N... 100644 100644 100644 100644 " + b" ".join([b"c" * 40] * 3) + b" in conflict",
            b"? not tracked",
            b"! ignored",
            b"",
        ]
    )
    state = parse_status(data)
    assert (state.upstream, state.ahead, state.behind) == ("origin/main", 2, 3)
    assert state.staged == ("staged file", "both", "new name")
    assert state.unstaged == ("changed", "both")
    assert state.conflicted == ("in conflict",)
    assert state.untracked == ("not tracked",)
    assert state.changed


def test_log_keeps_line_feeds_in_messages() -> None:
    data = b"\0".join([b"id", b"p1 p2", b"A", b"a@b", b"2026-01-01T00:00:00Z", b"one\n\ntwo\n", b""])
    (commit,) = parse_log(data)
    assert commit.parents == ("p1", "p2")
    assert commit.message == "one\n\ntwo"


def test_numstat_reads_binaries_and_renamings() -> None:
    changes = list(parse_numstat(b"1\t2\ta\tb\0-\t-\tpicture\x003\t0\t\0old\0new\0"))
    assert [(change.path, change.insertions, change.deletions) for change in changes] == [
        ("a\tb", 1, 2),
        ("picture", None, None),
        ("new", 3, 0),
    ]


def test_refs_that_lead_to_no_commit_are_left_out() -> None:
    data = (
        b"refs/tags/light\0commit\0c1\0\0\0\n"
        b"refs/tags/full\0tag\0t1\0commit\0c2\0\n"
        b"refs/tags/file\0blob\0b1\0\0\0\n"
        b"refs/heads/a/b\0commit\0c3\0\0\0/tree\nwith a line feed\n"
    )
    refs = list(parse_refs(data))
    assert [(ref.name, ref.object, ref.commit, ref.annotated) for ref in refs] == [
        ("light", "c1", "c1", False),
        ("full", "t1", "c2", True),
        ("a/b", "c3", "c3", False),
    ]
    assert refs[2].worktree == "/tree"
