"""``turbo config show`` tells every setting, its value and its place, and no secret."""

from __future__ import annotations

import json
import re

from tests.installed.conftest import Site
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
