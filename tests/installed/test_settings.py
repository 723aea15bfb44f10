"""What is set for a plugin reaches its hooks and its actions as its own class, and is checked before the first task."""

from __future__ import annotations

import pytest

from tests.installed.conftest import Site

SETTINGS = """
    from dataclasses import dataclass
    from turbo_core import ChannelOffer, Context, Receipt, Secret, SettingsOffer, action, hookimpl

    @dataclass(frozen=True, slots=True, kw_only=True)
    class Post:
        \"\"\"How to post.

        Attributes:
            channel: where to.
        \"\"\"

        channel: str = "#general"
        retries: int = 3
        token: Secret | None = None
"""
HOOKS = (
    SETTINGS
    + """
    @hookimpl
    def turbo_register():
        return [ChannelOffer(name="post"), SettingsOffer(name="post", type=Post)]

    @hookimpl
    def turbo_communicate(message, settings):
        with open("posted", "a") as file:
            file.write(f"{settings!r} {settings.token and len(settings.token.reveal())}\\n")
        return Receipt(channel="post")
"""
)
ACTIONS = (
    SETTINGS
    + """
    turbo_settings = Post

    @action(risk="read")
    def send(context: Context) -> str:
        settings = context.settings(Post)
        if settings.token:
            print("the token is", settings.token.reveal())
        return f"{settings.channel} {settings.retries}"

    @send.plan
    def _(context: Context) -> str:
        return f"post to {context.settings(Post).channel}"
"""
)
SAY = "name: hello\ntasks: {say: {communicate: hi}}\n"
SEND = "name: hello\ntasks: {send: {uses: post.send}}\n"
TOKEN = "xoxb-very-secret"


def fill(site: Site, *, actions: bool = True, hooks: bool = True) -> None:
    if actions:
        site.add("post", ACTIONS, "turbo.actions", distribution="turbo-plugin-post-actions")
    if hooks:
        site.add("post", HOOKS, distribution="turbo-plugin-post-hooks")
    site.write("turbo.toml", "[plugins.post]\nchannel = '#file'\nretries = 4\n")


def test_a_channel_that_wants_settings_and_has_none_gets_only_what_names_it(site: Site) -> None:
    fill(site)
    site.write("turbo.toml", "")
    site.write("turbo.yaml", SAY)
    assert site.turbo("run").returncode == 0
    assert not (site.project / "posted").exists()
    assert site.turbo("run", env={"TURBO_PLUGIN_POST_RETRIES": "5"}).returncode == 0
    assert len((site.project / "posted").read_text().splitlines()) == 1
    site.write("turbo.yaml", SAY.replace("{communicate: hi}", "{communicate: hi, to: [post]}"))
    assert site.turbo("run").returncode == 0
    assert len((site.project / "posted").read_text().splitlines()) == 2


def test_a_hook_gets_the_settings_of_its_plugin(site: Site) -> None:
    fill(site)
    site.write("turbo.yaml", SAY)
    ended = site.turbo("run", env={"TURBO_PLUGIN_POST_RETRIES": "5"})
    assert ended.returncode == 0, ended.stderr
    assert (site.project / "posted").read_text().splitlines()[0] == "Post(channel='#file', retries=5, token=None) None"


def test_an_action_gets_the_settings_of_its_namespace(site: Site) -> None:
    fill(site)
    site.write("turbo.yaml", SEND)
    assert "post to #file" in site.turbo("plan").stdout
    assert site.turbo("post", "send", env={"TURBO_PLUGIN_POST_RETRIES": "5"}).stdout == "#file 5\n"
    assert site.turbo("--set", "plugins.post.channel=#flag", "post", "send").stdout == "#flag 4\n"


def test_a_secret_of_the_settings_is_found_masked_and_kept_from_commands(site: Site) -> None:
    fill(site)
    site.write(
        "turbo.yaml",
        "name: hello\ntasks: {send: {uses: post.send}, show: {run: 'echo token $POST_TOKEN end'}, say: {communicate: hi}}\n",
    )
    given = {"TURBO_PLUGIN_POST_TOKEN": "POST_TOKEN", "POST_TOKEN": TOKEN}
    ended = site.turbo("run", env=given)
    assert ended.returncode == 0, ended.stderr
    [run] = site.runs()
    files = [path for path in (site.project / ".turbo" / "runs" / run).rglob("*") if path.is_file()]
    assert any(b"the token is ***" in path.read_bytes() for path in files)
    assert any(b"token end" in path.read_bytes() for path in files)
    assert not [path for path in files if TOKEN.encode() in path.read_bytes()]
    assert (site.project / "posted").read_text() == (
        f"Post(channel='#file', retries=4, token=Secret('POST_TOKEN')) {len(TOKEN)}\n"
    )


def test_a_secret_that_nobody_knows_names_the_setting_and_the_providers(site: Site) -> None:
    fill(site)
    site.write("turbo.yaml", SEND)
    missing = {"TURBO_PLUGIN_POST_TOKEN": "POST_TOKEN"}
    ended = site.turbo("run", env=missing)
    assert ended.returncode == 2
    for told in ("no provider knows the secret POST_TOKEN", "the setting plugins.post.token", "asked: env, file"):
        assert told in ended.stderr
    assert "(cannot tell: the setting plugins.post.token: no provider" in site.turbo("plan", env=missing).stdout
    # A run that does not use the plugin does not ask for its secret.
    site.write("turbo.yaml", "name: hello\ntasks: {say: {run: 'true'}}\n")
    assert site.turbo("run", env=missing).returncode == 0


def test_all_mistakes_are_told_before_the_first_task(site: Site) -> None:
    fill(site)
    site.write("turbo.yaml", "name: hello\nphases:\n  one: {first: {run: touch ran}}\n  two: {second: {uses: post.send}}\n")
    site.write("turbo.toml", "[plugins.post]\nchanel = '#file'\nretries = 'x'\n[plugins.stranger]\na = 1\n")
    ended = site.turbo("run", env={"TURBO_PLUGIN_POST_TOKENS": "A"})
    assert ended.returncode == 2
    lines = ended.stderr.splitlines()
    assert lines[0] == "error: 3 settings are wrong"
    told = " ".join(ended.stderr.split())
    assert "there is no setting 'plugins.post.chanel'; did you mean 'plugins.post.channel'?" in told
    assert "the setting 'plugins.post.retries' is wrong; it is 'x'; it takes a valid integer" in told
    assert "there is no setting 'TURBO_PLUGIN_POST_TOKENS'; did you mean 'TURBO_PLUGIN_POST_TOKEN'?" in told
    assert "stranger" not in told
    assert not (site.project / "ran").exists()
    assert site.runs() == []


def test_the_names_of_others_are_checked_without_importing_them(site: Site) -> None:
    fill(site, hooks=False)
    site.write("turbo.yaml", "name: hello\ntasks: {say: {run: 'true'}}\n")
    assert site.turbo("run").returncode == 0
    (site.shelf.folder / "imported").unlink()
    site.write("turbo.toml", "[plugins.post]\nchanel = '#file'\n")
    ended = site.turbo("run")
    assert ended.returncode == 2
    assert "there is no setting 'plugins.post.chanel'" in ended.stderr
    assert site.imported() == set()


@pytest.mark.parametrize("arguments", [("-p", "no:post"), ("--no-plugins",)])
def test_a_table_of_a_plugin_that_is_off_is_no_mistake(site: Site, arguments: tuple[str, ...]) -> None:
    fill(site)
    site.write("turbo.yaml", "name: hello\ntasks: {say: {run: 'true'}}\n")
    site.write("turbo.toml", "[plugins.post]\nchanel = '#file'\n")
    ended = site.turbo(*arguments, "run")
    assert ended.returncode == 0, ended.stderr


def test_a_table_of_a_plugin_that_is_not_installed_is_noted(site: Site) -> None:
    site.write("turbo.toml", "[plugins.stranger]\na = 1\n[plugins.execute]\n")
    told = [line for line in site.turbo("doctor").stdout.splitlines() if line.startswith("note: ")]
    assert told == ["note: there are settings for 'stranger', and no plugin of that name is installed"]


def test_the_settings_of_another_plugin_cannot_be_taken(site: Site) -> None:
    site.add("thief", HOOKS)
    told = site.turbo("plugin", "list").stdout
    assert "it offers settings named 'post'; name them 'thief', as its entry point" in told


def test_host_settings_can_be_set_too(site: Site) -> None:
    told = site.turbo("--set", "jobs=7", "--set", "keep=2", "doctor").stdout
    assert "7  (command line)" in told
    for wrong, why in {"jobs": "KEY=VALUE", "job=3": "did you mean 'jobs'?", "jobs=x": "a whole number from 1 to 1024"}.items():
        ended = site.turbo("--set", wrong, "doctor")
        assert ended.returncode == 2
        assert why in ended.stderr
