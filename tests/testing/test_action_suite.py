"""The suite for actions: a good plugin passes it, and each bad variant fails the check that it should, with a next step."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

import turbo_core
from tests.testing.certified import METADATA, certify, changed, failures
from turbo_core.testing.conformance.base import difference
from turbo_core.testing.conformance.calling import strace_works
from turbo_core.testing.conformance.sources import private_uses, sources

pytest_plugins = ["pytester"]

ACTIONS = '''
    """Notes in a file of the project."""

    from __future__ import annotations

    from dataclasses import dataclass
    from typing import Any

    from pydantic import SecretStr
    from turbo_core import ActionFailed, Context, action


    @dataclass(frozen=True, slots=True, kw_only=True)
    class Written:
        """A note that was written."""

        line: int


    def _lines(context: Context) -> list[str]:
        file = context.project / "NOTES"
        return file.read_text().splitlines() if file.exists() else []


    def _write(context: Context, lines: list[str]) -> None:
        file = context.project / "NOTES"
        if lines:
            file.write_text("".join(line + "\\n" for line in lines))
        else:
            file.unlink(missing_ok=True)


    @action(risk="read")
    def count(context: Context) -> int:
        """Count the notes."""
        return len(_lines(context))


    @action(risk="change")
    def write(context: Context, text: str, token: SecretStr | None = None) -> Written:
        """Append a note.

        Args:
            text: the note.
            token: shown to nobody.
        """
        line = f"{context.key} {text}"
        lines = _lines(context)
        if line not in lines:
            _write(context, [*lines, line])
        return Written(line=len(lines) + 1)


    @write.plan
    def _(context: Context, text: str) -> str:
        return f"append {text!r}"


    @write.undo
    def _(context: Context, text: str, outputs: dict[str, Any]) -> None:
        _write(context, [line for line in _lines(context) if line != f"{context.key} {text}"])


    @action(risk="destroy")
    def burn(context: Context, password: str = "") -> None:
        """Delete all notes.

        Args:
            password: who may.
        """
        (context.project / "NOTES").unlink(missing_ok=True)


    @burn.plan
    def _(context: Context) -> str:
        return f"delete {len(_lines(context))} notes"


    @burn.probe
    def _(context: Context) -> bool:
        return not _lines(context)
'''
TEST = """
    from turbo_core.testing import ActionSuite

    class TestNote(ActionSuite):
        plugin = "note"
        examples = {"note.write": {"text": "hello"}, "note.count": {}, "note.burn": {}}
        secrets = {"note.burn": ["password"]}

        def prepare(self, project):
            (project / "NOTES").write_text("old\\n")
"""


def test_a_good_plugin_passes(pytester: pytest.Pytester) -> None:
    ended = certify(pytester, TEST, {"actions": ACTIONS})
    assert failures(ended) == {}
    counts = ended.parseoutcomes()
    assert counts == {"passed": 26}


VARIANTS = {
    "test_it_is_installed_and_loads": (("from __future__", "import no_such_thing\n    from __future__"), "SyntaxError"),
    "test_it_is_documented[note.count]": (('"""Count the notes."""', '""""""'), "begin its docstring with one sentence"),
    "test_it_is_documented[note.write]": (
        ("            text: the note.\n", ""),
        "does not describe text; add them under 'Args:'",
    ),
    "test_it_is_typed[note.write]": (
        ("text: str, token", "text: Any, token"),
        "the parameter text of note.write can be anything",
    ),
    "test_it_is_typed[note.count]": (("-> int", "-> Any"), "the output value of note.count can be anything"),
    "test_its_example_works[note.count]": (("return len", "raise ActionFailed('no luck'); return len"), "fails: no luck"),
    "test_its_risk_is_stated[note.burn]": (('@action(risk="destroy")', "@action()"), "write @action(risk="),
    "test_reading_changes_nothing[note.count]": (
        ("return len", "(context.project / 'seen').touch(); return len"),
        "has risk 'read' and changes something: new: seen; state risk='change'",
    ),
    "test_its_dry_run_acts_on_nothing[note.write]": (
        ('return f"append', "(context.project / 'NOTES').open('a').close(); return f\"append"),
        "write ",
    ),
    "test_its_dry_run_acts_on_nothing[note.burn]": (
        ("@burn.plan", "@(lambda f: f)"),
        "has no dry run; declare one with @NAME.plan",
    ),
    "test_typed_secrets_stay_secret[note.write]": (
        ("        line = f", "        print(token and token.get_secret_value())\n        line = f"),
        "the secret token of note.write (run) stands in its log; leave it out",
    ),
    "test_named_secrets_stay_secret": (
        (
            '(context.project / "NOTES").unlink(missing_ok=True)\n\n\n    @burn',
            "raise ActionFailed(f'not {password}')\n\n\n    @burn",
        ),
        "the secret password of note.burn (run) stands in its message",
    ),
    "test_what_it_changes_can_be_taken_back[note.write]": (("@write.undo", "@(lambda f: f)"), "and no undo; declare one"),
    "test_its_undo_restores[note.write]": (
        ("_write(context, [line for", "_write(context, [line + '!' for"),
        "changed: NOTES; restore what was there",
    ),
    "test_its_replay_is_safe[note.write]": (("if line not in lines:", "if True:"), "has two effects: changed: NOTES"),
    "test_its_replay_is_safe[note.burn]": (("return not _lines(context)", "return True"), "says that it happened before it did"),
    "test_it_uses_public_names_only": (
        ("from turbo_core import Act", "import turbo_core.model\n    from turbo_core import Act"),
        "it reaches into the host: actions.py:",
    ),
    "test_its_import_is_cheap": (
        (
            "from pydantic",
            "import asyncio, email.mime.text, http.server, xml.dom.minidom, unittest.mock, requests\n    from pydantic",
        ),
        "import what is large inside the functions that use it",
    ),
}


@pytest.mark.slow
@pytest.mark.parametrize("check", VARIANTS)
def test_a_bad_plugin_fails(check: str, pytester: pytest.Pytester) -> None:
    change, told = VARIANTS[check]
    ended = certify(pytester, TEST, {"actions": changed(ACTIONS, change)}, "-k", check.partition("[")[0])
    found = failures(ended)
    assert check in found, ended.stdout.str()
    assert told in ended.stdout.str()
    assert "conformance/actions.py:" not in ended.stdout.str()


@pytest.mark.parametrize(
    ("change", "told"),
    [
        (("Summary: Notes\n", ""), "has no summary; write 'description'"),
        (("License-Expression: MIT\n", ""), "has no licence; write 'license'"),
        (("turbo-core<99,>=0.1", "turbo-core>=0.1"), "does not say up to which version of turbo-core it works"),
        (("Requires-Dist: turbo-core<99,>=0.1\n", ""), "does not say up to which version of turbo-core it works"),
    ],
)
def test_a_distribution_that_says_too_little_fails(change: tuple[str, str], told: str, pytester: pytest.Pytester) -> None:
    ended = certify(pytester, TEST, {"actions": ACTIONS}, "-k", "says_what", metadata=changed(METADATA, change))
    assert told in failures(ended)["test_it_says_what_it_is"]


def test_a_name_of_the_core_fails(pytester: pytest.Pytester) -> None:
    ended = certify(pytester, TEST.replace('"note"', '"run"'), {"actions": ACTIONS}, "-k", "name_is", name="run")
    assert "'run' is a command of Turbo itself" in failures(ended)["test_its_name_is_free"]


def test_a_plugin_that_is_not_there_fails(pytester: pytest.Pytester) -> None:
    ended = certify(pytester, TEST.replace('"note"', '"nothing"'), {"actions": ACTIONS})
    assert "no installed plugin is named 'nothing'" in failures(ended)["test_it_is_installed_and_loads"]


def test_an_action_without_an_example_fails(pytester: pytest.Pytester) -> None:
    ended = certify(pytester, TEST.replace('"note.count": {}, ', ""), {"actions": ACTIONS}, "-k", "example_works")
    assert set(failures(ended)) == {"test_its_example_works[note.count]"}
    ended.stdout.fnmatch_lines(['*note.count has no example, so it cannot be judged; add \'examples = {"note.count":*'])


RUNS = ('return f"append', "import subprocess; subprocess.run(['/bin/sh', '-c', ': > ../seen'], check=True); return f\"append")


def test_a_plan_may_run_what_is_allowed(pytester: pytest.Pytester) -> None:
    quiet = changed(ACTIONS, RUNS, (": > ../seen", ":"))
    test = changed(TEST, ('plugin = "note"', 'plugin = "note"; dry_run_may = ["run /bin/sh -c :"]'))
    assert failures(certify(pytester, test, {"actions": quiet}, "-k", "dry_run")) == {}


CONNECT = "import socket; l = socket.create_server(('127.0.0.1', 0)); socket.create_connection(l.getsockname())"


@pytest.mark.skipif(not strace_works(), reason="strace is not there, or may not trace")
@pytest.mark.parametrize(
    ("command", "told"),
    [
        (["/bin/sh", "-c", ": > ../seen"], "acts: write ../seen; only look"),
        (["/bin/mkdir", "../seen"], "acts: mkdir ../seen; only look"),
        ([sys.executable, "-c", CONNECT], "acts: connect 127.0.0.1:"),
        (["/bin/sh", "-c", "cat NOTES > /dev/null; rm no-such-file || true"], ""),
    ],
)
def test_what_a_child_of_a_plan_does_is_seen(command: list[str], told: str, pytester: pytest.Pytester) -> None:
    test = changed(TEST, ('plugin = "note"', 'plugin = "note"; dry_run_may = ["run *"]'))
    runs = ('return f"append', f'import subprocess; subprocess.run({command!r}, check=True); return f"append')
    ended = certify(pytester, test, {"actions": changed(ACTIONS, runs)}, "-k", "dry_run")
    assert set(failures(ended)) == ({"test_its_dry_run_acts_on_nothing[note.write]"} if told else set())
    assert told in ended.stdout.str()


def test_the_insides_of_the_host_are_found_in_every_form(tmp_path: Path) -> None:
    file = tmp_path / "x.py"
    file.write_text(
        "import turbo_core, turbo_core.model as m\nfrom turbo_core import action, engine\n"
        "from turbo_core.errors import TurboError\nturbo_core.hookimpl\nturbo_core.app.App\n"
        "import other.turbo_core\nfrom . import turbo_core\n"
    )
    found = [use.partition(": ")[2] for use in private_uses(file, turbo_core.__all__)]
    assert sorted(found) == ["turbo_core.app", "turbo_core.engine", "turbo_core.errors.TurboError", "turbo_core.model"]


def test_a_package_that_is_not_there_has_no_sources() -> None:
    assert sources("no_such_package.module") == []


def test_a_difference_is_told_in_few_words() -> None:
    assert difference({"a": 1, "b": 1, "c": 1}, {"b": 2, "c": 1, "d": 1}) == "new: d; gone: a; changed: b"
    assert difference([1], [2]) == "[1] became [2]"
