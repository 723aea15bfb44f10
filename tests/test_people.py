"""Who is who, and who is asked before what."""

from __future__ import annotations

import pytest

from turbo_core.people import People, asked_about
from turbo_core.words import Risk

KNOWN = People(
    aliases={"ada": ("slack:U1", "ada@example.org"), "bob": ("root",)},
    groups={"maintainers": ("ada@example.org", "eve"), "ops": ("bob",)},
)


@pytest.mark.parametrize(
    ("who", "actor", "allowed"),
    [
        ((), "anybody", True),
        (("ada",), "slack:U1", True),
        (("slack:U1",), "ada", True),
        (("maintainers",), "slack:U1", True),
        (("maintainers",), "eve", True),
        (("maintainers",), "root", False),
        (("ops",), "root", True),
        (("ada", "ops"), "eve", False),
    ],
)
def test_who_is_allowed(who: tuple[str, ...], actor: str, allowed: bool) -> None:
    assert KNOWN.allows(who, actor) is allowed


def test_a_person_has_one_name() -> None:
    assert [KNOWN.person(name) for name in ("root", "ada", "slack:U9")] == ["bob", "ada", "slack:U9"]


@pytest.mark.parametrize(
    ("autonomy", "setting", "risks"),
    [
        ("full", ("destroy",), []),
        ("supervised", (), []),
        ("supervised", ("destroy",), ["destroy"]),
        ("manual", (), ["destroy"]),
        ("manual", ("read",), ["read", "destroy"]),
    ],
)
def test_what_is_asked_about(autonomy: str, setting: tuple[Risk, ...], risks: list[Risk]) -> None:
    assert asked_about(autonomy, setting) == risks
