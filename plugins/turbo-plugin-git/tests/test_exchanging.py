from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import pytest
from pydantic import SecretStr
from turbo_core import ActionFailed, Context

from turbo_plugin_git import actions
from turbo_plugin_git.remotes import plain

from .conftest import Project, part
from .serving import LOGIN, over_http, over_ssh, why_no_sshd

USER, _, TOKEN = LOGIN.partition(":")


@dataclass(frozen=True, kw_only=True)
class Other:
    """The other side: a bare repository, and how the actions log in."""

    bare: Project
    login: dict[str, object]


@pytest.fixture(params=["folder", "http", "ssh"])
def other(request: pytest.FixtureRequest, project: Project, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Other]:
    bare = tmp_path / "other" / "project.git"
    bare.mkdir(parents=True)
    made = Project(bare)
    made.git("init", "--quiet", "--bare")
    made.git("config", "http.receivepack", "true")
    made.git("config", "receive.denyDeleteCurrent", "ignore")
    if request.param == "folder":
        project.git("remote", "add", "origin", str(bare))
        yield Other(bare=made, login={})
    elif request.param == "http":
        with over_http(bare.parent) as (address, _):
            project.git("remote", "add", "origin", f"{address}/project.git")
            yield Other(bare=made, login={"user": USER, "token": SecretStr(TOKEN)})
    else:
        if why_no_sshd():
            pytest.skip(why_no_sshd())
        with over_ssh(tmp_path) as server:
            refusal = server.refusal()
            if refusal:
                pytest.skip(f"sshd lets nobody in here: {refusal}")
            monkeypatch.setenv("GIT_SSH_COMMAND", server.command)
            project.git("remote", "add", "origin", server.address(bare))
            yield Other(bare=made, login={})


def call(action: Callable[..., object], *arguments: object, **named: object) -> object:
    return action(*arguments, **named)


def test_push_and_fetch_and_back(project: Project, context: Context, other: Other, tmp_path: Path) -> None:
    first = project.commit("feat: 1", a="1\n")
    project.git("tag", "--annotate", "--message", "one", "v1")
    named = {"remote": "origin", "branch": "", "to": "", "tags": ("v1",), **other.login}
    probing = {"user": "git", "token": None} | named
    before = project.git("for-each-ref")
    assert "push refs/heads/main, refs/tags/v1 to" in str(call(part(actions.push.planner), context, **_without_login(named)))
    assert call(part(actions.push.prober), context, **probing) is False
    made = actions.push(context, tags=("v1",), **other.login)  # type: ignore[arg-type]  # options of several types
    assert other.bare.git("for-each-ref", "--format=%(refname)").split() == ["refs/heads/main", "refs/tags/v1"]
    assert call(part(actions.push.prober), context, **probing) is True
    assert project.git("rev-parse", "origin/main") == first
    undoing = {"remote": "origin", "user": "git", "token": None, **other.login, "outputs": asdict(made)}
    for _ in range(2):
        call(part(actions.push.undoer), context, **undoing)
        assert (other.bare.git("for-each-ref"), project.git("for-each-ref")) == ("", before)
    actions.push(context, **other.login)  # type: ignore[arg-type]  # as above

    elsewhere = Project(tmp_path / "elsewhere")
    project.git("clone", "--quiet", str(other.bare.root), str(elsewhere.root))
    second = elsewhere.commit("feat: 2", b="2\n")
    elsewhere.git("push", "--quiet")
    project.commit("feat: mine", c="3\n")
    with pytest.raises(ActionFailed, match="missing here"):
        actions.push(context, **other.login)  # type: ignore[arg-type]  # as above
    before = project.git("for-each-ref")
    fetched = actions.fetch(context, **other.login)  # type: ignore[arg-type]  # as above
    assert [(each.ref, each.before, each.after) for each in fetched.moved] == [("refs/remotes/origin/main", first, second)]
    for _ in range(2):
        call(part(actions.fetch.undoer), context, outputs=asdict(fetched))
        assert project.git("for-each-ref") == before
    pushed = actions.push(context, force=True, **other.login)  # type: ignore[arg-type]  # as above
    call(part(actions.push.undoer), context, **(undoing | {"outputs": asdict(pushed)}))
    assert other.bare.git("rev-parse", "main") == second


def _without_login(named: dict[str, object]) -> dict[str, object]:
    return {name: value for name, value in named.items() if name not in ("user", "token")}


def test_what_somebody_else_pushed_since_is_left_alone(project: Project, context: Context, other: Other, tmp_path: Path) -> None:
    project.commit("feat: 1")
    made = actions.push(context, **other.login)  # type: ignore[arg-type]  # options of several types
    elsewhere = Project(tmp_path / "elsewhere")
    project.git("clone", "--quiet", str(other.bare.root), str(elsewhere.root))
    second = elsewhere.commit("feat: 2")
    elsewhere.git("push", "--quiet")
    undoing = {"remote": "origin", "user": "git", "token": None, **other.login, "outputs": asdict(made)}
    with pytest.raises(ActionFailed, match="not what this task pushed"):
        call(part(actions.push.undoer), context, **undoing)
    assert other.bare.git("rev-parse", "main") == second


def test_a_wrong_token_is_refused_and_never_told(
    project: Project, context: Context, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    project.commit()
    with over_http(tmp_path) as (address, asked):
        project.git("remote", "add", "origin", f"{address.replace('//', '//ada:in-the-url@')}/project.git")
        with pytest.raises(ActionFailed, match="ls-remote failed") as caught:
            actions.push(context, user="ada", token=SecretStr("wrong-token-1234"))
    assert asked
    assert "see that the address and the login are right" in caught.value.next_step
    said = f"{caught.value} {capfd.readouterr()}"
    assert "wrong-token" not in said
    assert "in-the-url" not in said


def test_a_token_is_for_http_only(project: Project, context: Context) -> None:
    project.commit()
    project.git("remote", "add", "origin", "ssh://127.0.0.1:1/x")
    with pytest.raises(ActionFailed, match="for HTTP only"):
        actions.fetch(context, token=SecretStr("planted-token"))


def test_a_remote_that_is_not_there(project: Project, context: Context) -> None:
    project.commit()
    for name, told in (("origin", "no remote 'origin'"), ("--upload-pack=x", "no name of a remote")):
        with pytest.raises(ActionFailed, match=told):
            actions.fetch(context, remote=name)
    with pytest.raises(ActionFailed, match="no tag 'v9'"):
        actions.push(context, tags=("v9",))


def test_a_login_in_an_address_is_left_out() -> None:
    assert plain("https://ada:secret@example.org/x.git") == "https://example.org/x.git"
    assert plain("ssh://git@example.org/x.git") == "ssh://git@example.org/x.git"
