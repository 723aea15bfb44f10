import pytest

from turbo_plugin_git.conventional import changelog, read
from turbo_plugin_git.values import Commit


def commit(message: str) -> Commit:
    return Commit(id="0123456789abcdef", parents=(), author="A", email="", date="", message=message)


@pytest.mark.parametrize(
    ("message", "expected"),
    [
        ("feat: add", ("feat", "", False, "add")),
        ("Feature(cli):  add", ("feat", "cli", False, "add")),
        ("fix(a b)!: mend", ("fix", "a b", True, "mend")),
        ("chore: x\n\nBREAKING CHANGE: gone", ("chore", "", True, "x")),
        ("chore: x\n\nBREAKING-CHANGE: gone", ("chore", "", True, "x")),
        ("chore: x\n\nthis is no BREAKING CHANGE: at all", ("chore", "", False, "x")),
        ("Add a thing: now", ("", "", False, "Add a thing: now")),
        ("feat:nothing", ("", "", False, "feat:nothing")),
        ("feat(x: y", ("", "", False, "feat(x: y")),
        ('Revert "feat: add"', ("revert", "", False, 'Revert "feat: add"')),
        ("", ("", "", False, "")),
    ],
)
def test_a_message_is_read(message: str, expected: tuple[str, str, bool, str]) -> None:
    entry = read(commit(message))
    assert (entry.type, entry.scope, entry.breaking, entry.subject) == expected


def test_the_body_stays() -> None:
    assert read(commit("fix: a\n\nwhy\n\nmore\n")).body == "why\n\nmore"


def test_changelog_groups_by_type_and_tells_what_breaks_first() -> None:
    messages = ["docs: d", "fix: f", "odd: o", "feat(api): n", "feat!: b", "no type"]
    text = changelog([read(commit(message)) for message in messages], "1.2.0")
    assert text == (
        "## 1.2.0\n\n### Breaking changes\n\n- b (01234567)\n\n### Features\n\n- **api:** n (01234567)\n\n"
        "### Fixes\n\n- f (01234567)\n\n### Documentation\n\n- d (01234567)\n\n"
        "### Other changes\n\n- o (01234567)\n- no type (01234567)\n"
    )


def test_changelog_of_nothing_is_empty() -> None:
    assert changelog([], "1.2.0") == ""


def test_a_long_subject_is_cut() -> None:
    assert f"- {'x' * 200}… (01234567)" in changelog([read(commit(f"fix: {'x' * 201}"))])


def test_links_and_html_of_a_message_do_not_come_alive() -> None:
    text = changelog([read(commit("fix: <img src=x> ![y](http://z) `code`"))])
    assert r"\<img src=x\> !\[y\](http://z) `code`" in text
