"""``turbo config show`` tells every setting, its value and its place, and no secret."""

from __future__ import annotations

import json
import os
import re

import pexpect

from tests.installed.conftest import TURBO, Site
from tests.installed.test_settings import ACTIONS, TOKEN, fill


def rows(text: str) -> dict[str, tuple[str, str]]:
    cells = [re.split(r"  +", line) for line in text.splitlines()[1:]]
    return {row[0]: (row[1], row[2]) for row in cells if len(row) == 3}


def test_every_value_with_its_place(site: Site) -> None:
    fill(site)
    told = site.turbo("--set", "jobs=3", "config", "show", env={"TURBO_PLUGIN_POST_RETRIES": "5", "TURBO_KEEP": "7"})
    assert told.returncode == 0, told.stderr
    found = rows(told.stdout)
    assert found["jobs"] == ("3", "command line")
    assert found["keep"] == ("7", "environment")
    assert found["autonomy"] == ("supervised", "default")
    assert found["plugins.post.channel"] == ("#file", str(site.project / "turbo.toml"))
    assert found["plugins.post.retries"] == ("5", "environment")
    assert found["plugins.post.token"] == ("none", "default")


def test_one_plugin_as_json_without_its_secret(site: Site) -> None:
    fill(site)
    told = site.turbo("config", "show", "post", "--json", env={"TURBO_PLUGIN_POST_TOKEN": "POST_TOKEN", "POST_TOKEN": TOKEN})
    assert TOKEN not in told.stdout
    found = {each["key"]: each for each in json.loads(told.stdout)}
    assert [*found] == ["plugins.post.channel", "plugins.post.retries", "plugins.post.token"]
    assert found["plugins.post.channel"]["help"] == "where to."
    assert (found["plugins.post.token"]["value"], found["plugins.post.token"]["secret"]) == ("POST_TOKEN", True)
    one = site.turbo("config", "show", "plugins.post.token", env={"TURBO_PLUGIN_POST_TOKEN": "POST_TOKEN"})
    assert rows(one.stdout) == {"plugins.post.token": ("the secret POST_TOKEN", "environment")}


def test_what_is_missing_misnamed_or_a_stranger(site: Site) -> None:
    site.add("post", ACTIONS.replace('channel: str = "#general"', "channel: str"), "turbo.actions")
    site.write("turbo.toml", "[plugins.post]\nretry = 1\n[plugins.stranger]\na = 1\n")
    told = site.turbo("config", "show")
    assert rows(told.stdout)["plugins.post.channel"] == ("none", "missing")
    assert "note: there are settings for 'stranger', and no plugin of that name is installed" in told.stdout
    assert told.returncode == 2
    assert "there is no setting 'plugins.post.retry'" in told.stderr


def test_a_name_that_there_is_not(site: Site) -> None:
    fill(site)
    for name, hint in {"pst": "did you mean 'post'?", "zebra": "see: turbo config show"}.items():
        ended = site.turbo("config", "show", name)
        assert ended.returncode == 2
        assert hint in ended.stderr


REQUIRED = ACTIONS.replace('channel: str = "#general"', "channel: str")


def test_what_is_given_is_written_beside_what_stands_there(site: Site) -> None:
    site.add("post", REQUIRED, "turbo.actions")
    site.write("turbo.toml", "# ours\njobs = 2  # slow machine\n")
    given = ["autonomy=full", "plugins.post.channel=#ops", "plugins.post.retries=5", "plugins.post.token=POST_TOKEN"]
    ended = site.turbo("config", "init", "--no-input", *given)
    assert ended.returncode == 0, ended.stderr
    assert "Wrote 4 settings into" in ended.stdout
    written = (site.project / "turbo.toml").read_text()
    assert written.startswith('# ours\njobs = 2  # slow machine\nautonomy = "full"\n')
    assert '[plugins.post]\nchannel = "#ops"\nretries = 5\ntoken = "POST_TOKEN"\n' in written
    again = site.turbo("config", "init", "--no-input")
    assert (again.returncode, again.stdout.split(";")[0]) == (0, "Everything that is needed is set")


def test_a_mistake_writes_nothing(site: Site) -> None:
    site.add("post", REQUIRED, "turbo.actions")
    site.write("turbo.toml", "jobs = 2\n")
    channel = "plugins.post.channel=x"
    for given, told in {
        (): "not all settings are there: plugins.post.channel",
        ("autonomy",): "it is not of the form KEY=VALUE",
        ("jobs=1", "jobs=2"): "it is given twice",
        (channel, "autonomy=maybe"): "the setting 'autonomy' is wrong",
        (channel, "zebra=1"): "there is no setting 'zebra'",
        (channel, "plugins.post.retries=many"): "the setting 'plugins.post.retries' is wrong",
        (channel, "plugins.post.retry=1"): "there is no setting 'plugins.post.retry'",
        (channel, "plugins.zebra.a=1"): "no plugin is named 'zebra'",
    }.items():
        ended = site.turbo("config", "init", "--no-input", *given)
        assert ended.returncode == 2, ended.stdout
        assert told in ended.stderr
    assert (site.project / "turbo.toml").read_text() == "jobs = 2\n"
    assert "there is nobody to ask" in site.turbo("config", "init").stderr


def at_a_terminal(site: Site) -> pexpect.spawn[bytes]:
    """``turbo config init`` in a terminal."""
    env = {"PYTHONPATH": str(site.shelf.folder), "TURBO_CACHE_FOLDER": str(site.shelf.caches), "TERM": "xterm"}
    return pexpect.spawn(str(TURBO), ["config", "init"], cwd=str(site.project), env=os.environ | env, timeout=60)


def test_a_person_is_asked_for_what_is_missing(site: Site) -> None:
    site.add("post", REQUIRED, "turbo.actions")
    child = at_a_terminal(site)
    child.expect("without a person")
    child.send("\x1b[B\r")
    child.expect("plugins.post.channel")
    child.send("#ops\r")
    child.expect("Wrote 2 settings")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 0
    assert (site.project / "turbo.toml").read_text() == 'autonomy = "manual"\n\n[plugins.post]\nchannel = "#ops"\n'


def test_who_gives_up_has_written_nothing(site: Site) -> None:
    child = at_a_terminal(site)
    child.expect("without a person")
    child.sendcontrol("c")
    child.expect(pexpect.EOF)
    child.close()
    assert child.exitstatus == 130
    assert (site.project / "turbo.toml").read_text() == ""
