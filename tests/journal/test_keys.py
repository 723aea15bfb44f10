import subprocess
from pathlib import Path

from tests.journal.make import HOLDER
from tests.programs import script
from turbo_core.journal.keys import Keys
from turbo_core.journal.lock import FileLock


def test_a_key_has_so_many_places_and_says_who_has_them(tmp_path: Path) -> None:
    keys = Keys(tmp_path, HOLDER)
    assert keys.holders("k") == []
    one, two = keys.try_take("k", 2, "r1", "a"), keys.try_take("k", 2, "r1", "b")
    assert one is not None
    assert two is not None
    assert keys.try_take("k", 2, "r2", "c", queue=False) is None
    assert keys.try_take("other", 1, "r2", "c") is not None
    assert [(claim.run, claim.task, claim.pid) for claim in keys.holders("k")] == [
        ("r1", "a", HOLDER.pid),
        ("r1", "b", HOLDER.pid),
    ]
    one.release()
    one.release()
    assert [claim.task for claim in keys.holders("k")] == ["b"]
    assert keys.try_take("k", 1, "r2", "c", queue=False) is None  # a stricter caller counts the others too
    assert keys.try_take("k", 2, "r2", "c") is not None


def test_the_queue_is_served_in_the_order_of_asking(tmp_path: Path) -> None:
    keys, others = Keys(tmp_path, HOLDER), Keys(tmp_path, HOLDER)
    first = keys.try_take("k", 1, "r1", "a")
    assert first is not None
    assert keys.try_take("k", 1, "r1", "b") is None
    assert others.try_take("k", 1, "r2", "c") is None
    first.release()
    assert others.try_take("k", 1, "r2", "c") is None
    assert keys.try_take("k", 1, "r3", "d", queue=False) is None
    second = keys.try_take("k", 1, "r1", "b")
    assert second is not None
    assert keys.try_take("k", 1, "r1", "e") is None
    second.release()
    others.withdraw("k", "r2", "c")
    others.withdraw("k", "r2", "c")
    assert keys.try_take("k", 1, "r1", "e") is not None


def test_a_dead_process_gives_back_its_places_and_its_turn(tmp_path: Path) -> None:
    code = """
import sys
from pathlib import Path
from turbo_core.journal.keys import Keys
from turbo_core.journal.lock import Holder
keys = Keys(Path(sys.argv[1]), Holder.here("now"))
hold = keys.try_take("k", 1, "r1", "a")
assert keys.try_take("k", 1, "r1", "b") is None
print("ready", flush=True)
sys.stdin.read()
"""
    process = subprocess.Popen(script(code, tmp_path), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
    with process:
        assert process.stdout is not None
        assert process.stdout.readline() == "ready\n"
        keys = Keys(tmp_path, HOLDER)
        assert keys.try_take("k", 1, "r2", "c") is None
        assert [(claim.pid, claim.since) for claim in keys.holders("k")] == [(process.pid, "now")]
        process.kill()
    assert keys.holders("k") == []
    assert keys.try_take("k", 1, "r2", "c") is not None
    assert [claim.task for claim in keys.holders("k")] == ["c"]


def test_never_more_than_the_limit_among_processes(tmp_path: Path) -> None:
    code = """
import os, sys, time
from pathlib import Path
from turbo_core.journal.keys import Keys
from turbo_core.journal.lock import Holder
keys, inside = Keys(Path(sys.argv[1]), Holder.here("now")), Path(sys.argv[1]) / "inside"
for n in range(15):
    while (hold := keys.try_take("k", 2, sys.argv[2], str(n))) is None:
        time.sleep(0.001)
    (inside / sys.argv[2]).touch()
    assert len(os.listdir(inside)) <= 2
    time.sleep(0.002)
    (inside / sys.argv[2]).unlink()
    hold.release()
"""
    (tmp_path / "inside").mkdir()
    takers = [subprocess.Popen(script(code, tmp_path, n)) for n in range(4)]
    assert [taker.wait() for taker in takers] == [0] * 4


def test_a_process_stopped_in_the_middle_only_delays(tmp_path: Path) -> None:
    keys = Keys(tmp_path, HOLDER)
    hold = keys.try_take("k", 1, "r1", "a")
    assert hold is not None
    mutex = FileLock.try_take(hold.path.parent / "mutex")
    assert mutex is not None
    assert keys.try_take("k", 9, "r1", "b") is None
    mutex.close()
    assert keys.try_take("k", 9, "r1", "b") is not None
