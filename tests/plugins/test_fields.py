"""The settings of a plugin: read by the types of its class, from every place, with all mistakes at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest

from turbo_core import Secret
from turbo_core.errors import PluginFailed, SecretMissing, UsageError
from turbo_core.plugins.fields import describe
from turbo_core.plugins.tables import Tables, from_request, variable
from turbo_core.plugins.verdict import SettingInfo
from turbo_core.settings import Placed

FILE = "turbo.toml"
SECRETS = {"SLACK_TOKEN": "xoxb-secret-text", "OTHER": "another-secret"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Slack:
    """What Slack needs.

    Attributes:
        channel: where to post,
            if nothing else is said.
        token: lets us in.
    """

    channel: str
    token: Secret = field(default=Secret("SLACK_TOKEN"))
    spare: Secret | None = None
    retries: int = 3
    loud: bool = False
    mode: Literal["short", "long"] = "short"
    tags: tuple[str, ...] = ()
    codes: list[int] = field(default_factory=list)
    limits: dict[str, int] = field(default_factory=dict)
    folder: Path = Path("out")
    ratio: float = 0.5

    def __post_init__(self) -> None:
        if self.channel == "nowhere":
            raise ValueError("nowhere is no channel")


def find(setting: str, name: str) -> str:
    if name not in SECRETS:
        raise SecretMissing(f"no provider knows the secret {name}", where=f"the setting {setting}")
    return SECRETS[name]


def tables(
    written: Mapping[str, Any] | None = None, given: Mapping[str, str] | None = None, variables: Mapping[str, str] | None = None
) -> Tables:
    placed = {name: Placed(value=value, place=FILE) for name, value in (written or {}).items()}
    placed |= {name: Placed(value=text, place="command line", text=True) for name, text in (given or {}).items()}
    return Tables({"slack": placed}, variables, find)


def test_defaults_and_what_a_file_says() -> None:
    made = tables({"channel": "#ci", "tags": ["a", "b"], "folder": "x", "ratio": 1, "limits": {"a": 1}}).read("slack", Slack)
    assert made == Slack(
        channel="#ci",
        token=Secret("SLACK_TOKEN", "xoxb-secret-text"),
        tags=("a", "b"),
        folder=Path("x"),
        ratio=1.0,
        limits={"a": 1},
    )


@pytest.mark.parametrize(
    ("name", "text", "value"),
    [
        ("channel", "5", "5"),
        ("channel", "[1]", "[1]"),
        ("retries", "5", 5),
        ("retries", " 5 ", 5),
        ("loud", "true", True),
        ("loud", "0", False),
        ("mode", "long", "long"),
        ("tags", "a, b,", ("a", "b")),
        ("tags", '["a,b"]', ("a,b",)),
        ("tags", "5", ("5",)),
        ("codes", "1,2", [1, 2]),
        ("codes", "[1, 2]", [1, 2]),
        ("limits", '{"a": 1}', {"a": 1}),
        ("folder", "/tmp/x", Path("/tmp/x")),
        ("ratio", "0.25", 0.25),
    ],
)
def test_text_is_read_by_the_type_of_the_field(name: str, text: str, value: object) -> None:
    by_variable = tables({"channel": "#ci"}, variables={variable("slack", name): text}).read("slack", Slack)
    by_flag = tables({"channel": "#ci"}, {name: text}).read("slack", Slack)
    assert getattr(by_variable, name) == getattr(by_flag, name) == value


def test_text_is_never_evaluated() -> None:
    with pytest.raises(UsageError, match="it takes a valid integer"):
        tables({"channel": "#ci"}, {"retries": "1 + 1"}).read("slack", Slack)
    with pytest.raises(UsageError, match="it takes a valid dictionary"):
        tables({"channel": "#ci"}, {"limits": "{'a': 1}"}).read("slack", Slack)


def test_later_places_win() -> None:
    variables = {"TURBO_PLUGIN_SLACK_CHANNEL": "of the variable", "TURBO_PLUGIN_SLACK_RETRIES": "7"}
    made = tables({"channel": "of the file", "retries": 5, "mode": "long"}, {"channel": "of the flag"}, variables).read(
        "slack", Slack
    )
    assert (made.channel, made.retries, made.mode) == ("of the flag", 7, "long")


@pytest.mark.parametrize(
    ("written", "told"),
    [
        (
            {"chanel": "#ci", "channel": "x"},
            f"{FILE}: there is no setting 'plugins.slack.chanel'; did you mean 'plugins.slack.channel'?",
        ),
        ({}, "the setting 'plugins.slack.channel' is missing; set it in turbo.toml, by TURBO_PLUGIN_SLACK_CHANNEL or by '--set "),
        ({"channel": 3}, f"{FILE}: the setting 'plugins.slack.channel' is wrong; it is 3; it takes a valid string"),
        (
            {"channel": "x", "retries": "3"},
            f"{FILE}: the setting 'plugins.slack.retries' is wrong; it is '3'; it takes a valid integer",
        ),
        ({"channel": "x", "loud": 1}, "it takes a valid boolean"),
        ({"channel": "x", "mode": "loud"}, "it is 'loud'; it takes 'short' or 'long'"),
        ({"channel": "x", "codes": [1, "b"]}, "the setting 'plugins.slack.codes[1]' is wrong"),
        ({"channel": "x", "limits": {"a": "b"}}, "the setting 'plugins.slack.limits.a' is wrong"),
        ({"channel": "nowhere"}, "the settings of the plugin 'slack' are wrong; nowhere is no channel"),
        ({"channel": "x", "token": "MISSING"}, "the setting plugins.slack.token: no provider knows the secret MISSING"),
    ],
)
def test_mistakes(written: Mapping[str, Any], told: str) -> None:
    with pytest.raises(UsageError) as error:
        tables(written).read("slack", Slack)
    assert told in str(error.value)


def test_all_mistakes_at_once() -> None:
    wrong = tables(
        {"chanel": "#ci", "retries": "3", "token": "MISSING", "loud": "yes"}, variables={"TURBO_PLUGIN_SLACK_MODE": "x"}
    )
    with pytest.raises(UsageError, match="6 settings are wrong") as error:
        wrong.read("slack", Slack)
    assert [name for name in ("chanel", "channel", "retries", "token", "loud", "mode") if f".{name}" in error.value.why] == [
        "chanel",
        "channel",
        "retries",
        "token",
        "loud",
        "mode",
    ]
    assert len(wrong.mistakes("slack", Slack)) == 6
    assert tables({"channel": "x"}).mistakes("slack", Slack) == []


# ---------------------------------------------------------------- secrets


def test_a_secret_hides_itself() -> None:
    made = tables({"channel": "#ci", "spare": "OTHER"}).read("slack", Slack)
    assert made.spare is not None
    assert (made.token.reveal(), made.spare.reveal()) == ("xoxb-secret-text", "another-secret")
    for shown in (repr(made), str(made.token), f"{made.spare}", str(asdict(made))):
        assert "secret-text" not in shown
        assert "another-secret" not in shown
    assert repr(made.token) == "Secret('SLACK_TOKEN')"


def test_secrets_that_were_found_are_known_for_masking() -> None:
    made = tables({"channel": "#ci"})
    made.read("slack", Slack)
    assert made.secrets == {"SLACK_TOKEN": "xoxb-secret-text"}


@pytest.mark.parametrize("value", ["xoxb-1-2", "", 3, "a" * 64])
def test_what_is_no_name_of_a_secret_is_not_shown(value: object) -> None:
    with pytest.raises(UsageError) as error:
        tables({"channel": "#ci", "token": value}).read("slack", Slack)
    assert str(error.value) == (
        f"{FILE}: the setting 'plugins.slack.token' is wrong; "
        "it takes the name of a secret, such as TOKEN, never the secret itself"
    )


def test_the_secret_of_a_class_is_only_a_name() -> None:
    with pytest.raises(SecretMissing, match="the secret SLACK_TOKEN was not looked up"):
        Slack(channel="x").token.reveal()
    assert Secret("A", "x") != Secret("A")
    assert len({Secret("A"), Secret("A"), Secret("B")}) == 2


# ---------------------------------------------------------------- the class


def test_what_is_told_of_a_class() -> None:
    told = describe(Slack)
    assert [*told][:5] == ["channel", "token", "spare", "retries", "loud"]
    assert told["channel"] == SettingInfo(
        schema={"type": "string"},
        required=True,
        default=None,
        description="where to post, if nothing else is said.",
        secret=False,
    )
    assert told["token"] == SettingInfo(
        schema={"type": "string"}, required=False, default="SLACK_TOKEN", description="lets us in.", secret=True
    )
    assert (told["spare"].default, told["spare"].secret, told["spare"].required) == (None, True, False)
    assert (told["mode"].schema["enum"], told["mode"].default) == (["short", "long"], "short")
    assert (told["folder"].default, told["codes"].default) == ("out", [])


@dataclass
class Thawed:
    a: int = 1


@dataclass(frozen=True)
class Nested:
    a: tuple[Secret, ...] = ()


@dataclass(frozen=True)
class Odd:
    a: Thread  # type: ignore[name-defined]  # noqa: F821  # this is the mistake


@dataclass(frozen=True)
class Unwritten:
    a: Any = field(default_factory=object)


@pytest.mark.parametrize(
    ("type_", "told"),
    [
        (Thawed, "the settings 'Thawed' are no frozen dataclass"),
        (int, "the settings 'int' are no frozen dataclass"),
        (3, "the settings '3' are no frozen dataclass"),
        (Nested, "the setting 'a' cannot be read from a file"),
        (Odd, "the type of the setting 'a' cannot be read"),
        (Unwritten, "the default of the setting 'a' has no form in JSON"),
    ],
)
def test_classes_that_are_refused(type_: Any, told: str) -> None:
    with pytest.raises(PluginFailed, match=told):
        describe(type_)


# ---------------------------------------------------------------- names, and the way to another process


def test_unknown_names_of_tables_and_variables() -> None:
    made = Tables(
        {"slack": {"chanel": Placed(value=1, place=FILE)}, "stranger": {"a": Placed(value=1, place=FILE)}},
        {
            "TURBO_PLUGIN_SLACK_CHANEL": "x",
            "TURBO_PLUGIN_SLACK_CHANNEL": "x",
            "TURBO_PLUGIN_SLACK_BOT_NAME": "x",
            "TURBO_PLUGIN_STRANGER_A": "x",
        },
    )
    assert [str(told) for told in made.unknown({"slack": ["channel"], "slack-bot": ["name"]})] == [
        f"{FILE}: there is no setting 'plugins.slack.chanel'; did you mean 'plugins.slack.channel'?",
        "environment: there is no setting 'TURBO_PLUGIN_SLACK_CHANEL'; did you mean 'TURBO_PLUGIN_SLACK_CHANNEL'?",
    ]
    assert made.names() == ("slack", "stranger")
    assert [name for name in ("slack", "stranger", "slack-bot", "other") if made.mentions(name)] == [
        "slack",
        "stranger",
        "slack-bot",
    ]


def test_a_request_makes_the_same_settings_elsewhere() -> None:
    here = tables({"tags": ["a"], "token": "OTHER"}, {"channel": "#ci"}, {"TURBO_PLUGIN_SLACK_RETRIES": "7"})
    told = here.request("slack", describe(Slack))
    assert "another-secret" not in str(told)
    wanted = here.wanted("slack", describe(Slack))
    assert wanted == {"OTHER": "another-secret"}
    assert from_request("slack", told, wanted).read("slack", Slack) == here.read("slack", Slack)
    with pytest.raises(SecretMissing, match=r"the setting plugins\.slack\.token: no provider knows the secret OTHER"):
        from_request("slack", told, {}).read("slack", Slack)
