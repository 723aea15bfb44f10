"""The picture of the README shows what Turbo still does, and tells nothing of the machine that it was taken on."""

from __future__ import annotations

import re
from pathlib import Path

from tests.docs.picture import PICTURE, picture, taken


def test_it_can_be_taken_anew(tmp_path: Path) -> None:
    screen = taken(tmp_path)
    assert "release failed" in screen.plain
    assert "release succeeded" in screen.plain
    assert str(tmp_path) not in screen.plain
    assert any(span.style for span in screen.spans)
    drawn = picture(screen)
    assert "fonts" not in drawn.replace("font-family", "")
    assert "release" in drawn


def test_the_one_in_the_documentation_is_clean() -> None:
    drawn = PICTURE.read_text()
    assert "@font-face" not in drawn
    assert set(re.findall(r"https?://([^/\s\"]+)", drawn)) == {"www.w3.org", "www.textualize.io"}
    assert "/tmp" not in drawn
    assert "by&#160;ada" in drawn
