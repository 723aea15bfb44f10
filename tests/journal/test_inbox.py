import subprocess
from decimal import Decimal
from pathlib import Path

import pytest

from tests.programs import script
from turbo_core.journal.inbox import LARGEST, done, leave, take


def test_requests_come_in_order_and_stay_until_done(tmp_path: Path) -> None:
    assert take(tmp_path) == []
    names = [leave(tmp_path, {"n": n, "x": Decimal("1.50")}) for n in range(5)]
    assert take(tmp_path) == [(name, {"n": n, "x": Decimal("1.50")}) for n, name in enumerate(names)]
    done(tmp_path, names[0])
    done(tmp_path, names[0])
    assert [name for name, _ in take(tmp_path)] == names[1:]


def test_what_is_no_request_is_moved_aside(tmp_path: Path) -> None:
    good = leave(tmp_path, {"ok": True})
    inbox = tmp_path / "inbox"
    (inbox / "note.txt").write_text("hello")
    (inbox / f"{1:020d}-{0:08x}.json").write_text("{half")
    (inbox / f"{2:020d}-{0:08x}.json").write_text("[1]")
    (inbox / f"{3:020d}-{0:08x}.json").write_bytes(b" " * (LARGEST + 1))
    (inbox / f"{4:020d}-{0:08x}.json").mkdir()
    (inbox / f"{5:020d}-{0:08x}.json").symlink_to(inbox / good)
    (inbox / ".half-written").write_text("{")
    assert [name for name, _ in take(tmp_path)] == [good]
    assert [name for name, _ in take(tmp_path)] == [good]
    assert len(list((inbox / "refused").iterdir())) == 6
    assert (inbox / ".half-written").exists()


def test_a_request_that_is_too_large_is_not_left(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="at most"):
        leave(tmp_path, {"x": "x" * LARGEST})
    assert take(tmp_path) == []


def test_4_writers_at_once_lose_nothing(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from turbo_core.journal.inbox import leave
for n in range(50):
    leave(Path(sys.argv[1]), {"writer": int(sys.argv[2]), "n": n})
"""
    writers = [subprocess.Popen(script(code, tmp_path, n)) for n in range(4)]
    seen: dict[int, list[int]] = {n: [] for n in range(4)}
    while any(writer.poll() is None for writer in writers) or take(tmp_path):
        for name, request in take(tmp_path):
            seen[request["writer"]].append(request["n"])
            done(tmp_path, name)
    assert [writer.returncode for writer in writers] == [0] * 4
    assert seen == {n: list(range(50)) for n in range(4)}
    assert not (tmp_path / "inbox" / "refused").exists()
