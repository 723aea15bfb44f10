"""Canaries: secrets that tasks shout in every way. Then every byte that Turbo wrote, showed or passed on is searched for them."""

from __future__ import annotations

import base64
import codecs
import json
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Final

import pytest

from tests.acceptance.conftest import project
from tests.acceptance.project import Ended, Project
from tests.acceptance.terminal import terminal
from tests.figures import Figure
from turbo_core.journal import reader
from turbo_core.model import Event
from turbo_core.redact import variants
from turbo_core.words import JSON

__all__ = ["project"]

TOKEN: Final = "cAnary-tok/en+ü\"<&>'\\ =x9"
KEY: Final = "-----BEGIN KEY-----\nMIIcanaryAAAAbbbbCCCCdddd0123456789\nq9canarysecondline+/==\n-----END KEY-----"
FILED: Final = "canary-from-the-file-7731"
MADE: Final = "canary-made-at-run-time-5520"
HIDDEN: Final = codecs.encode(MADE, "rot13")
"""How the task that makes it knows it."""
CANARIES: Final = (TOKEN, KEY.split("\n")[1], KEY.split("\n")[2], FILED, MADE)

SHOUT: Final = r"""
import base64, html, json, os, shlex, sys, time, urllib.parse
for name in ("TOKEN", "KEY", "FILED"):
    secret = os.environ[name]
    data = secret.encode()
    for line in (secret, secret[::-1], data.hex(), data.hex().upper(), json.dumps(secret), json.dumps(json.dumps(secret)),
                 json.dumps(secret, ensure_ascii=False), urllib.parse.quote(secret), urllib.parse.quote_plus(secret),
                 urllib.parse.quote(secret, safe=""), html.escape(secret), shlex.quote(secret), repr(secret), repr(data),
                 "user:" + secret, f"https://me:{urllib.parse.quote(secret, safe='')}@example.invalid/"):
        print("shout", line)
        print("shout", line, file=sys.stderr)
    for offset in range(3):
        print(base64.b64encode(b"." * offset + data).decode())
        print(base64.urlsafe_b64encode(b"." * offset + data).decode())
    print(base64.encodebytes(data * 5).decode())
    for byte in data:  # byte by byte, and as slowly as a pipe can see it
        os.write(1, bytes([byte]))
    print(flush=True)
    sys.stdout.write(secret[:7]); sys.stdout.flush(); time.sleep(0.2); print(secret[7:], flush=True)
"""

WORKFLOW: Final = """
name: canaries
phases:
  shouting:
    shout:
      run: [%(python)s, shout.py]
      secrets: [KEY]
      env: {TOKEN: "${{ secrets.TOKEN }}", FILED: "${{ secrets.FILED }}"}
      undo: 'echo "undo $TOKEN $KEY"'
    trace: {run: 'set -x; printf "%%s\\n" "$TOKEN"; false', secrets: [TOKEN], allow_failure: true, retry: {times: 1, delay: 1ms}}
    makes: {run: 'echo %(made)s | tr A-Za-z N-ZA-Mn-za-m > "$TURBO_MASK"; cat "$TURBO_MASK"'}
    value: {run: 'printf "%%s" "word=$TOKEN" > "$TURBO_OUTPUT"', outputs: {word: string}, secrets: [TOKEN], allow_failure: true}
    wrong: {run: 'printf "%%s" "{\\"$TOKEN" > "$TURBO_OUTPUT"', outputs: {word: string}, secrets: [TOKEN], allow_failure: true}
    named: {run: 'printf "%%s" "$TOKEN=1" > "$TURBO_OUTPUT"', outputs: {word: string}, secrets: [TOKEN], allow_failure: true}
    typed: {run: 'printf "%%s" "n=$TOKEN" > "$TURBO_OUTPUT"', outputs: {n: integer}, secrets: [TOKEN], allow_failure: true}
    gone: {run: ["./no-such-program"], secrets: [TOKEN], allow_failure: true}
    nested: {workflow: inner.yaml}
  looking:
    spy: {run: [%(python)s, spy.py]}
    after: {run: cat made}
    said: {communicate: "made: ${{ tasks.shout.state }}"}
  failing:
    breaks: {run: 'echo "$TOKEN $KEY"; exit 3', secrets: [TOKEN, KEY]}
on_failure:
  - {undo: all}
  - {run: 'echo "after $TOKEN"; exit 1', secrets: [TOKEN]}
  - {communicate: "${{ run.summary }}", level: alert}
"""

INNER: Final = """
name: inner
tasks:
  deep: {run: 'echo "deep $TOKEN" >&2', secrets: [TOKEN]}
"""

SPY: Final = """
import json, os, pathlib
seen = {"own": dict(os.environ), "argv": []}
for process in pathlib.Path("/proc").glob("[0-9]*"):
    try:
        seen["argv"].append((process / "cmdline").read_text("utf-8", "surrogateescape"))
    except OSError:
        pass
pathlib.Path("spied.json").write_text(json.dumps(seen))
"""

COMMANDS: Final = (
    ("show",),
    ("show", "--json"),
    ("why", "wrong"),
    ("logs", "shout"),
    ("logs", "shout", "--raw"),
    ("report", "--output", "again"),
    ("resume", "--failed"),
)


@pytest.fixture
def shouting(project: Project) -> Project:
    project.write("turbo.yaml", WORKFLOW % {"python": json.dumps(sys.executable), "made": HIDDEN})
    project.write("inner.yaml", INNER)
    project.write("shout.py", SHOUT)
    project.write("spy.py", SPY)
    project.write("made", f"{MADE}\n")
    project.write(".turbo/secrets.env", f"FILED={FILED}\n").chmod(0o600)
    return project


def _forms() -> set[bytes]:
    return {form for canary in CANARIES for form in variants(canary)}


def _hits(data: bytes, forms: set[bytes]) -> list[bytes]:
    return [form for form in forms if form in data]


def _texts(value: JSON) -> Iterator[str]:
    """Every string in a JSON value, as it is before JSON encodes it."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        yield from (text for item in value.items() for part in item for text in _texts(part))
    elif isinstance(value, list | tuple):
        yield from (text for item in value for text in _texts(item))


def _events(project: Project) -> Iterator[Event]:
    for folder in (project.folder / ".turbo" / "runs").iterdir():
        yield from reader.read(folder)


def _written(folder: Path) -> Iterator[tuple[str, bytes]]:
    """Every file that Turbo wrote, by name and content; names count too."""
    own = {"secrets.env", "made", "shout.py", "spy.py"}
    for path in sorted(folder.rglob("*")):
        if path.name not in own:
            yield str(path), str(path).encode() + (path.read_bytes() if path.is_file() else b"")


@pytest.mark.slow
@pytest.mark.timeout(300)
def test_no_byte_of_a_canary_is_written_shown_or_passed_on(
    shouting: Project, tmp_path: Path, figure: Figure, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = {"TOKEN": TOKEN, "KEY": KEY, "XDG_CACHE_HOME": str(tmp_path / "aside")}
    monkeypatch.setenv("TMPDIR", str(tmp_path / "aside"))
    shown: dict[str, bytes] = {}

    def note(name: str, ended: Ended) -> None:
        shown[name] = ended.stdout + ended.stderr

    for mode in ((), ("--json",)):
        ended = shouting.turbo("run", *mode, env=secrets)
        note(f"run {mode}", ended)
        assert ended.code == 1, ended.err
    with terminal(shouting, "run", columns=120, **secrets) as screen:
        screen.wait()
        shown["terminal"] = screen.shown
    for command in COMMANDS:
        note(" ".join(command), shouting.turbo(*command, env=secrets))
    forms = _forms()
    shown["events"] = "\n".join(text for event in _events(shouting) for text in _texts(event.body)).encode()
    searched = {**shown, **dict(_written(shouting.folder)), **dict(_written(tmp_path / "aside"))}
    figure("canaries and their encodings", len(forms))
    figure("bytes searched for canaries", sum(map(len, searched.values())))
    found = {name: hits for name, data in searched.items() if (hits := _hits(data, forms))}
    figure("canaries found", len(found))
    assert found == {}
    assert any(b"shout ***" in data for data in searched.values())
    assert "TURBO_RUN" in json.loads(shouting.read("spied.json"))["own"]


@pytest.mark.parametrize("short", ["abc", "12345", " 1234 "])
def test_a_short_secret_is_refused_with_the_reason(project: Project, short: str) -> None:
    project.write("turbo.yaml", "name: short\ntasks: {a: {run: 'true', secrets: [TOKEN]}}\n")
    ended = project.turbo("run", env={"TOKEN": short})
    assert ended.code == 2
    assert ended.err.startswith("error: the secret TOKEN cannot be used\n")
    assert "at least 6 characters: a shorter one cannot be masked without hiding ordinary text" in ended.err
    assert not (project.folder / ".turbo" / "runs").exists()


def test_the_search_would_find_what_is_there() -> None:
    forms = _forms()
    assert _hits(b"." + TOKEN.encode() + b".", forms)
    assert _hits(base64.b64encode(b"xy" + FILED.encode()), forms)
    assert not _hits(b"nothing of it", forms)
