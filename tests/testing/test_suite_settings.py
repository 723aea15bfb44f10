"""What suites are told about a plugin reaches it: its settings, the secrets among them, and who answers its hooks."""

from __future__ import annotations

import pytest

from tests.testing.certified import certify, changed, failures

pytest_plugins = ["pytester"]

ACTIONS = '''
    """Greets as it is set."""

    from dataclasses import dataclass

    from turbo_core import Context, Secret, action


    @dataclass(frozen=True, slots=True, kw_only=True)
    class Settings:
        word: str
        token: Secret | None = None


    turbo_settings = Settings


    @action(risk="read")
    def greet(context: Context, name: str) -> str:
        """Greet somebody.

        Args:
            name: who.
        """
        settings = context.settings(Settings)
        assert settings.word == "Hi"
        assert settings.token and settings.token.reveal() == "correct-horse-battery"
        return f"{settings.word} {name}"
'''
GREETS = """
    import pytest
    from turbo_core.testing import ActionSuite

    class TestNote(ActionSuite):
        plugin = "note"
        settings = {"word": "Hi", "token": "NOTE_TOKEN"}
        examples = {"note.greet": {"name": "Ada"}}

        @pytest.fixture(autouse=True)
        def token(self, monkeypatch):
            monkeypatch.setenv("NOTE_TOKEN", "correct-horse-battery")
"""
CHANNEL = """
    import json
    import urllib.request
    from dataclasses import dataclass
    from turbo_core import ChannelOffer, Receipt, SettingsOffer, hookimpl


    @dataclass(frozen=True, slots=True, kw_only=True)
    class Settings:
        url: str


    @hookimpl
    def turbo_register():
        return [ChannelOffer(name="note", summary="Sends notes"), SettingsOffer(name="note", type=Settings)]


    @hookimpl
    def turbo_communicate(message, settings):
        request = urllib.request.Request(settings.url, data=json.dumps({"key": message.key}).encode())
        with urllib.request.urlopen(request, timeout=10) as answer:
            answer.read()
        return Receipt(channel=message.channel, reference=message.key)
"""
CHANNELS = """
    import pytest
    from turbo_core.testing import ChannelSuite

    class TestNote(ChannelSuite):
        plugin = "note"

        @pytest.fixture(autouse=True)
        def service(self, turbo_http):
            self.http = turbo_http
            self.settings = {"url": turbo_http.url}

        def state(self, project):
            return {request.json()["key"] for request in self.http.requests}

        def break_down(self):
            self.http.close()
"""
HOOKS = """
    from turbo_core import SpecOffer, hookimpl, hookspec


    class Specs:
        @hookspec
        def turbo_note_more(self, name: str) -> str:
            "Tell more."


    @hookimpl
    def turbo_register():
        return [SpecOffer(namespace="note", version="1.0.0", specs=Specs)]


    @hookimpl
    def turbo_note_more(name):
        return f"and {name}'s friends"
"""
ASKS = '''
    """Asks others."""

    from turbo_core import Context, action


    @action(risk="read")
    def greet(context: Context, name: str) -> str:
        """Greet somebody.

        Args:
            name: who.
        """
        assert [answer.value for answer in context.ask("turbo_note_more", name=name)] == ["and Ada's friends"]
        return name
'''


def test_settings_and_secrets_reach_actions(pytester: pytest.Pytester) -> None:
    assert failures(certify(pytester, GREETS, {"actions": ACTIONS})) == {}


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (('"word": "Hi", ', ""), "plugins.note.word"),
        (('"word": "Hi"', '"word": "Hi", "wrod": 1'), "plugins.note.wrod"),
    ],
)
def test_settings_that_are_wrong_are_told(pytester: pytest.Pytester, change: tuple[str, str], told: str) -> None:
    failed = failures(certify(pytester, changed(GREETS, change), {"actions": ACTIONS}, "-k", "example"))
    assert told in failed["test_its_example_works[note.greet]"]


def test_a_secret_that_is_not_there_is_told(pytester: pytest.Pytester) -> None:
    test = changed(GREETS, ('setenv("NOTE_TOKEN", "correct-horse-battery")', 'delenv("NOTE_TOKEN", raising=False)'))
    failed = failures(certify(pytester, test, {"actions": ACTIONS}, "-k", "example"))
    assert "there is no variable NOTE_TOKEN" in failed["test_its_example_works[note.greet]"]


def test_settings_of_each_test_reach_hooks(pytester: pytest.Pytester) -> None:
    assert failures(certify(pytester, CHANNELS, {"plugin": CHANNEL})) == {}


def test_the_hooks_of_the_plugin_are_answered(pytester: pytest.Pytester) -> None:
    test = changed(GREETS, ('settings = {"word": "Hi", "token": "NOTE_TOKEN"}\n', "\n"))
    ended = certify(pytester, test, {"actions": ASKS, "plugin": HOOKS}, "-k", "example")
    assert failures(ended) == {}


def test_an_action_has_to_name_its_outputs(pytester: pytest.Pytester) -> None:
    actions = changed(
        ACTIONS, ("-> str:\n", "-> dict[str, str]:\n"), ('return f"{settings.word} {name}"', 'return {"text": name}')
    )
    failed = failures(certify(pytester, GREETS, {"actions": actions}, "-k", "typed"))
    assert "note.greet does not name its outputs" in failed["test_it_is_typed[note.greet]"]
