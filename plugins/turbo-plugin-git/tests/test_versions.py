import pytest
from semver import Version

from turbo_plugin_git import conventional
from turbo_plugin_git.values import Commit, Ref
from turbo_plugin_git.versions import Bump, following, last, read, tagged

FIRST = Version.parse("0.1.0")


def refs(*names: str) -> list[Ref]:
    return [Ref(name=name, object="o", commit="c") for name in names]


def entries(*messages: str) -> list[conventional.Entry]:
    return [conventional.read(Commit(id="c", parents=(), author="", email="", date="", message=message)) for message in messages]


@pytest.mark.parametrize(
    ("name", "prefix", "expected"),
    [
        ("v1.2.3", "v", "1.2.3"),
        ("1.2.3", "v", "1.2.3"),
        ("v1.2", "v", "1.2.0"),
        ("v1.2.3-rc.1", "v", "1.2.3-rc.1"),
        ("1.2rc1", "v", "1.2.0-rc.1"),
        ("8.0.0a12", "v", "8.0.0-a.12"),
        ("v1.2.3+build.5", "v", "1.2.3+build.5"),
        ("v1", "v", None),
        ("2024.08.01", "v", None),
        ("vista", "v", None),
        ("git-v1.2.3", "git-v", "1.2.3"),
        ("v1.2.3", "git-v", None),
        ("1.2.3", "", "1.2.3"),
        ("v1.2.3", "", None),
    ],
)
def test_a_tag_is_read(name: str, prefix: str, expected: str | None) -> None:
    version = read(name, prefix)
    assert (version and str(version)) == expected


def test_versions_are_ordered_as_versions() -> None:
    ordered = tagged(refs("v1.10.0", "v1.9.0", "latest", "v1.10.0-rc.2"))
    assert [str(item.version) for item in ordered] == ["1.9.0", "1.10.0-rc.2", "1.10.0"]


def test_the_last_version_is_no_prerelease_unless_wanted() -> None:
    ordered = tagged(refs("v1.0.0", "v1.1.0-rc.1"))
    release, newest = last(ordered), last(ordered, prereleases=True)
    assert release is not None
    assert newest is not None
    assert (str(release.version), str(newest.version)) == ("1.0.0", "1.1.0-rc.1")
    assert last([]) is None


@pytest.mark.parametrize(
    ("tags", "messages", "bump", "prerelease", "expected", "kind"),
    [
        ([], ["feat!: a"], "auto", "", "0.1.0", "first"),
        ([], [], "auto", "rc", "0.1.0-rc.1", "first"),
        (["v1.2.3"], [], "auto", "", "1.2.3", "none"),
        (["v1.2.3"], [], "patch", "", "1.2.4", "patch"),
        (["v1.2.3"], ["docs: a", "odd"], "auto", "", "1.2.4", "patch"),
        (["v1.2.3"], ["fix: a", "feat: b"], "auto", "", "1.3.0", "minor"),
        (["v1.2.3"], ["fix!: a", "feat: b"], "auto", "", "2.0.0", "major"),
        (["v0.2.3"], ["fix!: a"], "auto", "", "0.3.0", "minor"),
        (["v0.2.3"], ["feat: a"], "auto", "", "0.3.0", "minor"),
        (["v0.2.3"], ["fix: a"], "major", "", "1.0.0", "major"),
        (["v1.2.3"], ["feat: a"], "patch", "", "1.2.4", "patch"),
        (["v1.2.3", "v2.0.0-rc.1"], ["fix: a"], "auto", "", "2.0.0", "patch"),
        (["v1.2.3", "v1.2.4-rc.1"], ["feat: a"], "auto", "", "1.3.0", "minor"),
        (["v1.2.3", "v1.3.0-rc.1", "v1.3.0-rc.2"], ["feat: a"], "auto", "rc", "1.3.0-rc.3", "minor"),
        (["v1.2.3", "v1.3.0-beta.4"], ["feat: a"], "auto", "rc", "1.3.0-rc.1", "minor"),
        (["v0.1.0-rc.1"], ["feat: a"], "auto", "", "0.1.0", "first"),
        (["v1.0.0-rc.1"], ["feat: a"], "auto", "", "1.0.0", "first"),
    ],
)
def test_the_next_version(tags: list[str], messages: list[str], bump: Bump, prerelease: str, expected: str, kind: str) -> None:
    step = following(tagged(refs(*tags)), entries(*messages), bump=bump, first=FIRST, prerelease=prerelease)
    assert (str(step.version), step.bump) == (expected, kind)
    assert step.reason
