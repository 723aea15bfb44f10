from __future__ import annotations

import pytest

from turbo_core.registry.likeness import nearest, slips

KNOWN = ["turbo-plugin-git", "turbo-plugin-slack"]


@pytest.mark.parametrize(
    ("left", "right", "count"),
    [
        ("git", "git", 0),
        ("gti", "git", 1),
        ("gt", "git", 1),
        ("giit", "git", 1),
        ("gat", "git", 1),
        ("tgi", "git", 2),
        ("", "git", 3),
        ("git", "", 3),
        ("slack", "stack", 1),
        ("abcd", "badc", 2),
    ],
)
def test_slips_are_counted(left: str, right: str, count: int) -> None:
    assert slips(left, right) == slips(right, left) == count


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("turbo-plugin-gti", "turbo-plugin-git"),
        ("turbo-plugins-git", "turbo-plugin-git"),
        ("slak", "turbo-plugin-slack"),
        ("turbo-plugin-git", ""),
        ("git", ""),
        ("turbo-plugin-docker", ""),
    ],
)
def test_a_name_that_is_nearly_another_one_is_seen(name: str, near: str) -> None:
    assert nearest(name, KNOWN, "turbo-plugin-") == near
